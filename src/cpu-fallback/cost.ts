import type { Work } from "../backend.js";
import type { Dtype } from "../grid.js";
import { NARROW } from "./errors.js";

/** Milliseconds that any call takes, and any row. */
const CALL = 0.012;
const ROW = 0.00015;

/**
 * Nanoseconds a cell by measure id, on one core of 3.5 GHz (docs/benchmarks.md): of types that binary32 holds, of others in binary64, in
 * exact precision. Measured once and stored: a processor differs from another by a factor of two, a GPU from a processor by more.
 */
const CELL: Readonly<Record<string, readonly [narrow: number, wide: number, exact: number]>> = {
  kl: [3, 6.5, 80], "generalized-kl": [3, 6.5, 80], jeffreys: [6, 13, 140], js: [13, 15, 160], "js-distance": [13, 15, 160],
  hellinger: [8, 9, 200], bhattacharyya: [8, 9, 200], "renyi:0.5": [8, 9, 200], "tsallis:0.5": [8, 9, 200], "alpha:0.5": [8, 9, 200],
  "binary-cross-entropy": [13, 15, 200], "chi-square": [6, 7, 200], totals: [1.1, 1.8, 30], tv: [6, 7, 42], "cross-entropy": [2.8, 6, 65], entropy: [2.6, 5.5, 64],
};
/** Of a family with an order, with the powers that are summed beside it. */
const ORDERS = [21, 21, 200] as const;
/** Any other term that is called cell by cell. */
const OTHER = [25, 25, 200] as const;
/** What of those is done once for all terms of a read. */
const SHARED = [1.1, 1.8, 0] as const;
/** 64-bit integers are decoded one by one. */
const DECODED = 40;

const INTEGERS: readonly Dtype[] = ["uint64", "int64"];

function cellOf(id: string): readonly [narrow: number, wide: number, exact: number] {
  if (id.startsWith("power")) return SHARED;
  return CELL[id] ?? (id.includes(":") ? ORDERS : OTHER);
}

/** What a call takes on one thread, in milliseconds. */
export function estimate({ measures, p, q, rows, cells, precision }: Omit<Work, "bytes">): number {
  const kind = precision === "exact" ? 2 : NARROW.includes(p) && NARROW.includes(q) ? 0 : 1;
  const terms = measures.reduce<number>((sum, id) => sum + cellOf(id)[kind] - SHARED[kind], SHARED[kind]);
  const decoded = kind < 2 && (INTEGERS.includes(p) || INTEGERS.includes(q)) ? DECODED : 0;
  return CALL + rows * ROW + rows * cells * (terms + decoded) * 1e-6;
}
