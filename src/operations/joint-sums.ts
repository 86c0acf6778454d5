import type { Backend } from "../backend.js";
import { DomainError, ShapeError } from "../errors.js";
import { grid } from "../grid.js";
import type { Grid } from "../grid.js";
import type { DetailArray, MeasureOptions } from "../options.js";
import { entropyMeasure } from "../terms/entropy.js";
import { weightedMean } from "../terms/exact/mean.js";
import { kl } from "../terms/kl.js";
import type { Measure } from "../terms/measure.js";
import { totalMeasure } from "../terms/total.js";
import { axesOf, operandOf, settingsOf } from "../validate.js";
import type { Input } from "../validate.js";
import { renamed } from "./check.js";
import { evaluateCall, unitOf } from "./evaluate.js";
import type { ConditionalEntropyOptions, JointDetail, JointOptions, MutualInformationOptions, NormalizedMutualInformationOptions } from "./joint.js";
import { marginalOf, totalsOfRows } from "./marginal-sums.js";
import { onBackend, onCpu, prepare } from "./prepare.js";
import type { Call, Place } from "./prepare.js";
import { FAR_APART } from "./sums.js";

type Precision = "fast" | "exact";

/** A value in the caller's unit with a bound, and how it was computed. */
interface Found {
  readonly value: number;
  readonly errorBound: number;
  readonly precision: Precision;
  readonly backend: "webgpu" | "cpu";
  readonly reason: string;
}

/** A joint distribution, whose cells are masses, with the axes of one variable and of all others. */
interface Joint {
  readonly name: string;
  readonly input: Input;
  readonly shape: readonly number[];
  readonly axes: readonly number[];
  readonly others: readonly number[];
  readonly options: JointOptions;
}

const KNOWN = ["backend", "base", "shape", "precision", "detail", "signal"];

function jointOf(name: string, input: Input, options: JointOptions, axis: number | readonly number[]): Joint {
  settingsOf(name, options, KNOWN);
  const { spacing: _, ...operand } = operandOf(name, "joint", input, options.shape);
  const { shape } = operand;
  if (shape.length < 2) throw new ShapeError(`${name}: joint has ${shape.length} axis, expected one a variable: give its shape.`, 2, shape.length);
  const axes = axesOf(name, axis, shape);
  const others = shape.map((_size, i) => i).filter((i) => !axes.includes(i));
  if (axes.length === 0 || others.length === 0) throw new RangeError(`${name}: axis [${axes}] of ${shape.length} axes leaves none for ${axes.length === 0 ? "one" : "the other"} variable.`);
  return { name, input: operand as Input, shape, axes, others, options: { ...options, shape } };
}

/** What a call says: the number, or with `detail` all of it. */
async function answered(joint: Joint, measure: Pick<Measure, "unitExponent">, of: Promise<Found>): Promise<number | JointDetail> {
  const started = performance.now();
  const { value, errorBound, ...how } = await of;
  if (!joint.options.detail) return value;
  const { base } = settingsOf(joint.name, joint.options, KNOWN);
  return { value, errorBound, unit: unitOf(measure as Measure, base), cells: joint.shape.reduce((n, size) => n * size, 1), ...how, elapsedMs: performance.now() - started };
}

export function mutualInformationOf(joint: Input, { axis = 0, ...options }: MutualInformationOptions): Promise<number | JointDetail> {
  return namingJoint(() => {
    const asked = jointOf("mutualInformation", joint, options, axis);
    return answered(asked, kl, informationIn(asked));
  });
}

export function conditionalEntropyOf(joint: Input, { given, ...options }: ConditionalEntropyOptions): Promise<number | JointDetail> {
  return namingJoint(() => {
    if (given === undefined) throw new TypeError("conditionalEntropy: given says which axes are known: { given: 0 }.");
    const asked = jointOf("conditionalEntropy", joint, options, given);
    return answered(asked, entropyMeasure, onBackendOf(asked, (call, place, precision) => meanOfRows(asked, call, place, precision, entropyMeasure)));
  });
}

export function totalCorrelationOf(joint: Input, options: JointOptions): Promise<number | JointDetail> {
  return namingJoint(() => {
    const asked = jointOf("totalCorrelation", joint, options, 0);
    return answered(asked, kl, correlationIn(asked));
  });
}

