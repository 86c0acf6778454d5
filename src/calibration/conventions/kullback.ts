import { ln, xLnX } from "../ln.js";
import { Prefix, binsOf } from "../prefix.js";
import { scanEach } from "./convention.js";
import type { OnGpu, Prepared } from "./convention.js";

/*
 * Our own: D(P ‖ Q) of the whole distribution of |x| but for zeros, which have a code of their own at any scale, from what is left of it when only the quantiser's codes
 * are known. p is constant in each bin; q spreads the mass that each code stands for evenly over all that is rounded to it. What is clipped is rounded to the largest code,
 * which thus reaches to the end. Nothing is smoothed: it is finite, does not change when all counts are multiplied, and in bits it is what quantisation loses of the
 * distribution. Ends of codes divide bins.
 */

/** Bins that a candidate keeps at least: a sixteenth of all. */
export const firstOf = (bins: number) => Math.max(Math.floor(bins / 16), 1);

/** The divergence of each candidate, made ready; `boundaries`: where codes begin, in units of the threshold. */
export function prepareOwn(counts: Float64Array, boundaries: Float64Array): Omit<Prepared, "loop"> {
  const n = counts.length;
  const bins = binsOf(counts);
  const total = bins.sums[n];
  const own = new Prefix(counts, xLnX).of(0, n);
  const ready = { ...bins, boundaries, logWidths: widthsOf(boundaries).map(ln) };
  const divergence = (kept: number) => {
    // engines read variables of this function faster than those around it, and box numbers that begin as entries of a list
    const { counts, sums, boundaries, logWidths } = ready;
    const codes = boundaries.length;
    let ofQ = 0;
    let below = 0;
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
  return { bins, scan: scanEach(divergence), from: (_, value) => Math.max(own / total - ln(total / n) - value, 0) };
}

const widthsOf = (boundaries: Float64Array) => boundaries.map((boundary, code) => boundary - (code > 0 ? boundaries[code - 1] : 0));

/** Boundaries in two parts, the first of seven bits, so that its products are exact. */
const COARSE = 128;

const wgsl = /* wgsl */ `
struct Place { bin: u32, part: f32 }

// where a code ends: in all of a bin's mass a single's rounding would be seen
fn place_of(code: u32, codes: u32, kept: f32) -> Place {
  let coarse = shared_numbers[code] * kept;
  let whole = u32(coarse);
  let rest = (coarse - f32(whole)) + shared_numbers[codes + code] * kept;
  let more = u32(rest);
  return Place(whole + more, rest - f32(more));
}

fn value(candidate: u32) -> f32 {
  let bins = tabulation.own.x;
  let codes = tabulation.own.y;
  let total = count_below(bins);
  let even = f32(total) / f32(bins);
  let kept = f32(candidate);
  // where a code begins: what lies in the bins below, and what of its own belongs to those before
  var start = 0u;
  var before = 0.0;
  for (var code = 0u; code < codes; code++) {
    let place = place_of(code, codes, kept);
    let bin = min(place.bin, bins - 1u);
    let below = count_below(bin);
    let part = place.part * f32(count_below(bin + 1u) - below);
    let mass = f32(below - start) + (part - before);
    if (mass > 0.0) { add(mass * ln_ratio(mass, shared_numbers[2u * codes + code] * kept * even)); }
    start = below;
    before = part;
  }
  let beyond = f32(total - start) - before;
  if (beyond > 0.0) { add(beyond * ln_ratio(beyond, (f32(bins) - (shared_numbers[codes - 1u] + shared_numbers[2u * codes - 1u]) * kept) * even)); }
  return sum() / f32(total);
}`;

const coarse = (boundary: number) => Math.floor(boundary * COARSE) / COARSE;

export function ownOnGpu(boundaries: Float64Array): OnGpu {
  const codes = boundaries.length;
  const shared = new Float32Array(3 * codes);
  shared.set(boundaries.map(coarse));
  shared.set(boundaries.map((boundary) => boundary - coarse(boundary)), codes);
  shared.set(widthsOf(boundaries), 2 * codes);
  return { wgsl, own: [codes], shared, groups: codes };
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
