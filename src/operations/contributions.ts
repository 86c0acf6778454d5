import type { Grid } from "../grid.js";
import type { Input } from "../validate.js";
import type { ContributingOptions } from "./contributing.js";
import type { PairMeasure, SingleMeasure } from "./measures.js";

/** What parts of a grid contribute to the one value of the whole: they add up to it, within the sum of their bounds. */
export interface Contributions extends Grid<Float64Array> {
  /** |contribution − truth| ≤ errorBound, for each part. */
  readonly errorBound: Float64Array;
  readonly unit: string;
}

type PartOptions = Omit<ContributingOptions, "axis" | "precision" | "rtol">;

export interface SliceOptions extends PartOptions {
  /** The axis whose slices are looked at, or several: one contribution for each of their steps. Negative from the end. */
  readonly axis: number | readonly number[];
}

export interface BlockOptions extends PartOptions {
  /** Cells of a block along each axis, or one number for all; blocks at the far ends may be smaller. */
  readonly size: number | readonly number[];
}

/**
 * What each slice of a grid contributes to a measure: parts of the one value of the whole grid, both grids divided by their totals over
 * all of it. (The measure with `axis` normalises each row by itself, and its values add up to nothing.)
 *
 * ```ts
 * const { data } = await sliceContributions(klDivergence, p, q, { shape: [64, 128, 128], axis: 0 }); // 64 parts of one number
 * ```
 *
 * @param measure - A measure that is a sum over cells; of one distribution: `sliceContributions(entropy, p, options)`.
 * @param p - As for the measure.
 * @param q - As for the measure; its shape may broadcast.
 * @param options - `axis`; `form`, `base`, `normalize`, `shape`, `spacing`, `backend`, `signal` as for {@link pointwise}.
 * @returns One contribution for each step along `axis`, row-major in `shape`, with their bounds. `Infinity` for a slice in which a cell is.
 * @throws As {@link pointwise}; RangeError for an axis that is not there.
 */
export function sliceContributions(measure: PairMeasure, p: Input, q: Input, options: SliceOptions): Promise<Contributions>;
export function sliceContributions(measure: SingleMeasure, p: Input, options: SliceOptions): Promise<Contributions>;
export async function sliceContributions({ measure }: PairMeasure | SingleMeasure, p: Input, ...rest: readonly unknown[]): Promise<Contributions> {
  return (await import("./block-sums.js")).slicesOf(measure, p, rest);
}

/**
 * What each block of a grid contributes to a measure: where in a volume do two densities differ, and by how much?
 *
 * ```ts
 * const { data, shape } = await blockContributions(klDivergence, p, q, { shape: [181, 217, 181], size: 16 }); // [12, 14, 12]
 * ```
 *
 * @param measure - As for {@link sliceContributions}.
 * @param p - As for the measure.
 * @param q - As for the measure; its shape may broadcast.
 * @param options - `size`, and as for {@link sliceContributions}.
 * @returns One contribution a block, row-major in `shape`, the shape of p over `size` rounded up, with their bounds.
 * @throws As {@link sliceContributions}; ShapeError for a `size` of another number of axes; RangeError for one that is no positive integer.
 */
export function blockContributions(measure: PairMeasure, p: Input, q: Input, options: BlockOptions): Promise<Contributions>;
export function blockContributions(measure: SingleMeasure, p: Input, options: BlockOptions): Promise<Contributions>;
export async function blockContributions({ measure }: PairMeasure | SingleMeasure, p: Input, ...rest: readonly unknown[]): Promise<Contributions> {
  return (await import("./block-sums.js")).blocksOf(measure, p, rest);
}
