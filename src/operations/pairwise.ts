import type { DeviceGrid, Grid } from "../grid.js";
import type { Detail, MeasureOptions } from "../options.js";
import type { Input } from "../validate.js";
import type { PairMeasure } from "./measures.js";

/** Options of `pairwise`. */
export interface PairwiseOptions extends Pick<MeasureOptions, "backend" | "base" | "normalize" | "shape" | "zeros" | "emptyRows" | "precision" | "rtol" | "detail" | "signal"> {
  /** Other rows to compare each row with, of the same cells; default: the rows themselves. */
  readonly against?: Input;
  /** How many of the nearest rows are wanted of each, itself apart: whatever the number of rows, no matrix is stored. */
  readonly top?: number;
  /** Of a symmetric measure of rows with themselves the pairs i < j alone, row by row: SciPy's condensed form. */
  readonly condensed?: boolean;
  /** `"host"` (default): an array; `"device"`: left in the backend's memory, in binary32 on a GPU. */
  readonly output?: "host" | "device";
}

/** A matrix, or its condensed form, with the bounds of its entries. */
export interface PairDetail extends Grid<Float64Array>, Pick<Detail, "unit" | "precision" | "backend" | "reason" | "elapsedMs"> {
  /** |value − truth| ≤ errorBound of each entry, for the numbers as they lie in the arrays. */
  readonly errorBound: Float64Array;
  /** Pairs that were computed one by one: of a matrix product those whose bound was too wide. */
  readonly alone: number;
}

/** The nearest rows of each row, the nearest first; of the same distance, that which comes first. */
export interface Nearest {
  /** Their values, `top` for each row. */
  readonly data: Float64Array;
  /** Which rows they are. */
  readonly indices: Uint32Array;
  readonly shape: readonly [rows: number, top: number];
}

/** The same with the bounds of the values. */
export interface NearestDetail extends Nearest, Omit<PairDetail, keyof Grid> {}

/**
 * A measure of every row with every row: the K × K matrix of K distributions, or K × K′ against K′ others.
 *
 * ```ts
 * const { data } = await pairwise(jensenShannon, histograms, { shape: [256, 1024] }); // data[256 * i + j]
 * const { indices } = await pairwise(klDivergence, images, { shape: [4096, 256], top: 5 });
 * ```
 *
 * Divergences of an order (Kullback–Leibler, Rényi, Hellinger, χ², …) come on the CPU from one product of matrices in binary64, centred by the mean of all
 * rows so that nothing cancels where rows are close; entries whose bound is still wider than 2⁻²⁰ of the value (2⁻³² of 64-bit types and 32-bit integers) are
 * computed one by one. Jensen–Shannon and total variation are summed pair by pair, on a GPU all of these; other measures, policies for zeros and exact
 * precision a row at a time, as the measure itself does.
 *
 * @param measure - A measure of two distributions.
 * @param rows - Distributions along the first axis, each entry finite and ≥ 0, row-major; a flat array with `shape`. Each is divided by its sum.
 * @param options - See {@link PairwiseOptions}; `shape` is that of `rows`, and the others as for the measure, with `rtol` for each entry.
 * @returns `{ data, dtype, shape }`: entry (i, j) is measure(row i, row j of `against`), nats (or log-`base` units) where the measure has them; 0 for rows with
 *   themselves, `Infinity` where the measure is, NaN for rows without mass where `emptyRows` says so. With `top` the smallest of each row and whose they
 *   are; with `detail` the bounds too; with `output: "device"` a grid that the caller destroys.
 * @throws ShapeError if there are no rows, or their cells differ in number; DomainError on a negative, NaN or infinite entry and rows that sum to 0;
 *   RangeError for `condensed` of another kind, a `top` that is no positive integer or more than there are rows, a matrix beyond the host's arrays, and as the
 *   measure; TypeError for a measure of one distribution; DeviceError for `output: "device"` without room there.
 * @see SciPy `pdist` and `cdist`; Banerjee et al. 2005, JMLR 6, for the three points of a Bregman divergence.
 */
export function pairwise(measure: PairMeasure, rows: Input, options: PairwiseOptions & { readonly top: number; readonly detail: true }): Promise<NearestDetail>;
export function pairwise(measure: PairMeasure, rows: Input, options: PairwiseOptions & { readonly top: number }): Promise<Nearest>;
export function pairwise(measure: PairMeasure, rows: Input, options: PairwiseOptions & { readonly output: "device"; readonly top?: undefined }): Promise<DeviceGrid>;
export function pairwise(measure: PairMeasure, rows: Input, options: PairwiseOptions & { readonly detail: true; readonly top?: undefined; readonly output?: "host" }): Promise<PairDetail>;
export function pairwise(measure: PairMeasure, rows: Input, options?: PairwiseOptions & { readonly top?: undefined; readonly output?: "host" }): Promise<Grid<Float64Array>>;
export function pairwise(measure: PairMeasure, rows: Input, options?: PairwiseOptions): Promise<Grid<Float64Array> | PairDetail | Nearest | NearestDetail | DeviceGrid>;
export async function pairwise({ measure }: PairMeasure, rows: Input, options: PairwiseOptions = {}): Promise<Grid<Float64Array> | PairDetail | Nearest | DeviceGrid> {
  return (await import("./pair-matrix.js")).matrixOf(measure, rows, options);
}
