import { useState } from "preact/hooks";
import { DrawField } from "../draw-field";
import { families, startOf } from "../families";
import type { FamilyId } from "../families";
import { FileField, NUMBER_FILES } from "../file-field";
import { areWeights, isBins, isOutcomes } from "./sides";
import type { BinsSide, Side } from "./sides";

interface SideFormProps {
  readonly name: "P" | "Q";
  readonly side: Side;
  readonly other: Side;
  readonly change: (next: Side) => void;
  readonly take: (file: File) => void;
}

const OUTCOMES = "counts";
const BINS = "bins";
/** What a drawing begins with. */
const DRAWING: Side = { from: -5, to: 5, heights: Array.from({ length: 50 }, (_, i) => Math.round(90 * Math.exp(-(((i - 24.5) / 10) ** 2)))) };
const MOST_DRAWN = 100;

const startOfKind = (kind: string): Side => (kind === OUTCOMES ? { weights: [1, 1, 1, 1, 1, 1] } : kind === BINS ? DRAWING : { family: kind as FamilyId, values: startOf(kind as FamilyId) });

/** One distribution: its family and sliders, a drawing, counts of outcomes, or a file. */
export function SideForm({ name, side, other, change, take }: SideFormProps) {
  const kind = isOutcomes(side) ? OUTCOMES : isBins(side) ? BINS : side.family;
  return (
    <fieldset class={`side side-${name.toLowerCase()}`}>
      <legend>{name}</legend>
      <label>
        family <select value={kind} onChange={({ currentTarget: { value } }) => change(startOfKind(value))}>
          {Object.entries(families).map(([key, family]) => <option key={key} value={key}>{family.name}</option>)}
          <option value={BINS}>drawn, or bins of samples</option>
          <option value={OUTCOMES}>counts of outcomes</option>
        </select>
      </label>
      {isOutcomes(side) && side.weights.length > MOST_EDITED && <small>{side.weights.length.toLocaleString("en")} outcomes</small>}
      {isOutcomes(side) && side.weights.length <= MOST_EDITED && <Weights name={name} weights={side.weights} change={change} />}
      {isBins(side) && <Bins name={name} side={side} change={change} />}
      {!isOutcomes(side) && !isBins(side) && <Sliders name={name} family={side.family} values={side.values} change={change} />}
      {"family" in side && side.family === "normal" && isBins(other) && <button type="button" onClick={() => change({ family: "normal", values: momentsOf(other) })}>take the other's mean and standard deviation</button>}
      <FileField label={`or a file for ${name}: .npy, .csv, an image`} accept={NUMBER_FILES} take={take} />
    </fieldset>
  );
}

interface SlidersProps extends Pick<SideFormProps, "name" | "change"> {
  readonly family: FamilyId;
  readonly values: readonly number[];
}

function Sliders({ name, family, values, change }: SlidersProps) {
  return families[family].sliders.map(({ name: parameter, least, most, step }, i) => (
    <label class="slider" key={parameter}>
      {parameter}
      <input type="range" min={least} max={most} step={step} value={values[i]} aria-label={`${parameter} of ${name}`} onInput={({ currentTarget: { valueAsNumber } }) => change({ family, values: values.with(i, valueAsNumber) })} />
      <input type="number" step="any" value={values[i]} aria-label={`${parameter} of ${name}, typed`} onChange={({ currentTarget: { valueAsNumber } }) => Number.isFinite(valueAsNumber) && change({ family, values: values.with(i, valueAsNumber) })} />
    </label>
  ));
}

/** Mean and standard deviation of what bins hold, to five digits. */
function momentsOf({ from, to, heights }: BinsSide): [mean: number, sd: number] {
  const middles = heights.map((_, i) => from + ((i + 0.5) * (to - from)) / heights.length);
  const total = heights.reduce((sum, height) => sum + height, 0);
  const mean = heights.reduce((sum, height, i) => sum + height * middles[i], 0) / total;
  const variance = heights.reduce((sum, height, i) => sum + height * (middles[i] - mean) ** 2, 0) / total;
  return [Number(mean.toPrecision(5)), Number(Math.sqrt(variance).toPrecision(5))];
}

/** Bins of samples are shown as they are; few enough may be drawn over. */
function Bins({ name, side, change }: Pick<SideFormProps, "name" | "change"> & { readonly side: BinsSide }) {
  const { from, to, heights } = side;
  const most = heights.reduce((highest, height) => Math.max(highest, height), 0);
  const shown = most > 100 || heights.some((height) => !Number.isInteger(height)) ? heights.map((height) => Math.round((100 * height) / most)) : heights;
  const ends = `${heights.length} bins from ${Number(from.toPrecision(6))} to ${Number(to.toPrecision(6))}`;
  return heights.length <= MOST_DRAWN
    ? <div><DrawField label={`heights of ${name}`} heights={shown} colour={`var(--${name.toLowerCase()})`} change={(next) => change({ from, to, heights: next })} /><small>{ends}: draw over them</small></div>
    : <small>{ends}</small>;
}

/** Most counts that are shown to be edited. */
const MOST_EDITED = 2000;

interface WeightsProps extends Pick<SideFormProps, "name" | "change"> {
  readonly weights: readonly number[];
}

/** Counts as they are written or pasted: separated by commas, blanks or lines. */
function Weights({ name, weights, change }: WeightsProps) {
  const [wrong, setWrong] = useState("");
  const read = (text: string) => {
    const next = text.split(/[\s,;]+/).filter(Boolean).map(Number);
    setWrong(areWeights(next) ? "" : "at least two numbers, none below 0 and not all of them 0");
    if (areWeights(next)) change({ weights: next });
  };
  return (
    <label class="weights">
      counts, one per outcome, with commas between them
      <textarea rows={3} aria-label={`counts of ${name}`} aria-invalid={wrong !== ""} defaultValue={weights.join(", ")} key={weights.join()} onChange={({ currentTarget: { value } }) => read(value)} />
      {wrong && <span class="failed" role="alert">{wrong}</span>}
    </label>
  );
}
