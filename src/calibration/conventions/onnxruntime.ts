import { ln } from "../ln.js";
import { binsOf } from "../prefix.js";
import type { Bins } from "../prefix.js";
import { LARGEST, scanEach } from "./convention.js";
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

/** Bins of p that something lies in, what is beyond included. */
function filledOf({ counts, sums, filled }: Bins, { start, end }: Slice): number {
  return filled[end] - filled[start] + Number(counts[start] === 0 && sums[start] > 0) + Number(counts[end - 1] === 0 && sums[counts.length] > sums[end]);
}

const candidatesOf = (n: number, levels: number) => ({ first: Math.floor(levels / 2), count: Math.max(Math.floor(n / 2) - Math.floor(levels / 2) + 1, 0) });

/** Σ weight·ln(mean − taken), alone: within a longer function engines sometimes call each logarithm, with its numbers boxed. */
function sumOfLogs(weights: Float64Array, means: Float64Array, taken: number): number {
  let sum = 0;
  for (let group = 0; group < weights.length; group++) sum += weights[group] * (means[group] > 0 ? ln(means[group] - taken) : LOG_EPSILON);
  return sum;
}

/** Σp·ln p. */
function logsOfP({ counts, sums }: Bins, logs: SmoothedLogs, { start, end }: Slice, filledP: number): number {
  const zeros = end - start - filledP;
  const taken = takenFrom(zeros, filledP);
  return logs.of(start, end, taken) + zeros * EPSILON * LOG_EPSILON + atEnd(counts[start], sums[start], taken) + atEnd(counts[end - 1], sums[counts.length] - sums[end], taken);
}

function prepare(counts: Float64Array, levels: number): Prepared {
  const bins = binsOf(counts);
  const logs = new SmoothedLogs(bins);
  const n = counts.length;
  const total = bins.sums[n];
  const groups = { means: new Float64Array(levels), weights: new Float64Array(levels) };
  const scan = scanEach((candidate) => {
    const { counts, sums, filled } = bins;
    // of each group its mean, and what the logarithm of what is left of that counts
    const { means, weights } = groups;
    const slice = sliceOf(n, levels, candidate);
    const { start, end, width } = slice;
    // not as lists: what a loop begins with is boxed then
    const left = sums[start];
    const right = total - sums[end];
    const fillsLow = counts[start] === 0 && left > 0 ? 1 : 0;
    const fillsHigh = counts[end - 1] === 0 && right > 0 ? 1 : 0;
    const filledP = filledOf(bins, slice);
    const takenP = takenFrom(end - start - filledP, filledP);
    const expanded = start + levels * width;
    const isLast = expanded === end;
    let filledQ = 0;
    let totalQ = 0;
    let below = left;
    let filledBelow = filled[start];
    for (let group = 0; group < levels; group++) {
      const b = start + (group + 1) * width;
      const upTo = sums[b];
      const filledUpTo = filled[b];
      const moreLow = group === 0;
      const moreHigh = isLast && group === levels - 1;
      const fills = filledUpTo - filledBelow + (moreLow ? fillsLow : 0) + (moreHigh ? fillsHigh : 0);
      const mean = fills > 0 ? Math.floor(((group === levels - 1 ? sums[end] : upTo) - below) / fills) : 0;
      means[group] = mean;
      weights[group] = upTo - below + (moreLow ? left : 0) + (moreHigh ? right : 0) - takenP * fills + EPSILON * (width - fills);
      if (mean > 0) {
        filledQ += width;
        totalQ += mean * width;
      }
      below = upTo;
      filledBelow = filledUpTo;
    }
    const takenQ = takenFrom(end - start - filledQ, filledQ);
    if (filledQ === 0 || filledP === 0 || !(takenP < 1 && takenQ < 1)) return Infinity;
    let ofQ = sumOfLogs(weights, means, takenQ);
    if (!isLast) {
      const fills = filled[end] - filled[expanded] + fillsHigh;
      ofQ += (sums[end] - sums[expanded] + right - takenP * fills + EPSILON * (end - expanded - fills)) * LOG_EPSILON;
    }
    return (logsOfP(bins, logs, slice, filledP) - ofQ) / total + ln(totalQ / total);
  });
  return {
    bins, scan,
    from(candidate, value) {
      const slice = sliceOf(n, levels, candidate);
      const filledP = filledOf(bins, slice);
      return value < -LARGEST || filledP === 0 ? Infinity : logsOfP(bins, logs, slice, filledP) / total - ln(total / n) - value;
    },
    loop: (candidate) => loop(bins, levels, candidate),
  };
}

