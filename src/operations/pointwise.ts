import type { MapJob, Term } from "../backend.js";
import { contributing, factorsOf, formOf, isNormalized, rowsForCells } from "./contributing.js";
import type { ContributingOptions } from "./contributing.js";
import type { DeviceGrid, Grid } from "../grid.js";
import { cellsOf } from "../grid.js";
import { UNSCALED } from "../terms/measure.js";
import type { Input } from "../validate.js";
import type { PairMeasure, SingleMeasure } from "./measures.js";
import { onBackend, onCpu, prepare, trusting } from "./prepare.js";
import type { Call, Place } from "./prepare.js";
import { totalsOf } from "./sums.js";

/** Options of `pointwise`. */
export interface PointwiseOptions extends ContributingOptions {
  /** `"host"` (default): an array; `"device"`: left in the backend's memory. */
  readonly output?: "host" | "device";
  /** How many of the largest contributions are asked for, in place of all: whatever the grid's size, no more are kept. Without `axis`. */
  readonly top?: number;
}

/** The cells that contribute most. */
export interface Top {
  /** Their contributions, the largest first; `Infinity` where p > 0 and q = 0. */
  readonly data: Float64Array;
  /** Where they lie in p, row-major. */
  readonly indices: Float64Array;
  /** The same by axis, slowest first. */
  readonly positions: readonly (readonly number[])[];
}

/** Contributions on the host, in p's shape. */
export type ContributionGrid = Grid<Float64Array | Float32Array>;

/**
 * What each cell contributes to a measure: an array of p's shape that sums to the measure's value. Roots (`jensenShannonDistance`,
 * `hellinger`), logarithms (`renyi`) and maxima are no sums and refused.
 *
 * @param measure - A measure of two distributions; of one: `pointwise(entropy, p, options)`.
 * @param p - As for the measure.
 * @param q - As for the measure; its shape may broadcast.
 * @param options - `form` and `output`; `base`, `normalize`, `shape`, `axis` (each remaining cell is normalised on its own),
 *   `spacing`, `backend`, `signal` as for the measure.
 * @returns `{ data, dtype, shape }`: nats (or log-`base` units; pure numbers where the measure is one) a cell; `Float64Array` from the CPU, `Float32Array` from the
 *   GPU; with `top` the largest of them and where they lie. `Infinity` in a cell with p > 0 and q = 0. With `output: "device"` a grid that the caller destroys.
 * @throws As the measure; RangeError for an unknown `form` or `output`, for `precision: "exact"`, `rtol`, `mask` and `weights`.
 */
export function pointwise(measure: PairMeasure, p: Input, q: Input, options: PointwiseOptions & { readonly top: number }): Promise<Top>;
export function pointwise(measure: PairMeasure, p: Input, q: Input, options: PointwiseOptions & { readonly output: "device" }): Promise<DeviceGrid>;
export function pointwise(measure: PairMeasure, p: Input, q: Input, options?: PointwiseOptions & { readonly output?: "host" }): Promise<ContributionGrid>;
export function pointwise(measure: SingleMeasure, p: Input, options: PointwiseOptions & { readonly top: number }): Promise<Top>;
export function pointwise(measure: SingleMeasure, p: Input, options: PointwiseOptions & { readonly output: "device" }): Promise<DeviceGrid>;
export function pointwise(measure: SingleMeasure, p: Input, options?: PointwiseOptions & { readonly output?: "host" }): Promise<ContributionGrid>;
export async function pointwise(callable: PairMeasure | SingleMeasure, p: Input, ...rest: readonly unknown[]): Promise<DeviceGrid | ContributionGrid | Top> {
  const { measure, q, form, own: { output = "host", top }, options } = contributing<Pick<PointwiseOptions, "output" | "top">>("pointwise", callable, rest, ["output", "top"]);
  if (output !== "host" && output !== "device") throw new RangeError(`pointwise: output "${String(output)}" must be "host" or "device".`);
  const term = formOf(measure, form);
  const call = prepare(measure, p, q, options);
  if (top !== undefined) return (await import("./top.js")).topOf(call, form, top);
  const result = await onBackend(call, (ready, place) => trusting("fast", ready, place, (sound, where) => mapOn(sound, where, term, output)));
  if (!ArrayBuffer.isView(result)) return result;
  return { data: result, dtype: result instanceof Float32Array ? "float32" : "float64", shape: call.p.shape };
}

async function mapOn(call: Call, place: Place, term: Term, output: "host" | "device"): Promise<Float64Array | Float32Array | DeviceGrid> {
  const { layout, settings: { signal } } = call;
  const outcome = await rowsForCells(call, place);
  if (outcome.refusal !== null) return onCpu(call, place.backend, outcome.refusal, (again, cpu) => mapOn(again, cpu, term, output));
  const scales = outcome.rows.map((row) => row.scale);
  const job: MapJob = {
    layout, p: call.p, q: call.q, term, output, ...factorsOf(call), ...(signal && { signal }),
    ...(scales.some((scale) => scale !== UNSCALED) && { scales }),
    ...(isNormalized(call) && { totals: outcome.rows.map(totalsOf) }),
  };
  if (cellsOf(call.p.shape) === 0) return new Float64Array();
  return place.backend.map(job);
}
