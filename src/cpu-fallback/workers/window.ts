import { SUMS } from "../simd/engine.js";
import type { Changes, TileShape, Way } from "../simd/sum-tile.js";

/** Bytes of a window: cells of a few tiles and room for their sums. At least those of one tile. */
export const WINDOW = 2 ** 19 + 2 ** 17;

/** Bytes of a row of sums. */
export const ROW = 8 * SUMS.length;

/** Where in its buffer one side's cells lie, in bytes. */
export interface Span {
  readonly at: number;
  readonly bytes: number;
}

/** A tile in a window. */
export interface TileInWindow extends TileShape {
  readonly p: Span;
  readonly q: Span;
  readonly changes: Changes | null;
}

/** What a worker is sent: cells of some tiles, and how to sum them. */
export interface Window {
  readonly id: number;
  readonly way: Way;
  readonly tiles: readonly TileInWindow[];
  /** Where the cells are, and where from `sumsAt` on the sums go, as `sumsIn` has them: the same buffer, unless the host's arrays are shared ones. */
  readonly p: ArrayBufferLike;
  readonly q: ArrayBufferLike;
  readonly buffer: ArrayBuffer;
  readonly sumsAt: number;
  /** Rows of sums, of all tiles. */
  readonly rows: number;
}

/** What comes back: the buffer, with the sums. */
export interface Reply {
  readonly id: number;
  readonly buffer: ArrayBuffer;
}
