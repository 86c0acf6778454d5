import { SUMS } from "../simd/engine.js";
import type { TileSums } from "../simd/engine.js";
import type { FitAxis } from "../../backend.js";
import type { Component } from "../../terms/density.js";
import type { FitRows } from "../fit-rows.js";
import type { LogitWay } from "../simd/logit-row.js";
import type { Extent, PairSides } from "../simd/pair-panel.js";
import type { Changes, Way } from "../simd/sum-tile.js";

/** Bytes of a window: cells of some tiles and room for their sums. At least those of one tile. */
export const WINDOW = 2 ** 21 + 2 ** 19;

/** Bytes of a row of sums. */
export const ROW = 8 * SUMS.length;

/**
 * What of a tile stands in numbers at the start of a window's buffer, which is sooner sent than objects: its rows, their length, 1
 * where they share one of q, and where in their buffers the cells of p and of q lie, from which byte on and how many.
 */
export const HEAD = 7;

/** What a worker is sent: cells of some tiles, and how to sum them. */
export interface Window {
  readonly id: number;
  readonly way: Way;
  readonly tiles: number;
  /** One a tile. */
  readonly changes: readonly Changes[] | null;
  /** Shared memory with the cells; where there is none they lie in the buffer. */
  readonly p: ArrayBufferLike | null;
  readonly q: ArrayBufferLike | null;
  readonly buffer: ArrayBuffer;
  /** Where the sums go, as `sumsIn` has them, and how many rows of all tiles there are. */
  readonly sumsAt: number;
  readonly rows: number;
}

/** Rows that workers keep until they are to be forgotten, to be compared with each other. */
export interface PairSetup {
  readonly pairs: PairSides & { readonly module: WebAssembly.Module };
}

/** How rows of logits that come are summed. */
export interface LogitSetup {
  readonly logits: { readonly module: WebAssembly.Module; readonly way: LogitWay };
}

/** A target in shared memory that models are held against. */
export interface FitSetup {
  readonly fit: FitRows & { readonly axes: readonly FitAxis[]; readonly module: WebAssembly.Module };
}

/** Some cells of it, and the model. */
export interface FitPiece {
  readonly first: number;
  readonly end: number;
  readonly components: readonly Component[];
}

/** One of those that tasks are of. */
export type AnySetup = PairSetup | LogitSetup | FitSetup;

/** What workers know before tasks that name it by its number. */
export type Setup = AnySetup & { readonly setup: number };

/**
 * What a worker is sent then, with a buffer that comes back: rows of which the sums are wanted, at the start of the buffer; two rows of logits in it, one after
 * the other, whose sums come in their place, NaN for none; or a piece of a target, whose sums come after their number.
 */
export interface Task {
  readonly setup: number;
  readonly extent?: Extent;
  readonly piece?: FitPiece;
  readonly buffer: ArrayBuffer;
}

/** Copies a tile's sums to where they begin at `at`. */
export function copySums(from: TileSums, rows: number, to: TileSums, at: number): void {
  for (const name of SUMS) {
    const [source, target] = [from[name], to[name]];
    for (let i = 0; i < rows; i++) target[at + i] = source[i];
  }
}

/** What comes back: the buffer, with the sums. */
export interface Reply {
  readonly id: number;
  readonly buffer: ArrayBuffer;
}
