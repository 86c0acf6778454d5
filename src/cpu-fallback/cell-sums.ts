import type { CellsJob, Term } from "../backend.js";
import { blockTermOf } from "./block-terms.js";
import { BLOCK, CellReader } from "./cells.js";
import type { Block } from "./cells.js";
import { partOf } from "./simd/engine.js";
import type { Simd } from "./simd/engine.js";
import type { InvalidEntries, PartSums, Totals } from "./totals.js";

/** Serial additions before a sum moves on to the compensated total. */
export const SERIAL = 128;
const LARGEST = Number.MAX_VALUE;

/** Sums cells `from` … `to` of a block. Edges and what does not belong there are rare and cost a branch. */
function sumRun({ edges }: Term, { p: ps, q: qs, d: ds, term: terms }: Block, from: number, to: number): PartSums {
  let term = 0;
  let p = 0;
  let q = 0;
  let d = 0;
  let largestP = 0;
  let largestQ = 0;
  let smallestQ = Infinity;
  let infiniteCells = 0;
  let differs = false;
  for (let i = from; i < to; i++) {
    const x = ps[i];
    const y = qs[i];
    const difference = ds[i];
    if (x > 0 && y > 0) {
      term += terms[i];
      if (y < smallestQ) smallestQ = y;
    } else if (x > 0) {
      if (edges.qZero === Infinity) infiniteCells += 1;
      else term += edges.qZero * x;
    } else if (y > 0) {
      if (edges.pZero === Infinity) infiniteCells += 1;
      else term += edges.pZero * y;
    }
    p += x;
    q += y;
    d += difference;
    if (x > largestP) largestP = x;
    if (y > largestQ) largestQ = y;
    if (difference !== 0) differs = true;
  }
  return { term, p, q, d, largestP, largestQ, smallestQ, infiniteCells, differs };
}

/** False when the block holds a negative, NaN or infinite entry. */
function isValid({ p, q }: Block, count: number): boolean {
  let valid = true;
  for (let i = 0; i < count; i++) {
    if (!(p[i] >= 0 && p[i] <= LARGEST && q[i] >= 0 && q[i] <= LARGEST)) valid = false;
  }
  return valid;
}

/** Notes what is invalid and takes it for 0. */
function note(invalid: InvalidEntries, values: Float64Array, count: number, indexOf: (i: number) => number): void {
  for (let i = 0; i < count; i++) {
    if (values[i] >= 0 && values[i] <= LARGEST) continue;
    invalid.note(indexOf(i));
    values[i] = 0;
  }
}

/** Sums of cells of any type, of any size, scaled or not: block by block into binary64. */
export class CellSums {
  private reader: CellReader | undefined;
  private readonly evaluate;

  constructor(private readonly job: CellsJob, private readonly totals: Totals, private readonly simd: Simd | null) {
    this.evaluate = blockTermOf(job.term);
  }

  /** Adds cells `from` … `to` of a row. */
  add(row: number, from: number, to: number): void {
    for (let first = from; first < to; first += BLOCK) this.addBlock(row, first, Math.min(BLOCK, to - first));
  }

  private addBlock(row: number, first: number, count: number): void {
    const { job: { term }, totals, simd } = this;
    // most calls need none
    const reader = (this.reader ??= new CellReader(this.job));
    const block = reader.fill(row, first, count);
    if (!isValid(block, count)) {
      note(totals.invalidP, block.p, count, (i) => reader.indexOf(row, first + i, "strideP"));
      note(totals.invalidQ, block.q, count, (i) => reader.indexOf(row, first + i, "strideQ"));
    }
    if (simd && simd.sumBlock(term.id, block, count)) {
      totals.add(row, partOf(simd.sums, 0));
      return;
    }
    this.evaluate(block, count);
    for (let start = 0; start < count; start += SERIAL) totals.add(row, sumRun(term, block, start, Math.min(start + SERIAL, count)));
  }
}
