import type { Backend, ExactJob, ExactSums } from "../backend.js";
import { exactMeasures, sumToDouble } from "../terms/exact/index.js";
import { EXACT_UNSCALED } from "../terms/exact/measure.js";
import type { ExactMeasure, ExactRow, ExactScale } from "../terms/exact/measure.js";
import { checkEntries, checkMasses } from "./check.js";
import type { Call, FinishedRow, Place } from "./prepare.js";

/** A measure's exact form; RangeError where it has none. */
function exactOf({ measure }: Call): ExactMeasure {
  const exact = exactMeasures[measure.id];
  if (!exact) {
    throw new RangeError(`${measure.name}: precision "exact" is not available; it is for ${Object.keys(exactMeasures).join(", ")}.`);
  }
  return exact;
}

/** Reads the cells in integers, again for rows whose totals differ widely, and rounds each value once. */
export async function evaluateExact(call: Call, { backend }: Place): Promise<readonly FinishedRow[]> {
  const exact = exactOf(call);
  const { measure, layout, settings, cellVolume } = call;
  const how = { normalize: settings.normalize && measure.normalizes, cellVolume, base: settings.base };
  const job: ExactJob = { term: exact.term, layout, p: call.p, q: call.q, totals: true, ...(settings.signal && { signal: settings.signal }) };
  const sums = await backend.reduceExact(exact.totalsFirst ? { ...job, term: null } : job);
  checkEntries(measure, sums);
  if (how.normalize) checkMasses(measure, masses(sums, "p"), masses(sums, "q"));
  const scales = sums.rows.map((row) => exact.scale(row, how));
  const terms = await rescaled(backend, job, scales);
  return sums.rows.map((row, i) => {
    const totals = { totalP: sumToDouble(row.p), totalQ: sumToDouble(row.q), infiniteCells: row.infiniteCells };
    if (row.infiniteCells > 0 && measure.edges.qZero === Infinity) return { value: Infinity, errorBound: 0, ...totals };
    return { ...exact.finish({ ...row, terms: terms?.[i].terms ?? row.terms }, scales[i] ?? EXACT_UNSCALED, how), ...totals };
  });
}

/** The terms once more in the scales that rows ask for; `null` where none does. */
async function rescaled(backend: Backend, job: ExactJob, scales: readonly (ExactScale | null)[]): Promise<readonly ExactRow[] | null> {
  if (scales.every((scale) => scale === null)) return null;
  job.signal?.throwIfAborted();
  return (await backend.reduceExact({ ...job, totals: false, scales: scales.map((scale) => scale ?? EXACT_UNSCALED) })).rows;
}

/** What tells rows without mass. */
function masses({ rows }: ExactSums, side: "p" | "q"): Float64Array {
  return Float64Array.from(rows, (row) => (row[side] > 0n ? 1 : 0));
}
