import { hasNodes } from "../grid.js";
import type { Detail, DetailArray, MeasureOptions, RaggedOptions } from "../options.js";
import { canBeInfinite } from "../terms/measure.js";
import type { Measure } from "../terms/measure.js";
import { scaleBy } from "../terms/scaling.js";
import type { Input } from "../validate.js";
import { finishOf, onBackend, onCpu, prepare, swapped, trusting } from "./prepare.js";
import type { Call, FinishedRow, Place } from "./prepare.js";
import type { Rows } from "./rows.js";
import { sumRows } from "./sums.js";
import { discretizationErrorOf } from "./quadrature.js";
import { auditOf } from "./zeros.js";
import type { Audit } from "./zeros.js";
import { unitName } from "./unit-name.js";

/** One measure of p and q: a number, or one a row, with or without detail. */
export async function evaluate(measure: Measure, p: Input, q: Input | undefined, options: MeasureOptions | RaggedOptions = {}): Promise<number | Float64Array | Detail | DetailArray> {
  if (isRagged(options)) return (await import("./ragged.js")).evaluateRagged(measure, p, q, options);
  const started = performance.now();
  return evaluateCall(prepare(measure, p, q, options), started);
}

export function isRagged(options: MeasureOptions | RaggedOptions | null): options is RaggedOptions {
  return (options as Partial<RaggedOptions> | null)?.offsets !== undefined;
}

/** The same of a call that is prepared, and was `started` at that time. */
export async function evaluateCall(call: Call, started: number): Promise<number | Float64Array | Detail | DetailArray> {
  call.settings.signal?.throwIfAborted();
  const answer = await answerOf(call);
  const { columns: { value } } = answer;
  if (!call.settings.detail) return call.settings.axis === undefined ? value[0] : value;
  const discretizationError = call.integral && (await discretizationErrorsOf(call, value, call.integral));
  return detailOf(call, answer, discretizationError, performance.now() - started);
}

async function answerOf(call: Call): Promise<Answer> {
  const { precision } = call.settings;
  const { name } = call.measure;
  const hasExact = canBeExact(call);
  if (call.weights && !hasExact) throw new RangeError(`${name}: mask and weights ask for exact precision, which it does not have.`);
  if (call.measure.largest !== undefined && call.settings.zeros) throw new RangeError(`${name}: zeros is not for it; bring p and q into [ε, 1 − ε] yourself.`);
  if (call.measure.saysZeros && hasNodes(call.layout)) throw new RangeError(`${name}: quadrature and coordinates are not for it.`);
  // what fast cannot take is computed exactly, unless fast was asked for
  const compute = precision === "exact" || call.weights ? exactOn : fastOn;
  return onBackend(call, compute, !hasExact || (precision === "fast" && !call.weights) ? undefined : exactOn);
}

/** About how far each row's value is from the integral. */
async function discretizationErrorsOf(call: Call, value: Float64Array, { rule, coarse }: NonNullable<Call["integral"]>): Promise<Float64Array> {
  if (!coarse || call.weights || call.measure.saysZeros) return value.map(() => Infinity);
  const { totals: _, ...options } = call.options;
  const { columns: onEverySecond } = await answerOf({ ...call, options, layout: coarse, settings: { ...call.settings, rtol: undefined, precision: "fast", emptyRows: "nan" } });
  // what lies between every second point alone is not there
  const isThere = (row: number) => onEverySecond.totalP[row] > 0 && onEverySecond.totalQ[row] > 0;
  return value.map((fine, row) => (isThere(row) ? discretizationErrorOf(rule, fine, onEverySecond.value[row]) : Infinity));
}

/** What `detail` tells of every row. */
type Columns = Readonly<Record<keyof FinishedRow, Float64Array>>;

interface Answer {
  readonly columns: Columns;
  readonly place: Place;
  readonly precision: "fast" | "exact";
  /** What a policy for zeros touched. */
  readonly audit?: Audit;
}

/** Has the measure an exact form, and the call no rule that has none? */
const canBeExact = ({ measure, settings, layout }: Call) => measure.hasExact && !settings.zeros && !hasNodes(layout);

function fastOn(call: Call, place: Place): Promise<Answer> {
  return trusting("fast", call, place, async (ready, where) => {
    const answer = await evaluateFast(ready, where);
    const { settings: { detail, zeros }, isSwapped = false } = ready;
    return detail && zeros && !isSwapped && !answer.audit ? { ...answer, audit: await auditOf(ready, where.backend) } : answer;
  });
}

async function evaluateFast(call: Call, place: Place): Promise<Answer> {
  const { directed, reversed } = call.measure;
  if (reversed) return reverse(await evaluateFast(swapped({ ...call, measure: { ...reversed, name: call.measure.name } }), place));
  const forward = directed ? { ...call, measure: { ...directed, name: call.measure.name } } : call;
  const outcome = await sumRows(forward, place.backend);
  if (outcome.refusal !== null) return onCpu(call, place.backend, outcome.refusal, fastOn);
  const columns = finishRows(forward, outcome.rows, outcome.how);
  if (directed) {
    const reverse = swapped(forward);
    const back = await sumRows(reverse, place.backend);
    if (back.refusal !== null) return onCpu(call, place.backend, back.refusal, fastOn);
    addReverse(columns, finishRows(reverse, back.rows, back.how));
  }
  const { rtol } = call.settings;
  const isTooWide = ({ value, errorBound }: Columns) => rtol !== undefined && errorBound.some((bound, i) => bound > rtol * Math.abs(value[i]));
  if (!isTooWide(columns)) return { columns, place, precision: "fast" };
  if (place.backend.info.kind === "cpu" && !call.wide) {
    return evaluateFast({ ...call, wide: true }, { ...place, reason: `${place.reason}; in binary64, since the bound was wider than rtol ${rtol}` });
  }
  if (!canBeExact(call)) return { columns, place: { ...place, reason: `${place.reason}; the bound is wider than rtol ${rtol}, and there is no exact precision` }, precision: "fast" };
  const exact = await exactOn(call, { ...place, reason: `${place.reason}; in exact precision, since the fast bound was wider than rtol ${rtol}` });
  const unmet = isTooWide(exact.columns) ? "; its bound is, too" : "";
  return { ...exact, place: { ...exact.place, reason: `${exact.place.reason}${unmet}` } };
}

