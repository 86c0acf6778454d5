import type { Invalid, RowSums } from "../backend.js";
import type { Errors, Sums } from "../terms/measure.js";

/** What part of a row adds up to. */
export type PartSums = Pick<Sums, "term" | "p" | "q" | "d" | "largestP" | "largestQ" | "smallestQ" | "infiniteCells" | "differs">;

/** Σ by Neumaier 1974, doi:10.1002/zamm.19740540106, for every row: JavaScript's binary64 is strict, so the lost parts are kept. */
class Column {
  readonly sums: Float64Array;
  private readonly lost: Float64Array;

  constructor(rows: number) {
    this.sums = new Float64Array(rows);
    this.lost = new Float64Array(rows);
  }

  add(row: number, x: number): void {
    const before = this.sums[row];
    const sum = before + x;
    this.lost[row] += Math.abs(before) >= Math.abs(x) ? before - sum + x : x - sum + before;
    this.sums[row] = sum;
  }

  finish(): Float64Array {
    const { sums, lost } = this;
    for (let i = 0; i < sums.length; i++) if (Number.isFinite(lost[i])) sums[i] += lost[i];
    return sums;
  }
}

/** Entries that no distribution has: how many, and the flat index of the first. */
export class InvalidEntries implements Invalid {
  count = 0;
  first = -1;

  note(index: number): void {
    if (this.count === 0 || index < this.first) this.first = index;
    this.count += 1;
  }
}

/** The sums of every row, as parts of rows come in. */
export class Totals {
  readonly invalidP = new InvalidEntries();
  readonly invalidQ = new InvalidEntries();
  private readonly term: Column;
  private readonly p: Column;
  private readonly q: Column;
  private readonly d: Column;
  private readonly largestP: Float64Array;
  private readonly largestQ: Float64Array;
  private readonly smallestQ: Float64Array;
  private readonly infiniteCells: Float64Array;
  private readonly differs: Uint8Array;

  constructor(rows: number) {
    [this.term, this.p, this.q, this.d] = Array.from({ length: 4 }, () => new Column(rows));
    [this.largestP, this.largestQ, this.infiniteCells] = Array.from({ length: 3 }, () => new Float64Array(rows));
    this.smallestQ = new Float64Array(rows).fill(Infinity);
    this.differs = new Uint8Array(rows);
  }

  add(row: number, { term, p, q, d, largestP, largestQ, smallestQ, infiniteCells, differs }: PartSums): void {
    this.term.add(row, term);
    this.p.add(row, p);
    this.q.add(row, q);
    this.d.add(row, d);
    if (largestP > this.largestP[row]) this.largestP[row] = largestP;
    if (largestQ > this.largestQ[row]) this.largestQ[row] = largestQ;
    if (smallestQ < this.smallestQ[row]) this.smallestQ[row] = smallestQ;
    this.infiniteCells[row] += infiniteCells;
    if (differs) this.differs[row] = 1;
  }

  /** Whole rows, each in one part, whose sums lie from `at` on. */
  set(first: number, rows: number, { differs, ...sums }: Readonly<Record<keyof PartSums, Float64Array>>, at: number): void {
    const copy = (into: Float64Array, from: Float64Array) => into.set(from.subarray(at, at + rows), first);
    copy(this.term.sums, sums.term);
    copy(this.p.sums, sums.p);
    copy(this.q.sums, sums.q);
    copy(this.d.sums, sums.d);
    copy(this.largestP, sums.largestP);
    copy(this.largestQ, sums.largestQ);
    copy(this.smallestQ, sums.smallestQ);
    copy(this.infiniteCells, sums.infiniteCells);
    this.differs.set(differs.subarray(at, at + rows), first);
  }

  finish(errors: Errors): RowSums {
    const { term, p, q, d, largestP, largestQ, smallestQ, infiniteCells, differs, invalidP, invalidQ } = this;
    return { term: term.finish(), p: p.finish(), q: q.finish(), d: d.finish(), largestP, largestQ, smallestQ, infiniteCells, differs, invalidP, invalidQ, errors };
  }
}
