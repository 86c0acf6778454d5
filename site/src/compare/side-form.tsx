import { useState } from "preact/hooks";
import { families, startOf } from "../families";
import type { FamilyId } from "../families";
import type { Side } from "./evaluate";

interface SideFormProps {
  readonly name: "P" | "Q";
  readonly side: Side;
  readonly change: (next: Side) => void;
}

const OUTCOMES = "counts";

/** One distribution: its family and sliders, or counts of outcomes. */
export function SideForm({ name, side, change }: SideFormProps) {
  const id = "weights" in side ? OUTCOMES : side.family;
  const choose = (next: string) => change(next === OUTCOMES ? { weights: [1, 1, 1, 1, 1, 1] } : { family: next as FamilyId, values: startOf(next as FamilyId) });
  return (
    <fieldset class={`side side-${name.toLowerCase()}`}>
      <legend>{name}</legend>
      <label>
        family <select value={id} onChange={({ currentTarget: { value } }) => choose(value)}>
          {Object.entries(families).map(([key, family]) => <option key={key} value={key}>{family.name}</option>)}
          <option value={OUTCOMES}>counts of outcomes</option>
        </select>
      </label>
      {"weights" in side ? <Weights name={name} weights={side.weights} change={change} /> : <Sliders name={name} family={side.family} values={side.values} change={change} />}
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
      <output>{values[i]}</output>
    </label>
  ));
}

interface WeightsProps extends Pick<SideFormProps, "name" | "change"> {
  readonly weights: readonly number[];
}

/** Counts as they are written or pasted: separated by commas, blanks or lines. */
function Weights({ name, weights, change }: WeightsProps) {
  const [wrong, setWrong] = useState("");
  const read = (text: string) => {
    const next = text.split(/[\s,;]+/).filter(Boolean).map(Number);
    const message = next.length < 2 ? "at least two numbers" : next.every((weight) => weight >= 0 && weight < Infinity) ? (next.some((weight) => weight > 0) ? "" : "not all of them 0") : "numbers of at least 0";
    setWrong(message);
    if (message === "") change({ weights: next });
  };
  return (
    <label class="weights">
      counts, one an outcome
      <textarea rows={3} aria-label={`counts of ${name}`} aria-invalid={wrong !== ""} defaultValue={weights.join(", ")} key={weights.join()} onChange={({ currentTarget: { value } }) => read(value)} />
      {wrong && <span class="failed" role="alert">{wrong}</span>}
    </label>
  );
}
