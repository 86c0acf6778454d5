import { useAnswer } from "../ask";
import { Busy } from "../busy";
import { startOf } from "../families";
import type { Page, PageProps } from "../pages";
import { UNITS } from "../settings";
import { TakeAway, csvOf, jsonOf } from "../take-away";
import { codeOf } from "./code";
import { Curves } from "./curves";
import { FileReport, useFiles } from "./files";
import { Numbers } from "./numbers";
import { SideForm } from "./side-form";
import { isOutcomes, samplesOf, sideOf, textOf } from "./sides";
import type { Side } from "./sides";
import { Terms } from "./terms";

interface State {
  readonly p: Side;
  readonly q: Side;
}

const START: State = { p: { family: "normal", values: [0, 1] }, q: { family: "normal", values: [1, 1.5] } };

/** Pairs to begin with. */
const EXAMPLES: readonly (readonly [string, State])[] = [
  ["two normals", START],
  ["one hump for two", { p: { family: "mixture", values: startOf("mixture") }, q: { family: "normal", values: [0, 2.2] } }],
  ["two betas", { p: { family: "beta", values: [2, 5] }, q: { family: "beta", values: [3, 3] } }],
  ["heavy tails", { p: { family: "studentT", values: [2, 0, 1] }, q: { family: "normal", values: [0, 1] } }],
  ["a fair and a bent coin", { p: { weights: [5, 5] }, q: { weights: [7, 3] } }],
  ["a fair and a loaded die", { p: { weights: [1, 1, 1, 1, 1, 1] }, q: { weights: [1, 1, 1, 1, 1, 5] } }],
  ["an outcome that Q rules out", { p: { weights: [3, 4, 2, 1] }, q: { weights: [4, 4, 2, 0] } }],
];

/** Two distributions side by side: what they look like, where they differ, and by how much. */
function Compare({ state, change, settings: { unit, where } }: PageProps<State>) {
  const { p, q } = state;
  const { answer, error, notice, isBusy, cancel } = useAnswer("compare", { p, q, base: UNITS[unit] }, where, JSON.stringify([p, q, unit]));
  const samples = isBusy || error ? null : samplesOf(p, q);
  const interval = useAnswer("interval", samples && { ...samples, base: UNITS[unit] }, where);
  const files = useFiles(where, state, (sides, changed) => change(together({ ...state, ...sides }, changed)));
  return (
    <>
      <section class="controls" aria-label="Distributions">
        <p>P is the truth, Q what is believed of it, a model: D(P ‖ Q) is what that costs: how much more an outcome surprises, on average, than it would someone who knows P. Choose both, draw them, or take numbers of yours.</p>
        <div class="examples" role="group" aria-label="Examples">
          {EXAMPLES.map(([name, pair]) => <button type="button" key={name} onClick={() => change(pair)}>{name}</button>)}
        </div>
        <div class="sides">
          <SideForm name="P" side={p} other={q} change={(next) => change(together({ p: next, q }, "p"))} take={(file) => files.take("p", { file })} />
          <SideForm name="Q" side={q} other={p} change={(next) => change(together({ p, q: next }, "q"))} take={(file) => files.take("q", { file })} />
        </div>
        {(["p", "q"] as const).map((name) => {
          const loaded = files.loaded(name);
          return loaded && <FileReport key={name} name={name} loaded={loaded} again={(otherwise) => files.again(name, otherwise)} />;
        })}
        <Busy isBusy={files.isBusy} cancel={files.cancel} error={files.error} what="reading" />
      </section>
      <Busy isBusy={isBusy} cancel={cancel} error={error} notice={notice} />
      {answer && !error && (
        <div class={isBusy ? "stale" : ""}>
          <Curves answer={answer} unit={unit} />
          <Numbers answer={answer} interval={interval.isBusy ? null : interval.answer} unit={unit} />
          {!answer.isDensity && <Terms answer={answer} unit={unit} />}
          <TakeAway
            code={codeOf(p, q, unit)}
            files={[
              { label: "places as CSV", name: "kullback.csv", text: () => csvOf(["x", "p", "q", "term"], Array.from(answer.x, (x, i) => [x, answer.p[i], answer.q[i], answer.terms[i]])) },
              { label: "measures as JSON", name: "kullback.json", text: () => jsonOf({ ...page.write(state), measured: answer.measured, interval: interval.answer }) },
            ]}
          />
        </div>
      )}
    </>
  );
}

/** Outcomes are held against outcomes, densities against densities: a side that does not go with the one that was changed becomes even, or what that is. */
function together({ p, q }: State, changed: "p" | "q"): State {
  if (isOutcomes(p) === isOutcomes(q)) return { p, q };
  const one = changed === "p" ? p : q;
  const other = isOutcomes(one) ? { weights: one.weights.map(() => 1) } : one;
  return changed === "p" ? { p, q: other } : { p: other, q };
}

export const page: Page<State> = {
  View: Compare,
  read(query) {
    const [p, q] = [sideOf(query.get("p")), sideOf(query.get("q"))];
    return p && q && isOutcomes(p) === isOutcomes(q) ? { p, q } : START;
  },
  write: ({ p, q }) => ({ p: textOf(p), q: textOf(q) }),
};
