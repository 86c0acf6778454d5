import type { Invalid, LogitSums, LogitsJob } from "../backend.js";
import { innerAxisOf, offsetOf } from "../grid.js";
import { jensenShannonMeasure } from "../terms/jensen-shannon.js";
import { NEAR, nearTail } from "../terms/logits.js";
import { gather, sourceOf } from "./cells.js";
import type { Source } from "./cells.js";
import { FEW_CELLS, SERIAL, UNIT, binary64Errors } from "./errors.js";
import { Pacer } from "./pause.js";
import type { LogitKernel } from "./simd/logit-kernel.js";
import { FARTHEST, sumLogitRow } from "./simd/logit-row.js";
import type { LogitRow, LogitWay } from "./simd/logit-row.js";
import { openLogitKernel } from "./simd/open-logits.js";
import { openSimd } from "./simd/open.js";
import { Column, InvalidEntries } from "./totals.js";
import type { Threads } from "./workers/threads.js";

/** Roundings of a scaled logit at most 745 below the largest, and of its exponential; that of singles has a polynomial of fewer terms, or is one itself. */
const ROUNDING = 1500 * UNIT;
const ROUNDING_OF_SINGLES = 2 ** -35;
const ROUNDING_IN_SINGLES = 2 ** -22;
/** What singles hold of sums in them: 16 roundings of a term, eight of a sum; p that is smaller is 0. */
const ERRORS_IN_SINGLES = { term: 2 ** -20, sum: 9 * 2 ** -24 };
const SMALLEST_SINGLE = 2 ** -125;
/** Nanoseconds a logit on one thread (docs/benchmarks.md). */
const LOGIT = 5;

/** Sums of every row, in singles where logits are, else in binary64. */
export async function reduceLogits(job: LogitsJob, threads: Threads): Promise<LogitSums> {
  const { layout: { rows, cells }, term, signal } = job;
  const kernel = await openLogitKernel();
  const reader = new LogitReader(job, kernel);
  const ms = (rows * cells * LOGIT) / 1e6;
  const simd = kernel && term !== "js" && rows > 1 ? await openSimd() : null;
  const pool = simd && (await threads.poolFor(simd, ms));
  const start = performance.now();
  if (pool && kernel) await (await import("./workers/share-logits.js")).sumLogitsOnThreads(reader, kernel, rows, pool, signal);
  else {
    const pacer = new Pacer(signal);
    for (let row = 0; row < rows; row++) {
      reader.sumRow(row);
      if (pacer.isDue(cells)) await pacer.pause();
    }
  }
  threads.note(ms, performance.now() - start, Boolean(pool));
  return reader.finish();
}

/** Differences of the largest doubles, too, are finite. */
const within = (e: number) => Math.min(Math.max(e, -Number.MAX_VALUE), Number.MAX_VALUE);

/** Rows of logits, and what becomes of them. */
export class LogitReader {
  readonly way: LogitWay;
  private readonly a = new Float64Array(SERIAL);
  private readonly b = new Float64Array(SERIAL);
  private readonly sources: { readonly a: Source; readonly b: Source };
  private readonly columns: { readonly term: Column; readonly p: Column; readonly q: Column; readonly d: Column };
  private readonly rows;
  /** Were logits singles; were sums? */
  private wereSingles = false;
  private wasInSingles = false;
  /** The largest ln(p/q): by so much counts what p lost when it underflowed. */
  private farthest = FARTHEST;
  private farthestOfSingles = 1;
  private readonly invalidP = new InvalidEntries();
  private readonly invalidQ = new InvalidEntries();

  constructor(private readonly job: LogitsJob, private readonly kernel: LogitKernel | null) {
    const { layout, layout: { rows, cells }, p, q, scale, term } = job;
    const { strideP, strideQ } = innerAxisOf(layout);
    const areSingles = p.dtype === "float32" && q.dtype === "float32" && strideP === 1 && strideQ === 1;
    this.way = { cells, scale, isCross: term === "cross-entropy", areSingles, mayStaySingles: areSingles && term !== "js" && cells > FEW_CELLS };
    this.sources = { a: sourceOf(job.p), b: sourceOf(job.q) };
    this.columns = { term: new Column(rows), p: new Column(rows), q: new Column(rows), d: new Column(rows) };
    this.rows = { shift: new Float64Array(rows), infiniteCells: new Float64Array(rows), agrees: new Uint8Array(rows), emptyP: new Uint8Array(rows), emptyQ: new Uint8Array(rows) };
  }

