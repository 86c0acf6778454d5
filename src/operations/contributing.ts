import type { Term } from "../backend.js";
import type { MeasureOptions } from "../options.js";
import { UNSCALED } from "../terms/measure.js";
import type { Measure, Sums } from "../terms/measure.js";
import type { Input } from "../validate.js";
import { finishOf, swapped } from "./prepare.js";
import type { Call, Place } from "./prepare.js";
import { Rows } from "./rows.js";
import { FAR_APART, readInScale, withAgreedTotals } from "./sums.js";
import type { Outcome } from "./sums.js";
import { TOTALS } from "./totals.js";

/*
 * What operations on the contributions of cells have in common: the parts of a measure that is a sum over cells, divided by the
 * totals of all.
 */

/** Options of operations that ask what cells contribute. */
export interface ContributingOptions extends Omit<MeasureOptions, "detail" | "totals" | "mask" | "weights" | "emptyRows" | "zeros"> {
  /** `"signed"` (default): p̂·ln(p̂/q̂), what textbooks draw. `"nonnegative"`: p̂·ln(p̂/q̂) − p̂ + q̂. Both sum to the value. */
  readonly form?: Form;
}

export type Form = "signed" | "nonnegative";

/** What was asked: the measure, its second grid where it has one, and the operation's own options apart. */
export interface Asked<Own> {
  readonly measure: Measure;
  readonly q: Input | undefined;
  readonly form: Form;
  readonly own: Own;
  readonly options: MeasureOptions;
}

/** Takes the arguments behind p apart; RangeError for a measure that is no sum, and for options that contributions do not have. */
export function contributing<Own extends object>(operation: string, measure: Measure, rest: readonly unknown[], keys: readonly (keyof Own & string)[]): Asked<Own> {
  const [q, given] = measure.arity === "single" ? [undefined, rest[0]] : [rest[0] as Input, rest[1]];
  const { form = "signed", ...all } = (given ?? {}) as ContributingOptions;
  const isOwn = ([key]: [string, unknown]) => (keys as readonly string[]).includes(key);
  const own = Object.fromEntries(Object.entries(all).filter(isOwn)) as Own;
  const options: MeasureOptions = Object.fromEntries(Object.entries(all).filter((entry) => !isOwn(entry)));
  if (form !== "signed" && form !== "nonnegative") throw new RangeError(`${operation}: form "${String(form)}" must be "signed" or "nonnegative".`);
  if (measure.isNoSum) throw new RangeError(`${operation}: ${measure.name} is no sum over the cells and has no contributions.`);
  if (options.precision === "exact") throw new RangeError(`${operation}: precision "exact" is not available; "fast" is.`);
  if (options.rtol !== undefined) throw new RangeError(`${operation}: rtol is for the measures themselves.`);
  if (options.mask !== undefined || options.weights !== undefined) throw new RangeError(`${operation}: mask and weights are for the measures themselves.`);
  if (options.emptyRows === "nan" || options.zeros !== undefined) throw new RangeError(`${operation}: emptyRows and zeros are for the measures themselves.`);
  options.signal?.throwIfAborted();
  return { measure, q, form, own, options };
}

/** Throws RangeError for `axis` where parts are of the whole grid's value: rows would have values, and totals, of their own. */
export function refuseAxis(operation: string, { axis }: { readonly axis?: MeasureOptions["axis"] }): void {
  if (axis !== undefined) throw new RangeError(`${operation}: parts are of the whole grid's value: leave axis out.`);
}

/** The term as it is asked for. */
export function formOf(measure: Measure, form: Form): Term {
  return form === "signed" && measure.signed ? { ...measure.signed, id: `${measure.id} signed` } : measure;
}

export function isNormalized({ measure, settings }: Call): boolean {
  return settings.normalize && measure.normalizes;
}

/** What a term and p are multiplied by to be a contribution: (term + perP·p)·factor. */
export function factorsOf(call: Call): { readonly factor: number; readonly perP: number } {
  const { measure, settings, cellVolume } = call;
  const normalize = isNormalized(call);
  return { factor: settings.perNat ** measure.unitExponent * (normalize ? 1 : cellVolume), perP: normalize && measure.volumeTerm ? Math.log(cellVolume) : 0 };
}

/** Is a cell so much smaller than another, or one so large, that the term over it may stand for one that binary32 does not hold? */
function mayOverflow({ largestP, largestQ, smallestQ, q }: Sums, normalize: boolean): boolean {
  const [largest, smallest] = normalize ? [1, smallestQ / q] : [Math.max(largestP, largestQ), smallestQ];
  return largest > 2 ** 59 || largest > smallest * 2 ** 59;
}

/** Rows with the totals and scales at which their cells can be looked at one by one; `bothWays`: a small p asks for the same as a small q. */
export async function rowsForCells(call: Call, { backend }: Place, bothWays = Boolean(call.measure.directed || call.measure.reversed)): Promise<Outcome> {
  const { measure } = call;
  const how = finishOf(call);
  const outcome = await readInScale(withAgreedTotals(call), backend, TOTALS, how);
  if (outcome.refusal !== null) return outcome;
  const isCpu = backend.info.kind === "cpu";
  if (!how.normalize && outcome.rows.some((row) => row.scale !== UNSCALED)) {
    // cells that are taken as they are say another thing at another scale; binary64 holds each of them, if not their sum
    return isCpu ? { ...outcome, rows: new Rows(outcome.rows.length, (i) => ({ ...outcome.rows.at(i), scale: UNSCALED })) } : { refusal: FAR_APART };
  }
  if (isCpu) return outcome;
  // a measure of both directions, or of the other one, asks of p what others ask of q
  const back = swapped(call);
  const reverse = bothWays ? await readInScale(back, backend, TOTALS, how) : outcome;
  if (reverse.refusal !== null) return reverse;
  const { smallest } = backend.arithmetic;
  const isFar = (row: Sums) => (how.normalize && row.smallestQ / row.q < smallest) || (measure.overflows !== undefined && mayOverflow(row, how.normalize));
  return [outcome, reverse].some(({ rows }) => rows.some(isFar)) ? { refusal: FAR_APART } : outcome;
}
