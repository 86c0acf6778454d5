import type { Finish, Finished, Scale } from "../measure.js";

/** Exact sums are integers in units of 2^-UNIT: below the last bit that a term of any two doubles can have. */
export const UNIT = 1216;

/**
 * Which terms a read adds up. `"kl"`: g(p, q). `"cross-entropy"`: with ln q = k·ln 2 + w, 0 < w < 1.2, p·w and p·(k + UNIT).
 */
export type ExactTerm = "kl" | "cross-entropy";

/** What one row of an exact read summed, in units of 2^-UNIT; the same bits on every device and for every split. */
export interface ExactRow {
  readonly p: bigint;
  readonly q: bigint;
  /** Σ of each of the measure's terms of p·2^scale.p and q·multiplier·2^scale.q; 0 where it has fewer. */
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
  /** The scale at which the terms must be read again, or `null` where this read has all the promised digits. */
  scale(row: ExactRow, how: Finish): Scale | null;
  /** Value and bound in units of `base`, rounded once. `p` and `q` are unscaled, `terms` are in `scale`. */
  finish(row: ExactRow, scale: Scale, how: ExactFinish): Finished;
}
