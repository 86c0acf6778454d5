import type { ReduceJob, Term } from "../backend.js";
import { blockTermOf } from "./block-terms.js";
import { BLOCK, CellReader } from "./cells.js";
import type { Block } from "./cells.js";
import { SERIAL } from "./errors.js";
import { Simd, orderOf, termsIn } from "./simd/engine.js";
import type { InvalidEntries, PartSums, Totals } from "./totals.js";

const LARGEST = Number.MAX_VALUE;

/** Sums cells `from` … `to` of a block, but for terms, whose edges tell which cells are infinite. */
function sumRun(counts: Term["edges"], { p: ps, q: qs, d: ds }: Block, from: number, to: number, into: PartSums, at: number): void {
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
      if (y < smallestQ) smallestQ = y;
    } else if (x > 0) {
      if (counts.qZero === Infinity) infiniteCells += 1;
    } else if (y > 0 && counts.pZero === Infinity) {
      infiniteCells += 1;
    }
    p += x;
    q += y;
    d += difference;
    if (x > largestP) largestP = x;
    if (y > largestQ) largestQ = y;
    if (difference !== 0) differs = true;
  }
  into.p[at] = p;
  into.q[at] = q;
  into.d[at] = d;
  into.largestP[at] = largestP;
  into.largestQ[at] = largestQ;
  into.smallestQ[at] = smallestQ;
  into.infiniteCells[at] = infiniteCells;
  into.differs[at] = Number(differs);
}

/** Sums the terms of cells `from` … `to` of an evaluated block. Edges are rare and cost a branch. */
function sumTerms({ edges: { pZero, qZero }, saysZeros }: Term, { p, q, term }: Block, from: number, to: number): number {
  if (saysZeros) return sumAll(term, from, to);
  const [perP, perQ] = [qZero === Infinity ? 0 : qZero, pZero === Infinity ? 0 : pZero];
  let sum = 0;
  for (let i = from; i < to; i++) {
    if (p[i] > 0 && q[i] > 0) sum += term[i];
    else if (p[i] > 0) sum += perP * p[i];
    else if (q[i] > 0) sum += perQ * q[i];
  }
  return sum;
}

function sumAll(term: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += term[i];
  return sum;
}

/** The same of terms that count as much as their nodes say. */
function sumCounted({ edges: { pZero, qZero } }: Term, { p, q, term }: Block, nodes: Float64Array, from: number, to: number): number {
  const [perP, perQ] = [qZero === Infinity ? 0 : qZero, pZero === Infinity ? 0 : pZero];
  let sum = 0;
  for (let i = from; i < to; i++) sum += nodes[i] * (p[i] > 0 && q[i] > 0 ? term[i] : p[i] > 0 ? perP * p[i] : perQ * q[i]);
  return sum;
}

function sumProducts(values: Float64Array, nodes: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += nodes[i] * values[i];
  return sum;
}

/** The largest of the terms instead. */
function greatestTerm({ p, q, term }: Block, from: number, to: number): number {
  let greatest = 0;
  for (let i = from; i < to; i++) if (p[i] > 0 && q[i] > 0 && term[i] > greatest) greatest = term[i];
  return greatest;
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

/** What sums of blocks are made with. */
function toolsOf(job: ReduceJob) {
  const column = () => new Float64Array(BLOCK / SERIAL);
  const sums: PartSums = { p: column(), q: column(), d: column(), largestP: column(), largestQ: column(), smallestQ: column(), infiniteCells: column(), differs: column() };
  const terms = job.terms.map((term) => ({ term, evaluate: blockTermOf(term), sums: column() }));
  const most = (side: keyof Term["edges"]) => Math.max(...job.terms.map(({ edges }) => edges[side]));
  return {
    reader: new CellReader(job),
    terms,
    /** Of the runs of a block. */
    sums,
    termSums: terms.map(({ sums: own }) => own),
    /** What is infinite to any of the terms. */
    edges: { pZero: most("pZero"), qZero: most("qZero") },
  };
}

/** Sums of cells of any type, of any size, scaled or not: block by block into binary64. */
export class CellSums {
  /** Most calls need none. */
  private tools: ReturnType<typeof toolsOf> | undefined;

  constructor(private readonly job: ReduceJob, private readonly totals: Totals, private readonly simd: Simd | null) {}

  /** Adds cells `from` … `to` of a row. */
  add(row: number, from: number, to: number): void {
    for (let first = from; first < to; first += BLOCK) this.addBlock(row, first, Math.min(BLOCK, to - first));
  }

  private addBlock(row: number, first: number, count: number): void {
    const { totals, simd } = this;
    const { reader, terms, sums: ofRuns, termSums, edges: infinite } = (this.tools ??= toolsOf(this.job));
    const block = reader.fill(row, first, count);
    const { nodes } = block;
    if (!isValid(block, count)) {
      note(totals.invalidP, block.p, count, (i) => reader.indexOf(row, first + i, "strideP"));
      note(totals.invalidQ, block.q, count, (i) => reader.indexOf(row, first + i, "strideQ"));
    }
    const { terms: asked } = this.job;
    if (simd && simd.sumBlock(Simd.termsOf(asked), orderOf(asked), block, count)) {
      totals.add(row, simd.sums, termsIn(simd.sums, asked), 0);
      return;
    }
    const runs = Math.ceil(count / SERIAL);
    const endOf = (run: number) => Math.min((run + 1) * SERIAL, count);
    for (const { term, evaluate, sums } of terms) {
      evaluate(block, count);
      for (let run = 0; run < runs; run++) {
        const [from, to] = [run * SERIAL, endOf(run)];
        sums[run] = term.combine === "max" ? greatestTerm(block, from, to) : nodes ? sumCounted(term, block, nodes, from, to) : sumTerms(term, block, from, to);
      }
    }
    for (let run = 0; run < runs; run++) {
      const [from, to] = [run * SERIAL, endOf(run)];
      sumRun(infinite, block, from, to, ofRuns, run);
      if (nodes) for (const of of ["p", "q", "d"] as const) ofRuns[of][run] = sumProducts(block[of], nodes, from, to);
      totals.add(row, ofRuns, termSums, run);
    }
  }
}
