import type { CellArray, Grid } from "../grid.js";
import type { Input } from "../validate.js";
import type { ContributingOptions } from "./contributing.js";
import type { PairMeasure, SingleMeasure } from "./measures.js";

export interface LabelOptions extends Omit<ContributingOptions, "axis" | "precision" | "rtol"> {
  /** Which part each cell belongs to: integers of p's shape, of any integer type. */
  readonly labels: CellArray | readonly number[] | Grid;
}

/** What the parts of a labelled grid contribute, part by part. */
export interface LabelContributions {
  /** The labels that occur, ascending. */
  readonly labels: readonly number[];
  readonly data: Float64Array;
  /** |contribution − truth| ≤ errorBound, for each label. */
  readonly errorBound: Float64Array;
  /** How many cells bear each label. */
  readonly cells: Float64Array;
  readonly unit: string;
}

/**
 * What each labelled region of a grid contributes to a measure, as an atlas or a segmentation draws them: parts of the one value of the
 * whole grid that add up to it.
 *
 * ```ts
 * const { labels, data } = await labelContributions(klDivergence, p, q, { labels: atlas });
 * ```
 *
 * @param measure - A measure that is a sum over cells; of one distribution: `labelContributions(entropy, p, options)`.
 * @param p - As for the measure.
 * @param q - As for the measure; its shape may broadcast.
 * @param options - `labels`; `form`, `base`, `normalize`, `shape`, `spacing`, `backend`, `signal` as for {@link pointwise}.
 * @returns The labels that occur, with the contribution of each, its bound and how many cells bear it. `Infinity` for a label with a cell that is.
 * @throws As {@link pointwise}; ShapeError for labels of another number of cells; TypeError for labels that are no integers.
 */
export function labelContributions(measure: PairMeasure, p: Input, q: Input, options: LabelOptions): Promise<LabelContributions>;
export function labelContributions(measure: SingleMeasure, p: Input, options: LabelOptions): Promise<LabelContributions>;
export async function labelContributions({ measure }: PairMeasure | SingleMeasure, p: Input, ...rest: readonly unknown[]): Promise<LabelContributions> {
  return (await import("./label-sums.js")).labelsOf(measure, p, rest);
}
