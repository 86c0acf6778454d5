import type { Detail, DetailArray, MeasureOptions } from "../options.js";
import type { Finished, Measure, Sums } from "../terms/measure.js";
import { scaleBy } from "../terms/scaling.js";
import type { Input } from "../validate.js";
import { onBackend, onCpu, prepare, swapped, trusting } from "./prepare.js";
import type { Call, FinishedRow, Place } from "./prepare.js";
import { sumRows } from "./sums.js";

/** One measure of p and q: a number, or one a row, with or without detail. */
export async function evaluate(measure: Measure, p: Input, q: Input | undefined, options: MeasureOptions = {}): Promise<number | Float64Array | Detail | DetailArray> {
  const started = performance.now();
  const call = prepare(measure, p, q, options);
  call.settings.signal?.throwIfAborted();
  const { precision } = call.settings;
  // what fast cannot take is computed exactly, unless fast was asked for
  const compute = precision === "exact" || call.weights ? exactOn : fastOn;
  const { rows, ...how } = await onBackend(call, compute, precision === "fast" && !call.weights ? undefined : exactOn);
  if (!call.settings.detail) {
    return call.settings.axis === undefined ? rows[0].value : Float64Array.from(rows, ({ value }) => value);
  }
  return detailOf(call, how, rows, performance.now() - started);
}

interface Answer {
  readonly rows: readonly FinishedRow[];
  readonly place: Place;
  readonly precision: "fast" | "exact";
}

function fastOn(call: Call, place: Place): Promise<Answer> {
  return trusting("fast", call, place, evaluateFast);
}

async function evaluateFast(call: Call, place: Place): Promise<Answer> {
  const { directed } = call.measure;
  const forward = directed ? { ...call, measure: { ...directed, name: call.measure.name } } : call;
  const outcome = await sumRows(forward, place.backend);
  if (outcome.refusal !== null) return onCpu(call, place.backend, outcome.refusal, fastOn);
  let rows = outcome.rows.map((row) => finishRow(forward, row));
  if (directed) {
    const reverse = swapped(forward);
    const back = await sumRows(reverse, place.backend);
    if (back.refusal !== null) return onCpu(call, place.backend, back.refusal, fastOn);
    rows = rows.map((row, i) => addedRows(row, finishRow(reverse, back.rows[i])));
  }
  const { rtol } = call.settings;
  const isTooWide = ({ value, errorBound }: FinishedRow) => rtol !== undefined && errorBound > rtol * Math.abs(value);
  if (!rows.some(isTooWide)) return { rows, place, precision: "fast" };
  const exact = await exactOn(call, { ...place, reason: `${place.reason}; in exact precision, since the fast bound was wider than rtol ${rtol}` });
  const unmet = exact.rows.some(isTooWide) ? "; its bound is, too" : "";
  return { ...exact, place: { ...exact.place, reason: `${exact.place.reason}${unmet}` } };
}

/** One direction's row and the other's; totals and their names are those of the first. */
function addedRows(row: FinishedRow, reverse: FinishedRow): FinishedRow {
  const value = row.value + reverse.value;
  return {
    ...row,
    value,
    errorBound: value === Infinity ? 0 : row.errorBound + reverse.errorBound + value * 2 ** -53,
    infiniteCells: row.infiniteCells + reverse.infiniteCells,
  };
}

async function exactOn(call: Call, place: Place): Promise<Answer> {
  const { evaluateExact, exactOf } = await import("./exact.js");
  return trusting(exactOf(call.measure).term, call, place, async (ready, where) => {
    const asked = call.settings.precision === "exact" || !call.weights;
    const reason = asked ? where.reason : `${where.reason}; cells that are weighted or masked are computed in exact precision`;
    return { rows: await evaluateExact(ready, where.backend), place: { ...where, reason }, precision: "exact" };
  });
}

/** A row in the caller's unit. */
function finishRow(call: Call, row: Sums): FinishedRow {
  return {
    ...valueOf(call, row),
    totalP: scaleBy(row.p, -row.scale.p),
    totalQ: scaleBy(row.q / row.scale.multiplier, -row.scale.q),
    infiniteCells: row.infiniteCells,
  };
}

function valueOf({ measure, settings, cellVolume }: Call, row: Sums): Finished {
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

export function unitOf(measure: Measure, base: number): string {
  const unit = UNIT_NAMES.get(base) ?? `log${base} unit`;
  return measure.unitExponent === 0 ? "1" : measure.unitExponent === 0.5 ? `√${unit}` : unit;
}

function detailOf(call: Call, { place, precision }: Omit<Answer, "rows">, rows: readonly FinishedRow[], elapsedMs: number): Detail | DetailArray {
  const common = {
    unit: unitOf(call.measure, call.settings.base),
    cells: call.layout.cells,
    precision,
    backend: place.backend.info.kind,
    reason: place.reason,
    elapsedMs,
  } as const;
  if (call.settings.axis === undefined) return { ...rows[0], ...common };
  return { ...common, ...columnsOf(rows), shape: call.layout.shape };
}

export function columnsOf(rows: readonly FinishedRow[]) {
  const column = (name: keyof FinishedRow) => Float64Array.from(rows, (row) => row[name]);
  return {
    value: column("value"),
    errorBound: column("errorBound"),
    totalP: column("totalP"),
    totalQ: column("totalQ"),
    infiniteCells: column("infiniteCells"),
  };
}
