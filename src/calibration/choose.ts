import { ln } from "./ln.js";
import { boundariesOf } from "./targets.js";
import type { Quantizer } from "./targets.js";
import { LARGEST, scanEach } from "./conventions/convention.js";
import type { Convention, Noise, OnGpu, Prepared } from "./conventions/convention.js";
import { conventions } from "./conventions/index.js";
import { firstOf, ownOnGpu, prepareOwn } from "./conventions/kullback.js";
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
  /** Of all candidates the divergences in nats, or mean squared errors; `null` where they were not all scanned. */
  readonly curve: Float64Array | null;
  readonly best: number;
  /** The least value as the convention's own arithmetic has it. */
  readonly value: number;
  /** Candidates whose values that arithmetic can hardly tell from the least. */
  readonly ties: number;
}

/** A histogram, ready for the scan of its candidates. */
export interface Candidates {
  readonly thresholds: Float64Array;
  /** The number of the first, as the scan has it. */
  readonly first: number;
  scan(first: number, count: number): Float64Array;
  /** By how much what is scanned may differ from what is decided by. */
  readonly noise: Noise;
  /** Which of those that may be the least is it, where not the first of what is scanned? */
  decide?(near: readonly number[]): Pick<Choice, "best" | "value" | "ties">;
  readonly takes: "first" | "last";
  /** For a scan on a GPU. */
  readonly gpu?: OnGpu & Pick<Prepared, "bins" | "from">;
}

/** Half of what values may differ by, relative to themselves, to be called ties. */
const RELATIVE = 5e-7;
/** By how much what a GPU finds in singles may differ: they are of logarithms so large. Measured over a range of histograms, with a margin. */
export function noiseOfSingles(found: Float32Array): Noise {
  const largest = found.reduce((most, value) => (Math.abs(value) < LARGEST ? Math.max(most, Math.abs(value)) : most), 0);
  return [4e-6 + 1e-6 * largest, 2e-4];
}

/** The candidates of a vendor, and its loop, which those near the least of the scan go through. */
function ofConvention({ takes, noise, levels: levelsOf, candidates, edge, prepare, onGpu, ...convention }: Convention, { counts, amax, isSymmetric }: Counted, quantizer: Quantizer, loops: Loops | null): Candidates {
  const levels = levelsOf(quantizer.bits, quantizer.isUnsigned);
  const { first, count } = candidates(counts.length, levels);
  if (count < 1) throw new RangeError(`calibrate: ${counts.length} bins are too few for ${levels} levels.`);
  const { scan, estimate, loop, bins, from } = prepare(counts, levels, loops);
  const allowed = noise(counts.length, levels);
  const width = (isSymmetric ? 2 * amax : amax) / counts.length;
  const most = convention.counts === "magnitudes" ? Infinity : amax;
  const thresholds = tabulated(count, (at) => Math.min(edge(first + at, counts.length) * width, most));
  return {
    thresholds, first, scan, noise: allowed.scan, takes, gpu: { ...onGpu(levels), bins, from },
    decide(scanned) {
      const near = estimate && allowed.estimate ? nearLeast(scanned, scanned.map((at) => estimate(first + at)), allowed.estimate) : scanned;
      let [best, value] = [-1, Infinity];
      for (const at of near) {
        const own = loop(first + at);
        if (best < 0 || own < value || (own === value && takes === "last")) [best, value] = [at, own];
      }
      return { best, value, ties: near.length - 1 };
    },
  };
}

function tabulated(count: number, of: (at: number) => number): Float64Array {
  const values = new Float64Array(count);
  for (let at = 0; at < count; at++) values[at] = of(at);
  return values;
}

/** Those that may be the least, by values which may be wrong by so much; none where all are infinite. */
function nearLeast(candidates: readonly number[], values: ArrayLike<number>, [something, share]: Noise): readonly number[] {
  let least = Infinity;
  for (let i = 0; i < candidates.length; i++) least = Math.min(least, values[i]);
  const most = least + 2 * (something + share * least);
  return least < Infinity ? candidates.filter((_, i) => values[i] <= most) : [];
}

