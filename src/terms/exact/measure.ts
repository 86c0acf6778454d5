import type { Finish, Finished } from "../measure.js";

/** Exact sums are integers in units of 2^-UNIT: below the last bit that a term of any two doubles can have. */
export const UNIT = 1216;

/**
 * Which terms a read adds up. `"kl"`: g(p, q). `"cross-entropy"`: with ln q = k·ln 2 + w, 0 < w < 1.2, p·w and p·(k + UNIT).
 * `"jensen-shannon"`: g(p, m) + g(q, m) with m the mean of p and q.
 */
export type ExactTerm = "kl" | "cross-entropy" | "jensen-shannon";

/** Terms are those of pTimes·p·2^pShift and qTimes·q·2^qShift. */
export interface ExactScale {
  readonly pShift: number;
  readonly qShift: number;
  /** 1, and for q an integer below 2^10; for `"jensen-shannon"` integers of 96 bits, none fewer. */
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
  /** Cells with p > 0 where q = 0. */
  readonly infiniteCells: number;
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
