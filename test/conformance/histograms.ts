import { type CellArray } from "../../src/grid";
import { type BinRule } from "../../src/operations/histogram";
import golden from "../cases/histograms.json";
import { check, rejects, same, sameList, within } from "../support/assert";
import { random } from "../support/random";
import { type ConformanceCase, type ConformanceContext, throughWindows } from "./context";

const ARRAYS = {
  float64: Float64Array, float32: Float32Array, uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array, uint32: Uint32Array, int32: Int32Array, int64: BigInt64Array,
} as const;

/** The samples of a list in histograms.json. */
function samplesOf(place: number): CellArray {
  const { dtype, bytes } = golden.samples[place];
  return new ARRAYS[dtype as keyof typeof ARRAYS](Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0)).buffer);
}

interface Options { readonly bins?: number | BinRule; readonly range?: readonly [number, number]; readonly edges?: readonly number[] }
type Case = Omit<(typeof golden.cases)[number], "options"> & { readonly options: Options };

/** Samples within a bin and out of all. */
const add = (counts: ArrayLike<number>, more: number) => Array.from(counts).reduce((sum, count) => sum + count, more);

async function runCase({ kullback: { histogram }, backend }: ConformanceContext, { samples, options, counts, edges }: Case): Promise<void> {
  const all = samplesOf(samples);
  const found = await histogram(all, { ...options, backend });
  sameList(Array.from(found.edges), edges, "edges");
  sameList(Array.from(found.data), counts, "counts");
  same(add(found.data, found.nan + found.below + found.above), all.length, "samples");
  if (!options.range && !options.edges) return;
  // in pieces of any sizes, in any order
  const pieces = [all.subarray(70), all.subarray(0, 3), all.subarray(3, 70)];
  const again = { ...(typeof options.bins === "number" ? { bins: options.bins } : { edges }), ...(typeof options.bins === "number" && options.range && { range: options.range }), backend };
  const streamed = await histogram((async function* stream() { for (const piece of pieces) yield piece; })(), again);
  sameList(Array.from(streamed.data), counts, "counts of a stream");
  same(`${streamed.nan} ${streamed.below} ${streamed.above}`, `${found.nan} ${found.below} ${found.above}`, "what is outside of a stream");
}

async function runJoint({ kullback: { jointHistogram }, backend }: ConformanceContext, { columns, options, shape, counts, edges }: (typeof golden.joints)[number]): Promise<void> {
  const [x, y, z] = columns.map(samplesOf);
  const given = { ...(options as object), backend };
  const found = z ? await jointHistogram(x, y, z, given) : await jointHistogram(x, y, given);
  sameList(found.shape, shape, "shape");
  found.edges.forEach((own, axis) => sameList(Array.from(own), edges[axis], `edges of axis ${axis}`));
  sameList(Array.from(found.data), counts, "counts");
  same(add(found.data, found.nan + found.outside), x.length, "samples");
}

/** More samples than a workgroup takes and a dispatch does, in bins that fit its memory and that do not, all in one bin among them. */
async function runMany({ kullback: { histogram }, backend }: ConformanceContext): Promise<void> {
  const n = 300_007;
  const { unit } = random(5);
  const samples = Float32Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 0.5 : unit()));
  for (const bins of [1, 256, 4096, 5000, 70_000]) {
    const { data, edges, nan, below, above } = await histogram(samples, { bins, range: [0, 0.9], backend });
    const expected = new Float64Array(bins);
    let over = 0;
    for (const x of samples) {
      let [low, high] = [0, bins];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (x >= edges[middle]) low = middle;
        else high = middle;
      }
      if (x > edges[bins]) over += 1;
      else expected[low] += 1;
    }
    sameList(Array.from(data), Array.from(expected), `${bins} bins`);
    same(`${nan} ${below} ${above}`, `0 0 ${over}`, `${bins} bins, outside`);
  }
}