/** The candidate that is taken. `found`: what a GPU found of each, whose curve is left to whoever asks for it: values are those of binary64 anywhere. */
export function choose({ thresholds, first, scan, noise, takes, decide, gpu }: Candidates, found?: Float32Array): Choice {
  const count = thresholds.length;
  const all = Array.from({ length: count }, (_, at) => at);
  if (found && gpu) {
    const rough = Float64Array.from(found, (value, at) => gpu.from(first + at, value));
    const [something, share] = noiseOfSingles(found);
    const maybe = rough.some(Number.isNaN) ? [] : nearLeast(all, rough, [something + noise[0], share + noise[1]]);
    if (maybe.length > 0) {
      return { thresholds, curve: null, ...among(maybe, Float64Array.from(maybe, (at) => scan(first + at, 1)[0])) };
    }
  }
  const values = scan(first, count);
  const curve = values;
  // what is NaN counts as the least, as in numpy.argmin
  const invalid = values.findLastIndex(Number.isNaN);
  if (invalid >= 0) return { thresholds, curve, best: invalid, value: NaN, ties: values.filter(Number.isNaN).length - 1 };
  return { thresholds, curve, ...among(all, values) };

  function among(candidates: readonly number[], values: Float64Array): Pick<Choice, "best" | "value" | "ties"> {
    const near = nearLeast(candidates, values, noise);
    if (near.length === 0) return { best: takes === "last" ? count - 1 : 0, value: Infinity, ties: count - 1 };
    if (decide) return decide(near);
    let least = 0;
    for (let i = 1; i < candidates.length; i++) if (values[i] < values[least]) least = i;
    return { best: candidates[least], value: values[least], ties: near.length - 1 };
  }
}

/** Of bins below each: Σc, Σc·x and Σc·x² of their middles x, in bins. */
interface Powers {
  readonly sums: Float64Array;
  readonly firsts: Float64Array;
  readonly seconds: Float64Array;
}

/** The mean squared error of each candidate, for what stands in the middle of each bin, as in pytorch-quantization; codes are rounded to the nearest, away from 0. */
function prepareSquares({ counts, amax }: Counted, { magnitudes }: Quantizer): (kept: number) => number {
  const n = counts.length;
  const [sums, firsts, seconds] = [0, 1, 2].map(() => new Float64Array(n + 1));
  for (let k = 0; k < n; k++) {
    const [count, x] = [counts[k], k + 0.5];
    sums[k + 1] = sums[k] + count;
    firsts[k + 1] = firsts[k] + count * x;
    seconds[k + 1] = seconds[k] + count * x * x;
  }
  const unit = (amax / n) ** 2 / sums[n];
  return (kept) => Math.max(squaredError({ sums, firsts, seconds }, magnitudes, kept), 0) * unit;
}

function squaredError({ sums, firsts, seconds }: Powers, magnitudes: Float64Array, kept: number): number {
  const n = sums.length - 1;
  let sum = 0;
  let a = 0;
  for (let code = 0; code + 1 < magnitudes.length; code++) {
    // the first bin whose middle is nearer to the next code, or as near
    const b = Math.min(Math.ceil(((magnitudes[code + 1] + magnitudes[code]) * kept - 1) / 2), n);
    const x = magnitudes[code] * kept;
    sum += seconds[b] - seconds[a] - x * (2 * (firsts[b] - firsts[a]) - x * (sums[b] - sums[a]));
    a = b;
  }
  return sum + seconds[n] - seconds[a] - kept * (2 * (firsts[n] - firsts[a]) - kept * (sums[n] - sums[a]));
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

/** The candidates of a method, of counts as it has them: of |x| but for vendors that say otherwise; `percentile` in percent. */
export function candidatesOf(method: Method, counted: Counted, quantizer: Quantizer, percentile: number, loops: Loops | null): Candidates {
  if (method in conventions) return ofConvention(conventions[method as keyof typeof conventions], counted, quantizer, loops);
  const { counts, amax } = counted;
  const n = counts.length;
  const each = { takes: "first", noise: [0, RELATIVE] } as const;
  const one = (threshold: number, value: number): Candidates => ({ ...each, thresholds: Float64Array.of(threshold), first: 0, scan: () => Float64Array.of(value) });
  if (method === "minmax") return one(amax, 0);
  if (method === "percentile") {
    const total = counts.reduce((sum, count) => sum + count, 0);
    let [bin, sum] = [0, counts[0]];
    while (bin < n - 1 && sum / total < percentile / 100) sum += counts[++bin];
    return one(((bin + 1) * amax) / n, 1 - sum / total);
  }
  const first = firstOf(n);
  const thresholds = tabulated(n - first + 1, (at) => ((first + at) * amax) / n);
  if (method === "mse") return { ...each, thresholds, first, scan: scanEach(prepareSquares(counted, quantizer)) };
  if (method === "tutorial") return { ...each, thresholds, first, scan: scanEach(prepareTutorial(counted, quantizer)) };
  const boundaries = boundariesOf(quantizer);
  const { scan, bins, from } = prepareOwn(counts, boundaries);
  return { ...each, thresholds, first, scan, gpu: { ...ownOnGpu(boundaries), bins, from } };
}
