import type { LogitReader } from "../logits.js";
import type { LogitKernel } from "../simd/logit-kernel.js";
import { ROW_SUMS } from "../simd/logit-row.js";
import type { LogitRow } from "../simd/logit-row.js";
import { handOut } from "./hand-out.js";
import type { Pool } from "./pool.js";

/** Sums rows of logits here and on the pool's workers, which get a copy of theirs. */
export async function sumLogitsOnThreads(reader: LogitReader, { module }: LogitKernel, rows: number, pool: Pool, signal?: AbortSignal): Promise<void> {
  const { way, way: { cells, areSingles } } = reader;
  const bytes = 2 * cells * (areSingles ? 4 : 8);
  const viewsOf = (buffer: ArrayBuffer) => (areSingles ? { a: new Float32Array(buffer, 0, cells), b: new Float32Array(buffer, 4 * cells, cells) } : { a: new Float64Array(buffer, 0, cells), b: new Float64Array(buffer, 8 * cells, cells) });
  const summed = handOut<number, { readonly row: number; readonly sums?: LogitRow | null }>(Array.from({ length: rows }, (_, row) => row).values(), pool, {
    setup: { logits: { module, way } },
    taskOf(row, newBuffer) {
      const kept = newBuffer();
      const buffer = kept.byteLength < bytes ? new ArrayBuffer(Math.ceil(bytes / 8) * 8) : kept;
      reader.load(row, 0, cells, viewsOf(buffer));
      return { buffer };
    },
    // a row that is for no kernel is left to this thread
    read: (row, buffer) => ({ row, sums: rowFrom(new Float64Array(buffer, 0, ROW_SUMS.length)) }),
    here(row) {
      reader.sumRow(row);
      return { row };
    },
  }, signal);
  for await (const { row, sums } of summed) {
    if (sums) reader.take(row, sums);
    else if (sums === null) reader.sumRow(row);
  }
}

/** The sums at their places; `null` for none, whose largest is NaN. */
function rowFrom(numbers: Float64Array): LogitRow | null {
  return Number.isNaN(numbers[0]) ? null : (Object.fromEntries(ROW_SUMS.map((name, i) => [name, numbers[i]])) as unknown as LogitRow);
}