/** Device samples, counts that stay, and measures of both. */
async function runDevice({ kullback: { grid, histogram, jensenShannon, jointHistogram, mutualInformation, upload }, backend }: ConformanceContext): Promise<void> {
  const { unit } = random(8);
  const [a, b] = [0.4, 0.6].map((shift) => Float32Array.from({ length: 5000 }, () => shift * unit() + 0.3 * unit()));
  const on = await Promise.all([a, b].map((samples) => upload(samples, { backend })));
  const options = { bins: 32, range: [0, 1] as const, backend };
  const here = await Promise.all([a, b].map((samples) => histogram(samples, options)));
  const there = await Promise.all(on.map((samples) => histogram(samples, { ...options, output: "device" })));
  try {
    same(await jensenShannon(there[0], there[1], { backend }), await jensenShannon(here[0], here[1], { backend }), "jensenShannon");
    for (const [i, counts] of there.entries()) {
      sameList(Array.from(await backend.download(counts) as Uint32Array), Array.from(here[i].data), "counts");
      same(`${counts.nan} ${counts.below} ${counts.above}`, "0 0 0", "outside");
    }
    const joint = await jointHistogram(on[0], on[1], { bins: 16, backend, output: "device" });
    const again = await jointHistogram(a, b, { bins: 16, backend });
    try {
      same(await mutualInformation(joint, { backend }), await mutualInformation(again, { backend }), "mutualInformation");
    } finally {
      joint.destroy();
    }
    const auto = await histogram(on[0], { backend });
    sameList(Array.from(auto.data), Array.from((await histogram(a, { backend })).data), "its own range");
    const ruled = await histogram(on[0], { backend, bins: "fd" });
    sameList(Array.from(ruled.edges), Array.from((await histogram(a, { backend, bins: "fd" })).edges), "a rule");
    const half = await histogram(grid(Uint16Array.of(0x3c00, 0x4000, 0x0001, 0x8000, 0x7e00, 0xfc00), { dtype: "float16" }), { edges: [0, 2 ** -24, 1, 2], backend });
    sameList(Array.from(half.data), [1, 1, 2], "half floats");
    same(`${half.nan} ${half.below} ${half.above}`, "1 1 0", "half floats outside");
  } finally {
    [...on, ...there].forEach((one) => one.destroy());
  }
}

async function runWeights({ kullback: { histogram, jointHistogram }, backend }: ConformanceContext): Promise<void> {
  const { data, dtype } = await histogram([0.1, 0.2, 0.6, NaN, 2], { bins: 2, range: [0, 1], weights: [0.1, 0.2, 3, 5, 7], backend });
  same(dtype, "float64", "type");
  within(data[0], 0.3, 1e-15, "weights of the first bin");
  same(data[1], 3, "of the second");
  const joint = await jointHistogram([0, 1, 1], [0, 1, 0], { bins: 2, weights: [1, 2, 4], backend });
  sameList(Array.from(joint.data), [1, 0, 4, 2], "joint weights");
  const total = await histogram(new Float64Array(1001), { bins: 1, weights: Float64Array.from({ length: 1001 }, (_, i) => (i === 0 ? 2 ** 54 : 1)), backend });
  same(total.data[0], 2 ** 54 + 1000, "many that are little beside the first");
}

async function runMerge({ kullback: { histogram, jointHistogram, mergeHistograms }, backend }: ConformanceContext): Promise<void> {
  const edges = [0, 1, 2, 4];
  const [a, b] = [await histogram([0.5, 1.5, 9, NaN], { edges, backend }), await histogram([-1, 3, 4, 1], { edges, backend })];
  const both = mergeHistograms(a, b);
  sameList(Array.from(both.data), [1, 2, 2], "counts");
  same(`${both.nan} ${both.below} ${both.above}`, "1 1 1", "outside");
  const joint = await jointHistogram([0, 1], [0, 5], { edges: [[0, 1, 2], [0, 1]], backend });
  const twice = mergeHistograms(joint, joint);
  sameList(Array.from(twice.data), [2, 0], "joint counts");
  same(twice.outside, 2, "joint outside");
  const full = { ...a, data: Float64Array.of(2 ** 40 + 1, 0, 0), dtype: "float64" as const };
  same(mergeHistograms(full, a).data[0], 2 ** 40 + 2, "beyond 2³²");
  for (const call of [() => mergeHistograms(a, { ...b, edges: Float64Array.of(0, 1, 2, 5) }), () => mergeHistograms(...([] as (typeof a)[]))]) {
    try {
      call();
    } catch (error) {
      check(error instanceof RangeError, () => `threw ${String(error)}`);
      continue;
    }
    check(false, () => "mergeHistograms did not throw.");
  }
}

