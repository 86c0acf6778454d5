import { useState } from "preact/hooks";
import { useAnswer } from "../ask";
import { Busy } from "../busy";
import { Figure } from "../figure";
import type { Page, PageProps } from "../pages";
import { TakeAway, csvOf, jsonOf } from "../take-away";
import { METHODS } from "./choices";
import { codeOf } from "./code";
import { Controls } from "./controls";
import { Curves } from "./curves";
import { About } from "./about";
import { drawCosts, drawHistogram } from "./figures";
import { MethodsTable } from "./methods-table";
import { Own } from "./own";
import type { Answer, Judged } from "./run";
import type { Source } from "./samples";
import { read, thresholdAt, write } from "./state";
import type { State } from "./state";
import "./calibrate.css";

interface Chosen {
  readonly file: File;
  readonly id: number;
  readonly column: number;
}

/** The number of the next file. */
let nextId = 0;

const csv = (rows: Answer["rows"]) => csvOf(["method", "threshold", "low", "high", "scale", "zeroPoint", "divergence", "clipped", "clippingError", "roundingError", "sqnrDb", "notes"],
  rows.map(({ method, found, ...rest }) => (found
    ? [method, found.threshold, ...found.range, found.scale, found.zeroPoint, found.divergence, found.clipped, found.clipping, found.rounding, found.sqnr, quoted(found.notes.join("; "))]
    : [method, "", "", "", "", "", "", "", "", "", "", quoted("why" in rest ? rest.why : "")])));
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** Samples, and the threshold that each method would have them stored by. */
function Calibrate({ state, change, settings: { unit, where } }: PageProps<State>) {
  const { of, seed, target } = state;
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const source: Source | null = of === "file" ? chosen : { of, seed };
  const key = `${of === "file" ? `file ${chosen?.id} ${chosen?.column}` : `${of} ${seed}`} ${target}`;
  const all = useAnswer("calibrate-all", source && { source, target, key }, where, key);
  // the answer to what was asked before does not know the largest magnitude of these samples
  const answer = all.answer?.key === key && !all.error ? all.answer : null;
  const threshold = answer ? thresholdAt(state.own, answer.facts.amax) : 0;
  const own = useAnswer("judge-own", source && answer && { source, target, threshold }, where, `${key} ${threshold}`);
  const take = (file: File) => {
    setChosen({ file, id: nextId++, column: 0 });
    change({ ...state, of: "file" });
  };
  return (
    <>
      <Controls state={state} change={change} take={take} />
      {of === "file" && !chosen && <p class="note" role="status">The address does not hold a file: give it once more, or choose an example.</p>}
      <Busy isBusy={all.isBusy} cancel={all.cancel} share={all.step && all.step.done / METHODS.length} what={all.step ? `${all.step.method}, method ${all.step.done + 1} of ${METHODS.length}` : "reading"} error={all.error} notice={all.notice} />
      {all.answer && source && !all.error && (
        <>
          <About answer={all.answer} choose={(column) => chosen && setChosen({ ...chosen, column })} />
          <View answer={all.answer} own={own.answer} state={state} change={change} unit={unit} />
        </>
      )}
    </>
  );
}

interface ViewProps extends Pick<PageProps<State>, "state" | "change"> {
  readonly answer: Answer;
  readonly own: Judged | null;
  readonly unit: PageProps<State>["settings"]["unit"];
}

function View({ answer, own, state, change, unit }: ViewProps) {
  const { isLog, own: position } = state;
  const { facts: { amax }, costs: { stride } } = answer;
  const threshold = thresholdAt(position, amax);
  return (
    <>
      <section class="figures" aria-label="Figures">
        <Figure title="The samples, and each method's threshold" caption={`${answer.bins.counts.length} bins. Ticks on the axis: the values that codes stand for at your own threshold.`} from={[answer, threshold, isLog]} make={(width) => drawHistogram(answer, threshold, isLog, width)} />
        <label><input type="checkbox" aria-label="logarithmic counts" checked={isLog} onChange={({ currentTarget: { checked } }) => change({ ...state, isLog: checked })} /> counts on a logarithmic axis</label>
        <Own position={position} threshold={threshold} judged={own} change={(to) => change({ ...state, own: to })} />
        <Figure
          title="What a threshold costs" from={[answer, threshold]} make={(width) => drawCosts(answer, threshold, width)}
          caption={`Squared error over the sum of squares, at thresholds from a hundredth of the largest magnitude to all of it; its least is the highest SQNR.${stride > 1 ? ` Of every ${stride} samples one is looked at.` : ""}`}
        />
        <Curves answer={answer} chosen={state.curves} choose={(curves) => change({ ...state, curves })} unit={unit} />
      </section>
      <section aria-label="Numbers">
        <h2>What each method finds</h2>
        <MethodsTable rows={answer.rows} own={own} unit={unit} />
        <p class="ran">
          Clipped and SQNR are not the methods' own: all samples were stored by each threshold and read again. SQNR, the signal-to-quantisation-noise ratio, is 10·log₁₀ of Σx² over the sum of squared errors. A larger one is no promise of a more accurate network: a few outliers may decide it.
        </p>
      </section>
      <TakeAway
        code={codeOf(answer)}
        files={[
          { label: "table as CSV", name: "kullback.csv", text: () => csv(answer.rows) },
          { label: "all as JSON", name: "kullback.json", text: () => jsonOf({ ...write(state), unit: "nats", samples: answer.facts, methods: answer.rows, yours: own }) },
        ]}
      />
    </>
  );
}

export const page: Page<State> = { View: Calibrate, read, write };
