import { DomainError, grid, histogram } from "../index.js";
import type { Backend, CellArray, Histogram, Input } from "../index.js";
import { choose } from "./choose.js";
import type { Choice, Counted, Method } from "./choose.js";
import { conventions } from "./conventions/index.js";
import { openLoops } from "./conventions/loops.js";
import { quantizerOf } from "./targets.js";
import type { Quantizer, Target } from "./targets.js";

export type { Method } from "./choose.js";
export type { Target } from "./targets.js";

/** Counts of samples in bins of one width: of |x| from 0 to a, or of x from −a to a. */
export interface Counts {
  readonly counts: ArrayLike<number>;
  readonly range: readonly [number, number];
}

/** Options of `calibrate`. */
export interface CalibrateOptions {
  /**
   * How the threshold is found; default `"kullback"`: the least divergence of the distribution from what its codes say of it. `"nvidia"`, `"onnxruntime"`, `"mxnet"` and
   * `"ncnn"` follow these projects' calibrators by entropy, each with its own steps; `"minmax"` takes the largest magnitude, `"percentile"` leaves a share
   * beyond, `"mse"` has the least mean squared error. `"tutorial"` compares counts with those of what was quantised and put back, in the same bins: infinite for every
   * threshold where there are more bins than codes, as `report` says.
   */
  readonly method?: Method;
  /** What is stored; default `"int8"`. */
  readonly target?: Target;
  /** Instead of `target`: how many magnitudes are told apart, 0 among them; 128 for int8. */
  readonly levels?: number;
  /** `"symmetric"`: 0 is code 0, and both ends are as far from it. `"affine"`: from the smallest sample kept to the largest, with a zero point; the default for unsigned targets. */
  readonly scheme?: "symmetric" | "affine";
  /** Bins that samples are counted in; default: the vendor's, else 2048. */
  readonly bins?: number;
  /** For `"percentile"`: percent of the samples within the threshold; default 99.99. */
  readonly percentile?: number;
  /** Where samples are counted. */
  readonly backend?: Backend;
  readonly signal?: AbortSignal;
}

/** How a threshold came about. */
export interface CalibrationReport {
  /** Share of the samples beyond the threshold. */
  readonly clipped: number;
  /** Codes that no bin's middle is rounded to: resolution that was bought for nothing. */
  readonly unused: number;
  /** Other candidates that are next to as good. */
  readonly ties: number;
  /** What a user should know, in words; empty where there is nothing. */
  readonly notes: readonly string[];
}

/** A quantiser's parameters for one tensor or channel. */
export interface Calibration {
  /** Magnitude beyond which samples are clipped. */
  readonly threshold: number;
  /** What is kept. */
  readonly range: readonly [number, number];
  /** x ≈ scale · (code − zeroPoint). */
  readonly scale: number;
  readonly zeroPoint: number;
  /** In nats as the method has it; of `"mse"` the mean squared error, of `"minmax"` and `"percentile"` the share that is clipped. */
  readonly divergence: number;
  /** All candidates: their thresholds, and the divergence of each in binary64. */
  readonly curve: { readonly thresholds: Float64Array; readonly divergences: Float64Array };
  readonly report: CalibrationReport;
}

const NAME = "calibrate";
const METHODS: readonly Method[] = ["kullback", "nvidia", "onnxruntime", "mxnet", "ncnn", "minmax", "percentile", "mse", "tutorial"];
const KNOWN = ["method", "target", "levels", "scheme", "bins", "percentile", "backend", "signal"];
const BINS = 2048;

const isCounts = (source: unknown): source is Counts => typeof source === "object" && source !== null && "counts" in source && "range" in source;
const isList = (source: unknown): source is readonly (Input | Counts)[] => Array.isArray(source) && typeof source[0] === "object";

/**
 * Finds how a tensor is best quantised: the threshold beyond which it is clipped, its scale and zero point.
 *
 * ```ts
 * const { scale, threshold, report } = await calibrate(activations, { method: "nvidia", target: "int8" });
 * const perChannel = await calibrate(channels); // a list: one each
 * ```
 *
 * @param source - Samples, or counts of them with their range: the histogram of |x| over [0, a], or of x over [−a, a] for `"onnxruntime"` and `"mxnet"`; a
 *   list of these for many tensors or channels.
 * @param options - `method`, `target` or `levels`, `scheme`, `bins`, `percentile`, `backend`, `signal`.
 * @returns `threshold`, `range`, `scale`, `zeroPoint`, `divergence`, the `curve` over all candidates and a `report`; an array of these for a list.
 * @throws RangeError for options that are none, for counts that a method has no use for and for too few bins; DomainError for samples that are all 0, NaN or
 *   infinite, and for counts that are no counts.
 * @see Migacz, 8-bit inference with TensorRT (GTC 2017); pytorch-quantization, onnxruntime, MXNet and ncnn, whose steps src/calibration/conventions describes.
 */