const NORMALIZATIONS: Readonly<Record<NonNullable<NormalizedMutualInformationOptions["normalization"]>, (x: number, y: number, both: number) => number>> = {
  arithmetic: (x, y) => (x + y) / 2,
  geometric: (x, y) => Math.sqrt(x) * Math.sqrt(y),
  min: (x, y) => Math.min(x, y),
  max: (x, y) => Math.max(x, y),
  joint: (_x, _y, both) => both,
};

export function normalizedMutualInformationOf(joint: Input, { axis = 0, normalization = "arithmetic", ...options }: NormalizedMutualInformationOptions): Promise<number | JointDetail> {
  return namingJoint(() => {
    const of = Object.hasOwn(NORMALIZATIONS, normalization) ? NORMALIZATIONS[normalization] : undefined;
    if (!of) throw new RangeError(`normalizedMutualInformation: normalization "${String(normalization)}" must be one of ${Object.keys(NORMALIZATIONS).join(", ")}.`);
    const asked = jointOf("normalizedMutualInformation", joint, options, axis);
    return answered(asked, { unitExponent: 0 }, normalizedIn(asked, of));
  });
}

/** Runs a call whose errors name the joint, as its caller does. */
async function namingJoint<T>(of: () => Promise<T>): Promise<T> {
  try {
    return await of();
  } catch (error) {
    throw renamed(error, { p: "joint" });
  }
}

/** Runs `compute` where the call's data can be computed: 64-bit types on a WebGPU backend in integers, unless fast was asked for. */
function onBackendOf({ name, input, others, options: { detail: _, ...options } }: Joint, compute: (call: Call, place: Place, precision: Precision) => Promise<Found>): Promise<Found> {
  const { precision } = options;
  const call = prepare({ ...totalMeasure, name }, input, undefined, { ...options, axis: others });
  const run = (how: Precision) => (ready: Call, place: Place) => compute(ready, place, how);
  return onBackend(call, run(precision ?? "fast"), precision === undefined ? run("exact") : undefined);
}

/** Σ p̂(x)·M(p̂(·|x)) of the rows x that have mass, M a measure of a row or of a row and q. */
async function meanOfRows({ name, others, options }: Joint, { p }: Call, place: Place, precision: Precision, measure: Measure, q?: Input): Promise<Found> {
  const asked: MeasureOptions = { backend: place.backend, precision, axis: others, emptyRows: "nan", detail: true, ...(options.base && { base: options.base }), ...(options.signal && { signal: options.signal }) };
  const rows = (await evaluateCall(prepare({ ...measure, name }, p, q, asked), 0)) as DetailArray;
  const total = totalOf(name, rows.totalP);
  // a row whose share underflows has nothing to add, however wide its bound
  const mean = (of: Float64Array) => of.reduce((sum, value, row) => sum + (rows.totalP[row] / total > 0 ? value * (rows.totalP[row] / total) : 0), 0);
  const how = { precision: rows.precision, backend: rows.backend, reason: rows.precision === precision ? place.reason : rows.reason } as const;
  if (precision === "exact") {
    const value = weightedMean(rows.value, rows.totalP);
    return { value, errorBound: mean(rows.errorBound) * (1 + 2 ** -40) + value * 2 ** -52, ...how };
  }
  const value = mean(rows.value);
  // the weights of rows are as sure as sums
  const ofWeights = 2 * sumErrorOf(place.backend, precision, Math.max(rows.cells, rows.totalP.length)) + rows.totalP.length * 2 ** -53;
  return { value, errorBound: mean(rows.errorBound) + value * ofWeights, ...how };
}

/** Throws where there is nothing, or more than a double holds. */
function totalOf(name: string, sums: Float64Array): number {
  const total = sums.reduce((sum, x) => sum + x, 0);
  if (total === Infinity) throw new RangeError(`${name}: joint sums to more than the largest double: divide it by a power of two first.`);
  if (!(total > 0)) throw new DomainError(`${name}: joint sums to 0 and cannot be normalised.`, "joint", 0, -1);
  return total;
}

const sumErrorOf = ({ arithmetic }: Backend, precision: Precision, cells: number) => (precision === "exact" ? 2 ** -53 : arithmetic.errors(cells).sum);

