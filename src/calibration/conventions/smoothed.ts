import { ln, xLnX } from "../ln.js";
import { Prefix } from "../prefix.js";
import type { Bins } from "../prefix.js";

/*
 * What onnxruntime and mxnet do to distributions: bins that are 0 get a ten-thousandth of a count, which is taken from the others evenly.
 */

export const EPSILON = 1e-4;
export const LOG_EPSILON = ln(EPSILON);

/** What an outermost bin has more of (c − e)·ln(c − e) by what lies beyond. */
export const atEnd = (count: number, more: number, taken: number) => (count + more > 0 ? xLnX(count + more - taken) : 0) - (count > 0 ? xLnX(count - taken) : 0);

/** What is taken from each bin that is not 0. */
export const takenFrom = (zeros: number, filled: number) => (EPSILON * zeros) / filled;

/** What is taken from a count, beyond which bins are looked at one by one. */
export const SERIES = 3e-4;

/** Σ (c − e)·ln(c − e) over the bins of a run that are not 0, for any e < 1: by powers of e/c from prefixes, since counts are at least 1 and e is next to nothing where not most bins are 0. */
export class SmoothedLogs {
  private readonly filled: Float64Array;
  private readonly rank: Int32Array;
  /** Of c·ln c, ln c + 1, 1/(2c) and 1/(6c²). */
  private readonly prefixes: readonly Prefix[];

  constructor({ counts, filled }: Bins) {
    this.rank = filled;
    this.filled = counts.filter((count) => count > 0);
    const ofFilled = (of: (c: number) => number) => new Prefix(this.filled, of);
    this.prefixes = [ofFilled(xLnX), ofFilled((c) => ln(c) + 1), ofFilled((c) => 1 / (2 * c)), ofFilled((c) => 1 / (6 * c * c))];
  }

  /** Over bins a ≤ k < b. */
  of(a: number, b: number, taken: number): number {
    const [from, to] = [this.rank[a], this.rank[b]];
    if (taken < SERIES) {
      const [logs, first, second, third] = this.prefixes;
      return logs.of(from, to) - taken * (first.of(from, to) - taken * (second.of(from, to) + taken * third.of(from, to)));
    }
    let sum = 0;
    for (let k = from; k < to; k++) sum += xLnX(this.filled[k] - taken);
    return sum;
  }
}

/** What is taken, worked out in singles. */
export const takenInSingles = (zeros: number, filled: number) => Math.fround(Math.fround(Math.fround(EPSILON) * zeros) / filled);

/** Values smoothed and rounded to singles; `null` where nothing is there or too much would be taken. */
export function smoothed(values: Float64Array, takenOf = takenFrom): Float32Array | null {
  let zeros = 0;
  for (let k = 0; k < values.length; k++) if (values[k] === 0) zeros += 1;
  const filled = values.length - zeros;
  const taken = takenOf(zeros, filled);
  if (filled === 0 || taken >= 1) return null;
  const [added, less] = [Math.fround(EPSILON), Math.fround(taken)];
  const into = new Float32Array(values.length);
  for (let k = 0; k < values.length; k++) into[k] = values[k] === 0 ? added : Math.fround(values[k]) - less;
  return into;
}
