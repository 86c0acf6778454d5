import type { Backend } from "../backend.js";
import type { DeviceGrid, Grid } from "../grid.js";
import type { Input } from "../validate.js";

/**
 * How many bins samples are counted in, from what they are: NumPy's rules of these names. `"auto"` is `"sturges"` or, where that has more bins, `"fd"`
 * (Freedman and Diaconis) with at most twice those of `"sqrt"`.
 */
export type BinRule = "auto" | "fd" | "scott" | "doane" | "sturges" | "rice" | "sqrt";

/** Bins along one axis. */
export interface BinOptions {
  /** How many, evenly from one end of the range to the other, or the rule that says how many; default 10. */
  readonly bins?: number | BinRule;
  /** Both ends; default: the smallest and the largest sample. */
  readonly range?: readonly [number, number];
  /** The edges themselves, rising, one more than bins; instead of `bins` and `range`. */
  readonly edges?: ArrayLike<number>;
}

/** Options of `histogram`. */
export interface HistogramOptions extends BinOptions {
  /** What each sample counts, finite and not negative; in host memory, and counted on the CPU in binary64. Goes with samples that are not a stream. */
  readonly weights?: ArrayLike<number>;
  /** `"device"`: the counts stay in the backend's memory. Default `"host"`. */
  readonly output?: "host" | "device";
  /** Where samples are counted; default: the CPU. Samples on a device are counted by the backend that holds them. */
  readonly backend?: Backend;
  readonly signal?: AbortSignal;
}

/** Options of `jointHistogram`: each as for `histogram`, for all axes or a list with one for each. */
export interface JointHistogramOptions extends Pick<HistogramOptions, "weights" | "output" | "backend" | "signal"> {
  readonly bins?: HistogramOptions["bins"] | readonly (number | BinRule)[];
  readonly range?: readonly (readonly [number, number])[];
  readonly edges?: readonly ArrayLike<number>[];
}

/** Samples that come in pieces, of any sizes. What has to be read more than once needs a source that begins anew each time it is asked for an iterator. */
export type SampleStream<Piece = Input> = AsyncIterable<Piece>;

interface Counted {
  /** Samples that are NaN, of several coordinates in any. */
  readonly nan: number;
}

interface CountedOnAxis extends Counted {
  /** Edges of the bins. Each has its lower one, and the last its upper one too. */
  readonly edges: Float64Array;
  /** Samples below the first edge, and above the last. */
  readonly below: number;
  readonly above: number;
}

interface CountedOnAxes extends Counted {
  /** Edges of the bins along each axis. */
  readonly edges: readonly Float64Array[];
  /** Samples of numbers that some axis has no bin for. */
  readonly outside: number;
}

/** Counts as a grid, exact: `Uint32Array`, or `Float64Array` where one is beyond that or with weights. */
export type Histogram = Grid<Uint32Array | Float64Array> & CountedOnAxis;
export type DeviceHistogram = DeviceGrid & CountedOnAxis;
export type JointHistogram = Grid<Uint32Array | Float64Array> & CountedOnAxes;
export type DeviceJointHistogram = DeviceGrid & CountedOnAxes;

/**
 * Counts samples in bins, exactly: NumPy's `histogram`, bin for bin.
 *
 * ```ts
 * const edges = linspace(0, 1, 65);
 * const psi = await populationStability(await histogram(today, { edges }), await histogram(reference, { edges }));
 * ```
 *
 * A sample x is in the last bin whose edge is not above it, and in the last of all when it is that one's upper edge. Edges that are made for `Float32Array`s
 * are singles, as NumPy's are. However samples come, in whatever pieces and order, on whatever device, the counts are the same; counts of a previous call are
 * added by {@link mergeHistograms}.
 *
 * @param samples - Typed array, `number[]`, grid or device grid of any shape; or a stream of such.
 * @param options - `bins`, `range`, `edges`, `weights`, `output`, `backend`, `signal`.
 * @returns A grid of counts, with `edges`, and how many samples are `nan`, `below` and `above`: every measure takes it as p or q.
 * @throws RangeError for bins, ranges and edges that are none, for more bins than the range has numbers, and for a stream that can be read once where its
 *   range or a rule takes more; DomainError for infinite samples where the range is to be found, and for weights; ShapeError for weights of another length.
 * @see Freedman and Diaconis, On the histogram as a density estimator (1981); Scott (1979); Doane (1976); Sturges (1926).
 */
