import { NO_CELLS } from "../terms/exact/measure.js";
import type { ExactFinish, ExactMeasure, ExactRow, ExactScale } from "../terms/exact/measure.js";
import type { Measure } from "../terms/measure.js";
import { settingsOf } from "../validate.js";
import type { Input } from "../validate.js";
import { columnsOf, unitOf } from "./evaluate.js";
import { exactFinishOf, exactOf, finishExact, finishable, sumExact } from "./exact.js";
import { VERSION, checkSame, checkSums } from "./partial-sums.js";
import type { FinishSumsOptions, FinishedSums, PartialSums, PartialSumsOptions } from "./partial-sums.js";
import { partialRow, rowOf, scaleOf } from "./partial-row.js";
import { onBackend, prepare, trusting } from "./prepare.js";

/** What `partialSums` does, once it is loaded. */
export async function sumPart(measure: Measure, p: Input, q: Input | undefined, options: Omit<PartialSumsOptions, "totals">, totals?: PartialSums): Promise<PartialSums> {
  for (const key of ["base", "detail", "precision", "rtol"]) {
    if ((options as Record<string, unknown>)[key] !== undefined) throw new TypeError(`partialSums: ${key} has no place here; sums are exact, and finishSums takes base and detail.`);
  }
  if (totals) checkSums("partialSums: totals", totals);
  options.signal?.throwIfAborted();
  const call = prepare(measure, p, q, { ...options, precision: "exact" });
  const exact = exactOf(measure);
  const how = exactFinishOf(call);
  const common: Omit<PartialSums, "cells" | "rows"> = { version: VERSION, measure: measure.id, normalize: how.normalize, cellVolume: how.cellVolume, shape: call.layout.shape };
  if (totals) checkSame(`partialSums of ${measure.name}: totals`, common, totals);
  const whole = totals && finishable(measure, totals.rows.map(rowOf), how);
  const scales = scalesOf(exact, whole, how, call.layout.rows);
  const term = scales ? exact.term : null;
  const read = { term, totals: true, ...(scales?.some((scale) => scale !== null) && { scales }) };
  const { rows } = await onBackend(call, (ready, place) => trusting(exact.term, ready, place, (sound, { backend }) => sumExact(sound, backend, read)));
  return { ...common, cells: call.layout.cells, rows: rows.map((row, i) => partialRow(row, scales && (scales[i] ?? null))) };
}

/** One scale a row, `undefined` where the terms must wait for the totals. */
function scalesOf(exact: ExactMeasure, whole: readonly ExactRow[] | undefined, how: ExactFinish, rows: number): readonly (ExactScale | null)[] | undefined {
  if (whole) return whole.map((row) => exact.scale(row, how));
  if (!exact.totalsFirst) return new Array<null>(rows).fill(null);
  return how.normalize ? undefined : Array.from({ length: rows }, () => exact.scale(NO_CELLS, how));
}

/** What `finishSums` does, once it is loaded. */
export function finishParts(measure: Measure, sums: PartialSums, options: FinishSumsOptions): number | Float64Array | FinishedSums {
  const { base, detail } = settingsOf("finishSums", options, ["base", "detail"]);
  checkSums("finishSums", sums);
  if (sums.measure !== measure.id) throw new RangeError(`finishSums: these are sums of "${sums.measure}", not of "${measure.id}".`);
  const how = { normalize: sums.normalize, cellVolume: sums.cellVolume, base };
  const exact = exactOf(measure);
  const rows = finishable(measure, sums.rows.map(rowOf), how).map((row, i) => {
    const scale = scaleOf(sums.rows[i]);
    const unfinished = sums.rows[i].terms === null || (!detail && !exact.totalsFirst && scale === null && exact.scale(row, how) !== null);
    if (unfinished) throw new RangeError(`finishSums: ${measure.name} of these totals needs a second round: partialSums of every part with these sums as \`totals\`.`);
    if (exact.totalsFirst && !sameScale(scale, exact.scale(row, how))) throw new RangeError("finishSums: the parts do not add up to the totals of the round before.");
    return finishExact(measure, row, scale, how);
  });
  if (!detail) return sums.shape.length === 0 ? rows[0].value : Float64Array.from(rows, ({ value }) => value);
  const common = { unit: unitOf(measure, base), cells: sums.cells, precision: "exact" } as const;
  return sums.shape.length === 0 ? { ...rows[0], ...common } : { ...columnsOf(rows), ...common, shape: sums.shape };
}

function sameScale(a: ExactScale | null, b: ExactScale | null): boolean {
  return a?.pShift === b?.pShift && a?.qShift === b?.qShift && a?.pTimes === b?.pTimes && a?.qTimes === b?.qTimes;
}
