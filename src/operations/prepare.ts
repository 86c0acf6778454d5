import type { Backend, Operand, Work } from "../backend.js";
import { DeviceError } from "../errors.js";
import { BYTES_PER_CELL, cellsOf, layout } from "../grid.js";
import type { Axis, Layout } from "../grid.js";
import { cpuBackend, withDefaultBackend } from "../open-backend.js";
import type { Choice } from "../open-backend.js";
import type { MeasureOptions } from "../options.js";
import type { Finish, Finished, Measure } from "../terms/measure.js";
import { axesOf, checkNotEmpty, isDeviceGrid, operandOf, settingsOf } from "../validate.js";
import type { Input, Settings } from "../validate.js";
import { spaceOf } from "./quadrature.js";
import type { Rule } from "./quadrature.js";
import type { SharedReads } from "./shared-reads.js";
import { faultOf } from "./trust.js";
import type { Arithmetic } from "./trust.js";
import { shapeLike, weightsOf } from "./weights.js";
import type { ZeroPlan } from "./zeros.js";

/** A call with its data, its loop nest and its options, all checked. */
export interface Call {
  readonly measure: Measure;
  readonly p: Operand;
  readonly q: Operand;
  readonly weights?: Operand;
  readonly layout: Layout;
  readonly cellVolume: number;
  /** Where a rule makes the sums integrals: which, and the cells as it counts them on every second point. */
  readonly integral?: { readonly rule: Rule; readonly coarse?: Layout };
  readonly settings: Settings;
  readonly options: MeasureOptions;
  /** Is what the caller calls p in q's place? */
  readonly isSwapped?: boolean;
  /** What is done about zeros, in the units of the data. */
  readonly zeros?: ZeroPlan;
  /** Are terms to be taken in binary64? */
  readonly wide?: boolean;
  /** Where there are other calls on the same data: their measures with this one's, and the reads of all. */
  readonly measures?: readonly Measure[];
  readonly reads?: SharedReads;
}

/** Checks the call, of a measure or of what there is of one; throws ShapeError, RangeError or TypeError before anything is computed. */
export function prepare<Of extends Pick<Measure, "name" | "arity">>(measure: Of, p: Input, q: Input | undefined, options: MeasureOptions): Omit<Call, "measure"> & { readonly measure: Of } {
  const { name, arity } = measure;
  const settings = settingsOf(name, options);
  const pOperand = operandOf(name, "p", p, options.shape);
  const { shape } = pOperand;
  const qOperand = arity === "single" ? pOperand : operandOf(name, "q", q as Input, shapeLike(name, "q", q, shape, options.axis));
  checkNotEmpty(name, "p", shape);
  const axes = axesOf(name, settings.axis, shape);
  const weights = weightsOf(name, options, shape);
  const { volume, nodes, rule, coarse } = spaceOf(name, options.quadrature, options.spacing ?? pOperand.spacing, shape, axes);
  if (nodes) checkFast(name, options);
  const nest = (of: typeof nodes) => layout(name, shape, axes, qOperand.shape, weights?.shape, of);
  // as in `readOf`, all that a call may have
  return {
    measure,
    p: pOperand,
    q: qOperand,
    weights,
    layout: nest(nodes),
    cellVolume: volume,
    integral: rule && { rule, ...(coarse && { coarse: nest(coarse) }) },
    settings,
    options,
    isSwapped: false,
    zeros: undefined,
    wide: false,
    measures: undefined,
    reads: undefined,
  };
}

/** Cells that count differently do so in fast precision alone. */
function checkFast(name: string, options: MeasureOptions): void {
  if (options.precision === "exact") throw new RangeError(`${name}: exact precision takes spacing in numbers, and no quadrature but "riemann".`);
  for (const key of ["mask", "weights", "zeros", "totals"] as const) {
    if (options[key] !== undefined) throw new RangeError(`${name}: ${key} does not go with quadrature, nor with coordinates.`);
  }
}

/** How a call's values are finished. */
export function finishOf({ measure, settings, cellVolume, integral }: Call): Finish {
  return { normalize: settings.normalize && measure.normalizes, cellVolume, ...(integral && { isIntegral: true }) };
}

