import { ln } from "../ln.js";
import { binsOf } from "../prefix.js";
import { scanEach } from "./convention.js";
import type { Convention, Prepared } from "./convention.js";
import { sumInPairs } from "./in-pairs.js";
import { EPSILON, LOG_EPSILON, SmoothedLogs, atEnd, smoothed, takenFrom } from "./smoothed.js";

/*
 * onnxruntime's entropy calibrator (quantization/calibrate.py, get_entropy_threshold). Bins of x from −a to a; a candidate keeps i to either side of the middle one,
 * with what lies beyond in the outermost ones of p. q are the means of equal groups over the bins of p that are not empty, cut to integers, written to empty bins
 * too; what is left of the bins is added to the last group's sum and stays 0 in q. Both are smoothed as counts, so that the divergence depends on how many
 * there are. With its own 128 bins for 128 levels there is one candidate: everything is kept.
 */

interface Slice {
  readonly start: number;
  readonly end: number;
  /** Bins of a group. */
  readonly width: number;
}

function sliceOf(n: number, levels: number, candidate: number): Slice {
  const zero = Math.floor(n / 2);
  const [start, end] = [zero - candidate, Math.min(zero + candidate + 1, n)];
  return { start, end, width: Math.floor((end - start) / levels) };
}

const candidatesOf = (n: number, levels: number) => ({ first: Math.floor(levels / 2), count: Math.max(Math.floor(n / 2) - Math.floor(levels / 2) + 1, 0) });

function prepare(counts: Float64Array, levels: number): Prepared {
  const bins = binsOf(counts);
  const logs = new SmoothedLogs(bins);
  const n = counts.length;
  const total = bins.sums[n];
  const groups = { means: new Float64Array(levels + 1), fills: new Float64Array(levels + 1), masses: new Float64Array(levels + 1) };
  const scan = scanEach((candidate) => {
    const { counts, sums, filled } = bins;
    // of each group: its mean, how many of its bins p fills, and what these have
    const { means, fills, masses } = groups;
    const { start, end, width } = sliceOf(n, levels, candidate);
    const [left, right] = [sums[start], total - sums[end]];
    const [low, high] = [counts[start], counts[end - 1]];
    const [fillsLow, fillsHigh] = [low === 0 && left > 0 ? 1 : 0, high === 0 && right > 0 ? 1 : 0];
    const filledP = filled[end] - filled[start] + fillsLow + fillsHigh;
    const expanded = start + levels * width;
    for (let group = 0, a = start; group < levels; group++, a += width) {
      masses[group] = sums[a + width] - sums[a];
      fills[group] = filled[a + width] - filled[a];
    }
    masses[levels] = sums[end] - sums[expanded];
    fills[levels] = filled[end] - filled[expanded];
    const lastOfP = expanded === end ? levels - 1 : levels;
    fills[0] += fillsLow;
    fills[lastOfP] += fillsHigh;
    let [filledQ, totalQ] = [0, 0];
    for (let group = 0; group < levels; group++) {
      const sum = masses[group] + (group === levels - 1 ? masses[levels] : 0);
      const mean = fills[group] > 0 ? Math.floor(sum / fills[group]) : 0;
      means[group] = mean;
      if (mean === 0) continue;
      filledQ += width;
      totalQ += mean * width;
    }
    const [takenP, takenQ] = [takenFrom(end - start - filledP, filledP), takenFrom(end - start - filledQ, filledQ)];
    if (filledQ === 0 || filledP === 0 || !(takenP < 1 && takenQ < 1)) return Infinity;
    masses[0] += left;
    masses[lastOfP] += right;
    let ofQ = (masses[levels] - takenP * fills[levels] + EPSILON * (end - expanded - fills[levels])) * LOG_EPSILON;
    for (let group = 0; group < levels; group++) {
      ofQ += (masses[group] - takenP * fills[group] + EPSILON * (width - fills[group])) * (means[group] > 0 ? ln(means[group] - takenQ) : LOG_EPSILON);
    }
    const ofP = logs.of(start, end, takenP) + (end - start - filledP) * EPSILON * LOG_EPSILON + atEnd(low, left, takenP) + atEnd(high, right, takenP);
    return (ofP - ofQ) / total + ln(totalQ / total);
  });
  return { scan, loop: (candidate) => loop(counts, levels, candidate) };
}

function loop(counts: Float64Array, levels: number, candidate: number): number {
  const n = counts.length;
  const { start, end, width } = sliceOf(n, levels, candidate);
  const size = end - start;
  const p = counts.slice(start, end);
  for (let k = 0; k < start; k++) p[0] += counts[k];
  for (let k = end; k < n; k++) p[size - 1] += counts[k];
  const q = new Float64Array(size);
  for (let group = 0; group < levels; group++) {
    const [from, to] = [group * width, (group + 1) * width];
    let [sum, norm] = [0, 0];
    for (let k = from; k < (group === levels - 1 ? size : to); k++) sum += counts[start + k];
    for (let k = from; k < to; k++) if (p[k] !== 0) norm += 1;
    if (norm > 0) q.fill(Math.trunc(sum / norm), from, to);
  }
  return entropyInSingles(smoothed(p), smoothed(q));
}

/** SciPy's `entropy` of arrays of singles: terms in doubles, rounded; sums in singles, in pairs. */
function entropyInSingles(p: Float64Array | null, q: Float64Array | null): number {
  if (!p || !q) return Infinity;
  const [totalP, totalQ] = [p, q].map((list) => sumInPairs(list, Math.fround));
  const terms = new Float64Array(p.length);
  for (let k = 0; k < terms.length; k++) {
    const x = Math.fround(p[k] / totalP);
    terms[k] = Math.fround(x * Math.log(x / Math.fround(q[k] / totalQ)));
  }
  return sumInPairs(terms, Math.fround);
}

export const onnxruntime: Convention = {
  counts: "symmetric",
  bins: 128,
  noise: () => ({ scan: [4e-7, 1e-4] }),
  takes: "first",
  levels: () => 128,
  candidates: candidatesOf,
  edge: (candidate, bins) => candidate + (bins % 2 === 0 ? 0 : 0.5),
  prepare,
};
