import { histogram } from "kullback";
import { calibrate } from "kullback/calibration";
import type { Tools } from "../jobs";
import { METHODS } from "./choices";
import type { MethodId, TargetId } from "./choices";
import { isAffine, lossOf, quantiserOf, sqnrOf } from "./quantise";
import type { Loss, Quantiser } from "./quantise";
import { samplesOf } from "./samples";
import type { Facts, Samples, Source } from "./samples";

export interface Question {
  readonly source: Source;
  readonly target: TargetId;
  /** By which the answer is known. */
  readonly key: string;
}

/** What a threshold comes to. */
export interface Judged extends Quantiser, Loss {
  readonly threshold: number;
  /** In decibels. */
  readonly sqnr: number;
}

/** What a method found. */
export interface Found extends Judged {
  /** As the method has it: in nats, but for `mse` and those that look at no error. */
  readonly divergence: number;
  readonly curve: { readonly thresholds: Float64Array; readonly divergences: Float64Array };
  readonly ties: number;
  readonly notes: readonly string[];
}

/** A method, with what it found or why it found nothing. */
export type Row = { readonly method: MethodId } & ({ readonly found: Found } | { readonly found: null; readonly why: string });

export interface Cost {
  readonly threshold: number;
  readonly clipping: number;
  readonly rounding: number;
}

export interface Answer {
  readonly key: string;
  readonly target: TargetId;
  /** Of an example. */
  readonly seed: number | null;
  readonly facts: Facts;
  readonly rows: readonly Row[];
  /** Counts in even bins: of |x|, of x where there is a zero point. */
  readonly bins: { readonly from: number; readonly to: number; readonly counts: Float64Array };
  /** What thresholds from a hundredth of the largest magnitude on cost. */
  readonly costs: { readonly points: readonly Cost[]; readonly stride: number };
  readonly elapsedMs: number;
}

/** Which method it is at. */
export interface Step {
  readonly done: number;
  readonly method: MethodId;
}

const BINS = 200;
/** Thresholds whose costs are drawn, over two factors of ten. */
const COSTS = 61;
const DECADES = 2;
/** Samples up to which all of them are looked at for these. */
const MOST_FOR_COSTS = 2 ** 18;

const breathe = () => new Promise((resolve) => setTimeout(resolve));

async function rowOf(method: MethodId, target: TargetId, { values }: Samples, { backend, signal }: Tools<Step>): Promise<Row> {
  try {
    const { threshold, range, scale, zeroPoint, divergence, curve: { thresholds, divergences }, report } = await calibrate(values, { method, target, signal, ...(backend && { backend }) });
    const loss = lossOf(values, target, { range, scale, zeroPoint });
    const notes = [...report.notes, ...(report.unused > 0 ? [`${report.unused} codes that no bin's middle is rounded to`] : [])];
    return { method, found: { threshold, range, scale, zeroPoint, ...loss, sqnr: sqnrOf(loss), divergence, curve: { thresholds, divergences }, ties: report.ties, notes } };
  } catch (error) {
    // a method that is not for this; all else ends the job
    if (!(error instanceof RangeError) || signal.aborted) throw error;
    return { method, found: null, why: error.message.replace(/^calibrate: /, "") };
  }
}

async function binsOf({ values, facts: { ends, amax } }: Samples, target: TargetId, { backend, signal }: Tools<Step>): Promise<Answer["bins"]> {
  const [from, to] = isAffine(target) ? [Math.min(ends[0], 0), Math.max(ends[1], 0)] : [0, amax];
  const { data } = await histogram(isAffine(target) ? values : values.map(Math.abs), { bins: BINS, range: [from, to], signal, ...(backend && { backend }) });
  return { from, to, counts: Float64Array.from(data) };
}

async function costsOf({ values, facts: { amax, count, ends } }: Samples, target: TargetId, signal: AbortSignal): Promise<Answer["costs"]> {
  const stride = Math.ceil(count / MOST_FOR_COSTS);
  const points: Cost[] = [];
  for (let i = 0; i < COSTS; i++) {
    if (i % 10 === 0) await breathe();
    signal.throwIfAborted();
    const threshold = amax * 10 ** (DECADES * (i / (COSTS - 1) - 1));
    const { clipping, rounding } = lossOf(values, target, quantiserOf(target, threshold, ends), stride);
    points.push({ threshold, clipping, rounding });
  }
  return { points, stride };
}

/** Every method's threshold for the same samples, and what it costs. */
export async function calibrateAll({ source, target, key }: Question, tools: Tools<Step>): Promise<Answer> {
  const { signal, step } = tools;
  const samples = await samplesOf(source);
  const begun = performance.now();
  const rows: Row[] = [];
  for (const [done, method] of METHODS.entries()) {
    step({ done, method });
    await breathe();
    signal.throwIfAborted();
    rows.push(await rowOf(method, target, samples, tools));
  }
  const elapsedMs = performance.now() - begun;
  return { key, target, seed: "seed" in source ? source.seed : null, facts: samples.facts, rows, bins: await binsOf(samples, target, tools), costs: await costsOf(samples, target, signal), elapsedMs };
}

/** What a threshold of the visitor's costs. */
export async function judgeOwn({ source, target, threshold }: Omit<Question, "key"> & { readonly threshold: number }): Promise<Judged> {
  const { values, facts: { ends } } = await samplesOf(source);
  const quantiser = quantiserOf(target, threshold, ends);
  const loss = lossOf(values, target, quantiser);
  return { threshold, ...quantiser, ...loss, sqnr: sqnrOf(loss) };
}
