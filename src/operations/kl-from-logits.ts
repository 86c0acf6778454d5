import type { Detail, MeasureOptions } from "../options.js";
import type { Input } from "../validate.js";
import type { PairMeasure } from "./measures.js";

/** Options of `klFromLogits`. */
export interface LogitOptions extends Pick<MeasureOptions, "backend" | "base" | "shape" | "signal"> {
  /** The axis of the classes, or of the vocabulary; default the last. Of blocks not the first, along which they follow each other. */
  readonly axis?: number;
  /** What logits are divided by before, from 1e-30 to 1e30; default 1. */
  readonly temperature?: number;
  /** `klDivergence` (default), `jensenShannon` or `crossEntropy`; for D(q ‖ p) exchange the arguments. */
  readonly measure?: PairMeasure;
}

/** What rows of logits say of two models. */
export interface LogitComparison extends Pick<Detail, "unit" | "backend" | "reason" | "elapsedMs"> {
  /** One a row, row-major in the axes that remain; ≥ 0. */
  readonly values: Float64Array;
  /** |value − truth| ≤ errorBound, for the logits as they lie in the arrays. */
  readonly errorBounds: Float64Array;
  /** Of all rows, with the standard error of that mean, s/√n; NaN for one row. */
  readonly mean: number;
  readonly standardError: number;
  /** By level, 0.5 the median: between two values by their distance, NumPy's `quantile`. */
  readonly quantiles: Readonly<Record<QuantileLevel, number>>;
  /** Share of the rows of which both models put the same class first; classes that tie are all first. */
  readonly top1Agreement: number;
  /** The largest value, and its row. */
  readonly largest: { readonly value: number; readonly row: number };
  /** Shape of `values`. */
  readonly shape: readonly number[];
}

/** Rows of logits, all at once or block after block: p's blocks and q's have as many rows each. */
export type LogitSource = Input | AsyncIterable<Input>;

export type QuantileLevel = 0.01 | 0.05 | 0.1 | 0.5 | 0.9 | 0.95 | 0.99 | 0.999;

/**
 * Divergence of softmax(q) from softmax(p) for every row of logits: how much a quantised language model lost, token by token. No softmax is
 * stored, and nothing cancels where the models nearly agree: p − q comes from the differences of logits.
 *
 * ```ts
 * const { mean, standardError, quantiles, top1Agreement } = await klFromLogits(logits, quantised, { shape: [tokens, 128_256] });
 * ```
 *
 * @param pLogits - Logits of the reference, any constant added to each row: finite or −Infinity; float32, float16, float64 or `number[]`, row-major. Or
 *   blocks of rows, as `openBlocks` of `kullback/io` reads them from files.
 * @param qLogits - Logits of the model, of the same shape, in blocks where p's are.
 * @param options - `axis`, `temperature`, `measure`; `base`, `shape`, `backend`, `signal` as for the measures.
 * @returns Nats (or log-`base` units) a row with their bounds, and what all rows say together. A value is 0 where the rows differ by a constant, `Infinity`
 *   where q is −Infinity and p is not.
 * @throws ShapeError if the shapes, or those of blocks but for their rows, differ; DomainError for NaN, Infinity, and rows of nothing but −Infinity; RangeError
 *   for a measure that is none of these, another temperature, and the axis of blocks; TypeError for integers, and for blocks on one side alone.
 * @see {@link klDivLoss}; Hinton, Vinyals & Dean 2015, arXiv:1503.02531, for the temperature.
 */
export async function klFromLogits(pLogits: LogitSource, qLogits: LogitSource, options: LogitOptions = {}): Promise<LogitComparison> {
  return (await import("./logit-rows.js")).compareLogits(pLogits, qLogits, options);
}
