import { DomainError, grid, histogram } from "../index.js";
import type { Backend, Input } from "../index.js";
import { extentOfSamples } from "../operations/count-samples.js";
import { onHost } from "./channels.js";
import type { Counted, Method } from "./choose.js";
import { conventions } from "./conventions/index.js";

const NAME = "calibrate";
const BINS = 2048;

/** Counts of samples in bins of one width: of |x| from 0 to a, or of x from −a to a. */
export interface Counts {
  readonly counts: ArrayLike<number>;
  readonly range: readonly [number, number];
}

/** Where samples are counted. */
interface Where {
  readonly backend?: Backend;
  readonly signal?: AbortSignal;
}

/** What is known of samples. */
export interface Collected {
  readonly counted: Counted;
  /** The smallest and the largest sample, as far as they are known. */
  readonly ends: readonly [number, number];
}

const isSymmetricFor = (method: Method) => method in conventions && conventions[method as keyof typeof conventions].counts === "symmetric";

/** Counts of the caller's. */
export function checked({ counts, range: [low, high] }: Counts, method: Method): Collected {
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
export async function collect(samples: Input, method: Method, { bins, backend, signal }: Where & { readonly bins?: number }): Promise<Collected> {
  const where = { ...(backend && { backend }), ...(signal && { signal }) };
  const { least, greatest, nan } = await extentOfSamples(NAME, samples, backend, signal);
  if (least > greatest) throw new DomainError(`${NAME}: there are no samples${nan > 0 ? " but NaN" : ""}.`, "samples", nan, -1);
  const amax = Math.max(Math.abs(least), Math.abs(greatest));
  if (amax === 0) throw new DomainError(`${NAME}: all samples are 0.`, "samples", 1, 0);
  if (amax === Infinity) throw new DomainError(`${NAME}: samples reach from ${least} to ${greatest}: give counts of them in the range that counts.`, "samples", 1, -1);
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
  const { data, dtype } = await onHost(samples, backend);
  if (dtype === "float16") return grid(Uint16Array.from(data as Uint16Array, (bits) => bits & 0x7fff), { dtype });
  return data instanceof Float32Array ? data.map(Math.abs) : Float64Array.from(data as Float64Array, (value) => Math.abs(Number(value)));
}
