import type { Grid } from "../grid.js";
import { hasNodes } from "../grid.js";
import { totalMeasure } from "../terms/total.js";
import { axesOf, operandOf, settingsOf } from "../validate.js";
import type { Input } from "../validate.js";
import { evaluateCall } from "./evaluate.js";
import { sumTotals } from "./exact.js";
import type { MarginalOptions } from "./marginal.js";
import { onBackend, prepare, trusting } from "./prepare.js";
import type { Call } from "./prepare.js";

const NAME = "marginal";

/** What `marginal` does, once it is loaded. */
export async function marginalOf(p: Input, axes: number | readonly number[], { precision, ...options }: MarginalOptions): Promise<Grid<Float64Array>> {
  settingsOf(NAME, { ...options, ...(precision && { precision }) }, ["backend", "shape", "spacing", "quadrature", "precision", "signal"]);
  const { shape, spacing: own } = operandOf(NAME, "p", p, options.shape);
  const kept = axesOf(NAME, axes, shape);
  const call = prepare(totalMeasure, p, undefined, { ...options, axis: shape.map((_, i) => i).filter((i) => !kept.includes(i)) });
  if (precision === "exact" && hasNodes(call.layout)) throw new RangeError(`${NAME}: exact precision takes spacing in numbers, and no quadrature but "riemann".`);
  const data = await totalsOfRows(call, precision ?? (hasNodes(call.layout) ? "fast" : "exact"));
  const spacing = options.spacing ?? own;
  const perAxis = typeof spacing === "object" ? spacing.filter((_, i) => kept.includes(i)) : spacing === undefined ? undefined : kept.map(() => spacing);
  return { data, dtype: "float64", shape: call.layout.shape, ...(perAxis && { spacing: perAxis }) };
}

/** Of every row Σp times the cells' volume, in exact precision each sum rounded once. */
export async function totalsOfRows(call: Call, precision: "fast" | "exact"): Promise<Float64Array> {
  if (precision === "fast") return (await evaluateCall(call, 0)) as Float64Array;
  // totals are read beside every term, and tried with the simplest
  const totals = await onBackend({ ...call, settings: { ...call.settings, precision } }, (ready, place) => trusting("cross-entropy", ready, place, (sound, { backend }) => sumTotals(sound, backend)));
  return totals.map((sum) => sum * call.cellVolume);
}
