import type { Backend, ExactJob, ExactSums, Operand, RowRange } from "../backend.js";
import type { DeviceGrid } from "../grid.js";
import { exactMeasures, sumToDouble } from "../terms/exact/index.js";
import { EXACT_UNSCALED } from "../terms/exact/measure.js";
import type { ExactFinish, ExactMeasure, ExactRow, ExactScale } from "../terms/exact/measure.js";
import type { Measure } from "../terms/measure.js";
import { isDeviceGrid } from "../validate.js";
import { checkEntries, checkMasses } from "./check.js";
import { isDeviceError } from "./prepare.js";
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

/** Rows whose sums are held at a time: 20 MB. */
const ROWS_AT_ONCE = 4096;

/** Reads the cells in integers, again for rows whose totals differ widely, and rounds each value once. */
export async function evaluateExact(call: Call, backend: Backend): Promise<readonly FinishedRow[]> {
  const ranges = rangesOf(call);
  if (ranges.length === 1) return evaluateRows(call, backend, ranges[0]);
  // many reads of one upload, where it has room
  const held: DeviceGrid[] = [];
  const hold = (operand: Operand): Operand => {
    if (isDeviceGrid(operand)) return operand;
    try {
      held.push(backend.upload(operand));
    } catch (error) {
      if (!isDeviceError(error, "limit")) throw error;
      return operand;
    }
    return held[held.length - 1];
  };
  try {
    const p = hold(call.p);
    const onDevice = { ...call, p, q: call.q === call.p ? p : hold(call.q), ...(call.weights && { weights: hold(call.weights) }) };
    const finished: FinishedRow[] = [];
    for (const range of ranges) {
      for (const row of await evaluateRows(onDevice, backend, range)) finished.push(row);
    }
    return finished;
  } finally {
    for (const grid of held) grid.destroy();
  }
}

/** Σp of every row, rounded once. */
export async function sumTotals(call: Call, backend: Backend): Promise<Float64Array> {
  const totals = new Float64Array(call.layout.rows);
  for (const rows of rangesOf(call)) {
    const sums = await sumExact(call, backend, { term: null, totals: true, rows });
    totals.set(sums.rows.map(({ p }) => sumToDouble(p)), rows.first);
  }
  return totals;
}

function rangesOf({ layout: { rows } }: Call): readonly RowRange[] {
  return Array.from({ length: Math.ceil(rows / ROWS_AT_ONCE) }, (_, i) => ({ first: i * ROWS_AT_ONCE, end: Math.min((i + 1) * ROWS_AT_ONCE, rows) }));
}

async function evaluateRows(call: Call, backend: Backend, range: RowRange): Promise<readonly FinishedRow[]> {
  const exact = exactOf(call.measure);
  const how = exactFinishOf(call);
  const { rows } = await sumExact(call, backend, { term: exact.totalsFirst ? null : exact.term, totals: true, rows: range });
  const isEmpty = ({ p, q }: ExactRow) => how.normalize && (p === 0n || q === 0n);
  const ready = call.settings.emptyRows === "nan" ? rows : finishable(call.measure, rows, how, range.first);
  const scales = ready.map((row) => (isEmpty(row) ? null : exact.scale(row, how)));
  const terms = scales.every((scale) => scale === null) ? rows : (await sumExact(call, backend, { term: exact.term, totals: false, rows: range, scales })).rows;
  return rows.map((row, i) => {
    if (isEmpty(row)) return { value: NaN, errorBound: NaN, totalP: sumToDouble(row.p), totalQ: sumToDouble(row.q), infiniteCells: 0 };
    return finishExact(call.measure, { ...row, terms: terms[i].terms }, scales[i], how);
  });
}

/** What a read adds up; terms in the scale of their row where it has one. */
type Read = Pick<ExactJob, "term" | "totals" | "rows"> & { readonly scales?: readonly (ExactScale | null)[] };

/** One read in integers; throws DomainError for entries that no distribution has. */
export async function sumExact(call: Call, backend: Backend, { scales, ...read }: Read): Promise<ExactSums> {
  const { layout, p, q, weights, settings: { signal } } = call;
  signal?.throwIfAborted();
  const job: ExactJob = { ...read, layout, p, q, ...(weights && { weights }), ...(signal && { signal }) };
  const sums = await backend.reduceExact({ ...job, ...(scales && { scales: scales.map((scale) => scale ?? EXACT_UNSCALED) }) });
  if (sums.invalidP.count > 0 || sums.invalidQ.count > 0) await reject(call, backend, job);
  return sums;
}

/** Throws DomainError for what all rows hold. */
async function reject(call: Call, backend: Backend, job: ExactJob): Promise<void> {
  const found = { invalidP: { count: 0, first: -1 }, invalidQ: { count: 0, first: -1 } };
  for (const rows of rangesOf(call)) {
    const sums = await backend.reduceExact({ ...job, term: null, rows });
    for (const side of ["invalidP", "invalidQ"] as const) {
      const { count, first } = found[side];
      const here = sums[side];
      if (here.count > 0) found[side] = { count: count + here.count, first: count > 0 ? Math.min(first, here.first) : here.first };
    }
  }
  checkEntries(call, found);
}

/** The rows, of which the first is number `first`; throws DomainError where one is to be normalised and cannot be. */
export function finishable(measure: Measure, rows: readonly ExactRow[], { normalize }: ExactFinish, first = 0): readonly ExactRow[] {
  // what tells rows without mass
  const masses = (side: "p" | "q") => Float64Array.from(rows, (row) => (row[side] > 0n ? 1 : 0));
  if (normalize) checkMasses({ measure }, masses("p"), masses("q"), first);
  return rows;
}

/** A row's value in the caller's unit. */
export function finishExact(measure: Measure, row: ExactRow, scale: ExactScale | null, how: ExactFinish): FinishedRow {
  const totals = { totalP: sumToDouble(row.p), totalQ: sumToDouble(row.q), infiniteCells: row.infiniteCells };
  if (row.infiniteCells > 0 && measure.edges.qZero === Infinity) return { value: Infinity, errorBound: 0, ...totals };
  return { ...exactOf(measure).finish(row, scale, how), ...totals };
}
