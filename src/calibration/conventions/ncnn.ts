import { ln, xLnX } from "../ln.js";
import { Prefix, binsOf } from "../prefix.js";
import type { Bins } from "../prefix.js";
import { scanEach } from "./convention.js";
import type { Convention, Prepared } from "./convention.js";
import { MOST_BINS } from "./loops.js";
import type { Loops } from "./loops.js";

/*
 * ncnn's calibration by KL (tools/quantize/ncnn2table.cpp). Bins of |x| without zeros, divided by their total. A candidate keeps the first t bins: in p the last of
 * them takes all that lies beyond; q spreads the means of 128 groups of t/128 bins, whose ends divide bins. A ten-thousandth is added to every bin of
 * both, which are not divided by their totals again. The threshold lies in the middle of the bin after those.
 */

const FIRST = 128;
const EPSILON = Math.fround(1e-4);

function prepare(counts: Float64Array, levels: number, loops: Loops | null): Prepared {
  const n = counts.length;
  const total = binsOf(counts).sums[n];
  const bins = binsOf(counts.map((count) => Math.fround(count / total)));
  const { counts: masses, sums } = bins;
  const own = new Prefix(masses, (mass) => xLnX(mass + EPSILON));
  const kernel = n <= MOST_BINS ? loops : null;
  const ready = (to: Loops) => {
    to.singles.set(masses);
    to.cells.set(masses);
    to.sums.set(sums);
    return to;
  };
  const logsOfP = (kept: number) => {
    const [last, tail] = [masses[kept - 1], sums[n] - sums[kept]];
    return own.of(0, kept) + xLnX(last + tail + EPSILON) - xLnX(last + EPSILON);
  };
  return {
    bins: binsOf(counts),
    scan(first, count) {
      const ofQ = kernel ? scannedBy(ready(kernel), first, count, levels, n) : scanEach((kept) => logsOfQ(bins, levels, kept))(first, count);
      return ofQ.map((sum, at) => logsOfP(first + at) - sum);
    },
    from: (kept, value) => logsOfP(kept) - value + ln(n) * (1 + kept * EPSILON),
    loop: (kept) => (kernel ? ready(kernel).loopNcnn(kept, levels, n) : loop(masses, levels, kept)),
  };
}

const wgsl = /* wgsl */ `
const EPSILON = 1e-4;

fn value(candidate: u32) -> f32 {
  let bins = tabulation.own.x;
  let levels = tabulation.own.y;
  let share = 1.0 / f32(count_below(bins));
  let even = 1.0 / f32(bins);
  let width = f32(candidate) / f32(levels);
  let inverse = f32(levels) / f32(candidate);
  var start = 0u;
  // of the bin that two groups share: what belongs to the first, and all of it
  var rest = 0.0;
  var divided = 0.0;
  var above = EPSILON;
  var ln_height = 0.0;
  for (var group = 1u; group <= levels; group++) {
    let stop = f32(group) * width;
    let bin = u32(stop);
    let whole = f32(count_below(bin) - count_below(start)) * share;
    let next_rest = stop - f32(bin);
    let next = f32(count_below(min(bin + 1u, bins)) - count_below(bin)) * share;
    let height = EPSILON + ((1.0 - rest) * divided + whole + next_rest * next) * inverse;
    ln_height = ln_ratio(height, even);
    add((whole + EPSILON * f32(bin - start)) * ln_height);
    if (rest > 0.0) { add((divided + EPSILON) * ln_ratio((1.0 - rest) * height + rest * above, even)); }
    start = select(bin, bin + 1u, next_rest > 0.0);
    rest = next_rest;
    divided = select(0.0, next, next_rest > 0.0);
    above = height;
  }
  return sum() + f32(count_below(bins) - count_below(candidate)) * share * ln_height;
}`;

function scannedBy(kernel: Loops, first: number, count: number, levels: number, n: number): Float64Array {
  kernel.scanNcnn(first, count, levels, n);
  return kernel.scanned.subarray(0, count);
}

/** Σp·ln q of a candidate; levels are a power of two, so that the last group ends where the candidate does. */
function logsOfQ({ counts: masses, sums }: Bins, levels: number, kept: number): number {
  const [width, inverse] = [kept / levels, levels / kept];
  let ofQ = 0;
  let before = 0;
  let start = 0;
  let sumStart = 0;
  let above = EPSILON;
  let lnHeight = 0;
  // of the bin that two groups share: p, and what belongs to the second
  let weight = 0;
  let part = 0;
  for (let group = 1; group <= levels; group++) {
    const stop = group * width;
    const bin = stop | 0;
    const rest = stop - bin;
    const [sum, mass] = [sums[bin], masses[bin]];
    const upTo = sum + rest * mass;
    const height = EPSILON + (upTo - before) * inverse;
    lnHeight = ln(height);
    ofQ += (sum - sumStart + EPSILON * (bin - start)) * lnHeight;
    if (part > 0) ofQ += weight * ln(part * height + (1 - part) * above);
    const isShared = rest > 0;
    start = isShared ? bin + 1 : bin;
    sumStart = isShared ? sum + mass : sum;
    weight = mass + EPSILON;
    part = isShared ? 1 - rest : 0;
    before = upTo;
    above = height;
  }
  return ofQ + (sums[masses.length] - sums[kept]) * lnHeight;
}

/** The vendor's loop, over what each bin has of all. */
function loop(masses: Float64Array, levels: number, kept: number): number {
  const single = Math.fround;
  const p = new Float64Array(kept);
  for (let k = 0; k < kept; k++) p[k] = single(EPSILON + masses[k]);
  for (let k = kept; k < masses.length; k++) p[kept - 1] = single(p[kept - 1] + masses[k]);
  const width = kept / levels;
  const q = new Float64Array(kept).fill(EPSILON);
  for (let group = 0; group < levels; group++) {
    const [start, stop] = [group * width, group === levels - 1 ? kept : (group + 1) * width];
    const [from, to] = [Math.ceil(start), Math.floor(stop)];
    let mean = 0;
    if (from > start) mean = single(mean + single((from - start) * masses[from - 1]));
    if (stop > to) mean = single(mean + single((stop - to) * masses[to]));
    for (let k = from; k < to; k++) mean = single(mean + masses[k]);
    mean = single(mean / width);
    if (from > start) q[from - 1] = single(q[from - 1] + single((from - start) * mean));
    if (stop > to) q[to] = single(q[to] + single((stop - to) * mean));
    for (let k = from; k < to; k++) q[k] = single(q[k] + mean);
  }
  let sum = 0;
  for (let k = 0; k < kept; k++) sum = single(sum + single(p[k] * single(ln(single(p[k] / q[k])))));
  return sum;
}

export const ncnn: Convention = {
  counts: "magnitudes",
  bins: 2048,
  skipsZeros: true,
  noise: (bins, levels) => ({ scan: [2e-7 + (4e-9 * bins) / levels, 3e-4] }),
  takes: "first",
  levels: (bits) => 2 ** (bits - 1),
  candidates: (bins) => ({ first: FIRST, count: Math.max(bins - FIRST, 0) }),
  edge: (candidate) => candidate + 0.5,
  onGpu: (levels) => ({ wgsl, own: [levels], shared: new Float32Array(1), groups: 2 * levels }),
  prepare,
};
