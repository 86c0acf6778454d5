import { lnRatio } from "../../terms/log.js";
import { Prefix, xLnX } from "../prefix.js";
import type { Bins } from "../prefix.js";

/*
 * What onnxruntime and mxnet do to distributions: bins that are 0 get a ten-thousandth of a count, which is taken from the others evenly.
 */

export const EPSILON = 1e-4;
export const LOG_EPSILON = lnRatio(EPSILON, 1);

/** What an outermost bin has more of (c − e)·ln(c − e) by what lies beyond. */
export const atEnd = (count: number, more: number, taken: number) => (count + more > 0 ? xLnX(count + more - taken) : 0) - (count > 0 ? xLnX(count - taken) : 0);

/** What is taken from each bin that is not 0. */
export const takenFrom = (zeros: number, filled: number) => (EPSILON * zeros) / filled;

/** Counts up to here are looked at one by one, others by a series. */
const SMALL = 16;
const TERMS = 6;

/** Σ (c − e)·ln(c − e) over the bins of a run that are not 0, for any e < 1: by powers of e, from prefixes. */
export class SmoothedLogs {
  private readonly small: readonly Prefix[];
  private readonly logs: Prefix;
  private readonly series: readonly Prefix[];

  constructor({ counts }: Bins) {
    this.small = Array.from({ length: SMALL }, (_, i) => new Prefix(counts, (c) => Number(c === i + 1)));
    const large = (of: (c: number) => number) => new Prefix(counts, (c) => (c > SMALL ? of(c) : 0));
    this.logs = large(xLnX);
    this.series = [large((c) => lnRatio(c, 1) + 1), ...Array.from({ length: TERMS - 1 }, (_, k) => large((c) => 1 / ((k + 2) * (k + 1) * c ** (k + 1))))];
  }

  of(a: number, b: number, taken: number): number {
    let sum = this.logs.of(a, b) - taken * this.series[0].of(a, b);
    for (let k = 1, power = taken; k < TERMS; k++) sum += (power *= taken) * this.series[k].of(a, b);
    this.small.forEach((counts, i) => {
      const count = counts.of(a, b);
      if (count > 0) sum += count * xLnX(i + 1 - taken);
    });
    return sum;
  }
}

/** What is taken, worked out in singles. */
export const takenInSingles = (zeros: number, filled: number) => Math.fround(Math.fround(Math.fround(EPSILON) * zeros) / filled);

/** Values smoothed and rounded to singles; `null` where nothing is there or too much would be taken. */
export function smoothed(values: Float64Array, takenOf = takenFrom): Float64Array | null {
  let zeros = 0;
  for (let k = 0; k < values.length; k++) if (values[k] === 0) zeros += 1;
  const filled = values.length - zeros;
  const taken = takenOf(zeros, filled);
  if (filled === 0 || taken >= 1) return null;
  const [added, less] = [Math.fround(EPSILON), Math.fround(taken)];
  const into = new Float64Array(values.length);
  for (let k = 0; k < values.length; k++) into[k] = values[k] === 0 ? added : Math.fround(Math.fround(values[k]) - less);
  return into;
}
