import type { CountJob, CountLoop, Extent, Operand } from "../backend.js";
import { DeviceError } from "../errors.js";
import { cellsOf } from "../grid.js";
import type { Dtype } from "../grid.js";
import { bind, deviceGrid, roomFor, upload } from "./bind.js";
import type { Bound } from "./bind.js";
import { USAGE } from "./device.js";
import { paceOf } from "./gpu.js";
import type { Gpu } from "./gpu.js";
import { keyedBins, numberOf } from "./keys.js";
import { kindOf } from "./kinds.js";
import { LARGEST_DISPATCH, download, runPass, whole } from "./run.js";
import { LARGEST_APART } from "./shaders.js";
import { runSteps } from "./steps.js";
import type { Step } from "./steps.js";
import type { Table } from "./tables.js";

/** Threads of a workgroup, and samples that it takes: enough to make its counters worth their way to the others. */
const THREADS = 64;
const SPAN = { apart: 2 ** 15, together: 2 ** 12 } as const;
/** 32-bit counters are emptied before they could be full. */
const MOST = 2 ** 32 - 1;
/** `why` of count.wgsl. */
const WHY = { below: 2, above: 3 } as const;
const OUTSIDE = 3;
/** Words of an `Axis` of count.wgsl. */
const AXIS = 12;

/** Counts in a buffer. */
export async function openCounts(gpu: Gpu, { axes, signal }: CountJob, largest = MOST): Promise<CountLoop> {
  const shape = axes.map((edges) => edges.length - 1);
  const cells = cellsOf(shape);
  const bytes = 4 * (cells + OUTSIDE);
  const { limits: { binding, buffer: most } } = gpu;
  if (bytes > Math.min(binding, most)) throw new DeviceError(`histogram: ${cells} bins take ${bytes} bytes, a binding of this device ${Math.min(binding, most)} at most.`, "limit");
  let buffer: GPUBuffer | null = gpu.device.createBuffer({ label: "counts", size: Math.ceil(bytes / 16) * 16, usage: USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST });
  const emptied = new Float64Array(cells + OUTSIDE);
  let [pending, isEmptied] = [0, false];
  const tables = new Map<string, { readonly table: Table; readonly words: Uint32Array<ArrayBuffer> }>();
  const tablesOf = (dtypes: readonly Dtype[]) => {
    const key = dtypes.join();
    let made = tables.get(key);
    if (!made) {
      const { keys, words } = axesOf(axes, dtypes);
      tables.set(key, (made = { table: gpu.tables.take(keys.buffer, USAGE.STORAGE, "edges"), words }));
    }
    return made;
  };
  const here = () => {
    if (!buffer) throw new DeviceError("histogram: these counts were handed over.", "unavailable");
    return buffer;
  };
  const counted = async () => new Uint32Array(await download(gpu, here(), 0, bytes));
  const empty = async () => {
    (await counted()).forEach((count, i) => { emptied[i] += count; });
    gpu.device.queue.writeBuffer(here(), 0, new Uint32Array(cells + OUTSIDE));
    [pending, isEmptied] = [0, true];
  };
  return {
    async add(columns) {
      const { table, words } = tablesOf(columns.map(({ dtype }) => dtype));
      const samples = cellsOf(columns[0].shape);
      for (let from = 0; from < samples;) {
        if (pending === largest) await empty();
        const count = Math.min(samples - from, largest - pending);
        await runSteps(stepsOf(gpu, { columns, from, count, cells, table, words, buffer: here(), bytes }), signal);
        pending += count;
        from += count;
      }
    },
    async read() {
      const now = await counted();
      return emptied.slice(0, cells).map((count, i) => count + now[i]);
    },
    async outside() {
      const now = new Uint32Array(await download(gpu, here(), 4 * cells, 4 * OUTSIDE));
      const [nan, below, above] = [0, 1, 2].map((i) => emptied[cells + i] + now[i]);
      return { nan, below, above };
    },
    async keep() {
      if (isEmptied) {
        await empty();
        const counts = emptied.subarray(0, cells);
        const isWide = counts.some((count) => count > MOST);
        return deviceGrid(upload(gpu.device, isWide ? Float64Array.from(counts) : Uint32Array.from(counts)), isWide ? "float64" : "uint32", shape);
      }
      const kept = here();
      buffer = null;
      return deviceGrid(kept, "uint32", shape);
    },
    end() {
      buffer?.destroy();
      buffer = null;
      for (const { table } of tables.values()) gpu.tables.give(table);
      tables.clear();
    },
  };
}

/** The keys of all axes' edges, and the words of `Extent` in count.wgsl that say of each what it has. */
function axesOf(axes: readonly Float64Array[], dtypes: readonly Dtype[]): { readonly keys: Uint32Array<ArrayBuffer>; readonly words: Uint32Array<ArrayBuffer> } {
  const words = new Uint32Array(3 * AXIS);
  const floats = new Float32Array(words.buffer);
  const all: number[] = [];
  axes.forEach((edges, axis) => {
    const bins = edges.length - 1;
    const { keys, bottom, top, none } = keyedBins(edges, dtypes[axis]);
    const reach = keys.length;
    const step = 2 ** Math.max(Math.ceil(Math.log2(reach)) - 1, 0);
    words.set([bins, all.length, reach, reach > 1 ? step : 0, bottom, top, none ? WHY[none] : 0], AXIS * axis);
    const perUnit = bins / (edges[bins] - edges[0]);
    floats.set(perUnit < 2 ** 126 ? [edges[0], perUnit] : [0, 0], AXIS * axis + 7);
    for (const key of keys) all.push(key);
  });
  return { keys: Uint32Array.from(all), words };
}

