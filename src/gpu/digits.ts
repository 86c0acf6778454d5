import type { ExactSums } from "../backend.js";
import type { ExactRow } from "../terms/exact/measure.js";
import type { Part } from "./parts.js";
import { noteInvalid } from "./records.js";
import type { InvalidSoFar } from "./records.js";

/** Of exact-sum.wgsl: digits of a sum, where the counts lie, and a slab of both, in words. */
const DIGITS = 154;
const COUNTS = 4 * DIGITS;
export const SLAB = 624;

/** Adds up slabs by row; digits as doubles, exact below 2^53. */
export class DigitSums {
  private readonly rows: Float64Array[];
  private readonly invalidP: InvalidSoFar = { count: 0, first: -1 };
  private readonly invalidQ: InvalidSoFar = { count: 0, first: -1 };

  constructor(rows: number) {
    this.rows = Array.from({ length: rows }, () => new Float64Array(COUNTS + 1));
  }

  /** As many slabs as `tiles` for each of these segments of rows; `starts` are those of the part that they lie in. */
  add(batch: readonly { readonly row: number }[], tiles: number, slabs: Uint32Array, { strideP, strideQ }: Part["starts"]): void {
    for (const [i, { row }] of batch.entries()) {
      for (let tile = 0; tile < tiles; tile++) {
        const slab = slabs.subarray((i * tiles + tile) * SLAB, (i * tiles + tile + 1) * SLAB);
        const sums = this.rows[row];
        for (let at = 0; at <= COUNTS; at++) sums[at] += slab[at];
        noteInvalid(this.invalidP, slab[COUNTS + 1], slab[COUNTS + 3], strideP);
        noteInvalid(this.invalidQ, slab[COUNTS + 2], slab[COUNTS + 4], strideQ);
      }
    }
  }

  finish(): ExactSums {
    const rows = this.rows.map((sums): ExactRow => ({
      p: integerOf(sums.subarray(0, DIGITS)),
      q: integerOf(sums.subarray(DIGITS, 2 * DIGITS)),
      terms: [integerOf(sums.subarray(2 * DIGITS, 3 * DIGITS)), integerOf(sums.subarray(3 * DIGITS, COUNTS))],
      infiniteCells: sums[COUNTS],
    }));
    return { rows, invalidP: this.invalidP, invalidQ: this.invalidQ };
  }
}

/** Σ digit·2^(16i); most are 0. */
function integerOf(digits: Float64Array): bigint {
  const lowest = digits.findIndex((digit) => digit !== 0);
  if (lowest < 0) return 0n;
  const highest = digits.findLastIndex((digit) => digit !== 0);
  let text = "";
  let carry = 0;
  for (let i = lowest; carry > 0 || i <= highest; i++) {
    const digit = (digits[i] ?? 0) + carry;
    carry = Math.floor(digit / 65536);
    text = (digit - carry * 65536).toString(16).padStart(4, "0") + text;
  }
  return BigInt(`0x${text}`) << BigInt(16 * lowest);
}
