import type { PairSums, PairTile, PairsJob } from "../backend.js";
import { UNIT } from "./errors.js";
import { Pacer } from "./pause.js";
import { openPairKernel } from "./simd/open-pairs.js";
import { CELLS, ROWS, RUN } from "./simd/pair-kernel.js";
import { Panel, splitOf } from "./simd/pair-panel.js";
import type { Extent, PairKind, PairSides } from "./simd/pair-panel.js";
import { openSimd } from "./simd/open.js";
import type { Threads } from "./workers/threads.js";

/** Terms that the kernel has, by their ids. */
const KINDS: Readonly<Record<string, PairKind>> = { js: "js", "js-distance": "js", tv: "tv" };
/** Nanoseconds a cell of a pair on one thread (docs/benchmarks.md). */
const CELL = { products: 0.13, js: 1.4, tv: 0.4 } as const;
/** Rows of q in a strip, which one thread does with as many of p as the kernel takes: milliseconds of work. */
const STRIP = { products: 4 * ROWS, js: ROWS, tv: ROWS } as const;

/** Sums of pairs: products, and in singles what has a kernel. */
export async function pairs(job: PairsJob, threads: Threads): Promise<PairSums | null> {
  const { term, p, q, cells, half } = job;
  const kind = term ? KINDS[term.id] : "products";
  if (!kind) return null;
  const isProduct = kind === "products";
  const errors = isProduct ? errorsOfProducts(cells) : { term: 40 * 2 ** -24, sum: (RUN / 4 + 2) * 2 ** -24, floor: 2 ** -120 };
  const kernel = await openPairKernel();
  if (!kernel) return !isProduct ? null : { tiles: tilesHere(job, kind, (extent, into) => multiply(job, extent, into)), errors, rounding: 0 };
  const rowsOf = (side: Float64Array) => (isProduct ? { doubles: side } : splitOf(side, kernel));
  const ofP = rowsOf(p);
  const sides: PairSides = { kind, p: ofP, q: q === p ? ofP : rowsOf(q), cells, half };
  const ms = ((p.length / cells) * q.length * CELL[kind] * (half ? 0.5 : 1)) / 1e6;
  const panel = new Panel(kernel, sides);
  const simd = await openSimd();
  const pool = simd && (await threads.poolFor(simd, ms));
  const tiles = pool ? (await import("./workers/share-pairs.js")).tilesOnThreads(extentsOf(job, kind), panel, { ...sides, module: kernel.module }, pool, job.signal) : tilesHere(job, kind, (extent, into) => panel.sum(extent, into));
  return { tiles: timed(tiles, (took) => threads.note(ms, took, Boolean(pool))), errors, rounding: isProduct ? 0 : 2 ** -48 };
}

/** A product's rounding, runs of half of the cells at once, and one addition for each of these. */
const errorsOfProducts = (cells: number) => ({ term: UNIT, sum: (CELLS / 2 + 1 + Math.ceil(cells / (CELLS / 2))) * UNIT, floor: 2 ** -1074 });

/** All pairs, or of a half those of which some are in order. */
function* extentsOf({ p, q, cells, half }: PairsJob, kind: PairKind): Generator<Extent> {
  const [rowsOfP, rowsOfQ] = [p.length / cells, q.length / cells];
  for (let firstP = 0; firstP < rowsOfP; firstP += ROWS) {
    for (let firstQ = half ? firstP : 0; firstQ < rowsOfQ; firstQ += STRIP[kind]) yield { firstP, rowsP: Math.min(ROWS, rowsOfP - firstP), firstQ, rowsQ: Math.min(STRIP[kind], rowsOfQ - firstQ) };
  }
}

async function* tilesHere(job: PairsJob, kind: PairKind, sum: (extent: Extent, into: Float64Array) => void): AsyncGenerator<PairTile> {
  const pacer = new Pacer(job.signal);
  for (const extent of extentsOf(job, kind)) {
    const { rowsP, rowsQ } = extent;
    const sums = new Float64Array(rowsP * rowsQ);
    sum(extent, sums);
    yield { ...extent, sums };
    if (pacer.isDue(rowsP * rowsQ * job.cells)) await pacer.pause();
  }
}

/** The same items, with the milliseconds that they took to come. */
async function* timed<T>(items: AsyncIterable<T>, note: (ms: number) => void): AsyncGenerator<T> {
  let ms = 0;
  let start = performance.now();
  for await (const item of items) {
    ms += performance.now() - start;
    yield item;
    start = performance.now();
  }
  note(ms + performance.now() - start);
}

/** For hosts without WebAssembly. */
function multiply({ p, q, cells }: PairsJob, { firstP, rowsP, firstQ, rowsQ }: Extent, into: Float64Array): void {
  for (let i = 0; i < rowsP; i++) {
    for (let j = 0; j < rowsQ; j++) {
      const [atP, atQ] = [(firstP + i) * cells, (firstQ + j) * cells];
      let sum = 0;
      for (let from = 0; from < cells; from += CELLS / 2) {
        let run = 0;
        for (let k = from; k < Math.min(from + CELLS / 2, cells); k++) run += p[atP + k] * q[atQ + k];
        sum += run;
      }
      into[i * rowsQ + j] = sum;
    }
  }
}