/** Σ p̂(x)·D(p̂(·|x) ‖ m̃), which is too large by D(m ‖ m̃), the square of the rounding of the marginal m̃. */
function informationIn(joint: Joint): Promise<Found> {
  return onBackendOf(joint, async function compute(call, place, precision): Promise<Found> {
    const { shape, axes, options } = joint;
    const ofOthers = prepare({ ...totalMeasure, name: joint.name }, call.p, undefined, { axis: axes, backend: place.backend, ...(options.signal && { signal: options.signal }) });
    const sums = await totalsOfRows(ofOthers, precision);
    const total = totalOf(joint.name, sums);
    const narrow = precision === "fast" && place.backend.info.kind === "webgpu";
    const masses = narrow ? Float32Array.from(sums, (sum) => sum / total) : sums;
    if (narrow && masses.some((mass, i) => mass < 2 ** -126 && sums[i] > 0)) return onCpu(call, place.backend, FAR_APART, (again, cpu) => compute(again, cpu, precision));
    const found = await meanOfRows(joint, call, place, precision, kl, grid(masses, { shape: ofOthers.layout.shape }));
    const rounding = sumErrorOf(place.backend, precision, shape.reduce((n, size) => n * size, 1)) + (narrow ? 2 ** -23 : 2 ** -52);
    return { ...found, errorBound: found.errorBound + rounding ** 2 * call.settings.perNat };
  });
}

/** By the chain rule: what the first axes tell of the next one, in the distribution of these. */
async function correlationIn(joint: Joint): Promise<Found> {
  const { input, shape, name, options } = joint;
  let found: Found | undefined;
  for (let last = shape.length - 1; last > 0; last--) {
    const upTo = Array.from({ length: last + 1 }, (_, i) => i);
    const isWhole = last === shape.length - 1;
    // sums of many cells, each rounded once, are as they are on any device
    const part = isWhole ? input : await marginalOfAxes(joint, upTo);
    const next = await informationIn(jointOf(name, part, { ...options, shape: shape.slice(0, last + 1) }, upTo.slice(0, -1)));
    const rounded = isWhole ? 0 : (next.value + Math.sqrt(2 * next.value)) * 2 ** -52 * Math.max(1, 1 / Math.log(options.base ?? Math.E));
    found = found
      ? { ...found, value: found.value + next.value, errorBound: found.errorBound + next.errorBound + rounded + found.value * 2 ** -52, precision: found.precision === next.precision ? found.precision : "fast" }
      : next;
  }
  return found as Found;
}

function marginalOfAxes({ input, shape, options: { backend, signal } }: Joint, axes: readonly number[]): Promise<Grid<Float64Array>> {
  return marginalOf(input, axes, { shape, ...(backend && { backend }), ...(signal && { signal }) });
}

/** The information over a mean of entropies, with both their bounds. */
async function normalizedIn(joint: Joint, of: (x: number, y: number, both: number) => number): Promise<Found> {
  const found = await informationIn(joint);
  const { name, options: { base: _, detail: __, ...options } } = joint;
  const parts = [await marginalOfAxes(joint, joint.axes), await marginalOfAxes(joint, joint.others)] as const;
  const [variesX, variesY] = parts.map(({ data }) => data.filter((mass) => mass > 0).length > 1);
  // what does not vary tells nothing; as scikit-learn has it, two such agree
  if (!variesX || !variesY) return { ...found, value: variesX === variesY ? 1 : 0, errorBound: 0 };
  const entropyOf = async (part: Input, axes: readonly number[]) => {
    const { value, errorBound } = (await evaluateCall(prepare({ ...entropyMeasure, name }, part, undefined, { ...options, shape: axes.map((i) => joint.shape[i]), detail: true }), 0)) as Found;
    return [value, errorBound] as const;
  };
  const [[x, xBound], [y, yBound]] = [await entropyOf(parts[0], joint.axes), await entropyOf(parts[1], joint.others)];
  const [both, bothBound] = of === NORMALIZATIONS.joint ? await entropyOf(joint.input, joint.shape.map((_size, i) => i)) : [0, 0];
  const { value, errorBound } = found;
  const divisor = of(x, y, both);
  // entropies so small that they were rounded to nothing
  if (!(divisor > 0)) return { ...found, value: 0, errorBound: 1 };
  const most = of(x + xBound, y + yBound, both + bothBound);
  const least = of(Math.max(x - xBound, 0), Math.max(y - yBound, 0), Math.max(both - bothBound, 0));
  const ratio = Math.min(value / divisor, 1);
  const bound = Math.max((value + errorBound) / least - value / divisor, value / divisor - Math.max(value - errorBound, 0) / most) + 2 ** -50;
  return { ...found, value: ratio, errorBound: Math.min(bound, 1) };
}
