import { ln, xLnX } from "../ln.js";
import { binsOf } from "../prefix.js";
import type { Bins } from "../prefix.js";
import { LARGEST, scanEach } from "./convention.js";
import type { Convention, Prepared } from "./convention.js";
import { MOST_BINS } from "./loops.js";
import type { Loops } from "./loops.js";
import { EPSILON, LOG_EPSILON, SERIES, SmoothedLogs, atEnd, smoothed, takenFrom, takenInSingles } from "./smoothed.js";

/*
 * MXNet's entropy calibrator (src/operator/quantization/calibrate.cc). Bins of x from −a to a, an odd number; a candidate keeps i to either side of the middle
 * one, with what lies beyond in the outermost ones of p. q are the means of equal groups, the last of which takes what is left, over bins that are not empty,
 * without the outermost one below and without what lies beyond; they are written where p is not 0. Both are smoothed as counts, in singles.
 */

const candidatesOf = (n: number, levels: number) => ({ first: Math.floor(levels / 2), count: Math.max(Math.floor(n / 2) - Math.floor(levels / 2) + 1, 0) });

/** What a candidate keeps. */
interface Slice {
  readonly start: number;
  readonly stop: number;
  /** Bins of a group. */
  readonly width: number;
  /** What lies beyond on either side. */
  readonly left: number;
  readonly right: number;
  /** Of p's outermost bins those that only what lies beyond fills. */
  readonly fillsLow: number;
  readonly fillsHigh: number;
  /** Where the second group begins, and the last. */
  readonly second: number;
  readonly last: number;
  readonly filledP: number;
  readonly filledQ: number;
}

function sliceOf({ counts, sums, filled }: Bins, levels: number, candidate: number): Slice {
  const zero = Math.floor(counts.length / 2);
  const [start, stop] = [zero - candidate, zero + candidate + 1];
  const width = Math.floor((stop - start) / levels);
  const [left, right] = [sums[start], sums[counts.length] - sums[stop]];
  const [fillsLow, fillsHigh] = [Number(counts[start] + left > 0), Number(counts[stop - 1] === 0 && right > 0)];
  const [second, last] = [start + width, start + (levels - 1) * width];
  const inside = filled[stop] - filled[start + 1];
  const filledQ = inside + (filled[second] > filled[start + 1] ? fillsLow : 0) + (filled[stop] > filled[last] ? fillsHigh : 0);
  return { start, stop, width, left, right, fillsLow, fillsHigh, second, last, filledP: inside + fillsLow + fillsHigh, filledQ };
}

/** Σq before it is smoothed: where p has more bins than a group, these have its mean too. */
function totalOfQ({ sums, filled }: Bins, { start, stop, second, last, fillsLow, fillsHigh }: Slice): number {
  const [normFirst, normLast] = [filled[second] - filled[start + 1], filled[stop] - filled[last]];
  return sums[stop] - sums[start + 1] + (normFirst > 0 ? ((sums[second] - sums[start + 1]) / normFirst) * fillsLow : 0) + (normLast > 0 ? ((sums[stop] - sums[last]) / normLast) * fillsHigh : 0);
}

/** Σ weight·ln(mean − taken) over groups of one width that follow each other, for what is taken of p's bins and of q's: by powers of the latter, from prefixes a width apart. */
class Groups {
  private readonly widths: (readonly Float64Array[] | undefined)[] = [];

  constructor(private readonly bins: Bins) {}

  of(width: number, from: number, to: number, takenP: number, takenQ: number): number {
    if (!(takenQ < SERIES)) return this.oneByOne(width, from, to, takenP, takenQ);
    const [high, low, logs, ones, seconds, thirds] = (this.widths[width] ??= this.prefixes(width));
    const { filled } = this.bins;
    const [sum1, sum2, sum3] = [ones[to] - ones[from], seconds[to] - seconds[from], thirds[to] - thirds[from]];
    const norm = filled[to] - filled[from];
    return high[to] - high[from] + (low[to] - low[from]) - takenP * (logs[to] - logs[from])
      - takenQ * (norm - takenP * sum1 + takenQ * ((sum1 - takenP * sum2) / 2 + (takenQ * (sum2 - takenP * sum3)) / 3));
  }

