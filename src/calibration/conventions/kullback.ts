import { lnRatio } from "../../terms/log.js";
import { Prefix, binsOf, xLnX } from "../prefix.js";

/*
 * Our own: D(P ‖ Q) of the whole distribution of |x| but for zeros, which have a code of their own at any scale, from what is left of it when only the quantiser's codes
 * are known. p is constant in each bin; q spreads the mass that each code stands for evenly over all that is rounded to it. What is clipped is rounded to the largest code,
 * which thus reaches to the end. Nothing is smoothed: it is finite, does not change when all counts are multiplied, and in bits it is what quantisation loses of the
 * distribution. Ends of codes divide bins.
 */

/** Bins that a candidate keeps at least: a sixteenth of all. */
export const firstOf = (bins: number) => Math.max(Math.floor(bins / 16), 1);

/** The divergence of every candidate; `boundaries`: where codes begin, in units of the threshold. */
export function scanOwn(counts: Float64Array, boundaries: Float64Array): Float64Array {
  const n = counts.length;
  const { sums } = binsOf(counts);
  const total = sums[n];
  const own = new Prefix(counts, xLnX).of(0, n);
  const upTo = (place: number) => {
    const bin = Math.min(Math.floor(place), n - 1);
    return sums[bin] + (place - bin) * counts[bin];
  };
  const first = firstOf(n);
  return Float64Array.from({ length: n - first + 1 }, (_, at) => {
    const kept = first + at;
    let [ofQ, from, below] = [0, 0, 0];
    for (let code = 0; code <= boundaries.length; code++) {
      const to = code < boundaries.length ? boundaries[code] * kept : n;
      const here = code < boundaries.length ? upTo(to) : total;
      const mass = here - below;
      if (mass > 0) ofQ += mass * lnRatio(mass, to - from);
      [from, below] = [to, here];
    }
    return Math.max((own - ofQ) / total, 0);
  });
}

/** The same by the definition, bin by bin. */
export function directOwn(counts: Float64Array, boundaries: Float64Array, kept: number): number {
  const n = counts.length;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const places = [0, ...Array.from(boundaries, (boundary) => boundary * kept), n];
  let sum = 0;
  for (let code = 0; code + 1 < places.length; code++) {
    const [from, to] = [places[code], places[code + 1]];
    const parts: { readonly width: number; readonly count: number }[] = [];
    for (let k = Math.floor(from); k < Math.min(Math.ceil(to), n); k++) parts.push({ width: Math.min(to, k + 1) - Math.max(from, k), count: counts[k] });
    const mass = parts.reduce((all, { width, count }) => all + width * count, 0);
    for (const { width, count } of parts) if (count > 0 && width > 0) sum += (width * count * Math.log((count * (to - from)) / mass)) / total;
  }
  return sum;
}
