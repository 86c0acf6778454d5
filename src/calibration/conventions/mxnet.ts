import { ln, xLnX } from "../ln.js";
import { Runs, binsOf } from "../prefix.js";
import type { Convention } from "./convention.js";
import { EPSILON, LOG_EPSILON, SmoothedLogs, atEnd, smoothed, takenFrom, takenInSingles } from "./smoothed.js";

/*
 * MXNet's entropy calibrator (src/operator/quantization/calibrate.cc). Bins of x from −a to a, an odd number; a candidate keeps i to either side of the middle
 * one, with what lies beyond in the outermost ones of p. q are the means of equal groups, the last of which takes what is left, over bins that are not empty,
 * without the outermost one below and without what lies beyond; they are written where p is not 0. Both are smoothed as counts, in singles.
 */

/** A share of a group's mean that is taken from it, beyond which the logarithm of the rest is taken itself. */
const SERIES = 1e-3;

const candidatesOf = (n: number, levels: number) => ({ first: Math.floor(levels / 2), count: Math.max(Math.floor(n / 2) - Math.floor(levels / 2) + 1, 0) });

function prepare(counts: Float64Array, levels: number): (candidate: number) => number {
  const n = counts.length;
  const zero = Math.floor(n / 2);
  const bins = binsOf(counts);
  const logs = new SmoothedLogs(bins);
  const total = bins.sums[n];
  const means = new Runs(n, (a, b) => ln((bins.sums[b] - bins.sums[a]) / (bins.filled[b] - bins.filled[a])));
  return (candidate) => {
    const { counts, sums, filled } = bins;
    const [start, stop] = [zero - candidate, zero + candidate + 1];
    const size = stop - start;
    const width = Math.floor(size / levels);
    const [left, right] = [sums[start], total - sums[stop]];
    const [low, high] = [counts[start] + left, counts[stop - 1]];
    const [fillsLow, fillsHigh] = [Number(low > 0), Number(high === 0 && right > 0)];
    const filledP = filled[stop] - filled[start + 1] + fillsLow + fillsHigh;
    const takenP = takenFrom(size - filledP, filledP);
    // the outermost bins of p are their groups' where these have others
    const [second, last] = [levels > 1 ? start + width : stop, levels > 1 ? start + (levels - 1) * width : start + 1];
    const [normFirst, normLast] = [filled[second] - filled[start + 1], filled[stop] - filled[last]];
    const filledQ = filled[stop] - filled[start + 1] + (normFirst > 0 ? fillsLow : 0) + (normLast > 0 ? fillsHigh : 0);
    const takenQ = takenFrom(size - filledQ, filledQ);
    if (filledQ === 0 || !(takenP < 1 && takenQ < 1)) return Infinity;
    const [sumFirst, sumLast] = [sums[second] - sums[start + 1], sums[stop] - sums[last]];
    const totalQ = sums[stop] - sums[start + 1] + (normFirst > 0 ? (sumFirst / normFirst) * fillsLow : 0) + (normLast > 0 ? (sumLast / normLast) * fillsHigh : 0);
    const ofGroup = (sum: number, norm: number, weight: number) => weight * (norm > 0 ? ln(sum / norm - takenQ) : LOG_EPSILON);
    let ofQ = EPSILON * (size - filledP) * LOG_EPSILON + ofGroup(sumFirst, normFirst, sumFirst + low - takenP * (normFirst + fillsLow));
    if (levels > 1) ofQ += ofGroup(sumLast, normLast, sumLast + right - takenP * (normLast + fillsHigh));
    const known = means.ofWidth(width);
    for (let a = second; a < last; a += width) {
      const [sum, norm] = [sums[a + width] - sums[a], filled[a + width] - filled[a]];
      if (norm === 0) continue;
      const share = (takenQ * norm) / sum;
      const below = share < SERIES ? means.at(known, a, width) - share * (1 + share * (0.5 + share * (0.3333333333333333 + share * 0.25))) : ln(sum / norm - takenQ);
      ofQ += (sum - takenP * norm) * below;
    }
    const ofP = logs.of(start + 1, stop, takenP) + (low > 0 ? xLnX(low - takenP) : 0) + atEnd(high, right, takenP) + (size - filledP) * EPSILON * LOG_EPSILON;
    return (ofP - ofQ) / total + ln(totalQ / total);
  };
}

function direct(counts: Float64Array, levels: number, candidate: number): number {
  const single = Math.fround;
  const n = counts.length;
  const zero = Math.floor(n / 2);
  const [start, stop] = [zero - candidate, zero + candidate + 1];
  const size = stop - start;
  const p = new Float64Array(size);
  for (let k = 0; k < size; k++) p[k] = single(counts[start + k]);
  p[0] = 0;
  for (let k = 0; k <= start; k++) p[0] = single(p[0] + single(counts[k]));
  for (let k = stop; k < n; k++) p[size - 1] = single(p[size - 1] + single(counts[k]));
  const width = Math.floor(size / levels);
  const q = new Float64Array(size);
  for (let group = 0; group < levels; group++) {
    const [from, to] = [group * width, group === levels - 1 ? size : (group + 1) * width];
    let [norm, sum] = [0, 0];
    // the outermost bin below is 0 there
    for (let k = Math.max(from, 1); k < to; k++) {
      sum += counts[start + k];
      if (counts[start + k] !== 0) norm += 1;
    }
    if (norm === 0) continue;
    const mean = single(single(sum) / norm);
    for (let k = from; k < to; k++) if (p[k] !== 0) q[k] = mean;
  }
  return inSingles(smoothed(p, takenInSingles), smoothed(q, takenInSingles));
}

/** The vendor's loop: every step in singles. */
function inSingles(p: Float64Array | null, q: Float64Array | null): number {
  if (!p || !q) return Infinity;
  const single = Math.fround;
  let [totalP, totalQ, sum] = [0, 0, 0];
  for (let k = 0; k < p.length; k++) {
    totalP = single(totalP + p[k]);
    totalQ = single(totalQ + q[k]);
  }
  for (let k = 0; k < p.length; k++) {
    const x = single(p[k] / totalP);
    sum = single(sum + single(x * single(Math.log(single(x / single(q[k] / totalQ))))));
  }
  return sum;
}

export const mxnet: Convention = {
  counts: "symmetric",
  bins: 8001,
  levels: (bits, isUnsigned) => (isUnsigned ? 2 ** (bits + 1) - 1 : 2 ** bits - 1),
  candidates: candidatesOf,
  edge: (candidate) => candidate + 0.5,
  prepare,
  direct,
  takes: "first",
};
