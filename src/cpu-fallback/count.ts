import type { CountJob, CountLoop, Extent, Operand, Outside } from "../backend.js";
import { cellsOf } from "../grid.js";
import { gather, sourceOf } from "./cells.js";
import type { Source } from "./cells.js";
import { Pacer } from "./pause.js";

/** Samples that are looked at together: coordinates and places fit the first-level cache. */
const BLOCK = 2048;
/** Samples between two looks at the clock. */
const SLICE = 2 ** 16;
/** What is no bin. */
const [NAN, BELOW, ABOVE] = [-1, -2, -3];
/** 32-bit counters are emptied before they could be full. */
const MOST = 2 ** 32 - 1;
/** Types of so few values that each is counted, and its bin looked for once. */
const VALUES = 2 ** 16;

type Numbers = Float64Array | Float32Array;

/** An axis as the loops take it. */
interface Bins {
  readonly edges: Float64Array;
  readonly bins: number;
  readonly first: number;
  readonly last: number;
  /** Bins a unit where they are about even; else 0. */
  readonly perUnit: number;
  /** How far from a whole number, in bins, what lies between two edges is at most still called so. */
  readonly slack: number;
}

/** Counts on one thread, of numbers in binary64: every type but 64-bit integers fits it, and these are rounded to it. */
export function openCounts({ axes, signal }: CountJob, most = MOST): CountLoop {
  const bins = axes.map(binsOf);
  const cells = new Float64Array(bins.reduce((product, { bins: count }) => product * count, 1));
  const counters = new Uint32Array(cells.length);
  const outside = new Float64Array(3);
  let pending = 0;
  let weighed: Weighed | undefined;
  const empty = () => {
    if (pending === 0) return;
    for (let i = 0; i < cells.length; i++) cells[i] += counters[i];
    counters.fill(0);
    pending = 0;
  };
  const countSlice = (sources: readonly Source[], from: number, count: number, weights?: ArrayLike<number>) => {
    if (weights) weighed ??= { sums: new Float64Array(cells.length), lost: new Float64Array(cells.length) };
    if (bins.length === 1 && !weights) countNumbers(sources[0], from, count, bins[0], counters, outside);
    else countPlaces(sources, from, count, bins, counters, outside, weights && weighed && { weights, ...weighed });
  };
  return {
    async add(columns, weights) {
      const sources = columns.map(sourceOf);
      const count = cellsOf(columns[0].shape);
      const pacer = new Pacer(signal);
      signal?.throwIfAborted();
      for (let from = 0; from < count; from += SLICE) {
        const length = Math.min(SLICE, count - from);
        if (pending + length > most) empty();
        countSlice(sources, from, length, weights);
        pending += length;
        if (pacer.isDue(length)) await pacer.pause();
      }
    },
    async read() {
      empty();
      return cells.map((count, i) => (weighed ? count + (weighed.sums[i] + weighed.lost[i]) : count));
    },
    outside: async (): Promise<Outside> => ({ nan: outside[0], below: outside[1], above: outside[2] }),
    async keep() {
      const counts = await this.read();
      const isWide = weighed !== undefined || counts.some((count) => count > MOST);
      return { dtype: isWide ? "float64" : "uint32", shape: bins.map(({ bins: count }) => count), buffer: null, host: isWide ? counts : Uint32Array.from(counts), byteOffset: 0, destroy() {} };
    },
    end() {},
  };
}

function binsOf(edges: Float64Array): Bins {
  const bins = edges.length - 1;
  const [first, last] = [edges[0], edges[bins]];
  const perUnit = bins / (last - first);
  const worst = edges.reduce((most, edge, i) => Math.max(most, Math.abs((edge - first) * perUnit - i)), 0) + 8 * bins * 2 ** -53;
  const isEven = perUnit > 0 && perUnit < Infinity && worst < 0.5;
  return { edges, bins, first, last, perUnit: isEven ? perUnit : 0, slack: worst };
}

/** The last bin whose edge is not above x, or why there is none. */
function binOf(x: number, { edges, bins, first, last, perUnit }: Bins): number {
  if (!(x >= first && x <= last)) return x < first ? BELOW : x > last ? ABOVE : NAN;
  if (perUnit > 0) {
    let bin = Math.min(((x - first) * perUnit) | 0, bins - 1);
    while (x < edges[bin]) bin -= 1;
    while (bin < bins - 1 && x >= edges[bin + 1]) bin += 1;
    return bin;
  }
  let low = 0;
  for (let high = bins; high - low > 1;) {
    const middle = (low + high) >>> 1;
    if (x >= edges[middle]) low = middle;
    else high = middle;
  }
  return low;
}

const block = /* @__PURE__ */ new Float64Array(BLOCK);

/** Samples of one coordinate. */
function countNumbers(source: Source, from: number, count: number, bins: Bins, counters: Uint32Array, outside: Float64Array): void {
  const { data } = source;
  if (data instanceof Float32Array || data instanceof Float64Array) {
    countIn(data, from, from + count, bins, counters, outside);
    return;
  }
  if (data.BYTES_PER_ELEMENT <= 2 && count > VALUES / 4) {
    countValues(source, from, count, bins, counters, outside);
    return;
  }
  for (let at = 0; at < count; at += BLOCK) {
    const length = Math.min(BLOCK, count - at);
    gather(source, from + at, 1, length, block, 0);
    countIn(block, 0, length, bins, counters, outside);
  }
}

