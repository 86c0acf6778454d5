import { useEffect, useState } from "preact/hooks";
import { ask } from "../ask";
import { startOf } from "../families";
import { UNITS } from "../state";
import type { State, Unit } from "../state";
import type { Answer } from "./evaluate";
import { Curves } from "./curves";
import { Numbers } from "./numbers";
import { SideForm } from "./side-form";
import { TakeAway } from "./take-away";
import { Terms } from "./terms";

/** Pairs to begin with. */
const EXAMPLES: readonly (readonly [string, Pick<State, "p" | "q">])[] = [
  ["two normals", { p: { family: "normal", values: [0, 1] }, q: { family: "normal", values: [1, 1.5] } }],
  ["one hump for two", { p: { family: "mixture", values: startOf("mixture") }, q: { family: "normal", values: [0, 2.2] } }],
  ["two betas", { p: { family: "beta", values: [2, 5] }, q: { family: "beta", values: [3, 3] } }],
  ["heavy tails", { p: { family: "studentT", values: [2, 0, 1] }, q: { family: "normal", values: [0, 1] } }],
  ["a fair and a bent coin", { p: { weights: [5, 5] }, q: { weights: [7, 3] } }],
  ["a fair and a loaded die", { p: { weights: [1, 1, 1, 1, 1, 1] }, q: { weights: [1, 1, 1, 1, 1, 5] } }],
  ["an outcome that Q rules out", { p: { weights: [3, 4, 2, 1] }, q: { weights: [4, 4, 2, 0] } }],
];

/** Two distributions side by side: what they look like, where they differ, and by how much. */
export function Compare({ state, change }: { readonly state: State; readonly change: (next: State) => void }) {
  const [answer, setAnswer] = useState<Answer | Error | null>(null);
  const { p, q, unit } = state;
  useEffect(() => {
    void ask({ p, q, base: UNITS[unit] }).then((found) => found && setAnswer(found));
  }, [p, q, unit]);
  return (
    <>
      <section class="controls" aria-label="Distributions">
        <div class="examples" role="group" aria-label="Examples">
          {EXAMPLES.map(([name, pair]) => <button type="button" key={name} onClick={() => change({ ...state, ...pair })}>{name}</button>)}
        </div>
        <div class="sides">
          <SideForm name="P" side={p} change={(next) => change({ ...state, p: next, ...("weights" in next !== "weights" in q && { q: next }) })} />
          <SideForm name="Q" side={q} change={(next) => change({ ...state, q: next, ...("weights" in next !== "weights" in p && { p: next }) })} />
        </div>
        <label>
          unit <select value={unit} onChange={({ currentTarget: { value } }) => change({ ...state, unit: value as Unit })}>{Object.keys(UNITS).map((name) => <option key={name}>{name}</option>)}</select>
        </label>
      </section>
      {answer instanceof Error && <p class="failed" role="alert">{answer.message}</p>}
      {answer && !(answer instanceof Error) && (
        <>
          <Curves answer={answer} unit={unit} />
          <Numbers answer={answer} />
          {!answer.isDensity && <Terms answer={answer} unit={unit} />}
          <TakeAway state={state} answer={answer} />
        </>
      )}
    </>
  );
}

