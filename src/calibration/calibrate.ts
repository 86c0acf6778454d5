import { checkOptions } from "../errors.js";
import type { Backend, Input } from "../index.js";
import { Pacer } from "../cpu-fallback/pause.js";
import { channelsOf } from "./channels.js";
import { candidatesOf, choose } from "./choose.js";
import type { Candidates, Choice, Counted, Method } from "./choose.js";
import { checked, collect } from "./collect.js";
import type { Collected, Counts } from "./collect.js";
import { conventions } from "./conventions/index.js";
import { openLoops } from "./conventions/loops.js";
import type { Loops } from "./conventions/loops.js";
import { isForGpu, scanOnGpu } from "./scan-on-gpu.js";
import type { Alike } from "./scan-on-gpu.js";
import { quantizerOf } from "./targets.js";
import type { Quantizer, Target } from "./targets.js";

export type { Counts } from "./collect.js";
export type { Method } from "./choose.js";
export type { Target } from "./targets.js";

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
  /** Instead of `target`: how many magnitudes are told apart, 0 among them; 128 for int8. Vendors' scans stay those of eight bits. */
  readonly levels?: number;
  /** `"symmetric"`: 0 is code 0, and both ends are as far from it. `"affine"`: from the smallest sample kept to the largest, with a zero point; the default for unsigned targets. */
  readonly scheme?: "symmetric" | "affine";
  /** Bins that samples are counted in; default: the vendor's, else 2048. */
  readonly bins?: number;
  /** For `"percentile"`: percent of the samples within the threshold; default 99.99. */
  readonly percentile?: number;
  /** An array whose entries along this axis are channels: one result each. */
  readonly axis?: number;
  /** Where samples are counted, and on a GPU the candidates of many tensors or channels looked through, up to 1024 of them in one submission where that takes no more than 50 ms; thresholds are the same anywhere. */
  readonly backend?: Backend;
  readonly signal?: AbortSignal;
}