  /** Of groups that end in each bin and a number of widths before it: Σ sum·ln mean, in two parts, Σ norm·ln mean, and Σ norm/mean, over its square and its cube. */
  private prefixes(width: number): readonly Float64Array[] {
    const { counts, sums, filled } = this.bins;
    const n = counts.length;
    const [high, low, logs, ones, seconds, thirds] = Array.from({ length: 6 }, () => new Float64Array(n + 1));
    for (let a = 0, b = width; b <= n; a++, b++) {
      const [sum, norm] = [sums[b] - sums[a], filled[b] - filled[a]];
      const inverse = norm / Math.max(sum, 1);
      const log = norm > 0 ? ln(sum / norm) : 0;
      const term = sum * log;
      high[b] = high[a] + term;
      const rounded = high[b] - high[a];
      low[b] = low[a] + (high[a] - (high[b] - rounded)) + (term - rounded);
      logs[b] = logs[a] + norm * log;
      ones[b] = ones[a] + norm * inverse;
      seconds[b] = seconds[a] + norm * inverse * inverse;
      thirds[b] = thirds[a] + norm * inverse * inverse * inverse;
    }
    return [high, low, logs, ones, seconds, thirds];
  }

  private oneByOne(width: number, from: number, to: number, takenP: number, takenQ: number): number {
    const { sums, filled } = this.bins;
    let total = 0;
    for (let a = from; a < to; a += width) {
      const [sum, norm] = [sums[a + width] - sums[a], filled[a + width] - filled[a]];
      if (norm > 0) total += (sum - takenP * norm) * ln(sum / norm - takenQ);
    }
    return total;
  }
}

/** Σp·ln p over bins of p that are not empty. */
function logsOfP({ counts }: Bins, logs: SmoothedLogs, { start, stop, left, right, filledP }: Slice): number {
  const taken = takenFrom(stop - start - filledP, filledP);
  const low = counts[start] + left;
  return logs.of(start + 1, stop, taken) + (low > 0 ? xLnX(low - taken) : 0) + atEnd(counts[stop - 1], right, taken);
}

