import type { Backend, CountLoop, Extent, Operand } from "../backend.js";
import { DeviceError, DomainError, ShapeError, checkOptions } from "../errors.js";
import { cellsOf, numbersOf } from "../grid.js";
import type { CellArray, DeviceGrid, Dtype } from "../grid.js";
import { cpuBackend } from "../open-backend.js";
import { isDeviceGrid, operandOf } from "../validate.js";
import type { Input } from "../validate.js";
import { askedBins, binsBy, ends, evenEdges } from "./bin-edges.js";
import type { AskedBins } from "./bin-edges.js";
import { countsOf } from "./histogram.js";
import type { DeviceHistogram, DeviceJointHistogram, Histogram, HistogramOptions, JointHistogram, JointHistogramOptions, SampleStream } from "./histogram.js";
import { onHost } from "./prepare.js";
import { statisticsFor } from "./sample-statistics.js";
import type { ReadAll } from "./sample-statistics.js";

/** Samples with a coordinate on each axis, piece by piece. */
interface Pieces {
  readonly isWhole: boolean;
  /** Can they be read more than once? */
  readonly isRepeatable: boolean;
  read(): AsyncIterable<readonly Operand[]>;
}

const COMMON = ["weights", "output", "backend", "signal"];
const KNOWN = ["bins", "range", "edges", ...COMMON];

/** What `histogram` does, once it is loaded. */
export async function countSamples(samples: Input | SampleStream, options: HistogramOptions): Promise<Histogram | DeviceHistogram> {
  const name = "histogram";
  checkAsked(name, options);
  const asked = askedBins(name, options);
  const { counted, axes: [edges], outside } = await count(name, piecesOf(name, 1, isStream(samples) ? samples : [samples]), [asked], options, "float32");
  return { ...counted, edges, ...outside };
}

/** What `jointHistogram` does, once it is loaded. */
export async function countJointSamples(given: readonly unknown[]): Promise<JointHistogram | DeviceJointHistogram> {
  const name = "jointHistogram";
  const isInput = (value: unknown) => Array.isArray(value) || ArrayBuffer.isView(value) || (typeof value === "object" && value !== null && "shape" in value);
  const lists = given.filter(isInput) as readonly Input[];
  const [stream] = given;
  const from = isStream(stream) ? (stream as SampleStream<readonly Input[]>) : lists;
  const options = (given.slice(isStream(stream) ? 1 : lists.length)[0] ?? {}) as JointHistogramOptions;
  checkAsked(name, options);
  const dimensions = isStream(from) ? dimensionsOf(name, options) : from.length;
  if (dimensions !== 2 && dimensions !== 3) throw new RangeError(`${name}: samples have two or three coordinates, not ${dimensions}.`);
  const of = <T>(what: string, option: T | readonly T[] | undefined, isOne: (value: unknown) => boolean, axis: number): T | undefined => {
    if (option === undefined || isOne(option)) return option as T | undefined;
    if ((option as readonly T[]).length !== dimensions) throw new RangeError(`${name}: ${what} has ${(option as readonly T[]).length} entries for ${dimensions} axes.`);
    return (option as readonly T[])[axis];
  };
  const asked = Array.from({ length: dimensions }, (_, axis) => {
    const [bins, range, edges] = [of("bins", options.bins, (value) => !Array.isArray(value), axis), of("range", options.range, () => false, axis), of("edges", options.edges, () => false, axis)];
    return askedBins(`${name}: axis ${axis}`, { ...(bins !== undefined && { bins }), ...(range !== undefined && { range }), ...(edges !== undefined && { edges }) });
  });
  const { counted, axes: edges, outside: { nan, below, above } } = await count(name, piecesOf(name, dimensions, from), asked, options, "float64");
  return { ...counted, edges, nan, outside: below + above };
}

/** Of a stream, as many axes as options speak of. */
function dimensionsOf(name: string, { bins, range, edges }: JointHistogramOptions): number {
  const list = [edges, range, Array.isArray(bins) ? bins : undefined].find((option) => option !== undefined);
  if (!list) throw new RangeError(`${name}: a stream of samples takes edges, ranges or bins for each axis.`);
  return list.length;
}

function checkAsked(name: string, options: HistogramOptions | JointHistogramOptions): void {
  checkOptions(name, options, KNOWN);
  const { output, weights } = options;
  if (output !== undefined && output !== "host" && output !== "device") throw new RangeError(`${name}: output "${String(output)}" must be "host" or "device".`);
  if (output === "device" && weights) throw new RangeError(`${name}: with weights the counts are on the host.`);
}

function isStream(samples: unknown): samples is AsyncIterable<unknown> {
  return typeof samples === "object" && samples !== null && Symbol.asyncIterator in samples;
}

