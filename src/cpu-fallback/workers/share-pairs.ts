import type { PairTile } from "../../backend.js";
import type { Extent, Panel } from "../simd/pair-panel.js";
import { handOut } from "./hand-out.js";
import type { Pool } from "./pool.js";
import type { PairSetup } from "./window.js";

/** Sums of strips, here and on the pool's workers, in any order. */
export function tilesOnThreads(extents: Iterator<Extent>, panel: Panel, sides: PairSetup["pairs"], pool: Pool, signal?: AbortSignal): AsyncGenerator<PairTile> {
  return handOut(extents, pool, {
    setup: { pairs: sides },
    taskOf: (extent, newBuffer) => ({ extent, buffer: newBuffer() }),
    read: (extent, buffer) => ({ ...extent, sums: new Float64Array(buffer, 0, extent.rowsP * extent.rowsQ).slice() }),
    here(extent) {
      const sums = new Float64Array(extent.rowsP * extent.rowsQ);
      panel.sum(extent, sums);
      return { ...extent, sums };
    },
  }, signal);
}
