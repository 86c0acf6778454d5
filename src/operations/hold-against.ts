import type { Backend, FitJob, FitLoop, Operand } from "../backend.js";
import { DeviceError, DomainError } from "../errors.js";
import { numbersOf, stridesOf } from "../grid.js";
import type { CellArray, Grid } from "../grid.js";
import { isWithin } from "../terms/density.js";
import { kl, klReversed } from "../terms/kl.js";
import type { Measure } from "../terms/measure.js";
import { slopes } from "../terms/slopes.js";
import { totalMeasure } from "../terms/total.js";
import { isDeviceGrid, operandOf } from "../validate.js";
import type { Input } from "../validate.js";
import { renamed } from "./check.js";
import { evaluateCall } from "./evaluate.js";
import type { PairMeasure } from "./measures.js";
import { onBackend, onHost, prepare, trusting } from "./prepare.js";
import type { Call, Place } from "./prepare.js";

/*
 * Models held against a target, many times: the target is checked and brought to where it is computed once. Masses of cells, p of the target and q of the
 * model, are compared: densities times the lengths of their cells.
 */

/** Which way a model is held against a target. */
export type Direction = "forward" | "reverse" | PairMeasure;

/** What becomes of cells where the target is 0 and the model is not, which make some directions infinite. */
export type TargetZeros = { readonly policy: "omit" } | { readonly policy: "epsilon"; readonly value: number };

export interface Held {
  readonly backend: Backend;
  readonly reason: string;
  /** The target as it was made ready: what was 0 replaced, or below 0 where it is left out. */
  readonly target: Operand;
  /** Makes it ready for one direction. To be ended. */
  open(direction: Direction): Promise<FitLoop>;
}

export interface HeldOptions {
  readonly name: string;
  readonly kind: FitJob["kind"];
  /** Lengths of the cells along each axis, where they are not even; by these the cells of a target of densities are multiplied. */
  readonly lengths: readonly (Float64Array | undefined)[];
  readonly areDensities: boolean;
  /** Is some direction infinite where the target is 0, and what becomes of that? */
  readonly mindsZeros: boolean;
  /** May something be said about that? */
  readonly takesZeros: boolean;
  /** Coordinates along each axis. */
  readonly axes: readonly Float64Array[];
  readonly zeros?: TargetZeros;
  readonly backend?: Backend;
  readonly signal?: AbortSignal;
}

/** What is summed of a direction, and its derivative by ln q. */
export function termsOf(name: string, direction: Direction): Pick<FitJob, "way" | "term" | "slope"> {
  if (direction === "forward") return { way: "forward", term: kl, slope: { ...kl, id: "p", wgsl: "fn term(p: f32, q: f32, d: f32) -> f32 { return p; }", cpu: (p) => p } };
  if (direction === "reverse") return { way: "reverse", term: klReversed, slope: { ...klReversed, ...klReversed.signed } };
  const measure = (direction as Partial<PairMeasure> | undefined)?.measure;
  const slope = measure && measure.normalizes && measure.id !== "cross-entropy" ? slopes[measure.id]?.["log q"] : undefined;
  if (!measure || !slope) {
    throw new RangeError(`${name}: direction ${measure ? measure.name : JSON.stringify(direction)} must be "forward", "reverse", klDivergence, jeffreys, populationStability, jensenShannon, chiSquare or neymanChiSquare.`);
  }
  return { way: "other", term: measure, slope: slope.term };
}

/** Is a cell where the target is 0 and the model is not infinitely far? */
export function mindsZeros(direction: Direction): boolean {
  return direction === "reverse" || (direction !== "forward" && direction.measure.edges.pZero === Infinity);
}

/** Shape and spacing of a target. */
export function targetOf(name: string, target: Input): Pick<Operand, "shape" | "spacing"> {
  return operandOf(name, "target", target);
}

/** Runs `use` where the target is computed. */
export function holdAgainst<T>(target: Input, options: HeldOptions, use: (held: Held) => Promise<T>): Promise<T> {
  const { name, backend, signal } = options;
  const named: Measure = { ...totalMeasure, name };
  const call = prepare(named, target, undefined, { ...(backend && { backend }), ...(signal && { signal }) });
  if (backend && isDeviceGrid(call.p) && (call.p.host === null) !== (backend.info.kind === "webgpu")) {
    throw new DeviceError(`${name}: target is a grid of ${call.p.host === null ? "a GPU" : "the CPU backend"}: pass the backend that holds it, or the host array.`, "unavailable");
  }
  return onBackend({ ...call, cellVolume: 1 }, (ready, place) => trusting("fast", ready, place, async (sound, where) => {
    const total = await totalOf(sound, where);
    if (!(total > 0)) throw new DomainError(`${name}: target sums to 0 and is no distribution.`, "target", 0, -1);
    const own = await madeReady(sound.p, where.backend, total, options);
    try {
      return await use({
        backend: where.backend,
        reason: where.reason,
        target: own.grid,
        open: (direction) => where.backend.openFit({ kind: options.kind, target: own.grid, scale: 1 / own.total, ...termsOf(name, direction), ...(signal && { signal }) }),
      });
    } finally {
      own.release();
    }
  }));
}

