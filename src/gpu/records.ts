import type { CellsJob, RowSums } from "../backend.js";

/** Bytes of a `Record` of record.wgsl. */
export const RECORD_BYTES = 64;

/** Did a kernel that was not CHECKED meet -0, or what is negative, NaN or infinite? */
export function needCheck(bytes: ArrayBuffer): boolean {
  const words = new Uint32Array(bytes);
  for (let at = 13; at < words.length; at += RECORD_BYTES / 4) if (words[at] !== 0) return true;
  return false;
}

/** Adds up the records of each row in binary64; `perRow` of them lie one after the other. */
export function finishRecords(bytes: ArrayBuffer, { layout: { rows } }: CellsJob, perRow: number): Omit<RowSums, "errors"> {
  const column = () => new Float64Array(rows);
  const sums = {
    term: column(), p: column(), q: column(), d: column(), largestP: column(), largestQ: column(),
    smallestQ: column().fill(Infinity), infiniteCells: column(), differs: new Uint8Array(rows),
  };
  const floats = new Float32Array(bytes);
  const words = new Uint32Array(bytes);
  const invalidP = { count: 0, first: -1 };
  const invalidQ = { count: 0, first: -1 };
  for (let i = 0, at = 0; i < rows * perRow; i++, at += RECORD_BYTES / 4) {
    const row = Math.floor(i / perRow);
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
    noteInvalid(invalidP, words[at + 8], ~words[at + 10] >>> 0);
    noteInvalid(invalidQ, words[at + 9], ~words[at + 11] >>> 0);
    sums.differs[row] |= words[at + 12];
  }
  return { ...sums, invalidP, invalidQ };
}

function noteInvalid(invalid: { count: number; first: number }, count: number, first: number): void {
  if (count === 0) return;
  invalid.first = invalid.count === 0 ? first : Math.min(invalid.first, first);
  invalid.count += count;
}