export function calibrate(source: Input | Counts, options?: CalibrateOptions): Promise<Calibration>;
export function calibrate(sources: readonly (Input | Counts)[], options?: CalibrateOptions): Promise<Calibration[]>;
export async function calibrate(source: Input | Counts | readonly (Input | Counts)[], options: CalibrateOptions = {}): Promise<Calibration | Calibration[]> {
  for (const key of Object.keys(options)) if (!KNOWN.includes(key)) throw new TypeError(`${NAME}: unknown option "${key}"; known are ${KNOWN.join(", ")}.`);
  const { method = "kullback", target, levels, percentile = 99.99, bins, signal } = options;
  if (!METHODS.includes(method)) throw new RangeError(`${NAME}: method "${String(method)}" must be one of ${METHODS.join(", ")}.`);
  if (!(percentile > 0 && percentile <= 100)) throw new RangeError(`${NAME}: percentile ${percentile} must be above 0 and at most 100.`);
  if (bins !== undefined && !(Number.isInteger(bins) && bins >= 2)) throw new RangeError(`${NAME}: bins ${bins} must be an integer of at least 2.`);
  const quantizer = quantizerOf(NAME, target, levels);
  const scheme = options.scheme ?? (quantizer.isUnsigned ? "affine" : "symmetric");
  if (scheme !== "symmetric" && scheme !== "affine") throw new RangeError(`${NAME}: scheme "${String(scheme)}" must be "symmetric" or "affine".`);
  if (scheme === "affine" && !quantizer.codes) throw new RangeError(`${NAME}: floats have no zero point: scheme "symmetric".`);
  if (method in conventions && !quantizer.codes) throw new RangeError(`${NAME}: "${method}" is for integers: take "kullback", "mse", "percentile" or "minmax" for floats.`);
  const loops = method in conventions ? await openLoops() : null;
  const one = async (from: Input | Counts) => {
    signal?.throwIfAborted();
    const { counted, ends } = isCounts(from) ? checked(from, method) : await collect(from, method, options);
    return finish(choose(method, counted, quantizer, percentile, loops), counted, ends, { method, quantizer, scheme });
  };
  if (!isList(source)) return one(source as Input | Counts);
  const all: Calibration[] = [];
  for (const from of source) all.push(await one(from));
  return all;
}

interface Collected {
  readonly counted: Counted;
  /** The smallest and the largest sample, as far as they are known. */
  readonly ends: readonly [number, number];
}

const isSymmetricFor = (method: Method) => method in conventions && conventions[method as keyof typeof conventions].counts === "symmetric";

/** Counts of the caller's. */
function checked({ counts, range: [low, high] }: Counts, method: Method): Collected {
  const own = Float64Array.from(counts);
  const wrong = own.findIndex((count) => !(Number.isInteger(count) && count >= 0));
  if (wrong >= 0) throw new DomainError(`${NAME}: the count at index ${wrong} is ${own[wrong]}: counts are integers of at least 0.`, "counts", 1, wrong);
  if (!own.some((count) => count > 0)) throw new DomainError(`${NAME}: all counts are 0.`, "counts", own.length, 0);
  const isSymmetric = low === -high;
  if (!(high > 0 && high < Infinity && (low === 0 || isSymmetric))) throw new RangeError(`${NAME}: range [${low}, ${high}] must be [0, a] for counts of |x| or [-a, a] for those of x.`);
  if (method in conventions && isSymmetric !== isSymmetricFor(method)) {
    throw new RangeError(`${NAME}: "${method}" looks at counts of ${isSymmetric ? "|x|, over [0, a]" : "x, over [-a, a]"}.`);
  }
  if (method === "mxnet" && own.length % 2 === 0) throw new RangeError(`${NAME}: "mxnet" takes an odd number of bins, with 0 in the middle of one.`);
  const width = (high - low) / own.length;
  const ends = [low + width * own.findIndex((count) => count > 0), low + width * (own.findLastIndex((count) => count > 0) + 1)] as const;
  if (method in conventions) return { counted: { counts: own, amax: high, isSymmetric }, ends };
  const magnitudes = isSymmetric ? folded(own) : own;
  if (method === "kullback" && magnitudes.length > 1) {
    // a code of its own stands for 0 at any scale: what the first bin has more than the next is taken for zeros
    magnitudes[0] = Math.min(magnitudes[0], magnitudes[1]);
    if (!magnitudes.some((count) => count > 0)) throw new DomainError(`${NAME}: all counts are zeros', in the first bin.`, "counts", own.length, 0);
  }
  return { counted: { counts: magnitudes, amax: high, isSymmetric: false }, ends };
}

/** Counts of |x| from those of x. */
function folded(counts: Float64Array): Float64Array {
  const half = counts.length / 2;
  if (!Number.isInteger(half)) throw new RangeError(`${NAME}: counts of x in ${counts.length} bins have one in the middle: give an even number, or counts of |x|.`);
  return Float64Array.from({ length: half }, (_, i) => counts[half + i] + counts[half - 1 - i]);
}

