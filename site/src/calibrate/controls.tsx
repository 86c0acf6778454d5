import { FileField } from "../file-field";
import { Word } from "../word";
import { EXAMPLES, TARGETS } from "./choices";
import type { ExampleId, TargetId } from "./choices";
import { MOST_SEED } from "./state";
import type { State } from "./state";

interface ControlsProps {
  readonly state: State;
  readonly change: (next: State) => void;
  readonly take: (file: File) => void;
}

/** Samples, and what they are to be stored in. */
export function Controls({ state, change, take }: ControlsProps) {
  const { of, seed, target } = state;
  return (
    <section class="controls" aria-label="Samples and target">
      <p>
        To put a tensor into few bits one chooses a threshold: <Word of="calibration">calibration</Word>. Eight methods look at the same samples here. Five of them choose “by <Word of="kl-divergence">KL divergence</Word>”, each by steps of its own, and find different thresholds.
      </p>
      <div class="examples" role="group" aria-label="Examples">
        {(Object.keys(EXAMPLES) as ExampleId[]).map((id) => <button type="button" key={id} aria-pressed={id === of} onClick={() => change({ ...state, of: id })}>{EXAMPLES[id].name}</button>)}
      </div>
      <div class="calibrate-choices">
        <label>
          target <select aria-label="target" value={target} onChange={({ currentTarget: { value } }) => change({ ...state, target: value as TargetId })}>{Object.entries(TARGETS).map(([id, text]) => <option key={id} value={id}>{text}</option>)}</select>
        </label>
        {of !== "file" && (
          <label>
            seed <input type="number" aria-label="seed" min={0} max={MOST_SEED} step={1} value={seed} onChange={({ currentTarget: { valueAsNumber } }) => { if (Number.isInteger(valueAsNumber) && valueAsNumber >= 0 && valueAsNumber <= MOST_SEED) change({ ...state, seed: valueAsNumber }); }} />
          </label>
        )}
      </div>
      <FileField label="or activations of yours: .npy, .nii, .csv" accept=".npy,.nii,.gz,.csv,.tsv,.txt" take={take} />
    </section>
  );
}
