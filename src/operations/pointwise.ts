import type { DeviceGrid, Grid } from "../grid.js";
import type { Input } from "../validate.js";
import type { ContributingOptions } from "./contributing.js";
import type { PairMeasure, SingleMeasure } from "./measures.js";

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
export async function pointwise({ measure }: PairMeasure | SingleMeasure, p: Input, ...rest: readonly unknown[]): Promise<DeviceGrid | ContributionGrid | Top> {
  return (await import("./cell-values.js")).valuesOf(measure, p, rest);
}