/** An answer for p and q from one for q and p. */
function reverse(answer: Answer): Answer {
  const { columns } = answer;
  return { ...answer, columns: { ...columns, totalP: columns.totalQ, totalQ: columns.totalP } };
}

/** Adds the other direction's values to one direction's; totals and their names are those of the first. */
function addReverse({ value, errorBound, infiniteCells }: Columns, reverse: Columns): void {
  for (let i = 0; i < value.length; i++) {
    value[i] += reverse.value[i];
    errorBound[i] = value[i] === Infinity ? 0 : errorBound[i] + reverse.errorBound[i] + value[i] * 2 ** -53;
    infiniteCells[i] += reverse.infiniteCells[i];
  }
}

async function exactOn(call: Call, place: Place): Promise<Answer> {
  const { evaluateExact, exactOf } = await import("./exact.js");
  return trusting(exactOf(call.measure).term, call, place, async (ready, where) => {
    const asked = call.settings.precision === "exact" || !call.weights;
    const reason = asked ? where.reason : `${where.reason}; cells that are weighted or masked are computed in exact precision`;
    return { columns: columnsOf(await evaluateExact(ready, where.backend)), place: { ...where, reason }, precision: "exact" };
  });
}

/** Every row in the caller's unit. */
function finishRows(call: Call, rows: Rows, how = finishOf(call)): Columns {
  const { measure, settings } = call;
  const { value, errorBound, totalP, totalQ, infiniteCells } = emptyColumns(rows.length);
  const unit = settings.perNat ** measure.unitExponent;
  for (let i = 0; i < rows.length; i++) {
    const row = rows.at(i);
    totalP[i] = scaleBy(row.p, -row.scale.p);
    totalQ[i] = scaleBy(row.q / row.scale.multiplier, -row.scale.q);
    infiniteCells[i] = row.infiniteCells;
    if (row.empty) {
      [value[i], errorBound[i], totalP[i], totalQ[i]] = [NaN, NaN, row.empty.p, row.empty.q];
      continue;
    }
    if (row.infiniteCells > 0 && canBeInfinite(measure)) {
      value[i] = Infinity;
      continue;
    }
    const finished = measure.finish(row, how);
    if (finished.infiniteCells) {
      [value[i], infiniteCells[i]] = [Infinity, finished.infiniteCells];
      continue;
    }
    // no -0
    value[i] = finished.value * unit || 0;
    // the last rounding is ours as well; a row that lost values says that it cannot tell
    if (finished.errorBound !== 0 || finished.value !== 0) errorBound[i] = finished.errorBound * unit + Math.abs(value[i]) * 2 ** -51;
    if (row.errors.term === Infinity) errorBound[i] = Infinity;
  }
  return { value, errorBound, totalP, totalQ, infiniteCells };
}

export function unitOf(measure: Measure, base: number): string {
  const unit = unitName(base);
  return measure.unitExponent === 0 ? "1" : measure.unitExponent === 0.5 ? `√${unit}` : unit;
}

function detailOf(call: Call, { columns: answered, place, precision, audit }: Answer, discretizationError: Float64Array | undefined, elapsedMs: number): Detail | DetailArray {
  const { zeros: policy } = call.settings;
  const columns = call.integral ? { ...answered, totalP: times(answered.totalP, call.cellVolume), totalQ: times(answered.totalQ, call.cellVolume) } : answered;
  const common = {
    unit: unitOf(call.measure, call.settings.base),
    cells: call.layout.cells,
    precision,
    backend: place.backend.info.kind,
    reason: place.reason,
    elapsedMs,
  } as const;
  if (call.settings.axis !== undefined) return { ...common, ...columns, ...(discretizationError && { discretizationError }), ...(audit && policy && { zeros: { policy: policy.policy, ...audit } }), shape: call.layout.shape };
  const { value: [value], errorBound: [errorBound], totalP: [totalP], totalQ: [totalQ], infiniteCells: [infiniteCells] } = columns;
  const zeros = audit && policy && { zeros: { policy: policy.policy, cells: audit.cells[0], mass: audit.mass[0] } };
  return { value, errorBound, ...(discretizationError && { discretizationError: discretizationError[0] }), totalP, totalQ, infiniteCells, ...common, ...zeros };
}

const times = (column: Float64Array, factor: number) => column.map((value) => value * factor);

function emptyColumns(rows: number): Columns {
  const column = () => new Float64Array(rows);
  return { value: column(), errorBound: column(), totalP: column(), totalQ: column(), infiniteCells: column() };
}

export function columnsOf(rows: readonly FinishedRow[]): Columns {
  const column = (name: keyof FinishedRow) => Float64Array.from(rows, (row) => row[name]);
  return {
    value: column("value"),
    errorBound: column("errorBound"),
    totalP: column("totalP"),
    totalQ: column("totalQ"),
    infiniteCells: column("infiniteCells"),
  };
}
