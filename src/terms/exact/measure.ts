import type { Finish, Finished } from "../measure.js";

/** Exact sums are integers in units of 2^-UNIT: below the last bit that a term of any two doubles can have. */
export const UNIT = 1216;

/**
 * Which terms a read adds up. `"kl"`: g(p, q). `"jeffreys"`: g(p, q) and g(q, p). `"cross-entropy"`: with ln q = k·ln 2 + w,
 * 0 < w < 1.2, p·w and p·(k + UNIT). `"jensen-shannon"`: g(p, m) + g(q, m) with m the mean of p and q. `"total-variation"`:
 * |p − q| in two parts, to be added.
 */
export type ExactTerm = "kl" | "jeffreys" | "cross-entropy" | "jensen-shannon" | "total-variation";

/** Terms are those of pTimes·p·2^pShift and qTimes·q·2^qShift, cut off after 127 bits; the factors have 128 bits, none fewer. */
export interface ExactScale {
  readonly pShift: number;
  readonly qShift: number;
  readonly pTimes: bigint;
  readonly qTimes: bigint;
}

/** Bits of the factors. */
export const TIMES = 128;

/** Times 1. */
export const EXACT_UNSCALED: ExactScale = { pShift: 1 - TIMES, qShift: 1 - TIMES, pTimes: 1n << BigInt(TIMES - 1), qTimes: 1n << BigInt(TIMES - 1) };

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
  /** Value and bound in units of `base`, rounded once. `p` and `q` are unscaled, `terms` are in `scale` where there is one. */
  finish(row: ExactRow, scale: ExactScale | null, how: ExactFinish): Finished;
}