function piecesOf(name: string, dimensions: number, samples: AsyncIterable<Input | readonly Input[]> | readonly Input[]): Pieces {
  const operandsOf = (list: readonly Input[]) => {
    const operands = list.map((input, axis) => operandOf(name, dimensions > 1 ? `samples of axis ${axis}` : "samples", input));
    const [first, other] = [operands[0], operands.find(({ shape }) => cellsOf(shape) !== cellsOf(operands[0].shape))];
    if (operands.length !== dimensions) throw new ShapeError(`${name}: a piece has ${operands.length} lists of coordinates for ${dimensions} axes.`, dimensions, operands.length);
    if (other) throw new ShapeError(`${name}: ${cellsOf(other.shape)} coordinates on one axis and ${cellsOf(first.shape)} on another.`, cellsOf(first.shape), cellsOf(other.shape));
    return operands;
  };
  if (!isStream(samples)) {
    const all = operandsOf(samples);
    return { isWhole: true, isRepeatable: true, async* read() { yield all; } };
  }
  const isOnce = "next" in samples;
  return {
    isWhole: false,
    isRepeatable: !isOnce,
    async* read() { for await (const piece of samples) yield operandsOf(dimensions > 1 ? (piece as readonly Input[]) : [piece as Input]); },
  };
}

interface Count {
  readonly counted: { readonly data: Uint32Array | Float64Array; readonly dtype: Dtype; readonly shape: readonly number[] } | DeviceGrid;
  readonly axes: readonly Float64Array[];
  readonly outside: { readonly nan: number; readonly below: number; readonly above: number };
}

/** `made`: the type of edges that are made for singles of a given range. */
async function count(name: string, pieces: Pieces, asked: readonly AskedBins[], { weights, output, backend, signal }: Pick<HistogramOptions, "weights" | "output" | "backend" | "signal">, made: "float32" | "float64"): Promise<Count> {
  const place = backend ?? cpuBackend();
  const isKnown = asked.every(({ edges, bins, range }) => edges || (typeof bins === "number" && range));
  if (weights && !pieces.isWhole) throw new RangeError(`${name}: weights go with samples in one piece.`);
  if (!isKnown && !pieces.isRepeatable) throw new RangeError(`${name}: this stream can be read once, and bins by a rule or without a range take more: give edges, or bins and range, or a source that begins anew.`);
  const counter = new Counter(place, signal);
  try {
    let axes = isKnown ? null : await edgesOf(name, pieces, asked, place, made, signal);
    for await (const operands of pieces.read()) {
      checkPlace(name, operands, place);
      axes ??= knownEdges(name, asked, operands, made);
      counter.open(axes);
      if (weights) checkWeights(name, weights, cellsOf(operands[0].shape));
      await counter.add(operands, weights);
    }
    axes ??= knownEdges(name, asked, [], made);
    counter.open(axes);
    const outside = await counter.outside();
    return { counted: await counter.counted(weights ? "weights" : (output ?? "host")), axes, outside };
  } finally {
    counter.end();
  }
}

function checkPlace(name: string, operands: readonly Operand[], { info }: Backend): void {
  const other = operands.find((operand) => isDeviceGrid(operand) && (operand.host === null) !== (info.kind === "webgpu"));
  if (!other) return;
  throw new DeviceError(`${name}: the samples are a grid of ${(other as DeviceGrid).host === null ? "a GPU" : "the CPU backend"}: pass the backend that holds it, or the host array.`, "unavailable");
}

function checkWeights(name: string, weights: ArrayLike<number>, samples: number): void {
  if (weights.length !== samples) throw new ShapeError(`${name}: ${weights.length} weights for ${samples} samples.`, samples, weights.length);
  for (let i = 0; i < samples; i++) if (!(weights[i] >= 0 && weights[i] < Infinity)) throw new DomainError(`${name}: the weight at index ${i} is ${weights[i]}: weights are finite and not negative.`, "weights", 1, i);
}

const areSingles = (operands: readonly Operand[]) => operands.length > 0 && operands.every(({ dtype }) => dtype === "float32" || dtype === "float16");

/** Edges that need no look at the samples but at their type. */
function knownEdges(name: string, asked: readonly AskedBins[], operands: readonly Operand[], made: "float32" | "float64"): readonly Float64Array[] {
  const singles = made === "float32" && areSingles(operands) ? "rounded" : "no";
  return asked.map(({ edges, bins, range }) => edges ?? evenEdges(name, bins as number, range as readonly [number, number], singles));
}