/** The call with p in q's place. */
export function swapped(call: Call): Call {
  const axes = (list: readonly Axis[]) => list.map((axis) => ({ ...axis, strideP: axis.strideQ, strideQ: axis.strideP }));
  const { kept, reduced } = call.layout;
  return { ...call, p: call.q, q: call.p, layout: { ...call.layout, kept: axes(kept), reduced: axes(reduced) }, isSwapped: !call.isSwapped };
}

/** One row's value in the caller's unit, with what `detail` tells of it. */
export interface FinishedRow extends Finished {
  readonly totalP: number;
  readonly totalQ: number;
  readonly infiniteCells: number;
}

/** Where a call is computed, and why there. */
export type Place = Choice;

export type Compute<T> = (call: Call, place: Place) => Promise<T>;

/**
 * Runs `compute` on the backend the call names or the default one; data it refuses are computed `inIntegers` there, where that
 * is given, else go to binary64 on the CPU. What the caller opened is never swapped, but the default one is: for the CPU where
 * the data exceed its limits, for a new one where it was lost.
 */
export function onBackend<T>(call: Call, compute: Compute<T>, inIntegers?: Compute<T>): Promise<T> {
  const run = async ({ backend, reason }: Place): Promise<T> => {
    const refuses = (precision: "fast" | "exact") => backend.refuses(call.p.dtype, call.q.dtype, precision);
    const refusal = refuses(call.settings.precision ?? "fast");
    if (refusal === null) return compute(call, { backend, reason });
    if (inIntegers && refuses("exact") === null) return inIntegers(call, { backend, reason: `${refusal}: computed in integers` });
    return onCpu(call, backend, `${refusal}: computed in binary64 on the CPU`, compute);
  };
  const { backend } = call.options;
  if (backend) return run({ backend, reason: backend.info.reason });
  const runOnDefault = () => withDefaultBackend(workOf(call), (place) => run(place).catch((error: unknown) => {
    if (!isDeviceError(error, "limit")) throw error;
    return onCpu(call, place.backend, error.message, compute);
  }));
  return runOnDefault().catch((error: unknown) => {
    if (!isDeviceError(error, "lost") || operandsOf(call).some(isDeviceGrid)) throw error;
    return runOnDefault();
  });
}

function operandsOf({ p, q, weights }: Call): readonly Operand[] {
  return [...new Set([p, q, weights])].filter((operand) => operand !== undefined);
}

/** What of a call makes its time; `null` where its data lie on a device. */
function workOf(call: Call): Work | null {
  const { measure, measures = [measure], p, q, layout: { rows, cells }, settings } = call;
  const operands = operandsOf(call);
  if (operands.some(isDeviceGrid)) return null;
  const bytes = operands.reduce((sum, { dtype, shape }) => sum + cellsOf(shape) * BYTES_PER_CELL[dtype], 0);
  const precision = call.weights ? "exact" : settings.precision;
  return { measures: measures.map(({ id }) => id), p: p.dtype, q: q.dtype, rows, cells, bytes, ...(precision && { precision }) };
}

/** The same on a backend whose arithmetic passed its trial, else on the CPU. */
export async function trusting<T>(arithmetic: Arithmetic, call: Call, place: Place, compute: Compute<T>): Promise<T> {
  const fault = await faultOf(place.backend, arithmetic);
  return fault === null ? compute(call, place) : onCpu(call, place.backend, `${fault}: computed on the CPU`, compute);
}

export function isDeviceError(error: unknown, reason: DeviceError["reason"]): error is DeviceError {
  return error instanceof DeviceError && error.reason === reason;
}

/** The same call on the CPU, in binary64; grids on the device are copied back for it. */
export async function onCpu<T>(call: Call, backend: Backend, reason: string, compute: Compute<T>): Promise<T> {
  const p = await onHost(backend, call.p);
  const q = call.q === call.p ? p : await onHost(backend, call.q);
  const weights = call.weights && (await onHost(backend, call.weights));
  return compute({ ...call, p, q, weights, wide: true }, { backend: cpuBackend(), reason });
}

/** A grid in host memory: its own, or a copy. */
export async function onHost(backend: Backend, operand: Operand): Promise<Operand> {
  if (!isDeviceGrid(operand) || operand.host) return operand;
  if (backend.info.kind === "cpu") {
    throw new DeviceError("a grid in GPU memory needs the WebGPU backend that holds it: pass it as `backend`.", "unavailable");
  }
  const data = await backend.download(operand);
  return { data, dtype: operand.dtype, shape: operand.shape, ...(operand.spacing && { spacing: operand.spacing }) };
}
