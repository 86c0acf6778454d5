import type { Invalid, RowSums, Term } from "../backend.js";
import type { Errors } from "../terms/measure.js";
import type { Part } from "./parts.js";
import { columnsOf } from "./shaders.js";

/** Words of the sums of a `Record` of record.wgsl. */
const wordsOfSums = (terms: number) => 4 * columnsOf(terms);

/** Bytes of a `Record`. */
export function recordBytesOf(terms: number): number {
  return 4 * (wordsOfSums(terms) + 12);
}

/** In `suspicionsOf`: lanes of a subgroup are not what neighbouring threads are. */
export const STRAYED = 2;

/** The bits of all records' `suspect`: why the kernel is to run again. */
export function suspicionsOf(bytes: ArrayBuffer, terms: number): number {
  const words = new Uint32Array(bytes);
  let suspicions = 0;
  for (let at = wordsOfSums(terms) + 9; at < words.length; at += recordBytesOf(terms) / 4) suspicions |= words[at];
  return suspicions;
}

/** How many entries are no masses, over all records, and the first one's place in the whole grid. */
export interface InvalidSoFar extends Invalid {
  count: number;
  first: number;
}

/** `complement`: of the first one's place, counted from `start`. */
export function noteInvalid(invalid: InvalidSoFar, count: number, complement: number, start: number): void {
  if (count === 0) return;
  const first = start + (~complement >>> 0);
  invalid.first = invalid.count === 0 ? first : Math.min(invalid.first, first);
  invalid.count += count;
}

/** Adds records up by row, in binary64. */
export class RecordSums {
  private readonly sums;
  private readonly invalidP: InvalidSoFar = { count: 0, first: -1 };
  private readonly invalidQ: InvalidSoFar = { count: 0, first: -1 };

  private readonly terms: readonly Float64Array[];

  constructor(rows: number, private readonly of: readonly Pick<Term, "combine">[]) {
    const column = () => new Float64Array(rows);
    this.terms = of.map(column);
    this.sums = {
      p: column(), q: column(), d: column(), largestP: column(), largestQ: column(),
      smallestQ: column().fill(Infinity), infiniteCells: column(), differs: new Uint8Array(rows),
    };
  }

  /** Records of a part, each of the row that `rowOf` tells, counted from the part's first. */
  add(bytes: ArrayBuffer, { firstRow, starts }: Part, rowOf: (record: number) => number): void {
    const { of, sums, terms } = this;
    const floats = new Float32Array(bytes);
    const words = new Uint32Array(bytes);
    const size = recordBytesOf(terms.length) / 4;
    for (let i = 0, start = 0; start < words.length; i++, start += size) {
      const row = firstRow + rowOf(i);
      for (let term = 0; term < terms.length; term++) {
        const value = floats[term === 0 ? start : start + 3 + term];
        terms[term][row] = of[term].combine === "max" ? Math.max(terms[term][row], value) : terms[term][row] + value;
      }
      sums.p[row] += floats[start + 1];
      sums.q[row] += floats[start + 2];
      sums.d[row] += floats[start + 3];
      const at = start + wordsOfSums(terms.length);
      sums.largestP[row] = Math.max(sums.largestP[row], floats[at]);
      sums.largestQ[row] = Math.max(sums.largestQ[row], floats[at + 1]);
      if (words[at + 2] !== 0) {
        words[at + 2] = 0x80000000 - words[at + 2];
        sums.smallestQ[row] = Math.min(sums.smallestQ[row], floats[at + 2]);
      }
      sums.infiniteCells[row] += words[at + 3];
      noteInvalid(this.invalidP, words[at + 4], words[at + 6], starts.strideP);
      noteInvalid(this.invalidQ, words[at + 5], words[at + 7], starts.strideQ);
      sums.differs[row] |= words[at + 8];
    }
  }

  /** The sums for each term, what they have in common shared. */
  finish(errors: Errors): readonly RowSums[] {
    const { sums: { p, q, d, largestP, largestQ, smallestQ, infiniteCells, differs }, invalidP, invalidQ } = this;
    return this.terms.map((term) => ({ term, p, q, d, largestP, largestQ, smallestQ, infiniteCells, differs, invalidP, invalidQ, errors }));
  }
}