export function histogram(samples: Input | SampleStream, options: HistogramOptions & { readonly output: "device" }): Promise<DeviceHistogram>;
export function histogram(samples: Input | SampleStream, options?: HistogramOptions & { readonly output?: "host" }): Promise<Histogram>;
export function histogram(samples: Input | SampleStream, options?: HistogramOptions): Promise<Histogram | DeviceHistogram>;
export async function histogram(samples: Input | SampleStream, options: HistogramOptions = {}): Promise<Histogram | DeviceHistogram> {
  return (await import("./count-samples.js")).countSamples(samples, options);
}

/**
 * Counts samples of two or three coordinates: NumPy's `histogramdd`, for `mutualInformation` and the other measures of joint distributions.
 *
 * ```ts
 * const bits = await mutualInformation(await jointHistogram(x, y, { bins: 64 }), { base: 2 });
 * ```
 *
 * @param samples - One list of coordinates for each axis, of one length; or a stream of such lists of lists.
 * @param options - As for {@link histogram}, for all axes or a list with one for each.
 * @returns A grid of counts with an axis for each coordinate, its `edges`, and how many samples are `nan` or `outside`.
 * @throws As {@link histogram}; ShapeError for coordinates of several lengths; RangeError for another number of axes than two or three.
 */
export function jointHistogram(x: Input, y: Input, options?: JointHistogramOptions & { readonly output?: "host" }): Promise<JointHistogram>;
export function jointHistogram(x: Input, y: Input, z: Input, options?: JointHistogramOptions & { readonly output?: "host" }): Promise<JointHistogram>;
export function jointHistogram(samples: SampleStream<readonly Input[]>, options?: JointHistogramOptions & { readonly output?: "host" }): Promise<JointHistogram>;
export function jointHistogram(x: Input, y: Input, options: JointHistogramOptions & { readonly output: "device" }): Promise<DeviceJointHistogram>;
export function jointHistogram(x: Input, y: Input, z: Input, options: JointHistogramOptions & { readonly output: "device" }): Promise<DeviceJointHistogram>;
export function jointHistogram(samples: SampleStream<readonly Input[]>, options: JointHistogramOptions & { readonly output: "device" }): Promise<DeviceJointHistogram>;
export async function jointHistogram(...given: readonly unknown[]): Promise<JointHistogram | DeviceJointHistogram> {
  return (await import("./count-samples.js")).countJointSamples(given);
}

/**
 * Adds counts of the same bins: the histogram of all their samples.
 *
 * @param histograms - In host memory, with the same edges.
 * @throws RangeError where there is none, or edges differ.
 */
export function mergeHistograms(...histograms: readonly Histogram[]): Histogram;
export function mergeHistograms(...histograms: readonly JointHistogram[]): JointHistogram;
export function mergeHistograms(...histograms: readonly (Histogram | JointHistogram)[]): Histogram | JointHistogram {
  const [first] = histograms;
  if (!first) throw new RangeError("mergeHistograms: there is nothing to merge.");
  const edgesOf = ({ edges }: Histogram | JointHistogram) => (edges instanceof Float64Array ? [edges] : edges);
  const sum = new Float64Array(first.data.length);
  const outside = { nan: 0, below: 0, above: 0, outside: 0 };
  for (const histogram of histograms) {
    const same = edgesOf(histogram).length === edgesOf(first).length && edgesOf(histogram).every((edges, axis) => edges.length === edgesOf(first)[axis].length && edges.every((edge, i) => edge === edgesOf(first)[axis][i]));
    if (!same) throw new RangeError("mergeHistograms: the histograms' edges differ: count with the edges of one in all.");
    for (let i = 0; i < sum.length; i++) sum[i] += histogram.data[i];
    outside.nan += histogram.nan;
    if ("below" in histogram) {
      outside.below += histogram.below;
      outside.above += histogram.above;
    } else outside.outside += histogram.outside;
  }
  const counts = histograms.every(({ data }) => data instanceof Uint32Array) ? countsOf(sum) : { data: sum, dtype: "float64" as const };
  return "below" in first ? { ...first, ...counts, nan: outside.nan, below: outside.below, above: outside.above } : { ...first, ...counts, nan: outside.nan, outside: outside.outside };
}

/** Counts in as few bytes as hold them. */
export function countsOf(counts: Float64Array): { readonly data: Uint32Array | Float64Array; readonly dtype: "uint32" | "float64" } {
  return counts.some((count) => count >= 2 ** 32) ? { data: counts, dtype: "float64" } : { data: Uint32Array.from(counts), dtype: "uint32" };
}
