import type { Invalid, RowSums } from "../backend.js";
import type { Part } from "./parts.js";

/** Bytes of a `Record` of record.wgsl. */
export const RECORD_BYTES = 64;

/** In `suspicionsOf`: lanes of a subgroup are not what neighbouring threads are. */
export const STRAYED = 2;

/** The bits of all records' `suspect`: why the kernel is to run again. */
export function suspicionsOf(bytes: ArrayBuffer): number {
  const words = new Uint32Array(bytes);
  let suspicions = 0;
  for (let at = 13; at < words.length; at += RECORD_BYTES / 4) suspicions |= words[at];
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

  constructor(rows: number) {
    const column = () => new Float64Array(rows);
    this.sums = {
      term: column(), p: column(), q: column(), d: column(), largestP: column(), largestQ: column(),
      smallestQ: column().fill(Infinity), infiniteCells: column(), differs: new Uint8Array(rows),
    };
  }

  /** Records of a part, each of the row that `rowOf` tells, counted from the part's first. */
  add(bytes: ArrayBuffer, { firstRow, starts }: Part, rowOf: (record: number) => number): void {
    const { sums } = this;
    const floats = new Float32Array(bytes);
    const words = new Uint32Array(bytes);
    for (let i = 0, at = 0; at < words.length; i++, at += RECORD_BYTES / 4) {
      const row = firstRow + rowOf(i);
      sums.term[row] += floats[at];
      sums.p[row] += floats[at + 1];
      sums.q[row] += floats[at + 2];
      sums.d[row] += floats[at + 3];
      sums.largestP[row] = Math.max(sums.largestP[row], floats[at + 4]);
      sums.largestQ[row] = Math.max(sums.largestQ[row], floats[at + 5]);
      if (words[at + 6] !== 0) {
        words[at + 6] = 0x80000000 - words[at + 6];
        sums.smallestQ[row] = Math.min(sums.smallestQ[row], floats[at + 6]);
      }
      sums.infiniteCells[row] += words[at + 7];
      noteInvalid(this.invalidP, words[at + 8], words[at + 10], starts.strideP);
      noteInvalid(this.invalidQ, words[at + 9], words[at + 11], starts.strideQ);
      sums.differs[row] |= words[at + 12];
    }
  }

  finish(): Omit<RowSums, "errors"> {
    return { ...this.sums, invalidP: this.invalidP, invalidQ: this.invalidQ };
  }
}
