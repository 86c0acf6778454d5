import type { Detail, DetailArray, MeasureOptions } from "../options.js";
import type { Finished, Measure, Sums } from "../terms/measure.js";
import { scaleBy } from "../terms/scaling.js";
import type { Input } from "../validate.js";
import { onBackend, onCpu, prepare } from "./prepare.js";
import type { Call, Place } from "./prepare.js";
import { sumRows } from "./sums.js";

/** One measure of p and q: a number, or one a row, with or without detail. */
export async function evaluate(measure: Measure, p: Input, q: Input | undefined, options: MeasureOptions = {}): Promise<number | Float64Array | Detail | DetailArray> {
  const started = performance.now();
  options.signal?.throwIfAborted();
  const call = prepare(measure, p, q, options);
  const { rows, place } = await onBackend(call, sumOn);
  const finished = rows.map((row) => finishRow(call, row));
  if (!call.settings.detail) {
    return call.settings.axis === undefined ? finished[0].value : Float64Array.from(finished, ({ value }) => value);
  }
  return detailOf(call, place, rows, finished, performance.now() - started);
}

async function sumOn(call: Call, place: Place): Promise<{ rows: readonly Sums[]; place: Place }> {
  const outcome = await sumRows(call, place.backend);
  if (outcome.refusal === null) return { rows: outcome.rows, place };
  return onCpu(call, place.backend, outcome.refusal, sumOn);
}

/** Value and bound of a row in the caller's unit. */
function finishRow({ measure, settings, cellVolume }: Call, row: Sums): Finished {
  if (row.infiniteCells > 0 && measure.edges.qZero === Infinity) return { value: Infinity, errorBound: 0 };
  const how = { normalize: settings.normalize && measure.normalizes, cellVolume };
  const { value, errorBound } = measure.finish(row, how);
  const unit = settings.perNat ** measure.unitExponent;
  const inUnit = value * unit;
  // the last rounding is ours as well; a row that lost values says that it cannot tell
  const bound = errorBound === 0 && value === 0 ? 0 : errorBound * unit + Math.abs(inUnit) * 2 ** -51;
  return { value: inUnit === 0 ? 0 : inUnit, errorBound: row.errors.term === Infinity ? Infinity : bound };
}

const UNIT_NAMES = new Map([[Math.E, "nat"], [2, "bit"], [10, "dit"]]);

function unitOf({ measure, settings: { base } }: Call): string {
  const unit = UNIT_NAMES.get(base) ?? `log${base} unit`;
  return measure.unitExponent === 0 ? "1" : measure.unitExponent === 0.5 ? `√${unit}` : unit;
}

function detailOf(call: Call, place: Place, rows: readonly Sums[], finished: readonly Finished[], elapsedMs: number): Detail | DetailArray {
  const common = {
    unit: unitOf(call),
    cells: call.layout.cells,
    precision: "fast",
    backend: place.backend.info.kind,
    reason: place.reason,
    elapsedMs,
  } as const;
  const totalP = rows.map((row) => scaleBy(row.p, -row.scale.p));
  const totalQ = rows.map((row) => scaleBy(row.q / row.scale.multiplier, -row.scale.q));
  if (call.settings.axis === undefined) {
    return { ...finished[0], ...common, totalP: totalP[0], totalQ: totalQ[0], infiniteCells: rows[0].infiniteCells };
  }
  return {
    ...common,
    value: Float64Array.from(finished, ({ value }) => value),
    errorBound: Float64Array.from(finished, ({ errorBound }) => errorBound),
    totalP: Float64Array.from(totalP),
    totalQ: Float64Array.from(totalQ),
    infiniteCells: Float64Array.from(rows, (row) => row.infiniteCells),
    shape: call.layout.shape,
  };
}
