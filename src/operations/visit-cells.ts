import { nestOf, stepsFrom } from "../grid.js";
import { UNSCALED } from "../terms/measure.js";
import { factorsOf, formOf, isNormalized, rowsForCells } from "./contributing.js";
import type { Form } from "./contributing.js";
import { onBackend, onCpu, trusting } from "./prepare.js";
import type { Call, Place } from "./prepare.js";
import { totalsOf } from "./sums.js";
import { viewFrom } from "./view-from.js";

/** Cells whose contributions are on the host at once. */
const CHUNK = 2 ** 20;

export type Visit = (values: Float64Array | Float32Array, first: number) => void;

/** A bound for the sum of so many contributions whose sizes add up to so much. */
export type ErrorOf = (size: number, cells: number) => number;

/** Hands the contributions of all cells over in p's order, a few at a time: whatever the grid's size, no more are held. */
export function visitCells(call: Call, form: Form, visit: Visit): Promise<ErrorOf> {
  return onBackend(call, (ready, place) => trusting("fast", ready, place, (sound, where) => visitOn(sound, where, form, visit)));
}

async function visitOn(call: Call, place: Place, form: Form, visit: Visit): Promise<ErrorOf> {
  const { measure, p, q, layout, settings: { signal } } = call;
  const { backend } = place;
  const outcome = await rowsForCells(call, place);
  if (outcome.refusal !== null) return onCpu(call, backend, outcome.refusal, (again, cpu) => visitOn(again, cpu, form, visit));
  const whole = outcome.rows.at(0);
  const [outer = { size: 1, strideP: 0, strideQ: 0, strideW: 0 }, ...inner] = layout.reduced;
  const cellsOfStep = layout.cells / outer.size;
  const steps = Math.max(1, Math.floor(CHUNK / cellsOfStep));
  const term = formOf(measure, form);
  for (let step = 0; step < outer.size; step += steps) {
    const size = Math.min(steps, outer.size - step);
    const pFrom = viewFrom(p, step * outer.strideP);
    const values = await backend.map({
      layout: nestOf([], [stepsFrom(outer, step, size), ...inner]), p: pFrom, q: q === p ? pFrom : viewFrom(q, step * outer.strideQ), term, output: "host", ...factorsOf(call), ...(signal && { signal }),
      ...(whole.scale !== UNSCALED && { scales: [whole.scale] }),
      ...(isNormalized(call) && { totals: [totalsOf(whole)] }),
    });
    visit(values as Float64Array | Float32Array, step * cellsOfStep);
    signal?.throwIfAborted();
  }
  const { term: ofTerm, sum: ofSum, floor } = whole.errors;
  const offset = isNormalized(call) ? (ofTerm + ofSum) * Math.abs(whole.d / whole.p) : 0;
  const { factor } = factorsOf(call);
  return (sum, cells) => (ofTerm + (isNormalized(call) ? 8 * ofSum : 0)) * 1.01 * sum + (offset + cells * floor) * factor + sum * 2 ** -50;
}