  sumRow(row: number): void {
    const { kernel, way, job: { term } } = this;
    const sums = kernel && sumLogitRow(kernel, way, (into, first, count, asSingles) => this.load(row, first, count, asSingles ? into.singles : into));
    if (sums) this.take(row, sums);
    else this.sumAlone(row);
    if (term === "js" && this.rows.emptyP[row] === 0 && this.rows.emptyQ[row] === 0) {
      const [largestA, largestB] = sums ? [sums.largestP, sums.largestQ] : this.largest(row);
      for (const count of this.blocks(row)) this.columns.term.add(row, this.sumNormalized(row, count, largestA, largestB));
    }
  }

  /** A row that is for no kernel. */
  private sumAlone(row: number): void {
    const { job: { scale }, rows } = this;
    const [largestA, largestB] = this.largest(row, true);
    rows.emptyP[row] = Number(largestA === -Infinity);
    rows.emptyQ[row] = Number(largestB === -Infinity);
    if (largestA === -Infinity || largestB === -Infinity) return;
    rows.shift[row] = (largestA - largestB) * scale;
    for (const count of this.blocks(row)) this.sumBlock(row, count, largestA, largestB);
  }

  /** What the kernel, here or elsewhere, says of a row. */
  take(row: number, { largestP, largestQ, p, q, d, term, infiniteCells, agrees, farthest, singles }: LogitRow): void {
    const { columns, rows, job } = this;
    rows.shift[row] = (largestP - largestQ) * job.scale;
    columns.p.add(row, p);
    columns.q.add(row, q);
    columns.d.add(row, d);
    if (job.term !== "js") columns.term.add(row, term);
    rows.infiniteCells[row] = infiniteCells;
    rows.agrees[row] = agrees;
    this.wereSingles ||= this.way.areSingles;
    this.wasInSingles ||= singles !== 0;
    if (farthest > this.farthestOfSingles) this.farthestOfSingles = farthest;
  }

  /** Brings logits of a row, from one on, to singles or doubles of both sides. */
  load(row: number, first: number, count: number, { a, b }: Record<"a" | "b", Float32Array | Float64Array>): void {
    const { job: { layout: { kept }, layout }, sources } = this;
    const { strideP, strideQ } = innerAxisOf(layout);
    for (const [source, into, at, stride] of [[sources.a, a, offsetOf(kept, row, "strideP") + first * strideP, strideP], [sources.b, b, offsetOf(kept, row, "strideQ") + first * strideQ, strideQ]] as const) {
      if (into instanceof Float32Array) into.set((source.data as Float32Array).subarray(at, at + count));
      else gather(source, at, stride, count, into, 0);
    }
  }

  private largest(row: number, noted = false): readonly [number, number] {
    let [largestA, largestB] = [-Infinity, -Infinity];
    for (const count of this.blocks(row, noted)) {
      for (let i = 0; i < count; i++) {
        if (this.a[i] > largestA) largestA = this.a[i];
        if (this.b[i] > largestB) largestB = this.b[i];
      }
    }
    return [largestA, largestB];
  }

  finish(): LogitSums {
    const { rows, columns: { term, p, q, d }, invalidP, invalidQ, job: { layout: { cells } } } = this;
    return {
      ...rows, term: term.finish(), p: p.finish(), q: q.finish(), d: d.finish(), invalidP: invalidP as Invalid, invalidQ: invalidQ as Invalid,
      errors: this.wasInSingles ? { ...ERRORS_IN_SINGLES, floor: SMALLEST_SINGLE * this.farthestOfSingles } : { ...binary64Errors(cells), floor: 2 ** -1021 * this.farthest },
      rounding: this.wasInSingles ? ROUNDING_IN_SINGLES : this.wereSingles ? ROUNDING_OF_SINGLES : ROUNDING, roundingOfShift: 2 * UNIT,
    };
  }

