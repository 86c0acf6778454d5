import type { ExactJob, ExactSums, RowRange } from "../backend.js";
import type { Dtype, Stride } from "../grid.js";
import { innerAxisOf, offsetOf } from "../grid.js";
import { EXACT_UNSCALED } from "../terms/exact/measure.js";
import { bind, kindOf } from "./bind.js";
import type { Bound } from "./bind.js";
import { USAGE } from "./device.js";
import { DigitSums, SLAB } from "./digits.js";
import type { Pipelines } from "./pipelines.js";
import { dispatch, readBack } from "./run.js";

/** Slabs a dispatch writes at most: 15 MB. */
const MOST_SLABS = 8192;
const LARGEST_DISPATCH = 65535;
/** Of `Segment` in exact-entry.wgsl. */
const SEGMENT_BYTES = 56;

/** Types of 64 bits, after those of `kindOf`. */
const WIDE_KIND: Partial<Record<Dtype, number>> = { float64: 8, uint64: 9, int64: 10 };

/** Types of weights, after 0 for none. */
const WEIGHT_KIND: Partial<Record<Dtype, number>> = { uint32: 1, uint16: 2, uint8: 3 };

function kindOfAny(dtype: Dtype): number {
  return kindOf(dtype) ?? WIDE_KIND[dtype] as number;
}

/** A run of cells of one row, `stride` apart. */
interface Segment {
  /** Counted from the first that is read. */
  readonly row: number;
  readonly pStart: number;
  readonly qStart: number;
  readonly wStart: number;
  readonly cells: number;
}

function rangeOf({ rows, layout }: ExactJob): RowRange {
  return rows ?? { first: 0, end: layout.rows };
}

function* segmentsOf(job: ExactJob, most: number): Generator<Segment> {
  const { layout } = job;
  const { kept, reduced } = layout;
  const { first, end } = rangeOf(job);
  const outer = reduced.slice(0, -1);
  const runs = outer.reduce((n, axis) => n * axis.size, 1);
  const inner = innerAxisOf(layout);
  for (let row = first; row < end; row++) {
    for (let run = 0; run < runs; run++) {
      for (let from = 0; from < inner.size; from += most) {
        const startOf = (of: Stride) => offsetOf(kept, row, of) + offsetOf(outer, run, of) + from * inner[of];
        yield { row: row - first, pStart: startOf("strideP"), qStart: startOf("strideQ"), wStart: startOf("strideW"), cells: Math.min(most, inner.size - from) };
      }
    }
  }
}

/** Segments for one dispatch each, whose workgroups fit in one table of slabs. */
function* batchesOf(job: ExactJob, tile: number): Generator<readonly Segment[]> {
  let batch: Segment[] = [];
  let tiles = 1;
  for (const segment of segmentsOf(job, MOST_SLABS * tile)) {
    const needed = Math.max(tiles, Math.ceil(segment.cells / tile));
    if (batch.length === LARGEST_DISPATCH || needed * (batch.length + 1) > MOST_SLABS) {
      yield batch;
      batch = [];
      tiles = 1;
    }
    batch.push(segment);
    tiles = Math.max(tiles, Math.ceil(segment.cells / tile));
  }
  yield batch;
}

/** Threads of a workgroup and cells each takes: 16 384 together, since two terms a cell may each be handed over in two halves, and enough workgroups to fill a device. */
function shapeOf({ layout: { rows, cells } }: ExactJob, software: boolean): { threads: number; cellsPerThread: number } {
  const threads = software ? (cells <= 256 ? 4 : 16) : 64;
  const wanted = (rows * cells) / threads / (software ? 64 : 4096);
  const most = software ? 1024 : 256;
  return { threads, cellsPerThread: Math.min(most, 2 ** Math.max(4, Math.ceil(Math.log2(wanted)))) };
}