async function runRefused({ kullback: { DomainError, ShapeError, histogram, jointHistogram }, backend }: ConformanceContext): Promise<void> {
  async function* once() { yield [1, 2, 3]; }
  const from = { [Symbol.asyncIterator]: once };
  same((await histogram(from, { bins: 2, backend })).data[1], 2, "a stream that begins anew");
  await rejects(() => histogram(once(), { bins: 2, backend }), RangeError, "a stream that is read once, without a range");
  await rejects(() => histogram(once(), { bins: "fd", range: [0, 1], backend }), RangeError, "a stream that is read once, by a rule");
  await rejects(() => histogram(from, { bins: 2, range: [0, 1], weights: [1, 2, 3], backend }), RangeError, "weights of a stream");
  await rejects(() => histogram([1, Infinity], { backend }), DomainError, "infinite samples without a range");
  await rejects(() => histogram([1, 2], { bins: 0, backend }), RangeError, "bins");
  await rejects(() => histogram([1, 2], { bins: "stone" as BinRule, backend }), RangeError, "a rule that is none");
  await rejects(() => histogram([1, 2], { range: [1, 0], backend }), RangeError, "a range that falls");
  await rejects(() => histogram([1, 2], { edges: [0, 2, 1], backend }), RangeError, "edges that fall");
  await rejects(() => histogram([1, 2], { edges: [0], backend }), RangeError, "one edge");
  await rejects(() => histogram([1, 2], { edges: [0, 1], bins: 3, backend }), RangeError, "edges and bins");
  await rejects(() => histogram(Float32Array.of(1, 1.0000001), { bins: 9, backend }), RangeError, "more bins than numbers");
  await rejects(() => histogram([1, 2], { weights: [1], backend }), ShapeError, "weights of another length");
  await rejects(() => histogram([1, 2], { weights: [1, -1], backend }), DomainError, "a weight below 0");
  await rejects(() => histogram([1, 2], { weights: [1, 1], output: "device", backend }), RangeError, "weights on the device");
  await rejects(() => histogram([1, 2], { bin: 3, backend } as object), TypeError, "a misspelt option");
  await rejects(() => jointHistogram([1, 2], [1], { backend }), ShapeError, "coordinates of two lengths");
  await rejects(() => jointHistogram([1, 2], [1, 2], { range: [[0, 1]], backend }), RangeError, "ranges for other axes");
  await rejects(() => jointHistogram([1, 2] as never, { bins: 3 } as never), RangeError, "one coordinate");
}

export const histogramCases: readonly ConformanceCase[] = [
  ...throughWindows((golden.cases as unknown as readonly Case[]).map((one) => ({ name: `histogram of ${one.name} is NumPy's`, run: (context) => runCase(context, one) }))),
  ...golden.joints.map((one): ConformanceCase => ({ name: `jointHistogram of ${one.name} is NumPy's`, run: (context) => runJoint(context, one) })),
  ...throughWindows([{ name: "histogram counts many samples in few bins and in many", run: runMany }]),
  { name: "histogram takes device grids and half floats, and leaves counts on the device", run: runDevice },
  { name: "histogram adds weights", run: runWeights },
  { name: "mergeHistograms adds counts of the same edges", run: runMerge },
  { name: "histogram and jointHistogram refuse what they cannot count", run: runRefused },
];

