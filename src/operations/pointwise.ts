import type { MapJob, Term } from "../backend.js";
import type { DeviceGrid, Grid } from "../grid.js";
import { cellsOf } from "../grid.js";
import { UNSCALED } from "../terms/measure.js";
import { TOTALS } from "./totals.js";
import type { Measure, Sums } from "../terms/measure.js";
import type { MeasureOptions } from "../options.js";
import type { Input } from "../validate.js";
import type { PairMeasure, SingleMeasure } from "./measures.js";
import { onBackend, onCpu, prepare, swapped, trusting } from "./prepare.js";
import type { Call, Place } from "./prepare.js";
import { FAR_APART, readInScale, totalsOf, withAgreedTotals } from "./sums.js";

/** Options of `pointwise`. */
export interface PointwiseOptions extends Omit<MeasureOptions, "detail" | "totals" | "mask" | "weights"> {
  /** `"signed"` (default): p̂·ln(p̂/q̂), what textbooks draw. `"nonnegative"`: p̂·ln(p̂/q̂) − p̂ + q̂. Both sum to the value. */
  readonly form?: "signed" | "nonnegative";
  /** `"host"` (default): an array; `"device"`: left in the backend's memory. */
  readonly output?: "host" | "device";
}

/** Contributions on the host, in p's shape. */
export type ContributionGrid = Grid<Float64Array | Float32Array>;

/**
 * What each cell contributes to a measure: an array of p's shape that sums to the measure's value. Roots (`jensenShannonDistance`,
 * `hellinger`), logarithms (`renyi`) and maxima are no sums and refused.
 *
 * @param measure - A measure of two distributions; of one: `pointwise(entropy, p, options)`.
 * @param p - As for the measure.
 * @param q - As for the measure; its shape may broadcast.
 * @param options - `form` and `output`; `base`, `normalize`, `shape`, `axis` (each remaining cell is normalised on its own),
 *   `spacing`, `backend`, `signal` as for the measure.
 * @returns `{ data, dtype, shape }`: nats (or log-`base` units; pure numbers where the measure is one) a cell; `Float64Array` from the CPU, `Float32Array` from the
 *   GPU. `Infinity` in a cell with p > 0 and q = 0. With `output: "device"` a grid that the caller destroys.
 * @throws As the measure; RangeError for an unknown `form` or `output`, for `precision: "exact"`, `rtol`, `mask` and `weights`.
 */
export function pointwise(measure: PairMeasure, p: Input, q: Input, options: PointwiseOptions & { readonly output: "device" }): Promise<DeviceGrid>;
export function pointwise(measure: PairMeasure, p: Input, q: Input, options?: PointwiseOptions & { readonly output?: "host" }): Promise<ContributionGrid>;
export function pointwise(measure: SingleMeasure, p: Input, options: PointwiseOptions & { readonly output: "device" }): Promise<DeviceGrid>;
export function pointwise(measure: SingleMeasure, p: Input, options?: PointwiseOptions & { readonly output?: "host" }): Promise<ContributionGrid>;
export async function pointwise(callable: PairMeasure | SingleMeasure, p: Input, ...rest: readonly unknown[]): Promise<DeviceGrid | ContributionGrid> {
  const { measure }: { readonly measure: Measure } = callable;
  const [q, given] = measure.arity === "single" ? [undefined, rest[0]] : [rest[0] as Input, rest[1]];
  const { form = "signed", output = "host", ...options } = (given ?? {}) as PointwiseOptions;
  if (form !== "signed" && form !== "nonnegative") throw new RangeError(`pointwise: form "${String(form)}" must be "signed" or "nonnegative".`);
  if (output !== "host" && output !== "device") throw new RangeError(`pointwise: output "${String(output)}" must be "host" or "device".`);
  if (measure.isNoSum) throw new RangeError(`pointwise: ${measure.name} is no sum over the cells and has no contributions.`);
  if (options.precision === "exact") throw new RangeError('pointwise: precision "exact" is not available; "fast" is.');
  if (options.rtol !== undefined) throw new RangeError("pointwise: rtol is for the measures themselves; contributions have no bound.");
  const { mask, weights } = options as MeasureOptions;
  if (mask !== undefined || weights !== undefined) throw new RangeError("pointwise: mask and weights are for the measures themselves.");
  options.signal?.throwIfAborted();
  const term = form === "signed" && measure.signed ? { ...measure.signed, id: `${measure.id} signed` } : measure;
  const call = prepare(measure, p, q, options);
  const result = await onBackend(call, (ready, place) => trusting("fast", ready, place, (sound, where) => mapOn(sound, where, term, output)));
  if (!ArrayBuffer.isView(result)) return result;
  return { data: result, dtype: result instanceof Float32Array ? "float32" : "float64", shape: call.p.shape };
}

/** Is a cell so much smaller than another, or one so large, that the term over it may stand for one that binary32 does not hold? */
function mayOverflow({ largestP, largestQ, smallestQ, q }: Sums, normalize: boolean): boolean {
  const [largest, smallest] = normalize ? [1, smallestQ / q] : [Math.max(largestP, largestQ), smallestQ];
  return largest > 2 ** 59 || largest > smallest * 2 ** 59;
}

async function mapOn(call: Call, place: Place, term: Term, output: "host" | "device"): Promise<Float64Array | Float32Array | DeviceGrid> {
  const { measure, layout, settings, cellVolume } = call;
  const how = { normalize: settings.normalize && measure.normalizes, cellVolume };
  const read = { term: TOTALS, layout, p: call.p, q: call.q, ...(settings.signal && { signal: settings.signal }) };
  const outcome = await readInScale(withAgreedTotals(call), place.backend, read, how);
  const elsewhere = (reason: string) => onCpu(call, place.backend, reason, (again, cpu) => mapOn(again, cpu, term, output));
  if (outcome.refusal !== null) return elsewhere(outcome.refusal);
  if (place.backend.info.kind === "webgpu") {
    // a measure of both directions, or of the other one, asks of p what others ask of q
    const back = swapped(call);
    const reverse = measure.directed || measure.reversed ? await readInScale(back, place.backend, { ...read, p: back.p, q: back.q, layout: back.layout }, how) : outcome;
    if (reverse.refusal !== null) return elsewhere(reverse.refusal);
    const { smallest } = place.backend.arithmetic;
    const isFar = (row: Sums) => (how.normalize && row.smallestQ / row.q < smallest) || (measure.overflows !== undefined && mayOverflow(row, how.normalize));
    if ([outcome, reverse].some(({ rows }) => rows.some(isFar))) return elsewhere(FAR_APART);
  }
  const scales = outcome.rows.map((row) => row.scale);
  const job: MapJob = {
    ...read,
    term,
    ...(scales.some((scale) => scale !== UNSCALED) && { scales }),
    ...(how.normalize && { totals: outcome.rows.map(totalsOf) }),
    factor: settings.perNat ** measure.unitExponent * (how.normalize ? 1 : cellVolume),
    perP: how.normalize && measure.volumeTerm ? Math.log(cellVolume) : 0,
    output,
  };
  if (cellsOf(call.p.shape) === 0) return new Float64Array();
  return place.backend.map(job);
}
