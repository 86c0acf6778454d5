import { lnRatio } from "../../terms/log.js";
import { Prefix, binsOf, xLnX } from "../prefix.js";
import type { Convention } from "./convention.js";

/*
 * ncnn's calibration by KL (tools/quantize/ncnn2table.cpp). Bins of |x| without zeros, divided by their total. A candidate keeps the first t bins: in p the last of
 * them takes all that lies beyond; q spreads the means of 128 groups of t/128 bins, whose ends divide bins. A ten-thousandth is added to every bin of
 * both, which are not divided by their totals again. The threshold lies in the middle of the bin after those.
 */

const FIRST = 128;
const EPSILON = Math.fround(1e-4);

function scan(counts: Float64Array, levels: number): Float64Array {
  const n = counts.length;
  const total = binsOf(counts).sums[n];
  const masses = counts.map((count) => Math.fround(count / total));
  const { sums } = binsOf(masses);
  const of = (mass: number) => xLnX(mass + EPSILON);
  const own = new Prefix(masses, of);
  const divergences = new Float64Array(Math.max(n - FIRST, 0));
  for (let kept = FIRST; kept < n; kept++) {
    const width = kept / levels;
    let ofQ = 0;
    // of the bin that two groups share what the first gave it
    let [given, part, before] = [0, 0, 0];
    for (let group = 0, a = 0; group < levels; group++) {
      const stop = (group + 1) * width;
      const b = Math.floor(stop);
      const rest = group === levels - 1 ? 0 : stop - b;
      const mean = (part * (a > 0 ? masses[a - 1] : 0) + sums[b] - sums[a] + rest * masses[b]) / width;
      if (part > 0) ofQ += (masses[a - 1] + EPSILON) * lnRatio(EPSILON + given + part * mean, 1);
      if (b > a) ofQ += (sums[b] - sums[a] + EPSILON * (b - a)) * lnRatio(EPSILON + mean, 1);
      given = rest * mean;
      part = rest > 0 ? 1 - rest : 0;
      a = rest > 0 ? b + 1 : b;
      before = mean;
    }
    const [last, tail] = [masses[kept - 1], sums[n] - sums[kept]];
    if (tail > 0) ofQ += tail * lnRatio(EPSILON + before, 1);
    divergences[kept - FIRST] = own.of(0, kept) + of(last + tail) - of(last) - ofQ;
  }
  return divergences;
}

function direct(counts: Float64Array, levels: number, kept: number): number {
  const single = Math.fround;
  let total = 0;
  for (let k = 0; k < counts.length; k++) total += counts[k];
  const [masses, p] = [new Float64Array(counts.length), new Float64Array(kept)];
  for (let k = 0; k < counts.length; k++) masses[k] = single(counts[k] / total);
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
  for (let k = 0; k < kept; k++) sum = single(sum + single(p[k] * single(Math.log(single(p[k] / q[k])))));
  return sum;
}

export const ncnn: Convention = {
  counts: "magnitudes",
  bins: 2048,
  skipsZeros: true,
  levels: (bits) => 2 ** (bits - 1),
  candidates: (bins) => ({ first: FIRST, count: Math.max(bins - FIRST, 0) }),
  edge: (candidate) => candidate + 0.5,
  scan,
  direct,
  takes: "first",
};
