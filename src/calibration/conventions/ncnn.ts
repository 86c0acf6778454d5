import { ln, xLnX } from "../ln.js";
import { Prefix, binsOf } from "../prefix.js";
import type { Convention } from "./convention.js";

/*
 * ncnn's calibration by KL (tools/quantize/ncnn2table.cpp). Bins of |x| without zeros, divided by their total. A candidate keeps the first t bins: in p the last of
 * them takes all that lies beyond; q spreads the means of 128 groups of t/128 bins, whose ends divide bins. A ten-thousandth is added to every bin of
 * both, which are not divided by their totals again. The threshold lies in the middle of the bin after those.
 */

const FIRST = 128;
const EPSILON = Math.fround(1e-4);
const LOG_EPSILON = ln(EPSILON);
/** Of (x − y)/(x + y): beyond, a series of five terms would not do. */
const NEAR = 0.05;

function prepare(counts: Float64Array, levels: number): (candidate: number) => number {
  const n = counts.length;
  const total = binsOf(counts).sums[n];
  const masses = counts.map((count) => Math.fround(count / total));
  const bins = binsOf(masses);
  const own = new Prefix(masses, (mass) => xLnX(mass + EPSILON));
  return (kept) => {
    const { counts: masses, sums } = bins;
    const width = kept / levels;
    const inverse = levels / kept;
    let ofQ = 0;
    // of the bin that two groups share what the first gave it
    let [shared, part, above, lnAbove, sum] = [0, 0, EPSILON, LOG_EPSILON, 0];
    for (let group = 1, a = 0; group <= levels; group++) {
      const stop = group * width;
      const b = stop | 0;
      const rest = group < levels ? stop - b : 0;
      const upTo = sums[b] + rest * (rest > 0 ? masses[b] : 0);
      const height = EPSILON + (upTo - sum) * inverse;
      sum = upTo;
      const lnHeight = ln(height);
      if (part > 0) {
        const mixed = part * height + (1 - part) * above;
        ofQ += (shared + EPSILON) * (lnHeight + lnNear(mixed, height));
      }
      if (b > a) ofQ += (sums[b] - sums[a] + EPSILON * (b - a)) * lnHeight;
      part = rest > 0 ? 1 - rest : 0;
      a = rest > 0 ? b + 1 : b;
      shared = rest > 0 ? masses[b] : 0;
      above = height;
      lnAbove = lnHeight;
    }
    const [last, tail] = [masses[kept - 1], sums[n] - sums[kept]];
    if (tail > 0) ofQ += tail * lnAbove;
    return own.of(0, kept) + xLnX(last + tail + EPSILON) - xLnX(last + EPSILON) - ofQ;
  };
}

/** ln(x/y), where they are near each other by a series. */
function lnNear(x: number, y: number): number {
  const t = (x - y) / (x + y);
  if (t > NEAR || t < -NEAR) return ln(x / y);
  const z = t * t;
  return t * (2 + z * (0.6666666666666666 + z * (0.4 + z * (0.2857142857142857 + z * 0.2222222222222222))));
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
  prepare,
  direct,
  takes: "first",
};
