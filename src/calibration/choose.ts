import { ln } from "./ln.js";
import { boundariesOf } from "./targets.js";
import type { Quantizer } from "./targets.js";
import type { Convention, Noise } from "./conventions/convention.js";
import { conventions } from "./conventions/index.js";
import { firstOf, prepareOwn } from "./conventions/kullback.js";
import type { Loops } from "./conventions/loops.js";

/** Counts of |x| from 0 to `amax`, or of x from −amax to amax. */
export interface Counted {
  readonly counts: Float64Array;
  readonly amax: number;
  readonly isSymmetric: boolean;
}

export type Method = "kullback" | keyof typeof conventions | "minmax" | "percentile" | "mse" | "tutorial";

/** A candidate for each threshold, and the one that was taken. */
export interface Choice {
  readonly thresholds: Float64Array;
  /** Divergences in nats, or mean squared errors. */
  readonly values: Float64Array;
  readonly best: number;
  /** The least value as the convention's own arithmetic has it. */
  readonly value: number;
  /** Candidates whose values that arithmetic can hardly tell from the least. */
  readonly ties: number;
}

/** Values so near to each other are called ties. */
const RELATIVE = 1e-6;

/** The threshold that a vendor's loop finds: candidates near the least of the scan are looked at in its arithmetic. */
function byConvention({ takes, noise, levels: levelsOf, candidates, edge, prepare, ...convention }: Convention, { counts, amax, isSymmetric }: Counted, quantizer: Quantizer, loops: Loops | null): Choice {
  const levels = levelsOf(quantizer.bits, quantizer.isUnsigned);
  const { first, count } = candidates(counts.length, levels);
  if (count < 1) throw new RangeError(`calibrate: ${counts.length} bins are too few for ${levels} levels.`);
  const { scan, estimate, loop } = prepare(counts, levels, loops);
  const allowed = noise(counts.length);
  const values = scan(first, count);
  const width = (isSymmetric ? 2 * amax : amax) / counts.length;
  const thresholds = Float64Array.from({ length: count }, (_, at) => Math.min(edge(first + at, counts.length) * width, convention.counts === "magnitudes" ? Infinity : amax));
  // what is NaN counts as the least, as in numpy.argmin
  const invalid = values.findLastIndex((value) => Number.isNaN(value));
  if (invalid >= 0) return { thresholds, values, best: invalid, value: NaN, ties: values.filter((value) => Number.isNaN(value)).length - 1 };
  let near = nearLeast(Array.from(values.keys()), (at) => values[at], allowed.scan);
  if (near.length === 0) return { thresholds, values, best: takes === "last" ? count - 1 : 0, value: Infinity, ties: count - 1 };
  if (estimate && allowed.estimate) near = nearLeast(near, (at) => estimate(first + at), allowed.estimate);
  let [best, value] = [-1, Infinity];
  for (const at of near) {
    const own = loop(first + at);
    if (best < 0 || own < value || (own === value && takes === "last")) [best, value] = [at, own];
  }
  return { thresholds, values, best, value, ties: near.length - 1 };
}

/** Those that may be the least, by values which may be wrong by so much; none where all are infinite. */
function nearLeast(candidates: readonly number[], of: (candidate: number) => number, [something, share]: Noise): readonly number[] {
  const values = candidates.map(of);
  const least = values.reduce((lowest, value) => Math.min(lowest, value), Infinity);
  return least < Infinity ? candidates.filter((_, i) => values[i] <= least + 2 * (something + share * least)) : [];
}

/** Of values the first that is the least. */
function leastOf(thresholds: Float64Array, values: Float64Array): Choice {
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at] < values[best]) best = at;
  const near = values.reduce((count, value) => count + Number(value <= values[best] * (1 + RELATIVE)), 0);
  return { thresholds, values, best, value: values[best], ties: near - 1 };
}

/** The mean squared error of each candidate, for what stands in the middle of each bin, as in pytorch-quantization; codes are rounded to the nearest, away from 0. */
function prepareSquares({ counts, amax }: Counted, { magnitudes }: Quantizer): (kept: number) => number {
  const n = counts.length;
  // Σc, Σc·x and Σc·x² of the middles x of bins below each
  const [sums, firsts, seconds] = [0, 1, 2].map((power) => {
    const prefix = new Float64Array(n + 1);
    for (let k = 0; k < n; k++) prefix[k + 1] = prefix[k] + counts[k] * (k + 0.5) ** power;
    return prefix;
  });
  const unit = (amax / n) ** 2 / sums[n];
  return (kept) => {
    let sum = 0;
    for (let code = 0, a = 0; code < magnitudes.length; code++) {
      // the first bin whose middle is nearer to the next code, or as near
      const b = code + 1 < magnitudes.length ? Math.min(Math.ceil(((magnitudes[code + 1] + magnitudes[code]) * kept - 1) / 2), n) : n;
      const x = magnitudes[code] * kept;
      sum += seconds[b] - seconds[a] - x * (2 * (firsts[b] - firsts[a]) - x * (sums[b] - sums[a]));
      a = b;
    }
    return Math.max(sum, 0) * unit;
  };
}

/**
 * The scan that tutorials show: samples are quantised and put back, counted in the same bins, and compared. Bins between two codes have none, so that all candidates are
 * infinite where there are more bins than codes.
 */
function prepareTutorial({ counts }: Counted, { magnitudes }: Quantizer): (kept: number) => number {
  const n = counts.length;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const back = new Float64Array(n);
  return (kept) => {
    back.fill(0);
    for (let k = 0, code = 0; k < n; k++) {
      while (code + 1 < magnitudes.length && (magnitudes[code + 1] + magnitudes[code]) * kept <= 2 * k + 1) code += 1;
      back[Math.min(Math.floor(magnitudes[code] * kept), n - 1)] += counts[k];
    }
    let sum = 0;
    for (let k = 0; k < n; k++) if (counts[k] > 0) sum += back[k] > 0 ? (counts[k] / total) * ln(counts[k] / back[k]) : Infinity;
    return sum;
  };
}

/** The threshold by a method, of counts as it has them: of |x| but for vendors that say otherwise; `percentile` in percent. */
export function choose(method: Method, counted: Counted, quantizer: Quantizer, percentile: number, loops: Loops | null): Choice {
  if (method in conventions) return byConvention(conventions[method as keyof typeof conventions], counted, quantizer, loops);
  const { counts, amax } = counted;
  const n = counts.length;
  if (method === "minmax") return { thresholds: Float64Array.of(amax), values: Float64Array.of(0), best: 0, value: 0, ties: 0 };
  if (method === "percentile") {
    const total = counts.reduce((sum, count) => sum + count, 0);
    let [bin, sum] = [0, counts[0]];
    while (bin < n - 1 && sum / total < percentile / 100) sum += counts[++bin];
    return { thresholds: Float64Array.of(((bin + 1) * amax) / n), values: Float64Array.of(1 - sum / total), best: 0, value: 1 - sum / total, ties: 0 };
  }
  const first = firstOf(n);
  const thresholds = Float64Array.from({ length: n - first + 1 }, (_, at) => ((first + at) * amax) / n);
  const value = method === "mse" ? prepareSquares(counted, quantizer) : method === "tutorial" ? prepareTutorial(counted, quantizer) : prepareOwn(counts, boundariesOf(quantizer));
  return leastOf(thresholds, thresholds.map((_, at) => value(first + at)));
}