/** Edges for which samples are read. */
async function edgesOf(name: string, pieces: Pieces, asked: readonly AskedBins[], backend: Backend, made: "float32" | "float64", signal?: AbortSignal): Promise<readonly Float64Array[]> {
  const found = asked.map(() => ({ least: Infinity, greatest: -Infinity }));
  let [isSingle, areIntegers, isFirst] = [false, true, true];
  for await (const operands of pieces.read()) {
    checkPlace(name, operands, backend);
    isSingle = areSingles(operands) && (isFirst || isSingle);
    areIntegers &&= operands.every(({ dtype }) => dtype.includes("int"));
    isFirst = false;
    for (const [axis, { edges, range }] of asked.entries()) {
      if (edges || range) continue;
      const { least, greatest } = await extentOf(backend, operands[axis], signal);
      found[axis] = { least: Math.min(found[axis].least, least), greatest: Math.max(found[axis].greatest, greatest) };
    }
  }
  const axes: Float64Array[] = [];
  for (const [axis, { edges, bins, range: given }] of asked.entries()) {
    if (edges) {
      axes.push(edges);
      continue;
    }
    const { least, greatest } = found[axis];
    if (!given && least <= greatest && !(greatest - least < Infinity)) throw new DomainError(`${name}: samples reach from ${least} to ${greatest}: give the range that counts.`, "samples", 1, -1);
    const how = isSingle && (!given || made === "float32") ? (given ? "rounded" : "throughout") : "no";
    const [start, stop] = given ?? (least <= greatest ? ends(least, greatest) : [0, 1]);
    const range = how === "throughout" ? ([Math.fround(start), Math.fround(stop)] as const) : ([start, stop] as const);
    const number = typeof bins === "number" ? bins : binsBy(bins, await statisticsFor(bins, readerOf(pieces, axis, backend), range), range, areIntegers && !isFirst);
    axes.push(evenEdges(name, number, range, how));
  }
  return axes;
}

/** The smallest and the largest of samples, where nobody counts them yet. */
export function extentOfSamples(name: string, samples: Input, backend: Backend = cpuBackend(), signal?: AbortSignal): Promise<Extent> {
  return extentOf(backend, operandOf(name, "samples", samples), signal);
}

async function extentOf(backend: Backend, operand: Operand, signal?: AbortSignal): Promise<Extent> {
  return takes(backend, operand) ? backend.extent(operand, signal) : cpuBackend().extent(await onHost(backend, operand), signal);
}

/** Can samples of its type be counted there? */
function takes(backend: Backend, { dtype }: Operand): boolean {
  return backend.refuses(dtype, dtype, "fast") === null;
}

const BLOCK = 4096;

function readerOf(pieces: Pieces, axis: number, backend: Backend): ReadAll {
  return async (visit) => {
    const block = new Float64Array(BLOCK);
    for await (const operands of pieces.read()) {
      const host = await onHost(backend, operands[axis]);
      const numbers = numbersOf("data" in host ? host : { data: host.host as CellArray, dtype: host.dtype, shape: host.shape }) as Float64Array;
      for (let from = 0; from < numbers.length; from += BLOCK) {
        const length = Math.min(BLOCK, numbers.length - from);
        block.set(numbers.subarray(from, from + length));
        visit(block.subarray(0, length));
      }
    }
  };
}

/** Counts where the samples' types and the bins' number allow, else on the CPU, and adds both up: counts are the same anywhere. */
class Counter {
  private axes: readonly Float64Array[] = [];
  private own: CountLoop | null = null;
  private onCpu: CountLoop | null = null;
  /** Are these more bins than the device holds? */
  private isTooMuch = false;

  constructor(private readonly backend: Backend, private readonly signal?: AbortSignal) {}

  open(axes: readonly Float64Array[]): void {
    this.axes = axes;
  }

  async add(operands: readonly Operand[], weights?: ArrayLike<number>): Promise<void> {
    const job = { axes: this.axes, ...(this.signal && { signal: this.signal }) };
    const isCpu = this.backend.info.kind === "cpu";
    const isHere = !this.isTooMuch && (isCpu || (!weights && operands.every((operand) => takes(this.backend, operand))));
    if (isHere && !this.own) {
      this.own = await this.backend.openCounts(job).catch((error: unknown) => {
        if (!(error instanceof DeviceError && error.reason === "limit")) throw error;
        this.isTooMuch = true;
        return null;
      });
    }
    if (isHere && this.own) {
      await this.own.add(operands, weights);
      return;
    }
    this.onCpu ??= await cpuBackend().openCounts(job);
    await this.onCpu.add(await Promise.all(operands.map((operand) => onHost(this.backend, operand))), weights);
  }

  private async loops(): Promise<readonly CountLoop[]> {
    if (!this.own && !this.onCpu) this.onCpu = await cpuBackend().openCounts({ axes: this.axes });
    return [this.own, this.onCpu].filter((loop) => loop !== null);
  }

  async counted(output: "host" | "device" | "weights"): Promise<Count["counted"]> {
    const loops = await this.loops();
    if (output === "device" && loops.length === 1 && loops[0] === this.own) return loops[0].keep();
    const shape = this.axes.map(({ length }) => length - 1);
    const sum = new Float64Array(cellsOf(shape));
    for (const loop of loops) (await loop.read()).forEach((value, i) => { sum[i] += value; });
    if (output === "weights") return { data: sum, dtype: "float64", shape };
    const counts = { ...countsOf(sum), shape };
    return output === "device" ? this.backend.upload(counts) : counts;
  }

  async outside(): Promise<Count["outside"]> {
    const all = await Promise.all((await this.loops()).map((loop) => loop.outside()));
    const total = (of: "nan" | "below" | "above") => all.reduce((sum, one) => sum + one[of], 0);
    return { nan: total("nan"), below: total("below"), above: total("above") };
  }

  end(): void {
    this.own?.end();
    this.onCpu?.end();
  }
}
