import type { Backend, ExactJob, ExactSums } from "../backend.js";
import { exactMeasures, sumToDouble } from "../terms/exact/index.js";
import { EXACT_UNSCALED } from "../terms/exact/measure.js";
import type { ExactFinish, ExactMeasure, ExactRow, ExactScale } from "../terms/exact/measure.js";
import type { Measure } from "../terms/measure.js";
import { checkEntries, checkMasses } from "./check.js";
import type { Call, FinishedRow } from "./prepare.js";

/** A measure's exact form; RangeError where it has none. */
export function exactOf({ id, name }: Pick<Measure, "id" | "name">): ExactMeasure {
  const exact = exactMeasures[id];
  if (!exact) throw new RangeError(`${name}: precision "exact" is not available; it is for ${Object.keys(exactMeasures).join(", ")}.`);
  return exact;
}

/** How a call's sums are finished. */
export function exactFinishOf({ measure, settings, cellVolume }: Call): ExactFinish {
  return { normalize: settings.normalize && measure.normalizes, cellVolume, base: settings.base };
}

/** Reads the cells in integers, again for rows whose totals differ widely, and rounds each value once. */
export async function evaluateExact(call: Call, backend: Backend): Promise<readonly FinishedRow[]> {
  const exact = exactOf(call.measure);
  const how = exactFinishOf(call);
  const { rows } = await sumExact(call, backend, { term: exact.totalsFirst ? null : exact.term, totals: true });
  const scales = finishable(call.measure, rows, how).map((row) => exact.scale(row, how));
  const terms = scales.every((scale) => scale === null) ? rows : (await sumExact(call, backend, { term: exact.term, totals: false, scales })).rows;
  return rows.map((row, i) => finishExact(call.measure, { ...row, terms: terms[i].terms }, scales[i], how));
}

/** What a read adds up; terms in the scale of their row where it has one. */
type Read = Pick<ExactJob, "term" | "totals"> & { readonly scales?: readonly (ExactScale | null)[] };

/** One read in integers; throws DomainError for entries that no distribution has. */
export async function sumExact(call: Call, backend: Backend, { scales, ...read }: Read): Promise<ExactSums> {
  const { measure, layout, p, q, weights, settings: { signal } } = call;
  signal?.throwIfAborted();
  const sums = await backend.reduceExact({
    ...read, layout, p, q,
    ...(weights && { weights }),
    ...(scales && { scales: scales.map((scale) => scale ?? EXACT_UNSCALED) }),
    ...(signal && { signal }),
  });
  checkEntries(measure, sums);
  return sums;
}

/** The rows; throws DomainError where one is to be normalised and cannot be. */
export function finishable(measure: Measure, rows: readonly ExactRow[], { normalize }: ExactFinish): readonly ExactRow[] {
  // what tells rows without mass
  const masses = (side: "p" | "q") => Float64Array.from(rows, (row) => (row[side] > 0n ? 1 : 0));
  if (normalize) checkMasses(measure, masses("p"), masses("q"));
  return rows;
}

/** A row's value in the caller's unit. */
export function finishExact(measure: Measure, row: ExactRow, scale: ExactScale | null, how: ExactFinish): FinishedRow {
  const totals = { totalP: sumToDouble(row.p), totalQ: sumToDouble(row.q), infiniteCells: row.infiniteCells };
  if (row.infiniteCells > 0 && measure.edges.qZero === Infinity) return { value: Infinity, errorBound: 0, ...totals };
  return { ...exactOf(measure).finish(row, scale ?? EXACT_UNSCALED, how), ...totals };
}
