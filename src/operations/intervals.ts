import { DomainError, ShapeError, checkOptions } from "../errors.js";
import { grid, numbersOf } from "../grid.js";
import type { CellArray, Grid } from "../grid.js";
import { cpuBackend } from "../open-backend.js";
import { operandOf } from "../validate.js";
import type { Input } from "../validate.js";
import type { Interval, IntervalOptions } from "./interval.js";
import type { PairMeasure } from "./measures.js";
import { onHost } from "./prepare.js";
import { resample, uniformsOf } from "./resample.js";

const NAME = "confidenceInterval";
const KNOWN = ["level", "method", "resamples", "seed", "base", "zeros", "backend", "signal"];
/** Cells of the rows that are evaluated at once. */
const CELLS = 2 ** 20;

/** Counts of one sample, as numbers. */
interface Sample {
  readonly counts: ArrayLike<number>;
  readonly total: number;
}

async function sampleOf(argument: string, input: Input, backend: IntervalOptions["backend"]): Promise<Sample> {
  const host = await onHost(backend ?? cpuBackend(), operandOf(NAME, argument, input));
  const counts = numbersOf("data" in host ? (host as Grid) : { data: host.host as CellArray, dtype: host.dtype, shape: host.shape });
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    if (!(Number.isInteger(counts[i]) && counts[i] >= 0)) throw new DomainError(`${NAME}: ${argument} holds ${counts[i]} at index ${i}: counts are integers of at least 0.`, argument, 1, i);
    total += counts[i];
  }
  if (total === 0) throw new DomainError(`${NAME}: ${argument} has no samples.`, argument, counts.length, -1);
  return { counts, total };
}

/** What `confidenceInterval` does, once it is loaded. */
export async function intervalOf(measure: PairMeasure, p: Input, q: Input, options: IntervalOptions): Promise<Interval> {
  checkOptions(NAME, options, KNOWN);
  const { level = 0.95, method = "bootstrap", resamples = 1000, seed = 0, ...ofMeasure } = options;
  if (!(level > 0 && level < 1)) throw new RangeError(`${NAME}: level ${level} must be between 0 and 1.`);
  if (method !== "bootstrap" && method !== "jackknife") throw new RangeError(`${NAME}: method "${String(method)}" must be "bootstrap" or "jackknife".`);
  if (!(Number.isInteger(resamples) && resamples >= 2)) throw new RangeError(`${NAME}: resamples ${resamples} must be an integer of at least 2.`);
  if (!Number.isInteger(seed)) throw new RangeError(`${NAME}: seed ${seed} must be an integer.`);
  if ((measure as Partial<PairMeasure> | undefined)?.measure?.arity !== "pair") throw new RangeError(`${NAME}: measure must be one of two distributions, such as klDivergence.`);
  const [ofP, ofQ] = [await sampleOf("p", p, options.backend), await sampleOf("q", q, options.backend)];
  if (ofP.counts.length !== ofQ.counts.length) throw new ShapeError(`${NAME}: p has ${ofP.counts.length} bins and q ${ofQ.counts.length}.`, ofP.counts.length, ofQ.counts.length);
  const flat = ({ counts }: Sample) => grid(Float64Array.from(counts));
  const plugIn = (await measure(flat(ofP), flat(ofQ), ofMeasure)) as number;
  if (!(Math.abs(plugIn) < Infinity)) {
    throw new DomainError(`${NAME}: ${measure.measure.name} of these counts is ${plugIn}, and no interval can be had: say what is to be done about bins that are empty on one side, such as zeros: { policy: "laplace", value: 0.5 }.`, "q", 1, -1);
  }
  const valuesOf = (rows: (row: number, intoP: Float64Array, intoQ: Float64Array, at: number) => void, count: number) => evaluateRows(measure, rows, count, ofP.counts.length, ofMeasure);
  const spread = method === "bootstrap" ? await bootstrap(ofP, ofQ, plugIn, resamples, seed, valuesOf) : await jackknife(ofP, ofQ, plugIn, valuesOf);
  const { bias, standardError } = spread;
  if (!(standardError < Infinity)) {
    throw new DomainError(`${NAME}: ${spread.infinite} of ${spread.resamples} resamples make ${measure.measure.name} infinite, too many for an interval: more samples, or zeros: { policy: "laplace", value: 0.5 }.`, "q", spread.infinite, -1);
  }
  const half = normalQuantile(0.5 + level / 2) * standardError;
  // what no divergence is below
  const least = plugIn >= 0 ? 0 : -Infinity;
  const value = plugIn - bias;
  return { value: Math.max(value, least), low: Math.max(value - half, least), high: Math.max(value + half, least), level, plugIn, ...spread };
}

