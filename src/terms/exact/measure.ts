import type { Finish, Finished } from "../measure.js";

/** Exact sums are integers in units of 2^-UNIT: below the last bit that a term of any two doubles can have. */
export const UNIT = 1216;

/**
 * Which terms a read adds up. `"kl"`: g(p, q). `"jeffreys"`: g(p, q) and g(q, p). `"cross-entropy"`: with ln q = k·ln 2 + w,
 * 0 < w < 1.2, p·w and p·(k + UNIT). `"jensen-shannon"`: g(p, m) + g(q, m) with m the mean of p and q. `"total-variation"`:
 * |p − q| in two parts, to be added.
 */
export type ExactTerm = "kl" | "jeffreys" | "cross-entropy" | "jensen-shannon" | "total-variation";

/** Terms are those of pTimes·p·2^pShift and qTimes·q·2^qShift. */
export interface ExactScale {
  readonly pShift: number;
  readonly qShift: number;
  /** 1, and for q an integer below 2^10; for terms of normalised cells integers of 128 bits, none fewer. */
  readonly pTimes: bigint;
  readonly qTimes: bigint;
}

export const EXACT_UNSCALED: ExactScale = { pShift: 0, qShift: 0, pTimes: 1n, qTimes: 1n };

/** What one row of an exact read summed, in units of 2^-UNIT; the same bits on every device and for every split. */
export interface ExactRow {
  readonly p: bigint;
  readonly q: bigint;
  /** Σ of each of the measure's terms in their scale; 0 where it has fewer. */
  readonly terms: readonly [bigint, bigint];
  /** Cells that make the value infinite: p > 0 where q = 0, for `"jeffreys"` also q > 0 where p = 0. */
  readonly infiniteCells: number;
}

export const NO_CELLS: ExactRow = { p: 0n, q: 0n, terms: [0n, 0n], infiniteCells: 0 };

/** The sums of both cells together. */
export function mergeRows(a: ExactRow, b: ExactRow): ExactRow {
  const terms = [a.terms[0] + b.terms[0], a.terms[1] + b.terms[1]] as const;
  return { p: a.p + b.p, q: a.q + b.q, terms, infiniteCells: a.infiniteCells + b.infiniteCells };
}

/** How a value is to be finished, and in which unit. */
export interface ExactFinish extends Finish {
  readonly base: number;
}

/** What a measure does with exact sums. */
export interface ExactMeasure {
  readonly term: ExactTerm;
  /** Must the totals be known before the terms? Then the first read adds up those alone. */
  readonly totalsFirst: boolean;
  /** The scale at which the terms must be read again, or `null` where this read has all the promised digits. */
  scale(row: ExactRow, how: Finish): ExactScale | null;
  /** Value and bound in units of `base`, rounded once. `p` and `q` are unscaled, `terms` are in `scale`. */
  finish(row: ExactRow, scale: ExactScale, how: ExactFinish): Finished;
}
