import type { ReduceJob, RowSums, Term } from "../backend.js";
import { countedErrors, hasNodes } from "../grid.js";
import { BLOCK } from "./cells.js";
import { CellSums } from "./cell-sums.js";
import { UNIT, binary32Errors, binary64Errors } from "./errors.js";
import { Pacer } from "./pause.js";
import { estimate } from "./cost.js";
import { openOrders, openSimd } from "./simd/open.js";
import { Simd, firstOrder } from "./simd/engine.js";
import { TileSums } from "./simd/tiles.js";
import { Totals } from "./totals.js";
import type { Threads } from "./workers/threads.js";

/** One read of the cells, tile by tile where there is WebAssembly, on more threads where they gain. */
export async function reduce(job: ReduceJob, threads: Threads): Promise<readonly RowSums[]> {
  const { terms, layout: { rows, cells } } = job;
  const first = firstOrder(terms);
  const order = first?.order ?? 0;
  // the engine has one at a time
  const isKnown = (term: Term) => Simd.has(term) && (!term.ofOrder || (term.ofOrder.order === order && term.ofOrder.arity === first?.arity));
  if (terms.some(isKnown) && !terms.every(isKnown)) return inTwo(job, isKnown, (part) => reduce(part, threads));
  const totals = new Totals(rows, terms);
  const counts = hasNodes(job.layout);
  // a node times p and q is one times the term, but for entropies
  const simd = terms.every(isKnown) && !(counts && (first?.arity === "single" || terms.some(({ id }) => id.endsWith("entropy")))) ? await (order > 0 ? openOrders() : openSimd()) : null;
  const others = new CellSums(job, totals, simd);
  const tiles = simd && !counts ? TileSums.of(job, simd, totals, others) : null;
  const ms = estimate({ measures: terms.map(({ id }) => id), p: job.p.dtype, q: job.q.dtype, rows, cells });
  const pool = simd && tiles && await threads.poolFor(simd, ms);
  if (pool && order > 0) pool.giveOrders(simd.module);
  const start = performance.now();
  if (pool) await (await import("./workers/share.js")).sumOnThreads(tiles, pool, rows * cells, job.signal);
  else await sumHere(tiles ? tiles.parts() : everyBlock(job, others), job.signal);
  threads.note(ms, performance.now() - start, Boolean(pool));
  return totals.finish((i) => countedErrors((tiles?.inSingles && terms[i].id !== "totals" ? binary32Errors : binary64Errors)(cells), job.layout, UNIT));
}

/** One read for the terms that are `known`, and one for the others. */
async function inTwo(job: ReduceJob, known: (term: Term) => boolean, read: (job: ReduceJob) => Promise<readonly RowSums[]>): Promise<readonly RowSums[]> {
  const [some, others] = [job.terms.filter(known), job.terms.filter((term) => !known(term))];
  const sums = [await read({ ...job, terms: some }), await read({ ...job, terms: others })] as const;
  return job.terms.map((term) => (known(term) ? sums[0][some.indexOf(term)] : sums[1][others.indexOf(term)]));
}

/** Runs through parts of the work, of so many cells each. */
async function sumHere(parts: Iterable<number>, signal?: AbortSignal): Promise<void> {
  const pacer = new Pacer(signal);
  for (const done of parts) if (pacer.isDue(done)) await pacer.pause();
}

function* everyBlock({ layout: { rows, cells } }: ReduceJob, sums: CellSums): Generator<number> {
  for (let row = 0; row < rows; row++) {
    for (let from = 0; from < cells; from += BLOCK) {
      const to = Math.min(from + BLOCK, cells);
      sums.add(row, from, to);
      yield to - from;
    }
  }
}