type Rows = (row: number, intoP: Float64Array, intoQ: Float64Array, at: number) => void;
type ValuesOf = (rows: Rows, count: number) => Promise<Float64Array>;

/** The measure of many pairs of rows, some at a time. */
async function evaluateRows(measure: PairMeasure, rows: Rows, count: number, cells: number, options: IntervalOptions): Promise<Float64Array> {
  const values = new Float64Array(count);
  const most = Math.max(Math.floor(CELLS / cells), 1);
  for (let first = 0; first < count; first += most) {
    const size = Math.min(most, count - first);
    const [p, q] = [new Float64Array(size * cells), new Float64Array(size * cells)];
    for (let row = 0; row < size; row++) rows(first + row, p, q, row * cells);
    const shape = [size, cells];
    values.set((await measure(grid(p, { shape }), grid(q, { shape }), { ...options, axis: 1 })) as Float64Array, first);
    options.signal?.throwIfAborted();
  }
  return values;
}

type Spread = Pick<Interval, "bias" | "standardError" | "resamples" | "infinite">;

async function bootstrap(p: Sample, q: Sample, plugIn: number, resamples: number, seed: number, valuesOf: ValuesOf): Promise<Spread> {
  const uniform = uniformsOf(seed);
  const values = await valuesOf((_, intoP, intoQ, at) => {
    resample(p.counts, p.total, uniform, intoP, at);
    resample(q.counts, q.total, uniform, intoQ, at);
  }, resamples);
  const finite = values.filter((value) => Math.abs(value) < Infinity);
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
  const variance = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (finite.length - 1);
  return { bias: mean - plugIn, standardError: Math.sqrt(variance), resamples, infinite: resamples - finite.length };
}

/** Leaves one sample out of each bin in turn: all of a bin are alike. */
async function jackknife(p: Sample, q: Sample, plugIn: number, valuesOf: ValuesOf): Promise<Spread> {
  const filled = [p, q].map(({ counts }) => Array.from(counts, (count, i) => [count, i] as const).filter(([count]) => count > 0));
  const [first] = filled;
  const rows = [...filled[0].map(([count, bin]) => ({ side: p, count, bin })), ...filled[1].map(([count, bin]) => ({ side: q, count, bin }))];
  const values = await valuesOf((row, intoP, intoQ, at) => {
    const { side, bin } = rows[row];
    intoP.set(p.counts as Float64Array, at);
    intoQ.set(q.counts as Float64Array, at);
    (side === p ? intoP : intoQ)[at + bin] -= 1;
  }, rows.length);
  let [bias, variance, infinite] = [0, 0, 0];
  for (const [from, to, { total }] of [[0, first.length, p], [first.length, rows.length, q]] as const) {
    let [count, mean] = [0, 0];
    for (let row = from; row < to; row++) {
      if (Math.abs(values[row]) < Infinity) {
        count += rows[row].count;
        mean += rows[row].count * (values[row] - plugIn);
      } else infinite += 1;
    }
    mean /= count;
    let square = 0;
    for (let row = from; row < to; row++) if (Math.abs(values[row]) < Infinity) square += rows[row].count * (values[row] - plugIn - mean) ** 2;
    bias += (total - 1) * mean;
    variance += ((total - 1) / count) * square;
  }
  return { bias, standardError: Math.sqrt(variance), resamples: rows.length, infinite };
}

/** The standard normal quantile for p ≥ ½, by halves, since one is asked for: what `distributions` has it from is no dependency of the main entry. */
function normalQuantile(p: number): number {
  let [low, high] = [0, 40];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (upperTail(middle) > 1 - p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(Z > z) for z ≥ 0: by the series near 0, by the continued fraction beyond. */
function upperTail(z: number): number {
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let [sum, term] = [z, z];
    for (let k = 1; Math.abs(term) > 1e-18 * sum; k++) {
      term *= (z * z) / (2 * k + 1);
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = z;
  for (let k = 60; k > 0; k--) fraction = z + k / fraction;
  return density / fraction;
}
