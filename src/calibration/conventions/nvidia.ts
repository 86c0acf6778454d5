import { ln, xLnX } from "../ln.js";
import { Prefix, Runs, binsOf } from "../prefix.js";
import { scanEach } from "./convention.js";
import type { Convention, Prepared } from "./convention.js";
import { sumInPairs } from "./in-pairs.js";

/*
 * pytorch-quantization's entropy calibrator (NVIDIA/TensorRT, calib/histogram.py). Its first bin is made the second. A candidate keeps the first i bins: in p the
 * last of them takes all that lies beyond, q are the means of 128 groups over their bins that are not empty. Where the last kept bin is empty and something
 * lies beyond, q is 0 there and the divergence infinite; where all kept are, it is NaN, which that project's argmin takes for the least. The last of equal ones wins.
 */

const FIRST = 128;

function withoutZeroBin(counts: Float64Array): Float64Array {
  const own = counts.slice();
  if (own.length > 1) own[0] = own[1];
  return own;
}

/** The first bin of a group of i bins: that which numpy.digitize finds, whose edges are exact for levels that are powers of two. */
const startOf = (group: number, i: number, levels: number) => Math.ceil((group * i) / levels);

function prepare(counts: Float64Array, levels: number): Prepared {
  const bins = binsOf(withoutZeroBin(counts));
  const logs = new Prefix(bins.counts, xLnX);
  const n = counts.length;
  const total = bins.sums[n];
  const runs = new Runs(n, (a, b) => {
    const { sums, filled } = bins;
    const sum = sums[b] - sums[a];
    return sum > 0 ? logs.of(a, b) - sum * ln(sum / (filled[b] - filled[a])) : 0;
  });
  const scan = scanEach((i) => {
    const { counts: own, sums, filled } = bins;
    const last = own[i - 1];
    const kept = sums[i];
    const tail = total - kept;
    if (kept === 0) return NaN;
    if (last === 0 && tail > 0) return Infinity;
    // Σ p·ln(p/q) before p and q are divided by their totals, without and with what lies beyond
    let sum = runs.tiled(i, levels);
    if (tail > 0) {
      const from = lastGroup(i, levels);
      sum += xLnX(last + tail) - xLnX(last) - tail * ln((sums[i] - sums[from]) / (filled[i] - filled[from]));
    }
    return sum / total + ln(kept / total);
  });
  return {
    bins, scan,
    from(i, value) {
      const { counts: own, sums } = bins;
      const [last, kept] = [own[i - 1], sums[i]];
      const tail = total - kept;
      if (kept === 0) return NaN;
      if (last === 0 && tail > 0) return Infinity;
      return (logs.of(0, i) + xLnX(last + tail) - xLnX(last)) / total + ln(kept / total) - ln(total / n) - value;
    },
    loop: (candidate) => loop(counts, levels, candidate),
  };
}

const wgsl = /* wgsl */ `
fn value(candidate: u32) -> f32 {
  let bins = tabulation.own.x;
  let levels = tabulation.own.y;
  let total = count_below(bins);
  let even = f32(total) / f32(bins);
  let width = f32(candidate) / f32(levels);
  var count_a = 0u;
  var filled_a = 0u;
  var ln_mean = 0.0;
  for (var group = 1u; group <= levels; group++) {
    let b = u32(ceil(f32(group) * width));
    let count_b = count_below(b);
    let filled_b = filled_below(b);
    let count = f32(count_b - count_a);
    let filled = f32(filled_b - filled_a);
    if (filled > 0.0) {
      ln_mean = ln_ratio(count, filled * even);
      add(count * ln_mean);
    }
    count_a = count_b;
    filled_a = filled_b;
  }
  return (sum() + f32(total - count_below(candidate)) * ln_mean) / f32(total);
}`;

/** Where the group of the last bin begins. */
function lastGroup(i: number, levels: number): number {
  let group = levels - 1;
  while (startOf(group, i, levels) >= i) group -= 1;
  return startOf(group, i, levels);
}

function loop(counts: Float64Array, levels: number, candidate: number): number {
  const own = withoutZeroBin(counts);
  const i = candidate;
  const p = own.slice(0, i);
  for (let k = i; k < own.length; k++) p[i - 1] += own[k];
  const q = new Float64Array(i);
  for (let group = 0; group < levels; group++) {
    const [a, b] = [startOf(group, i, levels), Math.min(startOf(group + 1, i, levels), i)];
    let [sum, filled] = [0, 0];
    for (let k = a; k < b; k++) {
      sum += own[k];
      if (own[k] > 0) filled += 1;
    }
    for (let k = a; k < b; k++) if (own[k] > 0) q[k] = sum / filled;
  }
  const [totalP, totalQ] = [p, q].map((list) => sumInPairs(list));
  return sumInPairs(p.map((value, k) => {
    const [x, y] = [value / totalP, q[k] / totalQ];
    return Number.isNaN(y) ? NaN : x > 0 ? (y > 0 ? x * ln(x / y) : Infinity) : 0;
  }));
}

export const nvidia: Convention = {
  counts: "magnitudes",
  bins: 2048,
  noise: () => ({ scan: [1e-13, 2e-9] }),
  takes: "last",
  levels: (bits, isUnsigned) => 2 ** (bits - 1 + Number(isUnsigned)),
  candidates: (bins) => ({ first: FIRST, count: bins - FIRST + 1 }),
  edge: (candidate) => candidate,
  onGpu: (levels) => ({ wgsl, own: [levels], shared: new Float32Array(1), groups: levels }),
  prepare,
};