function countIn(numbers: Numbers, from: number, to: number, bins: Bins, counters: Uint32Array, outside: Float64Array): void {
  const { first, perUnit, slack, bins: count } = bins;
  const most = 1 - slack;
  for (let i = from; i < to; i++) {
    const x = numbers[i];
    const scaled = (x - first) * perUnit;
    const guess = scaled | 0;
    const rest = scaled - guess;
    if (rest > slack && rest < most && scaled < count) counters[guess] += 1;
    else {
      const bin = binOf(x, bins);
      if (bin >= 0) counters[bin] += 1;
      else outside[-1 - bin] += 1;
    }
  }
}

/** Every value of a small type is counted, and brought to its bin. */
function countValues(source: Source, from: number, count: number, bins: Bins, counters: Uint32Array, outside: Float64Array): void {
  const { data, dtype } = source;
  const bytes = data.BYTES_PER_ELEMENT;
  const values = new Uint32Array(2 ** (8 * bytes));
  const words = bytes === 1 ? new Uint8Array(data.buffer, data.byteOffset + from, count) : new Uint16Array(data.buffer, data.byteOffset + 2 * from, count);
  for (let i = 0; i < count; i++) values[words[i]] += 1;
  const all = bytes === 1 ? Uint8Array.from(values, (_, i) => i) : Uint16Array.from(values, (_, i) => i);
  const typed = { data: dtype === "int8" ? new Int8Array(all.buffer) : dtype === "int16" ? new Int16Array(all.buffer) : all, dtype, words: null };
  const numbers = new Float64Array(values.length);
  gather(typed, 0, 1, values.length, numbers, 0);
  values.forEach((times, i) => {
    if (times === 0) return;
    const bin = binOf(numbers[i], bins);
    if (bin >= 0) counters[bin] += times;
    else outside[-1 - bin] += times;
  });
}

/** What samples weigh, the sums of that, and what was rounded away of them. */
interface Weighed {
  readonly sums: Float64Array;
  readonly lost: Float64Array;
}

const places = /* @__PURE__ */ new Int32Array(BLOCK);

/** Samples of several coordinates, or that weigh something. */
function countPlaces(sources: readonly Source[], from: number, count: number, bins: readonly Bins[], counters: Uint32Array, outside: Float64Array, weighed?: Weighed & { readonly weights: ArrayLike<number> }): void {
  for (let at = 0; at < count; at += BLOCK) {
    const length = Math.min(BLOCK, count - at);
    places.fill(0);
    bins.forEach((axis, i) => {
      gather(sources[i], from + at, 1, length, block, 0);
      placeOn(axis, length);
    });
    for (let i = 0; i < length; i++) {
      const place = places[i];
      if (place < 0) outside[-1 - place] += 1;
      else if (!weighed) counters[place] += 1;
    }
    if (weighed) addWeights(from + at, length, weighed);
  }
}

/** Of places on the axes before, the places with this one. */
function placeOn(axis: Bins, length: number): void {
  const { bins } = axis;
  for (let i = 0; i < length; i++) {
    const x = block[i];
    const before = places[i];
    if (x !== x) places[i] = NAN;
    else if (before >= 0) {
      const bin = binOf(x, axis);
      places[i] = bin < 0 ? bin : before * bins + bin;
    }
  }
}

/** Adds as Neumaier does: the order of samples shows in the last digit at most. */
function addWeights(from: number, length: number, { weights, sums, lost }: Weighed & { readonly weights: ArrayLike<number> }): void {
  for (let i = 0; i < length; i++) {
    const place = places[i];
    if (place < 0) continue;
    const sum = sums[place];
    const weight = weights[from + i];
    sums[place] = sum + weight;
    lost[place] += Math.max(sum, weight) - sums[place] + Math.min(sum, weight);
  }
}

/** The smallest and the largest sample. */
export async function extent(samples: Operand, signal?: AbortSignal): Promise<Extent> {
  const source = sourceOf(samples);
  const count = cellsOf(samples.shape);
  const pacer = new Pacer(signal);
  const found = { least: Infinity, greatest: -Infinity, nan: 0 };
  for (let from = 0; from < count; from += SLICE) {
    const length = Math.min(SLICE, count - from);
    const { data } = source;
    if (data instanceof Float32Array || data instanceof Float64Array) extentIn(data, from, from + length, found);
    else for (let at = 0; at < length; at += BLOCK) {
      const size = Math.min(BLOCK, length - at);
      gather(source, from + at, 1, size, block, 0);
      extentIn(block, 0, size, found);
    }
    if (pacer.isDue(length)) await pacer.pause();
  }
  return found;
}

function extentIn(numbers: Numbers, from: number, to: number, found: { least: number; greatest: number; nan: number }): void {
  let { least, greatest } = found;
  let nan = 0;
  for (let i = from; i < to; i++) {
    const x = numbers[i];
    // most are neither
    if (x >= least && x <= greatest) continue;
    if (x < least) least = x;
    if (x > greatest) greatest = x;
    if (x !== x) nan += 1;
  }
  found.least = least;
  found.greatest = greatest;
  found.nan += nan;
}
