import { lnRatio } from "../../terms/log.js";
import { Runs, binsOf, xLnX } from "../prefix.js";
import type { Convention } from "./convention.js";
import { EPSILON, LOG_EPSILON, SmoothedLogs, atEnd, smoothed, takenFrom, takenInSingles } from "./smoothed.js";

/*
 * MXNet's entropy calibrator (src/operator/quantization/calibrate.cc). Bins of x from −a to a, an odd number; a candidate keeps i to either side of the middle
 * one, with what lies beyond in the outermost ones of p. q are the means of equal groups, the last of which takes what is left, over bins that are not empty,
 * without the outermost one below and without what lies beyond; they are written where p is not 0. Both are smoothed as counts, in singles.
 */

/** Beyond, the logarithm of what is smoothed is taken itself. */
const SERIES = 0.01;

const candidatesOf = (n: number, levels: number) => ({ first: Math.floor(levels / 2), count: Math.max(Math.floor(n / 2) - Math.floor(levels / 2) + 1, 0) });

function scan(counts: Float64Array, levels: number): Float64Array {
  const n = counts.length;
  const zero = Math.floor(n / 2);
  const bins = binsOf(counts);
  const { sums, filled } = bins;
  const logs = new SmoothedLogs(bins);
  const total = sums[n];
  const runs = new Runs(n, (a, b) => lnRatio(sums[b] - sums[a], filled[b] - filled[a]));
  const { first, count } = candidatesOf(n, levels);
  const divergences = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const [start, stop] = [zero - first - at, zero + first + at + 1];
    const width = Math.floor((stop - start) / levels);
    const [left, right] = [sums[start], total - sums[stop]];
    const low = counts[start] + left;
    const [fillsLow, fillsHigh] = [Number(low > 0), Number(counts[stop - 1] === 0 && right > 0)];
    const filledP = filled[stop] - filled[start + 1] + fillsLow + fillsHigh;
    const takenP = takenFrom(stop - start - filledP, filledP);
    let [filledQ, totalQ] = [0, 0];
    for (let group = 0, a = start + 1; group < levels; group++) {
      const b = group === levels - 1 ? stop : start + (group + 1) * width;
      const norm = filled[b] - filled[a];
      if (norm > 0) {
        const own = norm + (group === 0 ? fillsLow : 0) + (group === levels - 1 ? fillsHigh : 0);
        filledQ += own;
        totalQ += ((sums[b] - sums[a]) / norm) * own;
      }
      a = b;
    }
    const takenQ = takenFrom(stop - start - filledQ, filledQ);
    if (filledQ === 0 || !(takenP < 1 && takenQ < 1)) {
      divergences[at] = Infinity;
      continue;
    }
    let ofQ = 0;
    for (let group = 0, a = start + 1; group < levels; group++) {
      const b = group === levels - 1 ? stop : start + (group + 1) * width;
      const norm = filled[b] - filled[a];
      const own = norm + (group === 0 ? fillsLow : 0) + (group === levels - 1 ? fillsHigh : 0);
      const sum = sums[b] - sums[a];
      const weight = sum + (group === 0 ? low : 0) + (group === levels - 1 ? right : 0) - takenP * own;
      ofQ += EPSILON * (b - a + (group === 0 ? 1 : 0) - own) * LOG_EPSILON;
      if (norm === 0) ofQ += weight * LOG_EPSILON;
      else {
        const share = (takenQ * norm) / sum;
        // ln(mean − taken) from the mean's, which other candidates have too
        ofQ += weight * (share < SERIES ? runs.at(a, b) - share * (1 + share * (1 / 2 + share * (1 / 3 + share * (1 / 4 + share * (1 / 5 + share / 6))))) : lnRatio(sum - takenQ * norm, norm));
      }
      a = b;
    }
    const ofP = logs.of(start + 1, stop, takenP) + (low > 0 ? xLnX(low - takenP) : 0) + atEnd(counts[stop - 1], right, takenP) + (stop - start - filledP) * EPSILON * LOG_EPSILON;
    divergences[at] = (ofP - ofQ) / total + lnRatio(totalQ, total);
  }
  return divergences;
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
  scan,
  direct,
  takes: "first",
};
