import { ShapeError } from "../errors.js";
import { cellsOf } from "../grid.js";
import type { Measure } from "../terms/measure.js";
import type { Input } from "../validate.js";
import { CompensatedSum } from "./compensated-sum.js";
import { contributing, refuseAxis } from "./contributing.js";
import type { Form } from "./contributing.js";
import { unitOf } from "./evaluate.js";
import type { LabelContributions, LabelOptions } from "./label-contributions.js";
import { prepare } from "./prepare.js";
import type { Call } from "./prepare.js";
import { visitCells } from "./visit-cells.js";

/** What `labelContributions` does, once it is loaded. */
export async function labelsOf(asked: Measure, p: Input, rest: readonly unknown[]): Promise<LabelContributions> {
  const { measure, q, form, own, options } = contributing<Pick<LabelOptions, "labels">>("labelContributions", asked, rest, ["labels"]);
  refuseAxis("labelContributions", options);
  const call = prepare(measure, p, q, options);
  return sumByLabel(call, form, labelOfCell(own.labels, cellsOf(call.p.shape)));
}

/** The label of a cell, from whatever holds it. */
function labelOfCell(labels: LabelOptions["labels"] | undefined, cells: number): (index: number) => number {
  const data = labels && ("data" in labels ? labels.data : labels);
  if (!data || typeof data.length !== "number") throw new TypeError("labelContributions: labels must be integers of p's shape: { labels }.");
  if (data.length !== cells) throw new ShapeError(`labelContributions: labels has ${data.length} elements, expected ${cells} to match p.`, cells, data.length);
  return (index) => {
    const label = Number(data[index]);
    if (!Number.isInteger(label)) throw new TypeError(`labelContributions: labels must be integers, that at index ${index} is ${label}.`);
    return label;
  };
}

/** Adds up what the cells of each label contribute. */
export async function sumByLabel(call: Call, form: Form, labelOf: (index: number) => number): Promise<LabelContributions> {
  const parts = new Map<number, { readonly sum: CompensatedSum; size: number; cells: number }>();
  const errors = await visitCells(call, form, (values, first) => {
    for (let i = 0; i < values.length; i++) {
      const label = labelOf(first + i);
      let part = parts.get(label);
      if (!part) parts.set(label, (part = { sum: new CompensatedSum(), size: 0, cells: 0 }));
      part.sum.add(values[i]);
      part.size += Math.abs(values[i]);
      part.cells += 1;
    }
  });
  const labels = [...parts.keys()].sort((a, b) => a - b);
  const column = (of: (part: { readonly sum: CompensatedSum; readonly size: number; readonly cells: number }) => number) => Float64Array.from(labels, (label) => of(parts.get(label) as never));
  return {
    labels,
    data: column(({ sum }) => sum.value),
    errorBound: column(({ sum, size, cells }) => (Number.isFinite(sum.value) ? errors(size, cells) : 0)),
    cells: column(({ cells }) => cells),
    unit: unitOf(call.measure, call.settings.base),
  };
}
