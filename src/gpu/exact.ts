import type { ExactJob, ExactSums, RowRange } from "../backend.js";
import type { Dtype, Stride } from "../grid.js";
import { innerAxisOf, offsetOf } from "../grid.js";
import { EXACT_UNSCALED } from "../terms/exact/measure.js";
import { bind, bindPair, roomFor, roomOf } from "./bind.js";
import { kindOf } from "./kinds.js";
import { USAGE } from "./device.js";
import { DigitSums, SLAB } from "./digits.js";
import { paceOf } from "./gpu.js";
import type { Gpu } from "./gpu.js";
import type { Pace } from "./pace.js";
import { partsOf, rowsOf, spanOf, wholeOf } from "./parts.js";
import type { Part, Room } from "./parts.js";
import { runPass, whole } from "./run.js";
import { runSteps } from "./steps.js";
import type { Step } from "./steps.js";

/** Slabs a dispatch writes at most: 15 MB. */
const MOST_SLABS = 8192;
/** How much longer than the fastest cell one of these takes, about. */
const TIMES_FAST = 8;
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

interface Shape {
  readonly threads: number;
  readonly cellsPerThread: number;
}

function rangeOf({ rows, layout }: ExactJob): RowRange {
  return rows ?? { first: 0, end: layout.rows };
}

/** The runs of a part, in pieces; rows are counted from `firstRow`, starts from the part's. */
function* segmentsOf(part: Part, firstRow: number, mostOf: () => number): Generator<Segment> {
  const { kept, reduced, rows } = part;
  const outer = reduced.slice(0, -1);
  const runs = outer.reduce((n, axis) => n * axis.size, 1);
  const inner = innerAxisOf(part);
  for (let row = 0; row < rows; row++) {
    for (let run = 0; run < runs; run++) {
      for (let from = 0; from < inner.size;) {
        const cells = Math.min(mostOf(), inner.size - from);
        const startOf = (of: Stride) => offsetOf(kept, row, of) + offsetOf(outer, run, of) + from * inner[of];
        yield { row: part.firstRow - firstRow + row, pStart: startOf("strideP"), qStart: startOf("strideQ"), wStart: startOf("strideW"), cells };
        from += cells;
      }
    }
  }
}

/** Segments for one dispatch each, whose workgroups fit in one table of slabs and are done in time. */
function* batchesOf({ limits }: Gpu, part: Part, firstRow: number, tile: number, pace: Pace): Generator<readonly Segment[]> {
  const slabs = Math.min(MOST_SLABS, Math.floor(limits.binding / (SLAB * 4)));
  let batch: Segment[] = [];
  let tiles = 1;
  let cells = 0;
  for (const segment of segmentsOf(part, firstRow, () => Math.max(Math.min(slabs, Math.floor(pace.cells / tile)), 1) * tile)) {
    const needed = Math.max(tiles, Math.ceil(segment.cells / tile));
    if (batch.length > 0 && (needed * (batch.length + 1) > slabs || cells + segment.cells > pace.cells)) {
      yield batch;
      [batch, tiles, cells] = [[], 1, 0];
    }
    batch.push(segment);
    tiles = Math.max(tiles, Math.ceil(segment.cells / tile));
    cells += segment.cells;
  }
  yield batch;
}

/** Threads of a workgroup and cells each takes: 16 384 together, since two terms a cell may each be handed over in two halves, and enough workgroups to fill a device. */
function shapeOf({ layout: { rows, cells } }: ExactJob, software: boolean): Shape {
  const threads = software ? (cells <= 256 ? 4 : 16) : 64;
  const wanted = (rows * cells) / threads / (software ? 64 : 4096);
  const most = software ? 1024 : 256;
  return { threads, cellsPerThread: Math.min(most, 2 ** Math.max(4, Math.ceil(Math.log2(wanted)))) };
}