/** Counts of samples as a method has them. */
async function collect(samples: Input, method: Method, { bins, backend, signal }: CalibrateOptions): Promise<Collected> {
  const where = { ...(backend && { backend }), ...(signal && { signal }) };
  const first = await histogram(samples, { bins: 1, ...where });
  const [low, high] = [first.edges[0], first.edges[1]];
  const counted = first.data[0];
  if (counted === 0) throw new DomainError(`${NAME}: there are no samples${first.nan > 0 ? " but NaN" : ""}.`, "samples", first.nan, -1);
  // a histogram of one value is half a unit wider to either side
  const [least, greatest] = high - low === 1 && (await isOneValue(samples, (low + high) / 2, where)) ? [(low + high) / 2, (low + high) / 2] : [low, high];
  const amax = Math.max(Math.abs(least), Math.abs(greatest));
  if (amax === 0) throw new DomainError(`${NAME}: all samples are 0.`, "samples", counted, 0);
  const convention = method in conventions ? conventions[method as keyof typeof conventions] : undefined;
  const count = bins ?? convention?.bins ?? BINS;
  if (method === "mxnet" && count % 2 === 0) throw new RangeError(`${NAME}: "mxnet" takes an odd number of bins, with 0 in the middle of one.`);
  const isSymmetric = isSymmetricFor(method);
  if (isSymmetric) return { counted: { counts: Float64Array.from((await histogram(samples, { bins: count, range: [-amax, amax], ...where })).data), amax, isSymmetric }, ends: [least, greatest] };
  const magnitudes = await histogram(least < 0 ? await magnitudesOf(samples, backend) : samples, { bins: count, range: [0, amax], ...where });
  const counts = Float64Array.from(magnitudes.data);
  if (convention?.skipsZeros || method === "kullback") counts[0] -= (await histogram(samples, { edges: [0, 0], ...where })).data[0];
  return { counted: { counts, amax, isSymmetric }, ends: [least, greatest] };
}

/** |x| of all samples, in host memory. */
async function magnitudesOf(samples: Input, backend?: Backend): Promise<Input> {
  const isOn = typeof samples === "object" && "buffer" in samples && "byteOffset" in samples && "host" in samples;
  const from = isOn && backend ? grid(await backend.download(samples), samples.dtype === "float16" ? { dtype: "float16" } : {}) : samples;
  const { data, dtype } = "data" in from ? from : grid(from as CellArray);
  if (dtype === "float16") return grid(Uint16Array.from(data as Uint16Array, (bits) => bits & 0x7fff), { dtype });
  return data instanceof Float32Array ? data.map(Math.abs) : Float64Array.from(data as Float64Array, (value) => Math.abs(Number(value)));
}

type Where = Pick<CalibrateOptions, "backend" | "signal">;

async function isOneValue(samples: Input, value: number, where: Where): Promise<boolean> {
  const { below, above }: Histogram = await histogram(samples, { edges: [value, value], ...where });
  return below + above === 0;
}

/** Scale, zero point and report. */
function finish(choice: Choice, { counts, amax, isSymmetric }: Counted, [least, greatest]: readonly [number, number], { method, quantizer, scheme }: { readonly method: Method; readonly quantizer: Quantizer; readonly scheme: "symmetric" | "affine" }): Calibration {
  const { thresholds, values, best, value, ties } = choice;
  const threshold = thresholds[best];
  const { codes, magnitudes } = quantizer;
  const range: readonly [number, number] = scheme === "affine" ? [Math.min(Math.max(least, -threshold), 0), Math.max(Math.min(greatest, threshold), 0)] : [quantizer.isUnsigned ? 0 : -threshold, threshold];
  const largest = magnitudes.length - 1;
  const scale = scheme === "affine" && codes ? (range[1] - range[0]) / (codes[1] - codes[0]) : threshold / quantizer.largest;
  const zeroPoint = scheme === "affine" && codes ? Math.round(codes[0] - range[0] / scale) : 0;
  const width = (isSymmetric ? 2 * amax : amax) / counts.length;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const beyond = counts.reduce((sum, count, k) => sum + (Math.abs((isSymmetric ? -amax : 0) + (k + 0.5) * width) > threshold ? count : 0), 0);
  const notes: string[] = [];
  if (values.length === 1 && method in conventions) notes.push("there is one candidate: the method takes the largest magnitude, as \"minmax\" does");
  if (value === Infinity) notes.push(method === "tutorial" ? `the divergence of every candidate is infinite: ${largest + 1} codes cannot fill ${counts.length} bins; "kullback" spreads each code over the bins that are rounded to it` : "the divergence of every candidate is infinite");
  if (Number.isNaN(value)) notes.push("candidates have nothing in their bins, which this method takes for the best");
  if (ties > 0) notes.push(`${ties} other candidate${ties === 1 ? " is" : "s are"} next to as good`);
  const finest = width > 0 ? (threshold / largest) : 0;
  const unused = codes && finest < width ? Math.floor(largest - threshold / width) : 0;
  return {
    threshold, range, scale, zeroPoint, divergence: value, curve: { thresholds, divergences: values },
    report: { clipped: beyond / total, unused: Math.max(unused, 0), ties, notes },
  };
}
