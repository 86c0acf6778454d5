import { ln } from "./ln.js";
import { boundariesOf } from "./targets.js";
import type { Quantizer } from "./targets.js";
import { conventions } from "./conventions/index.js";
import { firstOf, prepareOwn } from "./conventions/kullback.js";

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

/** By how much what scans find may differ from a vendor's own arithmetic: something, and a share of it. Measured over a range of histograms, with a margin. */
const NOISE = { nvidia: [1e-13, 2e-9], onnxruntime: [4e-6, 1e-3], mxnet: [2e-5, 1e-3], ncnn: [4e-6, 3e-3] } as const;
/** Values so near to each other are called ties. */
const RELATIVE = 1e-6;

/** The threshold that a vendor's loop finds: candidates near the least of the scan are looked at in its arithmetic. */
function byConvention(name: keyof typeof conventions, { counts, amax, isSymmetric }: Counted, quantizer: Quantizer): Choice {
  const convention = conventions[name];
  const levels = convention.levels(quantizer.bits, quantizer.isUnsigned);
  const { first, count } = convention.candidates(counts.length, levels);
  if (count < 1) throw new RangeError(`calibrate: ${counts.length} bins are too few for ${levels} levels by "${name}".`);
  const divergence = convention.prepare(counts, levels);
  const values = new Float64Array(count);
  for (let at = 0; at < count; at++) values[at] = divergence(first + at);
  const width = (isSymmetric ? 2 * amax : amax) / counts.length;
  const thresholds = Float64Array.from({ length: count }, (_, at) => Math.min(convention.edge(first + at, counts.length) * width, convention.counts === "magnitudes" ? Infinity : amax));
  // what is NaN counts as the least, as in numpy.argmin
  const invalid = values.findLastIndex((value) => Number.isNaN(value));
  if (invalid >= 0) return { thresholds, values, best: invalid, value: NaN, ties: values.filter((value) => Number.isNaN(value)).length - 1 };
  const least = values.reduce((lowest, value) => Math.min(lowest, value), Infinity);
  if (least === Infinity) return { thresholds, values, best: convention.takes === "last" ? count - 1 : 0, value: Infinity, ties: count - 1 };
  const [noise, share] = NOISE[name];
  let [best, value, near] = [-1, Infinity, 0];
  values.forEach((scanned, at) => {
    if (!(scanned <= least + 2 * (noise + share * least))) return;
    near += 1;
    const own = convention.direct(counts, levels, first + at);
    if (best < 0 || own < value || (own === value && convention.takes === "last")) [best, value] = [at, own];
  });
  return { thresholds, values, best, value, ties: near - 1 };
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
export function choose(method: Method, counted: Counted, quantizer: Quantizer, percentile: number): Choice {
  if (method in conventions) return byConvention(method as keyof typeof conventions, counted, quantizer);
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
