import { ShapeError, checkOptions } from "./errors.js";
import { checkShape, dtypeOf, grid } from "./grid.js";
import type { CellArray, DeviceGrid, Grid } from "./grid.js";
import type { MeasureOptions } from "./options.js";

/** What a caller may pass as p or q. */
export type Input = CellArray | readonly number[] | Grid | DeviceGrid;

export function isDeviceGrid(input: unknown): input is DeviceGrid {
  return typeof input === "object" && input !== null && "buffer" in input && "host" in input && "byteOffset" in input;
}

function isGrid(input: unknown): input is Grid {
  return typeof input === "object" && input !== null && "data" in input && "dtype" in input && "shape" in input;
}

/** An input as an operand with a shape: the option's, else its own. */
export function operandOf(name: string, argument: string, input: Input, shape?: readonly number[]): Grid | DeviceGrid {
  if (isDeviceGrid(input) || isGrid(input)) {
    if (!shape) return input;
    const length = input.shape.reduce((n, size) => n * size, 1);
    checkShape(name, argument, length, shape);
    return { ...input, shape };
  }
  if (!Array.isArray(input) && dtypeOf(input) === undefined) {
    throw new TypeError(`${name}: ${argument} must be a typed array, an array of numbers or a grid.`);
  }
  const length = (input as ArrayLike<number>).length;
  if (shape) checkShape(name, argument, length, shape);
  return grid(input as CellArray, shape && { shape });
}

/** Options with their defaults, checked. */
export interface Settings {
  readonly perNat: number;
  readonly base: number;
  readonly normalize: boolean;
  readonly axis: number | readonly number[] | undefined;
  readonly signal: AbortSignal | undefined;
  readonly detail: boolean;
  /** `undefined`: fast where the types allow. */
  readonly precision: "fast" | "exact" | undefined;
  readonly rtol: number | undefined;
  readonly emptyRows: "throw" | "nan";
  /** `undefined`: they make what they make, Infinity among it. */
  readonly zeros: { readonly policy: "omit" | "epsilon" | "laplace" | "clip"; readonly value: number } | undefined;
}

const KNOWN = [
  "backend", "base", "normalize", "shape", "axis", "spacing", "quadrature", "mask", "weights", "zeros", "emptyRows", "totals", "precision", "rtol", "detail", "signal",
];

/** Checks everything about the options that needs no data. */
export function settingsOf(name: string, options: MeasureOptions, known: readonly string[] = KNOWN): Settings {
  checkOptions(name, options, known);
  const { base = Math.E, normalize = true, axis, signal, detail = false, precision, rtol, quadrature, emptyRows = "throw" } = options;
  if (typeof base !== "number" || !(base > 1 && base < Infinity)) {
    throw new RangeError(`${name}: base ${typeof base === "number" ? base : JSON.stringify(base)} must be a number, finite and greater than 1.`);
  }
  if (precision !== undefined && precision !== "fast" && precision !== "exact") {
    throw new RangeError(`${name}: precision "${String(precision)}" must be "fast" or "exact".`);
  }
  if (quadrature !== undefined && !QUADRATURES.includes(quadrature)) throw new RangeError(`${name}: quadrature "${String(quadrature)}" must be one of ${QUADRATURES.join(", ")}.`);
  if (emptyRows !== "throw" && emptyRows !== "nan") throw new RangeError(`${name}: emptyRows "${String(emptyRows)}" must be "throw" or "nan".`);
  if (rtol !== undefined && !(rtol > 0)) throw new RangeError(`${name}: rtol ${String(rtol)} must be greater than 0.`);
  return { perNat: base === Math.E ? 1 : 1 / Math.log(base), base, normalize, axis, signal, detail, precision, rtol, emptyRows, zeros: zerosOf(name, options) };
}

const QUADRATURES: readonly unknown[] = ["riemann", "trapezoid", "simpson"];
const POLICIES = ["infinite", "omit", "epsilon", "laplace", "clip"] as const;

/** The policy for zeros, checked. */
function zerosOf(name: string, { zeros, precision, mask, weights, totals }: MeasureOptions): Settings["zeros"] {
  if (zeros === undefined) return undefined;
  const { policy, value } = zeros as { readonly policy: (typeof POLICIES)[number]; readonly value?: number };
  if (!POLICIES.includes(policy)) throw new RangeError(`${name}: zeros policy "${String(policy)}" must be one of ${POLICIES.join(", ")}.`);
  if (policy === "infinite") return undefined;
  if (policy !== "omit" && !(typeof value === "number" && value > 0 && value < Infinity)) {
    throw new RangeError(`${name}: zeros policy "${policy}" takes a value above 0: { policy: "${policy}", value: 1e-5 }.`);
  }
  if (precision === "exact") throw new RangeError(`${name}: zeros are for fast precision.`);
  if (mask !== undefined || weights !== undefined || totals !== undefined) throw new RangeError(`${name}: zeros go with neither mask, weights nor totals.`);
  return { policy, value: policy === "omit" ? 0 : (value as number) };
}

/** The axes to sum over, each once, counted from 0. */
export function axesOf(name: string, axis: number | readonly number[] | undefined, shape: readonly number[]): readonly number[] {
  if (axis === undefined) return shape.map((_, i) => i);
  const list = typeof axis === "number" ? [axis] : axis;
  const axes = list.map((a) => (a < 0 ? a + shape.length : a));
  list.forEach((a, i) => {
    if (!Number.isInteger(a) || axes[i] < 0 || axes[i] >= shape.length) {
      throw new RangeError(`${name}: axis ${a} is outside a grid of ${shape.length} axes.`);
    }
    if (axes.indexOf(axes[i]) !== i) throw new RangeError(`${name}: axis ${a} is named twice.`);
  });
  return axes;
}

export function checkNotEmpty(name: string, argument: string, shape: readonly number[]): void {
  if (shape.some((size) => size === 0)) throw new ShapeError(`${name}: ${argument} is empty (shape [${shape}]).`, 1, 0);
}