interface Counting {
  readonly columns: readonly Operand[];
  readonly from: number;
  readonly count: number;
  readonly cells: number;
  readonly table: Table;
  readonly words: Uint32Array<ArrayBuffer>;
  readonly buffer: GPUBuffer;
  readonly bytes: number;
}

async function* stepsOf(gpu: Gpu, { columns, from, count, cells, table, words, buffer, bytes }: Counting): AsyncGenerator<Step<ArrayBuffer>> {
  const isApart = cells <= LARGEST_APART;
  const span = isApart ? SPAN.apart : SPAN.together;
  const label = `histogram of ${columns.length}`;
  const types = typesOf(columns);
  const pipeline = await gpu.pipelines.getCount(columns.length, isApart ? Math.max(2 ** Math.ceil(Math.log2(cells)), 256) : 0, { WORKGROUP_SIZE: THREADS, ...types });
  const pace = paceOf(gpu, `${label} ${isApart}`, 4 * columns.length);
  yield* samplesIn(gpu, columns, from, count, pace, label, (bound, length) => {
    const parameters = new Uint32Array(3 * AXIS + 8);
    parameters.set(words);
    parameters.set(three(bound.map(({ first }) => first)), 3 * AXIS);
    parameters.set([length, span, cells], 3 * AXIS + 3);
    const grids = three(bound.map(({ resource }) => resource));
    return runPass(gpu, { label, pipeline, grids, parameters: parameters.buffer, bytes: 0, more: [whole(table.buffer)], workgroups: workgroupsOf(length, span), theirs: columns.some(isTheirs) }, whole(buffer, bytes));
  });
}

/** Steps over samples in dispatches that are not too long. */
async function* samplesIn(gpu: Gpu, columns: readonly Operand[], from: number, count: number, pace: ReturnType<typeof paceOf>, label: string, run: (bound: readonly Bound[], length: number) => Promise<ArrayBuffer>, take: (result: ArrayBuffer) => void = () => {}): AsyncGenerator<Step<ArrayBuffer>> {
  const room = Math.min(...columns.map((column) => roomFor(gpu, column)));
  const ended: Promise<unknown>[] = [];
  for (let at = 0; at < count;) {
    const length = Math.min(count - at, room, pace.cells, LARGEST_DISPATCH * SPAN.together);
    const bound: Bound[] = [];
    const release = () => bound.forEach((one) => one.release());
    try {
      for (const [i, column] of columns.entries()) bound.push(await bind(gpu, column, from + at, length, `${label}: samples${columns.length > 1 ? ` ${i}` : ""}`));
    } catch (error) {
      release();
      throw error;
    }
    yield {
      cells: length, pace, take,
      run() {
        const result = run(bound, length);
        ended.push(result.then(release, release));
        return result;
      },
    };
    at += length;
  }
}

const isTheirs = (column: Operand) => "buffer" in column;
const three = <T>(list: readonly T[]): readonly T[] => [0, 1, 2].map((i) => list[i] ?? list[0]);
const typesOf = (columns: readonly Operand[]) => Object.fromEntries(columns.map(({ dtype }, i) => [`TYPE_${i}`, kindOf(dtype) as number]));

function workgroupsOf(samples: number, span: number): [number, number, number] {
  const workgroups = Math.ceil(samples / span);
  const across = Math.min(workgroups, LARGEST_DISPATCH);
  return [across, Math.ceil(workgroups / across), 1];
}

/** The smallest and the largest sample. */
export async function extent(gpu: Gpu, samples: Operand, signal?: AbortSignal): Promise<Extent> {
  const label = "extent";
  const pipeline = await gpu.pipelines.getExtent({ WORKGROUP_SIZE: THREADS, ...typesOf([samples]) });
  const pace = paceOf(gpu, label, 2);
  const count = cellsOf(samples.shape);
  let [least, greatest, nan] = [Infinity, -Infinity, 0];
  const run = ([bound]: readonly Bound[], length: number) => {
    const parameters = Uint32Array.of(bound.first, length, SPAN.together, 0).buffer;
    return runPass(gpu, { label, pipeline, grids: three([bound.resource]), parameters, bytes: 16, adds: true, workgroups: workgroupsOf(length, SPAN.together), theirs: isTheirs(samples) }).then((bytes) => {
      const [most, complement, none] = new Uint32Array(bytes);
      nan += none;
      if (none === length) return bytes;
      least = Math.min(least, numberOf(samples.dtype, ~complement >>> 0));
      greatest = Math.max(greatest, numberOf(samples.dtype, most));
      return bytes;
    });
  };
  await runSteps(samplesIn(gpu, [samples], 0, count, pace, label, run), signal);
  return { least, greatest, nan };
}
