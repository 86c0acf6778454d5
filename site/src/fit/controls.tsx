import { DrawField } from "../draw-field";
import { Word } from "../word";
import { models, suits } from "./models";
import type { ModelId } from "./models";
import { STARTS, START } from "./state";
import type { From, State } from "./state";
import { DRAWN_AXIS, dimensionsOf, targets } from "./targets";
import type { TargetId } from "./targets";

const GROUPS = [[1, "one variable"], [2, "two variables"], [3, "three variables"]] as const;
const ids = Object.keys(targets) as (keyof typeof targets)[];

interface ControlsProps {
  readonly state: State;
  readonly change: (next: State) => void;
}

/** What is fitted to what. */
export function Controls({ state, change }: ControlsProps) {
  const { of, model, starts, from, heights } = state;
  const dimensions = dimensionsOf(of);
  const set = (next: Partial<State>) => {
    const all = { ...state, shown: START.shown, step: null, ...next };
    change({ ...all, model: suits(all.model, dimensionsOf(all.of)) ? all.model : START.model });
  };
  const [first, last, bins] = DRAWN_AXIS;
  const half = (last - first) / (bins - 1) / 2;
  return (
    <section class="controls" aria-label="Target and model">
      <p>
        A model that is simpler than its target cannot be right everywhere. The <Word of="kl-divergence">Kullback-Leibler divergence</Word> of the target from the model (forward) and that of the model from the target (reverse) put the error
        in different places: forward <Word of="mode-covering">covers</Word>, reverse <Word of="mode-seeking">seeks</Word>.
      </p>
      <div class="choices">
        <label>
          target <select aria-label="target" value={of} onChange={({ currentTarget: { value } }) => set({ of: value as TargetId })}>
            {GROUPS.map(([count, label]) => (
              <optgroup key={count} label={label}>
                {ids.filter((id) => targets[id].dimensions === count).map((id) => <option key={id} value={id}>{targets[id].name}</option>)}
                {count === 1 && <option value="drawn">drawn by you</option>}
              </optgroup>
            ))}
          </select>
        </label>
        <label>
          model <select aria-label="model" value={model} onChange={({ currentTarget: { value } }) => set({ model: value as ModelId })}>
            {(Object.keys(models) as ModelId[]).filter((id) => suits(id, dimensions)).map((id) => <option key={id} value={id}>{models[id].name}</option>)}
          </select>
        </label>
        <label>
          searches <select aria-label="starts" value={starts} onChange={({ currentTarget: { value } }) => set({ starts: Number(value) })}>
            {STARTS.map((count) => <option key={count}>{count}</option>)}
          </select>
        </label>
        <label>
          from <select aria-label="where searches start" value={from} onChange={({ currentTarget: { value } }) => set({ from: value as From })}>
            <option value="random">random places</option>
            <option value="target">where the target is</option>
          </select>
        </label>
      </div>
      {of === "drawn" ? (
        <div class="drawing">
          <DrawField label="the target" heights={heights} colour="var(--quiet)" change={(next) => set({ heights: next })} />
          <small>{bins} bins from {first - half} to {last + half}: draw with the pointer, or choose a bin with the left and right arrow keys and set it with up and down</small>
        </div>
      ) : <p>{targets[of].says}</p>}
    </section>
  );
}
