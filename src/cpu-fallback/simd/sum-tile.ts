import type { RowTotals } from "../../backend.js";
import type { Dtype } from "../../grid.js";
import type { Scale } from "../../terms/measure.js";
import type { Simd } from "./engine.js";

/** How all tiles of a call are summed. */
export interface Way {
  /** A bit each, as the engine has them, and their order where they have one, else 0. */
  readonly terms: number;
  readonly order: number;
  readonly p: Dtype;
  readonly q: Dtype;
  /** Bytes of a cell. */
  readonly widthP: number;
  readonly widthQ: number;
  readonly singles: boolean;
  /** Do rows lie side by side? */
  readonly columns: boolean;
}

/** How the rows of a loaded tile lie in it. */
export interface TileShape {
  readonly rows: number;
  readonly length: number;
  readonly sharesQ: boolean;
}

/** What is done to cells before they are summed: one of each a row, or one for all. */
export interface Changes {
  readonly scales?: readonly Scale[];
  readonly totals?: readonly RowTotals[];
}

/** Sums the loaded tile, as any thread does it; rows that cannot be scaled are left over. */
export function sumTile(simd: Simd, { terms, order, singles, columns }: Way, { rows, length, sharesQ }: TileShape, changes: Changes | null): void {
  if (order > 0) simd.order = order;
  const lost = changes ? change(simd, rows, length, changes) : [];
  const qRow = sharesQ ? 0 : length;
  if (columns) simd.sumColumns(terms, rows, length);
  else if (singles) simd.sumSingles(terms, rows, length, length, qRow);
  else simd.sumRows(terms, rows, length, length, qRow, changes !== null);
  for (const row of lost) simd.sums.done[row] = 0;
}

/** Scales and normalises the cells of the tile; which of its rows cannot be. */
function change(simd: Simd, rows: number, length: number, { scales, totals }: Changes): number[] {
  const lost: number[] = [];
  for (let i = 0; i < rows; i++) {
    if (scales && !simd.scale(i * length, length, scales[i % scales.length])) lost.push(i);
    if (totals) simd.normalize(i * length, length, totals[i % totals.length], scales !== undefined);
  }
  return lost;
}