const wgsl = /* wgsl */ `
const EPSILON = 1e-4;

fn value(candidate: u32) -> f32 {
  let bins = tabulation.own.x;
  let levels = tabulation.own.y;
  let all = count_below(bins);
  let even = f32(all) / f32(bins);
  let start = bins / 2u - candidate;
  let end = min(bins / 2u + candidate + 1u, bins);
  let size = f32(end - start);
  let width = (end - start) / levels;
  let expanded = start + levels * width;
  let left = count_below(start);
  let right = all - count_below(end);
  let fills_low = select(0u, 1u, count_below(start + 1u) == left && left > 0u);
  let fills_high = select(0u, 1u, count_below(end - 1u) == count_below(end) && right > 0u);
  let ends_with_groups = expanded == end;
  var filled_q = 0.0;
  var total_q = 0.0;
  for (var group = 0u; group < levels; group++) {
    let mean = mean_of(group, start, end, width, levels, fills_low, select(0u, fills_high, ends_with_groups));
    filled_q += select(0.0, f32(width), mean > 0u);
    total_q += f32(mean) * f32(width);
  }
  let filled_p = f32(filled_below(end) - filled_below(start) + fills_low + fills_high);
  let taken_p = EPSILON * (size - filled_p) / max(filled_p, 1.0);
  let taken_q = EPSILON * (size - filled_q) / max(filled_q, 1.0);
  let ln_epsilon = ln_ratio(EPSILON, even);
  for (var group = 0u; group < levels; group++) {
    let a = start + group * width;
    let fills = filled_below(a + width) - filled_below(a) + select(0u, fills_low, group == 0u) + select(0u, fills_high, group + 1u == levels && ends_with_groups);
    let count = count_below(a + width) - count_below(a) + select(0u, left, group == 0u) + select(0u, right, group + 1u == levels && ends_with_groups);
    let mean = mean_of(group, start, end, width, levels, fills_low, select(0u, fills_high, ends_with_groups));
    let weight = f32(count) - taken_p * f32(fills) + EPSILON * f32(width - fills);
    add(weight * select(ln_epsilon, ln_ratio(max(f32(mean) - taken_q, EPSILON), even), mean > 0u));
  }
  if (!ends_with_groups) {
    let fills = filled_below(end) - filled_below(expanded) + fills_high;
    add((f32(count_below(end) - count_below(expanded) + right) - taken_p * f32(fills) + EPSILON * f32(end - expanded - fills)) * ln_epsilon);
  }
  let value = sum() / f32(all) - ln_ratio(max(total_q, 1.0), f32(all));
  return select(value, -INFINITE, filled_q == 0.0 || taken_p >= 1.0 || taken_q >= 1.0);
}

// of a group, with what is left over in that of the last
fn mean_of(group: u32, start: u32, end: u32, width: u32, levels: u32, fills_low: u32, fills_high: u32) -> u32 {
  let a = start + group * width;
  let b = a + width;
  let is_last = group + 1u == levels;
  let count = count_below(select(b, end, is_last)) - count_below(a);
  let fills = filled_below(b) - filled_below(a) + select(0u, fills_low, group == 0u) + select(0u, fills_high, is_last);
  return select(0u, count / max(fills, 1u), fills > 0u);
}`;

/** The vendor's loop; sums of counts are exact in any order. */
function loop({ counts, sums, filled }: Bins, levels: number, candidate: number): number {
  const n = counts.length;
  const { start, end, width } = sliceOf(n, levels, candidate);
  const size = end - start;
  const p = counts.slice(start, end);
  const isEmpty = [p[0] === 0, p[size - 1] === 0];
  p[0] += sums[start];
  p[size - 1] += sums[n] - sums[end];
  const q = new Float64Array(size);
  for (let group = 0; group < levels; group++) {
    const [from, to] = [start + group * width, start + (group + 1) * width];
    const isLast = group === levels - 1;
    const norm = filled[to] - filled[from] + Number(group === 0 && isEmpty[0] && p[0] > 0) + Number(to === end && isEmpty[1] && p[size - 1] > 0);
    if (norm > 0) q.fill(Math.trunc((sums[isLast ? end : to] - sums[from]) / norm), from - start, to - start);
  }
  return entropyInSingles(smoothed(p), smoothed(q));
}

/** SciPy's `entropy` of arrays of singles: terms in doubles, rounded; sums in singles, in pairs. */
function entropyInSingles(p: Float32Array | null, q: Float32Array | null): number {
  if (!p || !q) return Infinity;
  const [totalP, totalQ] = [p, q].map((list) => sumInPairs(list));
  const terms = new Float32Array(p.length);
  for (let k = 0; k < terms.length; k++) {
    const x = Math.fround(p[k] / totalP);
    terms[k] = x * ln(x / Math.fround(q[k] / totalQ));
  }
  return sumInPairs(terms);
}

export const onnxruntime: Convention = {
  counts: "symmetric",
  bins: 128,
  noise: () => ({ scan: [4e-7, 1e-4] }),
  takes: "first",
  levels: () => 128,
  candidates: candidatesOf,
  edge: (candidate, bins) => candidate + (bins % 2 === 0 ? 0 : 0.5),
  onGpu: (levels) => ({ wgsl, own: [levels], shared: new Float32Array(1), groups: 2 * levels }),
  prepare,
};