  /** Fills `a` and `b` with one run of the row's logits after the other, and says how many there are; what is invalid is −Infinity. */
  private *blocks(row: number, noted = false): Generator<number> {
    const { job: { layout }, sources, a, b } = this;
    const inner = innerAxisOf(layout);
    const [startA, startB] = [offsetOf(layout.kept, row, "strideP"), offsetOf(layout.kept, row, "strideQ")];
    for (let first = 0; first < layout.cells; first += SERIAL) {
      const count = Math.min(SERIAL, layout.cells - first);
      gather(sources.a, startA + first * inner.strideP, inner.strideP, count, a, 0);
      gather(sources.b, startB + first * inner.strideQ, inner.strideQ, count, b, 0);
      for (let i = 0; i < count; i++) {
        if (!(a[i] < Infinity)) {
          a[i] = -Infinity;
          if (noted) this.invalidP.note(startA + (first + i) * inner.strideP);
        }
        if (!(b[i] < Infinity)) {
          b[i] = -Infinity;
          if (noted) this.invalidQ.note(startB + (first + i) * inner.strideQ);
        }
      }
      yield count;
    }
  }

  private sumBlock(row: number, count: number, largestA: number, largestB: number): void {
    const { a, b, job: { scale, term }, rows, columns } = this;
    const shift = largestA - largestB;
    let [terms, ps, qs, ds, infinite] = [0, 0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      if (a[i] === -Infinity || b[i] === -Infinity) {
        const p = a[i] === -Infinity ? 0 : Math.exp((a[i] - largestA) * scale);
        const q = b[i] === -Infinity ? 0 : Math.exp((b[i] - largestB) * scale);
        if (a[i] > -Infinity) infinite += 1;
        ps += p;
        qs += q;
        ds += p - q;
        terms += q;
        continue;
      }
      if (a[i] === largestA && b[i] === largestB) rows.agrees[row] = 1;
      const p = Math.exp((a[i] - largestA) * scale);
      const e = within((a[i] - b[i] - shift) * scale);
      if (e > this.farthest) this.farthest = e;
      const isNear = Math.abs(e) <= NEAR;
      const tail = isNear ? nearTail(e) : 0;
      const d = isNear ? p * (e - tail) : p - Math.exp((b[i] - largestB) * scale);
      ps += p;
      qs += p - d;
      ds += d;
      // p·e is 0 where p underflows, however large e is
      terms += isNear ? p * tail : p * e - d;
    }
    columns.p.add(row, ps);
    columns.q.add(row, qs);
    columns.d.add(row, ds);
    rows.infiniteCells[row] += infinite;
    if (term === "kl") columns.term.add(row, terms);
    if (term === "cross-entropy") columns.term.add(row, this.sumInformation(count, largestA, largestB));
  }

  /** Σ p·(B − b)·scale, of which none is negative. */
  private sumInformation(count: number, largestA: number, largestB: number): number {
    const { a, b, job: { scale } } = this;
    let sum = 0;
    for (let i = 0; i < count; i++) if (a[i] > -Infinity && b[i] > -Infinity) sum += Math.exp((a[i] - largestA) * scale) * ((largestB - b[i]) * scale);
    return sum;
  }

  /** The same measure as of probabilities, of p and q divided by their totals. */
  private sumNormalized(row: number, count: number, largestA: number, largestB: number): number {
    const { a, b, job: { scale }, columns } = this;
    const [sumP, sumQ, sumD] = [columns.p, columns.q, columns.d].map((column) => column.at(row));
    const shift = largestA - largestB;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const p = Math.exp((a[i] - largestA) * scale);
      const q = Math.exp((b[i] - largestB) * scale);
      const e = (a[i] - b[i] - shift) * scale;
      const d = Math.abs(e) <= NEAR ? p * (e - nearTail(e)) : p - q;
      const [x, y] = [p / sumP, q / sumQ];
      sum += x > 0 && y > 0 ? jensenShannonMeasure.cpu(x, y, (d - p * (sumD / sumP)) / sumQ) : jensenShannonMeasure.edges.pZero * (x + y);
    }
    return sum;
  }
}
