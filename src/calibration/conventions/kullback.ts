import { ln, xLnX } from "../ln.js";
import { Prefix, binsOf } from "../prefix.js";

/*
 * Our own: D(P ‖ Q) of the whole distribution of |x| but for zeros, which have a code of their own at any scale, from what is left of it when only the quantiser's codes
 * are known. p is constant in each bin; q spreads the mass that each code stands for evenly over all that is rounded to it. What is clipped is rounded to the largest code,
 * which thus reaches to the end. Nothing is smoothed: it is finite, does not change when all counts are multiplied, and in bits it is what quantisation loses of the
 * distribution. Ends of codes divide bins.
 */

/** Bins that a candidate keeps at least: a sixteenth of all. */
export const firstOf = (bins: number) => Math.max(Math.floor(bins / 16), 1);

/** The divergence of each candidate, made ready; `boundaries`: where codes begin, in units of the threshold. */
export function prepareOwn(counts: Float64Array, boundaries: Float64Array): (kept: number) => number {
  const n = counts.length;
  const bins = binsOf(counts);
  const total = bins.sums[n];
  const own = new Prefix(counts, xLnX).of(0, n);
  const ready = { ...bins, boundaries, logWidths: boundaries.map((boundary, code) => ln(boundary - (code > 0 ? boundaries[code - 1] : 0))) };
  return (kept) => {
    // engines read variables of this function faster than those around it
    const { counts, sums, boundaries, logWidths } = ready;
    const codes = boundaries.length;
    let [ofQ, below] = [0, 0];
    for (let code = 0; code < codes; code++) {
      const place = boundaries[code] * kept;
      const bin = place | 0;
      const upTo = sums[bin] + (place - bin) * counts[bin];
      const mass = upTo - below;
      if (mass > 0) ofQ += mass * (ln(mass) - logWidths[code]);
      below = upTo;
    }
    const beyond = total - below;
    if (beyond > 0) ofQ += beyond * (ln(beyond) - ln(n - boundaries[codes - 1] * kept));
    return Math.max((own - (ofQ - below * ln(kept))) / total, 0);
  };
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
