import type { Invalid, LogitSums, LogitsJob } from "../backend.js";
import { innerAxisOf, offsetOf } from "../grid.js";
import { jensenShannonMeasure } from "../terms/jensen-shannon.js";
import { NEAR, nearTail } from "../terms/logits.js";
import { gather, sourceOf } from "./cells.js";
import type { Source } from "./cells.js";
import { SERIAL, UNIT, binary64Errors } from "./errors.js";
import { Pacer } from "./pause.js";
import { TILE, openLogitKernel } from "./simd/logit-kernel.js";
import type { LogitKernel } from "./simd/logit-kernel.js";
import { Column, InvalidEntries } from "./totals.js";

/** Logits beyond, as the kernel says of those below, and steeper or flatter scales are for the loops below: the kernel's −Infinity is −1e300. */
const FARTHEST = 1e50;
const [FLATTEST, STEEPEST] = [1e-30, 1e7];

/** Roundings of a scaled logit at most 745 below the largest, and of its exponential; that of singles has a polynomial of fewer terms. */
const ROUNDING = 1500 * UNIT;
const ROUNDING_OF_SINGLES = 2 ** -35;

/** Sums of every row, of logits in binary64. */
export async function reduceLogits(job: LogitsJob): Promise<LogitSums> {
  const { layout: { rows, cells }, signal } = job;
  const reader = new LogitReader(job, await openLogitKernel());
  const pacer = new Pacer(signal);
  for (let row = 0; row < rows; row++) {
    reader.sumRow(row);
    if (pacer.isDue(cells)) await pacer.pause();
  }
  return reader.finish();
}

/** Differences of the largest doubles, too, are finite. */
const within = (e: number) => Math.min(Math.max(e, -Number.MAX_VALUE), Number.MAX_VALUE);

/** A few logits of a row, and what becomes of them. */
class LogitReader {
  private readonly a = new Float64Array(SERIAL);
  private readonly b = new Float64Array(SERIAL);
  private readonly sources: { readonly a: Source; readonly b: Source };
  private readonly columns: { readonly term: Column; readonly p: Column; readonly q: Column; readonly d: Column };
  private readonly rows;
  private wasInSingles = false;
  /** The largest ln(p/q): by so much counts what p lost when it underflowed. */
  private farthest = FARTHEST;
  private readonly invalidP = new InvalidEntries();
  private readonly invalidQ = new InvalidEntries();

  constructor(private readonly job: LogitsJob, private readonly kernel: LogitKernel | null) {
    const { rows } = job.layout;
    this.sources = { a: sourceOf(job.p), b: sourceOf(job.q) };
    this.columns = { term: new Column(rows), p: new Column(rows), q: new Column(rows), d: new Column(rows) };
    this.rows = { shift: new Float64Array(rows), infiniteCells: new Float64Array(rows), agrees: new Uint8Array(rows), emptyP: new Uint8Array(rows), emptyQ: new Uint8Array(rows) };
  }

  sumRow(row: number): void {
    const { job: { scale, term }, rows, columns } = this;
    const bySimd = this.largestBySimd(row);
    const [largestA, largestB] = bySimd ?? this.largest(row);
    rows.emptyP[row] = Number(largestA === -Infinity);
    rows.emptyQ[row] = Number(largestB === -Infinity);
    if (largestA === -Infinity || largestB === -Infinity) return;
    rows.shift[row] = (largestA - largestB) * scale;
    if (!bySimd || !this.sumBySimd(row, largestA, largestB)) for (const count of this.blocks(row)) this.sumBlock(row, count, largestA, largestB);
    if (term === "js") for (const count of this.blocks(row)) columns.term.add(row, this.sumNormalized(row, count, largestA, largestB));
  }

  private largest(row: number): readonly [number, number] {
    let [largestA, largestB] = [-Infinity, -Infinity];
    for (const count of this.blocks(row, true)) {
      for (let i = 0; i < count; i++) {
        if (this.a[i] > largestA) largestA = this.a[i];
        if (this.b[i] > largestB) largestB = this.b[i];
      }
    }
    return [largestA, largestB];
  }

  /** Brings a row's logits to the kernel, some at a time; those that it lacks at the end are nothing. */
  private *tiles(row: number, { a, b, singles }: LogitKernel): Generator<{ readonly areSingles: boolean; readonly count: number }> {
    const { job: { layout, p, q }, sources } = this;
    const inner = innerAxisOf(layout);
    const [startA, startB] = [offsetOf(layout.kept, row, "strideP"), offsetOf(layout.kept, row, "strideQ")];
    const areSingles = p.dtype === "float32" && q.dtype === "float32" && inner.strideP === 1 && inner.strideQ === 1;
    for (let first = 0; first < layout.cells; first += TILE) {
      const count = Math.min(TILE, layout.cells - first);
      const even = count + (count % 2);
      for (const [source, into, intoSingles, at, stride] of [[sources.a, a, singles.a, startA + first * inner.strideP, inner.strideP], [sources.b, b, singles.b, startB + first * inner.strideQ, inner.strideQ]] as const) {
        const to = areSingles ? intoSingles : into;
        if (areSingles) to.set((source.data as Float32Array).subarray(at, at + count));
        else gather(source, at, stride, count, into, 0);
        if (even > count) to[count] = -Infinity;
      }
      yield { areSingles, count: even };
    }
  }

  /** The largest of both; `null` where there is no kernel, or something invalid to be noted. */
  private largestBySimd(row: number): readonly [number, number] | null {
    const { kernel } = this;
    if (!kernel) return null;
    let [largestA, largestB] = [-Infinity, -Infinity];
    for (const { areSingles, count } of this.tiles(row, kernel)) {
      kernel.largest(areSingles, count);
      const [a, b, isRight, isNear] = kernel.sums;
      if (isRight === 0 || isNear === 0) return null;
      [largestA, largestB] = [Math.max(largestA, a), Math.max(largestB, b)];
    }
    return [largestA, largestB];
  }

  /** False where there is no kernel, or what stands for −Infinity there may not be far below. */
  private sumBySimd(row: number, largestA: number, largestB: number): boolean {
    const { kernel, job: { scale, term }, rows, columns } = this;
    if (!kernel || !(Math.min(largestA, largestB) > -FARTHEST) || !(Math.max(largestA, largestB) < FARTHEST) || !(scale > FLATTEST && scale < STEEPEST)) return false;
    for (const { areSingles, count } of this.tiles(row, kernel)) {
      for (let first = 0; first < count; first += 2 * SERIAL) {
        kernel.sum(areSingles, first, Math.min(first + 2 * SERIAL, count), largestA, largestB, scale, term === "cross-entropy");
        const [p, q, d, ofTerm, infinite, agrees] = kernel.sums;
        columns.p.add(row, p);
        columns.q.add(row, q);
        columns.d.add(row, d);
        if (term !== "js") columns.term.add(row, ofTerm);
        rows.infiniteCells[row] += infinite;
        if (agrees !== 0) rows.agrees[row] = 1;
      }
      this.wasInSingles ||= areSingles;
    }
    return true;
  }

  finish(): LogitSums {
    const { rows, columns: { term, p, q, d }, invalidP, invalidQ, job: { layout: { cells } } } = this;
    return {
      ...rows, term: term.finish(), p: p.finish(), q: q.finish(), d: d.finish(), invalidP: invalidP as Invalid, invalidQ: invalidQ as Invalid,
      errors: { ...binary64Errors(cells), floor: 2 ** -1021 * this.farthest }, rounding: this.wasInSingles ? ROUNDING_OF_SINGLES : ROUNDING, roundingOfShift: 2 * UNIT,
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
