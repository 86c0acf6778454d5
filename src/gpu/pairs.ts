import type { PairSums, PairTile, PairsJob } from "../backend.js";
import type { SecondTerm } from "../terms/measure.js";
import { bind } from "./bind.js";
import type { Bound } from "./bind.js";
import { paceOf } from "./gpu.js";
import type { Gpu } from "./gpu.js";
import { LARGEST_DISPATCH, runPass } from "./run.js";

const UNIT = 2 ** -24;
/** Cells of a pair that one thread adds up, 32 roundings deep: `CELLS` and `RUNS` of pairs.wgsl. */
const SLICE = 1024;
const DEPTH = 8 + 16 + SLICE / 128;
/** Bytes of a cell, and of the cells of a panel of rows. */
const CELL = 16;
const PANEL = 2 ** 26;
/** Rows of p, and of q, that one thread has. */
const [P_ROWS, Q_ROWS] = [2, 4];
/** Threads a side of a workgroup: barriers are dear where they are one processor's, which has its cells at hand. */
const WIDTH = { software: 4, gpu: 16 } as const;
/** Units of a cell's two parts. */
const PART = 2 ** 31;

/** Sums of pairs, a thread each; `null` where rows are longer than a binding. */
export async function pairs(gpu: Gpu, job: PairsJob): Promise<PairSums | null> {
  const { term, cells } = job;
  const rows = Math.floor(Math.min(PANEL, gpu.limits.binding / 2, gpu.limits.upload) / (cells * CELL));
  if (!term || rows < 1) return null;
  // cells are rounded to singles, and the difference of close ones to 2^-62; before, they were divided in binary64
  return { tiles: tilesOf(gpu, job, term, rows), errors: { term: 32 * UNIT, sum: 2 * UNIT * DEPTH, floor: 2 ** -61 }, rounding: 2 ** -51 };
}

/** Rows that are bound together. */
interface Panel {
  readonly first: number;
  readonly rows: number;
  readonly bound: Bound;
}

async function* tilesOf(gpu: Gpu, job: PairsJob, term: SecondTerm, most: number): AsyncGenerator<PairTile> {
  const { p, q, cells, half } = job;
  const panelsOf = async function* (side: Float64Array, from = 0): AsyncGenerator<Panel> {
    for (let first = from; first < side.length / cells; first += most) {
      const rows = Math.min(most, side.length / cells - first);
      yield { first, rows, bound: await bind(gpu, { data: packed(side.subarray(first * cells, (first + rows) * cells)), dtype: "uint32", shape: [rows, cells, 4] }, 0, rows * cells * 4, "pairs") };
    }
  };
  for await (const ofP of panelsOf(p)) {
    // as long as some work reads it
    const readsP: Promise<unknown>[] = [];
    try {
      for await (const ofQ of panelsOf(q, half ? ofP.first : 0)) {
        const reads: Promise<unknown>[] = [];
        try {
          yield* tilesOfPanels(gpu, term, job, ofP, ofQ, reads);
        } finally {
          readsP.push(...reads);
          void Promise.allSettled(reads).then(() => ofQ.bound.release());
        }
      }
    } finally {
      void Promise.allSettled(readsP).then(() => ofP.bound.release());
    }
  }
}

/** Some rows of one panel with all of the other at a time, while what was asked before is looked at. */
async function* tilesOfPanels(gpu: Gpu, term: SecondTerm, { cells, half, signal }: PairsJob, p: Panel, q: Panel, reads: Promise<unknown>[]): AsyncGenerator<PairTile> {
  const label = `${term.id} pairs`;
  const width = gpu.software ? WIDTH.software : WIDTH.gpu;
  const pipeline = await gpu.pipelines.getPairs(term, { WIDTH: width, SHARES: gpu.software ? 0 : 1 });
  const slices = Math.ceil(cells / SLICE);
  const pace = paceOf(gpu, label);
  const most = Math.min(Math.floor(gpu.limits.binding / (4 * q.rows * slices)), LARGEST_DISPATCH * width * P_ROWS);
  const step = width * P_ROWS;
  let before: (() => Promise<PairTile>) | undefined;
  let lastDone = 0;
  for (let first = 0; first < p.rows;) {
    signal?.throwIfAborted();
    const rows = Math.max(1, Math.min(p.rows - first, most, step * Math.max(1, Math.floor(pace.cells / (step * q.rows * cells)))));
    const started = performance.now();
    const read = runPass(gpu, {
      label, pipeline, grids: [p.bound.resource, q.bound.resource, p.bound.resource], parameters: Uint32Array.of(first, 0, rows, q.rows, cells, SLICE, Number(half && p.first === q.first), 0).buffer,
      bytes: 4 * rows * q.rows * slices, workgroups: [Math.ceil(q.rows / (width * Q_ROWS)), Math.ceil(rows / step), slices], theirs: false,
    });
    reads.push(read);
    read.catch(() => {});
    const firstP = p.first + first;
    const take = async (): Promise<PairTile> => {
      const sums = added(new Float32Array(await read), rows * q.rows);
      pace.note(rows * q.rows * cells, performance.now() - Math.max(started, lastDone));
      lastDone = performance.now();
      return { firstP, rowsP: rows, firstQ: q.first, rowsQ: q.rows, sums };
    };
    if (before) yield await before();
    before = take;
    first += rows;
  }
  if (before) yield await before();
}

/** The sums of all slices. */
function added(slices: Float32Array, pairs: number): Float64Array {
  const sums = new Float64Array(pairs);
  for (let at = 0; at < slices.length; at += pairs) for (let i = 0; i < pairs; i++) sums[i] += slices[at + i];
  return sums;
}

/** Cells as pairs.wgsl has them. */
function packed(cells: Float64Array): Uint32Array {
  const words = new Uint32Array(4 * cells.length);
  const floats = new Float32Array(words.buffer);
  for (let i = 0; i < cells.length; i++) {
    floats[4 * i] = cells[i];
    const high = Math.min(Math.floor(cells[i] * PART), PART - 1);
    words[4 * i + 1] = high;
    words[4 * i + 2] = Math.min(Math.round((cells[i] * PART - high) * PART), PART - 1);
  }
  return words;
}