function prepare(counts: Float64Array, levels: number, loops: Loops | null): Prepared {
  const n = counts.length;
  const bins = binsOf(counts);
  const logs = new SmoothedLogs(bins);
  const groups = new Groups(bins);
  const total = bins.sums[n];
  const divergence = (candidate: number) => {
    const { sums, filled } = bins;
    const slice = sliceOf(bins, levels, candidate);
    const { start, stop, width, left, right, fillsLow, fillsHigh, second, last, filledP, filledQ } = slice;
    const size = stop - start;
    const [takenP, takenQ] = [takenFrom(size - filledP, filledP), takenFrom(size - filledQ, filledQ)];
    if (filledQ === 0 || !(takenP < 1 && takenQ < 1)) return Infinity;
    const ofGroup = (a: number, b: number, more: number, fills: number) => {
      const [sum, norm] = [sums[b] - sums[a], filled[b] - filled[a]];
      return (sum + more - takenP * (norm + fills)) * (norm > 0 ? ln(sum / norm - takenQ) : LOG_EPSILON);
    };
    const low = counts[start] + left;
    const ofQ = groups.of(width, second, last, takenP, takenQ) + ofGroup(start + 1, second, low, fillsLow) + ofGroup(last, stop, right, fillsHigh);
    // what both have of bins that are empty in p is the same
    return (logsOfP(bins, logs, slice) - ofQ) / total + ln(totalOfQ(bins, slice) / total);
  };
  const prepared = {
    bins, scan: scanEach(divergence),
    from(candidate: number, value: number) {
      if (value < -LARGEST) return Infinity;
      const slice = sliceOf(bins, levels, candidate);
      const ofEmpty = EPSILON * (slice.stop - slice.start - slice.filledP);
      return logsOfP(bins, logs, slice) / total - (1 - ofEmpty / total) * ln(total / n) - value;
    },
  };
  const kernel = n <= MOST_BINS ? loops : null;
  if (!kernel) return { ...prepared, loop: (candidate) => loop(counts, levels, candidate) };
  const singles = Float32Array.from(counts);
  // what lies up to each bin, as the vendor adds it
  const upTo = new Float32Array(n);
  for (let k = 0; k < n; k++) upTo[k] = (k > 0 ? upTo[k - 1] : 0) + singles[k];
  /** False where there is nothing to be compared. */
  const ready = (slice: Slice) => {
    const { start, stop, filledP, filledQ } = slice;
    const size = stop - start;
    const [takenP, takenQ] = [takenInSingles(size - filledP, filledP), takenInSingles(size - filledQ, filledQ)];
    if (filledQ === 0 || !(takenP < 1 && takenQ < 1)) return false;
    kernel.singles.set(singles);
    kernel.sums.set(bins.sums);
    kernel.filled.set(bins.filled);
    kernel.readyMxnet(start, stop, levels, n, upTo[start], takenP, takenQ);
    return true;
  };
  return {
    ...prepared,
    // most of what singles do is done to the totals, which go by another number through all terms
    estimate(candidate) {
      const slice = sliceOf(bins, levels, candidate);
      if (!ready(slice)) return Infinity;
      const [moreP, moreQ] = [total / kernel.totalP.value, totalOfQ(bins, slice) / kernel.totalQ.value];
      return moreP * (divergence(candidate) + ln(moreP) - ln(moreQ));
    },
    loop: (candidate) => (ready(sliceOf(bins, levels, candidate)) ? kernel.loopMxnet() : Infinity),
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
  let stop = bins / 2u + candidate + 1u;
  let size = f32(stop - start);
  let width = (stop - start) / levels;
  let left = count_below(start);
  let right = all - count_below(stop);
  let low = count_below(start + 1u);
  let fills_low = select(0u, 1u, low > 0u);
  let fills_high = select(0u, 1u, count_below(stop - 1u) == count_below(stop) && right > 0u);
  let second = start + width;
  let last = start + (levels - 1u) * width;
  let norm_first = filled_below(second) - filled_below(start + 1u);
  let norm_last = filled_below(stop) - filled_below(last);
  let inside = filled_below(stop) - filled_below(start + 1u);
  let filled_p = f32(inside + fills_low + fills_high);
  let filled_q = f32(inside + select(0u, fills_low, norm_first > 0u) + select(0u, fills_high, norm_last > 0u));
  let taken_p = EPSILON * (size - filled_p) / max(filled_p, 1.0);
  let taken_q = EPSILON * (size - filled_q) / max(filled_q, 1.0);
  let ln_epsilon = ln_ratio(EPSILON, even);
  let sum_first = f32(count_below(second) - count_below(start + 1u));
  let sum_last = f32(count_below(stop) - count_below(last));
  let total_q = f32(count_below(stop) - count_below(start + 1u)) + sum_first / f32(max(norm_first, 1u)) * f32(fills_low) + sum_last / f32(max(norm_last, 1u)) * f32(fills_high);
  add((sum_first + f32(low) - taken_p * f32(norm_first + fills_low)) * select(ln_epsilon, ln_ratio(max(sum_first / f32(max(norm_first, 1u)) - taken_q, EPSILON), even), norm_first > 0u));
  add((sum_last + f32(right) - taken_p * f32(norm_last + fills_high)) * select(ln_epsilon, ln_ratio(max(sum_last / f32(max(norm_last, 1u)) - taken_q, EPSILON), even), norm_last > 0u));
  var count_a = count_below(second);
  var filled_a = filled_below(second);
  for (var b = second + width; b <= last; b += width) {
    let count_b = count_below(b);
    let filled_b = filled_below(b);
    let count = f32(count_b - count_a);
    let filled = f32(filled_b - filled_a);
    if (filled > 0.0) { add((count - taken_p * filled) * ln_ratio(max(count / filled - taken_q, EPSILON), even)); }
    count_a = count_b;
    filled_a = filled_b;
  }
  let value = sum() / f32(all) - ln_ratio(max(total_q, 1.0), f32(all));
  return select(value, -INFINITE, filled_q == 0.0 || taken_p >= 1.0 || taken_q >= 1.0);
}`;

/** The vendor's loop, without WebAssembly. */
function loop(counts: Float64Array, levels: number, candidate: number): number {
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
function inSingles(p: Float32Array | null, q: Float32Array | null): number {
  if (!p || !q) return Infinity;
  const single = Math.fround;
  let [totalP, totalQ, sum] = [0, 0, 0];
  for (let k = 0; k < p.length; k++) {
    totalP = single(totalP + p[k]);
    totalQ = single(totalQ + q[k]);
  }
  for (let k = 0; k < p.length; k++) {
    const x = single(p[k] / totalP);
    sum = single(sum + single(x * single(ln(single(x / single(q[k] / totalQ))))));
  }
  return sum;
}

export const mxnet: Convention = {
  counts: "symmetric",
  bins: 8001,
  noise: (bins) => ({ scan: [5e-6 + 1.5e-8 * bins, 1e-4], estimate: [4e-7, 1e-4] }),
  takes: "first",
  levels: (bits, isUnsigned) => (isUnsigned ? 2 ** (bits + 1) - 1 : 2 ** bits - 1),
  candidates: candidatesOf,
  edge: (candidate) => candidate + 0.5,
  onGpu: (levels) => ({ wgsl, own: [levels], shared: new Float32Array(1), groups: levels }),
  prepare,
};
