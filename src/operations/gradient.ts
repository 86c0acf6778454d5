import type { DeviceGrid, Grid } from "../grid.js";
import type { MeasureOptions } from "../options.js";
import type { By } from "../terms/slopes.js";
import type { Input } from "../validate.js";
import type { PairMeasure, SingleMeasure } from "./measures.js";

/** Options of `gradient`. */
export interface GradientOptions extends Omit<MeasureOptions, "detail" | "totals" | "mask" | "weights" | "emptyRows" | "zeros" | "rtol"> {
  /** By what: the entries of p or of q, or the logarithms of q's, which is by its logits. A measure of one grid: `"p"`. */
  readonly with: By;
  /** `"host"` (default): an array; `"device"`: left in the backend's memory. */
  readonly output?: "host" | "device";
}

/** Derivatives on the host, in p's shape. */
export type GradientGrid = Grid<Float64Array | Float32Array>;

/**
 * The derivative of a measure by every entry of p or q, or by ln q: for logits z with q = exp(z) or softmax(z) it is that by z.
 * Of normalised distributions: a step that only changes a total has no slope. Of KL divergence by p (ln(p̂/q̂) − D)/Σp, by q (1 − p̂/q̂)/Σq,
 * by ln q it is q̂ − p̂.
 *
 * ```ts
 * const { data } = await gradient(klDivergence, target, model, { with: "log q", shape: [64, 50_000], axis: 1 });
 * ```
 *
 * @param measure - `klDivergence`, `generalizedKl`, `jeffreys`, `populationStability`, `jensenShannon`, `crossEntropy`, `chiSquare`, `neymanChiSquare`;
 *   of one distribution: `gradient(entropy, p, { with: "p" })`.
 * @param p - As for the measure.
 * @param q - As for the measure, of p's shape.
 * @param options - `with` and `output`; `base`, `normalize`, `shape`, `axis` (each remaining cell is a distribution of its own), `spacing`, `backend`,
 *   `signal` as for the measure.
 * @returns `{ data, dtype, shape }`: the measure's unit a unit of p or q, or its unit alone by `"log q"`; `Float64Array` from the CPU, `Float32Array` from the GPU
 *   (where what is below 2^-126 may count as 0). At zeros the limit from above, which may be ±Infinity. With `output: "device"` a grid that the caller destroys.
 * @throws As the measure; RangeError for a measure without gradient here, and for an unknown `with` or `output`; ShapeError for a q that broadcasts;
 *   DomainError where the value the gradient is made from is infinite.
 */
export function gradient(measure: PairMeasure, p: Input, q: Input, options: GradientOptions & { readonly output: "device" }): Promise<DeviceGrid>;
export function gradient(measure: PairMeasure, p: Input, q: Input, options: GradientOptions & { readonly output?: "host" }): Promise<GradientGrid>;
export function gradient(measure: SingleMeasure, p: Input, options: GradientOptions & { readonly output: "device" }): Promise<DeviceGrid>;
export function gradient(measure: SingleMeasure, p: Input, options: GradientOptions & { readonly output?: "host" }): Promise<GradientGrid>;
export async function gradient({ measure }: PairMeasure | SingleMeasure, p: Input, ...rest: readonly unknown[]): Promise<DeviceGrid | GradientGrid> {
  return (await import("./slopes.js")).slopesOf(measure, p, ...((measure.arity === "single" ? [undefined, ...rest] : rest) as [Input | undefined, GradientOptions]));
}
