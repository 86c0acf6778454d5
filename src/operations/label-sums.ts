import type { Form } from "./contributing.js";
import { unitOf } from "./evaluate.js";
import type { LabelContributions } from "./label-contributions.js";
import type { Call } from "./prepare.js";
import { visitCells } from "./visit-cells.js";

/** Adds up what the cells of each label contribute. */
export async function sumByLabel(call: Call, form: Form, labelOf: (index: number) => number): Promise<LabelContributions> {
  const parts = new Map<number, { sum: number; lost: number; size: number; cells: number }>();
  const errors = await visitCells(call, form, (values, first) => {
    for (let i = 0; i < values.length; i++) {
      const label = labelOf(first + i);
      let part = parts.get(label);
      if (!part) parts.set(label, (part = { sum: 0, lost: 0, size: 0, cells: 0 }));
      // Neumaier's sum
      const value = values[i];
      const before = part.sum;
      part.sum = before + value;
      part.lost += Math.abs(before) >= Math.abs(value) ? before - part.sum + value : value - part.sum + before;
      part.size += Math.abs(value);
      part.cells += 1;
    }
  });
  const labels = [...parts.keys()].sort((a, b) => a - b);
  const column = (of: (part: { sum: number; lost: number; size: number; cells: number }) => number) => Float64Array.from(labels, (label) => of(parts.get(label) as never));
  return {
    labels,
    data: column(({ sum, lost }) => (Number.isFinite(lost) ? sum + lost : sum)),
    errorBound: column(({ sum, size, cells }) => (Number.isFinite(sum) ? errors(size, cells) : 0)),
    cells: column(({ cells }) => cells),
    unit: unitOf(call.measure, call.settings.base),
  };
}