/** Exact sums of every row by integer kernels; what comes back are digits of 16 bits in counters of 32. */
export async function reduceExact(gpu: Gpu, job: ExactJob): Promise<ExactSums> {
  const { first, end } = rangeOf(job);
  const sums = new DigitSums(end - first);
  await runSteps(stepsOf(gpu, job, sums), job.signal);
  return sums.finish();
}

function pipelineOf({ pipelines }: Gpu, job: ExactJob, { threads, cellsPerThread }: Shape): Promise<GPUComputePipeline> {
  const kinds = { p: kindOfAny(job.p.dtype), q: kindOfAny(job.q.dtype) };
  const cells = job.scales ? "multiplied" : Math.max(kinds.p, kinds.q) > WIDE_KIND.float64! ? "wide" : "narrow";
  return pipelines.getExact(job.term ?? "none", cells, {
    WORKGROUP_SIZE: threads,
    CELLS_PER_THREAD: cellsPerThread,
    P_TYPE: kinds.p,
    Q_TYPE: kinds.q,
    SCALED: job.scales ? 1 : 0,
    WEIGHT_TYPE: job.weights ? WEIGHT_KIND[job.weights.dtype] as number : 0,
    TOTALS: job.totals ? 1 : 0,
  });
}

async function* stepsOf(gpu: Gpu, job: ExactJob, sums: DigitSums): AsyncGenerator<Step<Uint32Array>> {
  const shape = shapeOf(job, gpu.software);
  const pipeline = await pipelineOf(gpu, job, shape);
  const room: Room = { ...roomOf(gpu, job), rows: Infinity, strideW: job.weights ? roomFor(gpu, job.weights) : Infinity };
  const { first, end } = rangeOf(job);
  for (const rows of rowsOf(wholeOf(job.layout), first, end)) {
    for (const part of partsOf(rows, room)) yield* stepsOfPart(gpu, job, part, pipeline, shape, sums);
  }
}

async function* stepsOfPart(gpu: Gpu, job: ExactJob, part: Part, pipeline: GPUComputePipeline, { threads, cellsPerThread }: Shape, sums: DigitSums): AsyncGenerator<Step<Uint32Array>> {
  const label = `exact ${job.term}`;
  const pace = paceOf(gpu, `${label} ${job.scales !== undefined}`, TIMES_FAST);
  const bound = await bindPair(gpu, job, part, label);
  // something must be bound
  const weights = job.weights ? await bind(gpu, job.weights, part.starts.strideW, spanOf(part, "strideW"), `${label} weights`) : { ...bound.p, release() {} };
  const inner = innerAxisOf(part);
  const parameters = Uint32Array.of(
    bound.p.first * perElement(job.p.dtype), bound.q.first * perElement(job.q.dtype), inner.strideP, inner.strideQ, weights.first, inner.strideW,
  ).buffer;
  const tile = threads * cellsPerThread;
  const results: Promise<unknown>[] = [];
  try {
    for (const batch of batchesOf(gpu, part, rangeOf(job).first, tile, pace)) {
      const tiles = Math.max(...batch.map(({ cells }) => Math.ceil(cells / tile)));
      const run = async () => {
        const segments = gpu.tables.take(tableOf(job, batch), USAGE.STORAGE, `${label} segments`);
        try {
          return new Uint32Array(await runPass(gpu, {
            label,
            pipeline,
            grids: [bound.p.resource, bound.q.resource, whole(segments.buffer)],
            parameters,
            bytes: batch.length * tiles * SLAB * 4,
            adds: true,
            more: [weights.resource],
            workgroups: [tiles, batch.length, 1],
            theirs: [job.p, job.q, job.weights].some((operand) => operand && "buffer" in operand),
          }));
        } finally {
          gpu.tables.give(segments);
        }
      };
      yield {
        cells: batch.reduce((n, { cells }) => n + cells, 0),
        pace,
        run() {
          const result = run();
          results.push(result);
          return result;
        },
        take: (slabs) => sums.add(batch, tiles, slabs, part.starts),
      };
    }
  } finally {
    void Promise.allSettled(results).then(() => [bound, weights].forEach(({ release }) => release()));
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
