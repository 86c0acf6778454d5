import type { Invalid } from "../../backend.js";
import type { Dtype } from "../../grid.js";
import type { ExactRow, ExactScale, ExactTerm } from "../../terms/exact/measure.js";

/** Cells a block holds. */
export const BLOCK = 1024;

/** Integers that decode, evaluate and add a block of cells at a time. Two of them, equal to the last bit: WebAssembly and BigInt. */
export interface Engine {
  /** Where the raw cells of a block go: `8·BLOCK` bytes each. */
  readonly p: { readonly buffer: ArrayBuffer; readonly byteOffset: number };
  readonly q: { readonly buffer: ArrayBuffer; readonly byteOffset: number };
  /** How often each cell of the block counts: `BLOCK` numbers, to be set before `read`. Cells of weight 0 may hold anything. */
  readonly weights: Uint32Array;
  /** Decodes a block; how many entries are negative, NaN or infinite, and where the first lies in it. They count as 0. */
  read(side: "p" | "q", dtype: Dtype, count: number): Invalid;
  addTotals(count: number): void;
  /** Terms of normalised cells come with a scale. */
  addTerms(term: ExactTerm, count: number, scale: ExactScale | null): void;
  /** The sums since the last call; they start anew. */
  take(): ExactRow;
}