/** Exact sums of every row by integer kernels; what comes back are digits of 16 bits in counters of 32. */
export async function reduceExact(device: GPUDevice, pipelines: Pipelines, job: ExactJob, software: boolean): Promise<ExactSums> {
  const { threads, cellsPerThread } = shapeOf(job, software);
  const kinds = { p: kindOfAny(job.p.dtype), q: kindOfAny(job.q.dtype) };
  const cells = job.scales ? "multiplied" : Math.max(kinds.p, kinds.q) > WIDE_KIND.float64! ? "wide" : "narrow";
  const pipeline = await pipelines.getExact(job.term ?? "none", cells, {
    WORKGROUP_SIZE: threads,
    CELLS_PER_THREAD: cellsPerThread,
    P_TYPE: kinds.p,
    Q_TYPE: kinds.q,
    SCALED: job.scales ? 1 : 0,
    WEIGHT_TYPE: job.weights ? WEIGHT_KIND[job.weights.dtype] as number : 0,
    TOTALS: job.totals ? 1 : 0,
  });
  const p = bind(device, job.p, "exact p");
  const q = job.q === job.p ? p : bind(device, job.q, "exact q");
  // something must be bound
  const weights = job.weights ? bind(device, job.weights, "exact weights") : p;
  try {
    const { first, end } = rangeOf(job);
    const sums = new DigitSums(end - first);
    for (const batch of batchesOf(job, threads * cellsPerThread)) {
      job.signal?.throwIfAborted();
      const tiles = Math.max(...batch.map(({ cells }) => Math.ceil(cells / (threads * cellsPerThread))));
      sums.add(batch, tiles, await runBatch(device, pipeline, job, { p, q, weights }, batch, tiles));
    }
    return sums.finish();
  } finally {
    for (const bound of new Set([p, q, weights])) bound.destroy();
  }
}

type Grids = Readonly<Record<"p" | "q" | "weights", Bound>>;

async function runBatch(
  device: GPUDevice, pipeline: GPUComputePipeline, job: ExactJob, { p, q, weights }: Grids, batch: readonly Segment[], tiles: number,
): Promise<Uint32Array> {
  const inner = innerAxisOf(job.layout);
  const label = `exact ${job.term}`;
  const made: GPUBuffer[] = [];
  const upload = (bytes: ArrayBuffer, usage: number, what: string): GPUBuffer => {
    const buffer = device.createBuffer({ label: `${label} ${what}`, size: bytes.byteLength, usage: usage | USAGE.COPY_DST });
    made.push(buffer);
    device.queue.writeBuffer(buffer, 0, bytes);
    return buffer;
  };
  const size = batch.length * tiles * SLAB * 4;
  const output = device.createBuffer({ label: `${label} digits`, size, usage: USAGE.STORAGE | USAGE.COPY_SRC });
  made.push(output);
  try {
    const words = new Uint32Array([p.first * perElement(job.p.dtype), q.first * perElement(job.q.dtype), inner.strideP, inner.strideQ, weights.first, inner.strideW]);
    const buffers = [upload(tableOf(job, batch), USAGE.STORAGE, "segments"), upload(words.buffer, USAGE.UNIFORM, "parameters"), output];
    const resources = [p.resource, q.resource, ...buffers.map((buffer) => ({ buffer })), weights.resource];
    const theirs = [job.p, job.q, job.weights].some((operand) => operand && "buffer" in operand);
    await dispatch(device, { label, pipeline, resources, workgroups: [tiles, batch.length], theirs });
    return new Uint32Array(await readBack(device, output, 0, size));
  } finally {
    for (const buffer of made) buffer.destroy();
  }
}

/** The shader counts words for 64-bit types, elements for others. */
function perElement(dtype: Dtype): number {
  return WIDE_KIND[dtype] ? 2 : 1;
}

/** Four words, the low one first. */
function wordsOf(integer: bigint): readonly number[] {
  return [0n, 32n, 64n, 96n].map((shift) => Number((integer >> shift) & 0xffffffffn));
}

/** The `Segment` table of exact-entry.wgsl. */
function tableOf({ scales }: ExactJob, batch: readonly Segment[]): ArrayBuffer {
  const bytes = new ArrayBuffer(batch.length * SEGMENT_BYTES);
  const words = new Uint32Array(bytes);
  for (const [i, { row, pStart, qStart, wStart, cells }] of batch.entries()) {
    const { pShift, qShift, pTimes, qTimes } = scales?.[row] ?? EXACT_UNSCALED;
    words.set([pStart, qStart, cells, pShift, qShift, ...wordsOf(pTimes), ...wordsOf(qTimes), wStart], (SEGMENT_BYTES / 4) * i);
  }
  return bytes;
}