async function totalOf(call: Call, { backend }: Place): Promise<number> {
  try {
    return (await evaluateCall({ ...call, options: { ...call.options, backend } }, performance.now())) as number;
  } catch (error) {
    throw renamed(error, { p: "target" });
  }
}

interface Ready {
  readonly grid: Operand;
  /** Of the masses that count. */
  readonly total: number;
  release(): void;
}

/** Totals by which cells can be divided in any arithmetic. */
const [LEAST_TOTAL, LARGEST_TOTAL] = [2 ** -100, 2 ** 100];

/** The target as masses that the backend takes: where that is not what it is, a copy. */
async function madeReady(target: Operand, backend: Backend, total: number, options: HeldOptions): Promise<Ready> {
  const isGpu = backend.info.kind === "webgpu";
  const isUneven = options.lengths.some(Boolean) && options.areDensities;
  const isExtreme = !(total > LEAST_TOTAL && total < LARGEST_TOTAL);
  if (!isUneven && !isExtreme && !options.mindsZeros && !(isGpu && target.dtype !== "float32")) return { grid: target, total, release() {} };
  const cells = numbersIn(await onHost(backend, target));
  const zeros = options.mindsZeros ? zerosOf(cells, options) : 0;
  const isCopied = isUneven || isExtreme || zeros > 0 || (isGpu && target.dtype !== "float32");
  if (!isCopied) return { grid: target, total, release() {} };
  const scale = isExtreme ? scaleOf(cells) : 1;
  const copy = new (isGpu ? Float32Array : Float64Array)(cells.length);
  for (let i = 0; i < copy.length; i++) copy[i] = cells[i] * scale;
  if (isUneven) multiply(copy, target.shape, options.lengths);
  const mass = isUneven || isExtreme ? sumOf(copy) : total;
  const { zeros: policy } = options;
  const value = policy?.policy === "epsilon" ? policy.value * mass : -1;
  if (zeros > 0) for (let i = 0; i < copy.length; i++) if (copy[i] === 0) copy[i] = value;
  const grid: Grid = { data: copy, dtype: isGpu ? "float32" : "float64", shape: target.shape };
  const whole = mass + (value > 0 ? zeros * value : 0);
  if (!isDeviceGrid(target)) return { grid, total: whole, release() {} };
  const own = backend.upload(grid);
  return { grid: own, total: whole, release: () => own.destroy() };
}

/** A power of two that brings the largest cell next to 1. */
function scaleOf(cells: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < cells.length; i++) if (cells[i] > largest) largest = cells[i];
  return 2 ** -Math.max(Math.min(Math.floor(Math.log2(largest)), 1022), -1022);
}

function sumOf(cells: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < cells.length; i++) sum += cells[i];
  return sum;
}

/** The target's cells, as they were made ready, on the host. */
export async function numbersAt({ backend, target }: Held): Promise<ArrayLike<number>> {
  return numbersIn(await onHost(backend, target));
}

function numbersIn(host: Operand): ArrayLike<number> {
  return numbersOf("data" in host ? host : { data: host.host as CellArray, dtype: host.dtype, shape: host.shape });
}

/** How many cells are 0; DomainError where there are some and nothing is said about them. */
function zerosOf(cells: ArrayLike<number>, { name, kind, axes, zeros, takesZeros }: HeldOptions): number {
  let [count, first] = [0, -1];
  for (let i = 0; i < cells.length; i++) {
    if (cells[i] !== 0 || (kind === "beta" && !isWithin(kind, axes[0][i]))) continue;
    if (count === 0) first = i;
    count += 1;
  }
  if (count === 0 || zeros) return count;
  throw new DomainError(`${name}: target is 0 in ${count === 1 ? "1 cell" : `${count} cells`}, the first at index ${first}, where every model is above 0 and the divergence infinite${takesZeros ? ': zeros: { policy: "omit" } leaves such cells out, { policy: "epsilon", value: 1e-9 } gives them that share of the target' : ": add something to all cells, or take another direction"}.`, "target", count, first);
}

/** Densities times the lengths of their cells. */
function multiply(cells: Float64Array | Float32Array, shape: readonly number[], lengths: readonly (Float64Array | undefined)[]): void {
  const strides = stridesOf(shape);
  lengths.forEach((list, axis) => {
    if (!list) return;
    for (let i = 0; i < cells.length; i++) cells[i] *= list[Math.floor(i / strides[axis]) % shape[axis]];
  });
}
