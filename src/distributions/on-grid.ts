import { ShapeError } from "../errors.js";
import { stridesOf } from "../grid.js";
import type { DeviceGrid, Grid, Spacing } from "../grid.js";
import type { ComponentModel } from "./components.js";
import type { Axes, OnDeviceOptions, OnGrid, OnGridOptions } from "./distribution.js";

type Cells = Float64Array | Float32Array;

/** Writes what a distribution has at the points of the axes, row-major. */
export type Fill = (axes: readonly ArrayLike<number>[], cells: Cells) => void;

/** As much of a distribution as its grid needs. */
export interface Gridded {
  readonly family: string;
  readonly kind: "continuous" | "discrete";
  readonly axes: number;
  readonly fill: Fill;
  /** As backends evaluate it; `null` where none does. */
  readonly components?: () => ComponentModel | null;
}

/** A distribution's densities or probabilities on a grid: the `onGrid` of every family. */
export function onGridOf(of: Gridded): OnGrid {
  return onGrid.bind(undefined, of) as OnGrid;
}

function onGrid(of: Gridded, axes: Axes, { backend, signal, ...options }: OnGridOptions & Partial<OnDeviceOptions> = {}): Grid<Cells> | Promise<DeviceGrid> {
  const { dtype = backend?.info.kind === "webgpu" ? "float32" : "float64" } = options;
  if (dtype !== "float64" && dtype !== "float32") throw new RangeError(`onGrid: dtype "${String(dtype)}" must be "float64" or "float32".`);
  const { family, axes: count, kind } = of;
  const list = listOf(axes);
  if (list.length !== count) throw new ShapeError(`onGrid: ${family} has ${count} ${count === 1 ? "axis" : "axes"}, got ${list.length}.`, count, list.length);
  list.forEach(checkRising);
  const spacing = kind === "continuous" ? list.map(stepOf) : undefined;
  return backend ? onDevice(of, list, spacing, dtype, { backend, ...(signal && { signal }) }) : onHost(of, list, spacing, dtype);
}

/** In a backend's memory: evaluated there where it can, else on the host and copied. */
async function onDevice(of: Gridded, list: readonly ArrayLike<number>[], spacing: Spacing | undefined, dtype: "float64" | "float32", { backend, signal }: OnDeviceOptions): Promise<DeviceGrid> {
  const model = dtype === "float32" ? (of.components?.() ?? null) : null;
  // at its ends a beta density is a case of its own
  const isWithin = model?.kind !== "beta" || (list[0][0] > 0 && list[0][list[0].length - 1] < 1);
  const made = model && isWithin ? await backend.density({ ...model, axes: list, ...(signal && { signal }) }) : null;
  return made ? { ...made, ...(spacing && { spacing }) } : backend.upload(onHost(of, list, spacing, dtype));
}

function onHost({ family, fill }: Gridded, list: readonly ArrayLike<number>[], spacing: Spacing | undefined, dtype: "float64" | "float32"): Grid<Cells> {
  const shape = list.map(({ length }) => length);
  const cells = shape.reduce((product, size) => product * size, 1);
  const data = dtype === "float32" ? new Float32Array(cells) : new Float64Array(cells);
  fill(list, data);
  const infinite = data.indexOf(Infinity);
  if (infinite >= 0) throw infiniteAt(family, list, infinite, dtype);
  return { data, dtype, shape, ...(spacing && { spacing }) };
}

/** `fill` of one variable. */
export function fillOf(density: (x: number) => number): Fill {
  return ([axis], cells) => {
    for (let i = 0; i < cells.length; i++) cells[i] = density(axis[i]);
  };
}

/** An axis alone as a list of one. */
export function listOf(axes: Axes): readonly ArrayLike<number>[] {
  const isBare = ArrayBuffer.isView(axes) || typeof axes[0] === "number";
  return isBare ? [axes as ArrayLike<number>] : (axes as readonly ArrayLike<number>[]);
}

function checkRising(axis: ArrayLike<number>, index: number): void {
  if (axis.length === 0) throw new ShapeError(`onGrid: axis ${index} has no coordinates.`, 1, 0);
  for (let i = 0; i < axis.length; i++) {
    if (!(Math.abs(axis[i]) < Infinity)) throw new RangeError(`onGrid: coordinate ${i} of axis ${index} is ${axis[i]}, expected a finite number.`);
    if (i > 0 && !(axis[i] > axis[i - 1])) throw new RangeError(`onGrid: coordinate ${i} of axis ${index}, ${axis[i]}, must be above the one before, ${axis[i - 1]}.`);
  }
}

/**
 * The step of an axis whose points are even, else its coordinates. Even to 1e-9 of a step: axes made by start + i·step are so up to
 * millions of points and those of added steps up to thousands, and no weight of an integral is further off than that.
 */
export function stepOf(axis: ArrayLike<number>, index: number): number | ArrayLike<number> {
  const last = axis.length - 1;
  if (last === 0) throw new RangeError(`onGrid: axis ${index} has one coordinate, ${axis[0]}: there is no step to its density's cell. Give two or more.`);
  const step = (axis[last] - axis[0]) / last;
  for (let i = 0; i <= last; i++) {
    if (Math.abs(axis[i] - (axis[0] + i * step)) > 1e-9 * step) return axis;
  }
  return step;
}

function infiniteAt(family: string, axes: readonly ArrayLike<number>[], cell: number, dtype: string): RangeError {
  const strides = stridesOf(axes.map(({ length }) => length));
  const point = axes.map((axis, i) => axis[Math.floor(cell / strides[i]) % axis.length]);
  const where = point.length === 1 ? `x = ${point[0]}` : `x = [${point.join(", ")}]`;
  const type = dtype === "float32" ? " (as float32)" : "";
  return new RangeError(`onGrid: the density of ${family} is infinite at cell ${cell}, where ${where}${type}: leave that end out, for instance with the midpoints of the cells.`);
}
