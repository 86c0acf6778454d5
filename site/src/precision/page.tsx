import { useAnswer } from "../ask";
import { Busy } from "../busy";
import type { Page, PageProps } from "../pages";
import { UNITS } from "../settings";
import { TakeAway, csvOf, jsonOf } from "../take-away";
import { codeOf } from "./code";
import { ErrorsFigure } from "./errors-figure";
import { MethodsTable } from "./methods-table";
import { CELLS, LEAST_POWER, PAIRS, POWER_STEP } from "./pairs";
import { Reproduction } from "./reproduction";
import "./precision.css";

interface State {
  /** Of ten: the closeness. */
  readonly power: number;
  /** Number of the pair, from 1. */
  readonly pair: number;
}

const START: State = { power: -6, pair: 1 };

const closenessOf = (power: number) => (Number.isInteger(power) ? `10^${power}` : (10 ** power).toExponential(1)).replace("^", " to the ").replace("-", "−");

/** Two nearly equal distributions: who still finds how far apart they are. */
function Precision({ state, change, settings: { unit, where } }: PageProps<State>) {
  const { power, pair } = state;
  const [epsilon, base] = [10 ** power, UNITS[unit]];
  const one = useAnswer("judge-pair", { epsilon, seed: pair - 1, base }, where);
  const all = useAnswer("sweep-closeness", { base }, where);
  return (
    <>
      <section class="controls closeness" aria-label="Closeness">
        <p>
          p has {CELLS.toLocaleString("en")} cells of seeded random numbers, and q = p·(1 + ε·noise), noise between −1 and 1: the smaller the closeness ε, the nearer are the two. D(p ‖ q) shrinks like ε²/6 nats, but the terms of Σ p·ln(p/q) only like ε, some above 0 and some below: for ε of a millionth, terms of 10⁻⁶ must cancel down to 10⁻¹³. Each was rounded before, and what rounding did to them does not cancel: it is larger than the answer.
        </p>
        <label class="slider">
          closeness ε
          <input type="range" min={LEAST_POWER} max={0} step={POWER_STEP} value={power} aria-label="closeness" aria-valuetext={closenessOf(power)} onInput={({ currentTarget: { valueAsNumber } }) => change({ ...state, power: valueAsNumber })} />
          <output>{epsilon.toExponential(1).replace("-", "−")}</output>
        </label>
        <label class="slider">
          pair
          <input type="range" min={1} max={PAIRS} step={1} value={pair} aria-label="pair" onInput={({ currentTarget: { valueAsNumber } }) => change({ ...state, pair: valueAsNumber })} />
          <output>{pair} of {PAIRS}</output>
        </label>
      </section>
      <Busy isBusy={one.isBusy} cancel={one.cancel} error={one.error} notice={one.notice} />
      {one.answer && !one.error && <MethodsTable answer={one.answer} unit={unit} cells={CELLS} />}
      <Busy isBusy={all.isBusy} cancel={all.cancel} share={all.step} what={`${PAIRS} pairs at every closeness`} error={all.error} notice={all.notice} />
      {all.answer && one.answer && !all.error && !one.error && <div class="figures"><ErrorsFigure points={all.answer} judged={one.answer.judged} epsilon={epsilon} /></div>}
      <Reproduction where={where} />
      <TakeAway
        code={codeOf(power, pair - 1, unit)}
        files={[
          { label: "errors as CSV", name: "kullback.csv", text: () => csvOf(["method", "epsilon", "relativeError", "relativeBound", "negative"], (all.answer ?? []).map(({ method, epsilon: at, error, errorBound, negative }) => [method, at, error, errorBound, negative])) },
          { label: "this pair as JSON", name: "kullback.json", text: () => jsonOf({ ...page.write(state), unit, ...one.answer }) },
        ]}
      />
    </>
  );
}

const numberIn = (text: string | null, least: number, most: number, step: number, otherwise: number) => {
  const value = text === null || text.trim() === "" ? NaN : Number(text);
  return value >= least && value <= most && Number.isInteger(value / step) ? value : otherwise;
};

export const page: Page<State> = {
  View: Precision,
  read: (query) => ({ power: numberIn(query.get("power"), LEAST_POWER, 0, POWER_STEP, START.power), pair: numberIn(query.get("pair"), 1, PAIRS, 1, START.pair) }),
  write: ({ power, pair }) => ({ power: String(power), pair: String(pair) }),
};
