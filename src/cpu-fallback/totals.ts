import type { Invalid, RowSums, Term } from "../backend.js";
import type { Errors, Sums } from "../terms/measure.js";

/** What parts of rows add up to, but for their terms; `differs` is 0 where p and q agree. */
export type PartSums = Readonly<Record<keyof Pick<Sums, "p" | "q" | "d" | "largestP" | "largestQ" | "smallestQ" | "infiniteCells" | "differs">, Float64Array>>;

/** Sums of each term; `null` where a term is nothing. */
export type TermSums = readonly (Float64Array | null)[];

/** Σ by Neumaier 1974, doi:10.1002/zamm.19740540106, for every row: JavaScript's binary64 is strict, so the lost parts are kept. */
export class Column {
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

  /** A row's sum so far. */
  at(row: number): number {
    return Number.isFinite(this.lost[row]) ? this.sums[row] + this.lost[row] : this.sums[row];
  }

  finish(): Float64Array {
    const { sums, lost } = this;
    for (let i = 0; i < sums.length; i++) if (Number.isFinite(lost[i])) sums[i] += lost[i];
    return sums;
  }
}

/** The largest for every row, of numbers that are not negative. */
class Greatest {
  readonly sums: Float64Array;

  constructor(rows: number) {
    this.sums = new Float64Array(rows);
  }

  add(row: number, x: number): void {
    if (x > this.sums[row]) this.sums[row] = x;
  }

  finish(): Float64Array {
    return this.sums;
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
  private readonly terms: readonly (Column | Greatest)[];
  private readonly p: Column;
  private readonly q: Column;
  private readonly d: Column;
  private readonly largestP: Float64Array;
  private readonly largestQ: Float64Array;
  private readonly smallestQ: Float64Array;
  private readonly infiniteCells: Float64Array;
  private readonly differs: Uint8Array;

  constructor(rows: number, terms: readonly Pick<Term, "combine">[]) {
    this.terms = terms.map(({ combine }) => (combine === "max" ? new Greatest(rows) : new Column(rows)));
    this.p = new Column(rows);
    this.q = new Column(rows);
    this.d = new Column(rows);
    this.largestP = new Float64Array(rows);
    this.largestQ = new Float64Array(rows);
    this.infiniteCells = new Float64Array(rows);
    this.smallestQ = new Float64Array(rows).fill(Infinity);
    this.differs = new Uint8Array(rows);
  }

  /** Adds what lies at `at`. */
  add(row: number, { p, q, d, largestP, largestQ, smallestQ, infiniteCells, differs }: PartSums, terms: TermSums, at: number): void {
    for (let i = 0; i < terms.length; i++) this.terms[i].add(row, terms[i]?.[at] ?? 0);
    this.p.add(row, p[at]);
    this.q.add(row, q[at]);
    this.d.add(row, d[at]);
    if (largestP[at] > this.largestP[row]) this.largestP[row] = largestP[at];
    if (largestQ[at] > this.largestQ[row]) this.largestQ[row] = largestQ[at];
    if (smallestQ[at] < this.smallestQ[row]) this.smallestQ[row] = smallestQ[at];
    this.infiniteCells[row] += infiniteCells[at];
    if (differs[at] !== 0) this.differs[row] = 1;
  }

  /** Whole rows, each in one part, whose sums lie from `at` on. */
  set(first: number, rows: number, sums: PartSums, terms: TermSums, at: number): void {
    const copy = (into: Float64Array, from: Float64Array) => into.set(from.subarray(at, at + rows), first);
    for (const [i, term] of terms.entries()) if (term) copy(this.terms[i].sums, term);
    copy(this.p.sums, sums.p);
    copy(this.q.sums, sums.q);
    copy(this.d.sums, sums.d);
    copy(this.largestP, sums.largestP);
    copy(this.largestQ, sums.largestQ);
    copy(this.smallestQ, sums.smallestQ);
    copy(this.infiniteCells, sums.infiniteCells);
    this.differs.set(sums.differs.subarray(at, at + rows), first);
  }

  /** The sums for each term, what they have in common shared. */
  finish(errors: (term: number) => Errors): readonly RowSums[] {
    const { largestP, largestQ, smallestQ, infiniteCells, differs, invalidP, invalidQ } = this;
    const [p, q, d] = [this.p, this.q, this.d].map((column) => column.finish());
    return this.terms.map((term, i) => ({ term: term.finish(), p, q, d, largestP, largestQ, smallestQ, infiniteCells, differs, invalidP, invalidQ, errors: errors(i) }));
  }
}
