import type { FitSummer } from "../fit-rows.js";
import { handOut } from "./hand-out.js";
import type { Pool } from "./pool.js";
import type { FitSetup, FitPiece } from "./window.js";

/** Sums pieces of a target in shared memory here and on the pool's workers, in any order. */
export function sumOnThreads(pieces: readonly FitPiece[], summer: FitSummer, rows: FitSetup["fit"], pool: Pool, signal?: AbortSignal): AsyncGenerator<{ readonly first: number; readonly sums: Float64Array }> {
  return handOut(pieces.values(), pool, {
    setup: { fit: rows },
    taskOf: (piece, newBuffer) => ({ piece, buffer: newBuffer() }),
    read: ({ first }, buffer) => {
      const [length] = new Float64Array(buffer, 0, 1);
      return { first, sums: new Float64Array(buffer, 8, length).slice() };
    },
    here: ({ first, end, components }) => ({ first, sums: summer.sum(first, end, components) }),
  }, signal);
}