/** How a threshold came about. */
export interface CalibrationReport {
  /** Share of the samples beyond the threshold, of those that the method looks at: `"kullback"` and `"ncnn"` leave zeros out. */
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
const KNOWN = ["method", "target", "levels", "scheme", "bins", "percentile", "axis", "backend", "signal"];
/** About as long as so many cells of a sum takes one tensor. */
const CELLS_OF_ONE = 2 ** 16;
/** Tensors that are in memory at once, with the sums over their bins. */
const AT_ONCE = 1024;

const isCounts = (source: unknown): source is Counts => typeof source === "object" && source !== null && "counts" in source && "range" in source;
const isList = (source: unknown): source is readonly (Input | Counts)[] => Array.isArray(source) && (source.length === 0 || typeof source[0] === "object");

/**
 * Finds how a tensor is best quantised: the threshold beyond which it is clipped, its scale and zero point.
 *
 * ```ts
 * const { scale, threshold, report } = await calibrate(activations, { method: "nvidia", target: "int8" });
 * const ofLayers = await calibrate(layers); // a list: one each
 * const perChannel = await calibrate(grid(weights, { shape: [64, 3, 3, 3] }), { axis: 0, method: "minmax" });
 * ```
 *
 * @param source - Samples, or counts of them with their range: the histogram of |x| over [0, a], or of x over [−a, a] for `"onnxruntime"` and `"mxnet"`; a
 *   list of these for many tensors or channels.
 * @param options - `method`, `target` or `levels`, `scheme`, `bins`, `percentile`, `axis`, `backend`, `signal`.
 * @returns `threshold`, `range`, `scale`, `zeroPoint`, `divergence`, the `curve` over all candidates and a `report`; an array of these for a list or an axis. The `curve` of a tensor among many may be scanned when it is first looked at.
 * @throws TypeError for options that nobody knows; RangeError for values that are none, an axis outside the grid among them, for counts that a method has no use for and for too few
 *   bins; DomainError for samples that are all 0, NaN or infinite, and for counts that are no counts, with the entry of a list; DeviceError for a grid of another backend.
 * @see Migacz, 8-bit inference with TensorRT (GTC 2017); pytorch-quantization, onnxruntime, MXNet and ncnn, whose steps src/calibration/conventions describes.
 */
export function calibrate(source: Input, options: CalibrateOptions & { readonly axis: number }): Promise<Calibration[]>;
export function calibrate(source: Input | Counts, options?: CalibrateOptions): Promise<Calibration>;
export function calibrate(sources: readonly (Input | Counts)[], options?: CalibrateOptions): Promise<Calibration[]>;
export async function calibrate(source: Input | Counts | readonly (Input | Counts)[], options: CalibrateOptions = {}): Promise<Calibration | Calibration[]> {
  checkOptions(NAME, options, KNOWN);
  const { method = "kullback", target, levels, percentile = 99.99, bins, axis, backend, signal } = options;
  if (!METHODS.includes(method)) throw new RangeError(`${NAME}: method "${String(method)}" must be one of ${METHODS.join(", ")}.`);
  if (!(percentile > 0 && percentile <= 100)) throw new RangeError(`${NAME}: percentile ${percentile} must be above 0 and at most 100.`);
  if (bins !== undefined && !(Number.isInteger(bins) && bins >= 2)) throw new RangeError(`${NAME}: bins ${bins} must be an integer of at least 2.`);
  const quantizer = quantizerOf(NAME, target, levels);
  const scheme = options.scheme ?? (quantizer.isUnsigned ? "affine" : "symmetric");
  if (scheme !== "symmetric" && scheme !== "affine") throw new RangeError(`${NAME}: scheme "${String(scheme)}" must be "symmetric" or "affine".`);
  if (scheme === "affine" && !quantizer.codes) throw new RangeError(`${NAME}: floats have no zero point: scheme "symmetric".`);
  if (method in conventions && !quantizer.codes) throw new RangeError(`${NAME}: "${method}" is for integers: take "kullback", "mse", "percentile" or "minmax" for floats.`);
  // a moment in which a caller may call it off
  const loops = await (method in conventions ? openLoops() : null);
  if (axis !== undefined && (isCounts(source) || isList(source))) throw new RangeError(`${NAME}: axis is for one array of samples.`);
  const list = axis !== undefined ? await channelsOf(source as Input, axis, backend) : isList(source) ? source : null;
  const sources = list ?? [source as Input | Counts];
  const setting = { method, quantizer, scheme, percentile, loops };
  const atOnce = backend?.info.kind === "webgpu" ? AT_ONCE : 1;
  const pacer = new Pacer(signal);
  const all: Calibration[] = [];
  for (let first = 0; first < sources.length; first += atOnce) {
    const collected: (Collected & { readonly candidates: Candidates })[] = [];
    for (const [i, from] of sources.slice(first, first + atOnce).entries()) {
      signal?.throwIfAborted();
      try {
        const what = isCounts(from) ? checked(from, method) : await collect(from, method, options);
        collected.push({ ...what, candidates: candidatesOf(method, what.counted, quantizer, percentile, loops) });
      } catch (error) {
        if (list && error instanceof Error && error !== signal?.reason) error.message = error.message.replace(`${NAME}:`, `${NAME}: entry ${first + i}:`);
        throw error;
      }
    }
    const found = backend && collected.length > 1 ? await scannedBy(backend, method, collected.map(({ candidates }) => candidates), signal) : new Map<Candidates, Float32Array>();
    for (let next = collected.shift(); next; next = collected.shift()) {
      signal?.throwIfAborted();
      if (pacer.isDue(CELLS_OF_ONE)) await pacer.pause();
      const { candidates, ...what } = next;
      all.push(finish(choose(candidates, found.get(candidates)), what, setting));
      found.delete(candidates);
    }
  }
  return list ? all : all[0];
}

/** How thresholds are looked for. */
interface Setting {
  readonly method: Method;
  readonly quantizer: Quantizer;
  readonly scheme: "symmetric" | "affine";
  readonly percentile: number;
  readonly loops: Loops | null;
}

/** The curve over all candidates; what was not scanned is, from the counts, when somebody looks. */
function curveOf({ thresholds, curve }: Choice, counted: Counted, { method, quantizer, percentile, loops }: Setting): Calibration["curve"] {
  let divergences = curve;
  return {
    thresholds,
    get divergences() {
      if (!divergences) {
        const { first, scan } = candidatesOf(method, counted, quantizer, percentile, loops);
        divergences = scan(first, thresholds.length);
      }
      return divergences;
    },
  };
}

/** What a GPU finds of those that are for one, those of a length at once. */
async function scannedBy(backend: Backend, method: Method, list: readonly Candidates[], signal?: AbortSignal): Promise<Map<Candidates, Float32Array>> {
  const found = new Map<Candidates, Float32Array>();
  const byLength = new Map<number, Alike[]>();
  for (const candidates of list) {
    if (!isForGpu(candidates)) continue;
    const { length } = candidates.gpu.bins.counts;
    byLength.set(length, [...(byLength.get(length) ?? []), candidates]);
  }
  for (const alike of byLength.values()) {
    const rows = await scanOnGpu(backend, method, alike, signal);
    alike.forEach((candidates, i) => rows && found.set(candidates, rows[i]));
  }
  return found;
}

/** Scale, zero point and report. */
function finish(choice: Choice, { counted, ends: [least, greatest] }: Collected, setting: Setting): Calibration {
  const { counts, amax, isSymmetric } = counted;
  const { method, quantizer, scheme } = setting;
  const { thresholds, best, value, ties } = choice;
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
  if (thresholds.length === 1 && method in conventions && threshold === amax) notes.push("there is one candidate: the method takes the largest magnitude, as \"minmax\" does");
  if (value === Infinity) notes.push(method === "tutorial" ? `the divergence of every candidate is infinite: ${largest + 1} codes cannot fill ${counts.length} bins; "kullback" spreads each code over the bins that are rounded to it` : "the divergence of every candidate is infinite");
  if (Number.isNaN(value)) notes.push("candidates have nothing in their bins, which this method takes for the best");
  if (ties > 0) notes.push(`${ties} other candidate${ties === 1 ? " is" : "s are"} next to as good`);
  const finest = width > 0 ? (threshold / largest) : 0;
  const unused = codes && finest < width ? Math.floor(largest - threshold / width) : 0;
  return {
    threshold, range, scale, zeroPoint, divergence: value,
    curve: curveOf(choice, counted, setting),
    report: { clipped: beyond / total, unused: Math.max(unused, 0), ties, notes },
  };
}
