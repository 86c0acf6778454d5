import { ShapeError, checkOptions } from "./errors.js";

/** Element types of the data, by the name of the typed array that holds them; `Float16Bits` are half floats in a `Uint16Array`. */
export type Dtype =
  | "float64" | "float32" | "float16"
  | "uint8" | "uint16" | "uint32" | "uint64"
  | "int8" | "int16" | "int32" | "int64";

/** The typed arrays that hold cells. A plain `number[]` is taken as binary64. */
export type CellArray =
  | Float64Array | Float32Array
  | Uint8Array | Uint8ClampedArray | Uint16Array | Uint32Array | BigUint64Array
  | Int8Array | Int16Array | Int32Array | BigInt64Array;

/** The array of each element type. */
export interface ArrayOf {
  readonly float64: Float64Array;
  readonly float32: Float32Array;
  readonly float16: Uint16Array;
  readonly uint8: Uint8Array;
  readonly uint16: Uint16Array;
  readonly uint32: Uint32Array;
  readonly uint64: BigUint64Array;
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
}

/** For each axis the edge of its cells, in any unit of length, or the coordinates of its cells, rising. */
export type Spacing = readonly (number | ArrayLike<number>)[];

/** Values on a grid in host memory: row-major, slowest axis first. */
export interface Grid<Data extends CellArray = CellArray> {
  readonly data: Data;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Makes the values densities. */
  readonly spacing?: Spacing;
}

/** `GPUBuffer`, where the reader's project has WebGPU's types; elsewhere as much of it as we look at. */
export type DeviceBuffer = typeof globalThis extends { GPUBuffer: { prototype: infer Buffer } } ? Buffer
  : { readonly size: number; readonly usage: number; destroy(): void };

/** Values on a grid in the memory of a backend. Made by `upload`, `fromGPUBuffer` and `output: "device"`. */
export interface DeviceGrid {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly spacing?: Spacing;
  /** `null` on the CPU backend, whose device memory is `host`. */
  readonly buffer: DeviceBuffer | null;
  readonly host: CellArray | null;
  /** Where the first cell lies in `buffer`, a multiple of 4 bytes. */
  readonly byteOffset: number;
  /** Frees the buffer, unless it was the caller's. */
  destroy(): void;
}

export const BYTES_PER_CELL = {
  float64: 8, float32: 4, float16: 2,
  uint8: 1, uint16: 2, uint32: 4, uint64: 8,
  int8: 1, int16: 2, int32: 4, int64: 8,
} as const satisfies Record<Dtype, number>;

/** The typed array for each element type; half floats as their bits. */
export const ARRAYS = {
  float64: Float64Array, float32: Float32Array, float16: Uint16Array,
  uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, uint64: BigUint64Array,
  int8: Int8Array, int16: Int16Array, int32: Int32Array, int64: BigInt64Array,
} as const satisfies Record<Dtype, unknown>;

const DTYPE_OF_ARRAY: Record<string, Dtype> = {
  Float64Array: "float64", Float32Array: "float32", Float16Array: "float16",
  Uint8Array: "uint8", Uint8ClampedArray: "uint8", Uint16Array: "uint16", Uint32Array: "uint32", BigUint64Array: "uint64",
  Int8Array: "int8", Int16Array: "int16", Int32Array: "int32", BigInt64Array: "int64",
};

/** The element type of a typed array, or `undefined` for anything else. */
export function dtypeOf(data: unknown): Dtype | undefined {
  if (!ArrayBuffer.isView(data)) return undefined;
  const tag = (data as unknown as { [Symbol.toStringTag]?: string })[Symbol.toStringTag];
  return tag === undefined ? undefined : DTYPE_OF_ARRAY[tag];
}

/** Product of the sizes, 1 for no axes. */
export function cellsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Binary64 value of half-float bits. */
export function halfToNumber(bits: number): number {
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

/** The cells of a grid on the host as numbers. */
export function numbersOf({ data, dtype }: Grid): ArrayLike<number> {
  if (dtype === "float16" && data instanceof Uint16Array) return Float64Array.from(data, halfToNumber);
  return data instanceof BigInt64Array || data instanceof BigUint64Array ? Float64Array.from(data, Number) : data;
}

/** What `grid` takes beside the data. */
export interface GridOptions {
  /** Sizes, slowest axis first; default: one axis of the data's length. */
  readonly shape?: readonly number[];
  /** Cell edge along each axis (one number serves all axes), or the coordinates of its cells; makes the values densities. */
  readonly spacing?: number | Spacing;
  /** `"float16"` reads a `Uint16Array` as half floats; every other type is told by the array itself. */
  readonly dtype?: "float16";
}

/** What `grid.allocate` takes beside the shape. */
export interface AllocateOptions<Type extends Dtype = Dtype> {
  /** Default `"float32"`. */
  readonly dtype?: Type;
  /** As for `grid`. */
  readonly spacing?: number | Spacing;
}

/**
 * A grid of zeros to be filled, in memory that all threads share: the CPU backend's other threads read the cells where they lie,
 * while those of ordinary arrays are copied to them piece by piece.
 *
 * @param shape - Sizes, slowest axis first.
 * @param options - `dtype`: `"float32"` where left out, `"float16"` a `Uint16Array` of half-float bits; `spacing` as for `grid`.
 * @returns A grid whose `data` is on a `SharedArrayBuffer`, or, in a page that is not cross-origin isolated, an ordinary array.
 * @throws ShapeError if `shape` is not non-negative integers; RangeError for an unknown `dtype`, and where there is not so much memory.
 */
function allocate<Type extends Dtype = "float32">(shape: readonly number[], options: AllocateOptions<Type> = {}): Grid<ArrayOf[Type]> {
  checkOptions("grid.allocate", options, ["dtype", "spacing"] satisfies readonly (keyof AllocateOptions)[]);
  const { dtype, spacing } = options;
  const type: Dtype = dtype ?? "float32";
  if (!(type in ARRAYS)) throw new RangeError(`grid.allocate: unknown dtype "${String(type)}".`);
  checkShape("grid.allocate", "data", cellsOf(shape), shape);
  const bytes = cellsOf(shape) * BYTES_PER_CELL[type];
  const ArrayType = ARRAYS[type] as unknown as new (buffer: ArrayBufferLike) => ArrayOf[Type];
  const data = new ArrayType(typeof SharedArrayBuffer === "function" ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  const perAxis = spacing === undefined ? undefined : spacingPerAxis("grid.allocate", spacing, shape);
  return { data, dtype: type, shape, ...(perAxis && { spacing: perAxis }) };
}

/**
 * Puts a shape on an array without copying it. `grid.allocate(shape)` makes one that all threads share.
 *
 * @param data - Cells, row-major, slowest axis first; `number[]` becomes a `Float64Array`.
 * @param options - `shape` defaults to `[data.length]`, `spacing` to none (the values are masses).
 * @throws ShapeError if `shape` is not positive integers whose product is the length; TypeError for data of no known type, and for an unknown option.
 */
function gridOf(data: CellArray | readonly number[], options: GridOptions = {}): Grid {
  checkOptions("grid", options, ["shape", "spacing", "dtype"] satisfies readonly (keyof GridOptions)[]);
  const cells = Array.isArray(data) ? Float64Array.from(data as readonly number[]) : (data as CellArray);
  const dtype = options.dtype ?? dtypeOf(cells);
  if (dtype === undefined) throw new TypeError("grid: data must be a typed array or an array of numbers.");
  if (dtype === "float16" && cells.BYTES_PER_ELEMENT !== 2) {
    throw new TypeError("grid: dtype float16 needs a Uint16Array of half-float bits.");
  }
  const shape = options.shape ?? [cells.length];
  checkShape("grid", "data", cells.length, shape);
  const spacing = options.spacing === undefined ? undefined : spacingPerAxis("grid", options.spacing, shape);
  return { data: cells, dtype, shape, ...(spacing && { spacing }) };
}

export const grid = /* @__PURE__ */ Object.assign(gridOf, { allocate });

/** Checks that `shape` is positive integers with product `length`. */
export function checkShape(name: string, argument: string, length: number, shape: readonly number[]): void {
  const cells = cellsOf(shape);
  if (shape.some((size) => !Number.isInteger(size) || size < 0) || !Number.isSafeInteger(cells)) {
    throw new ShapeError(`${name}: shape [${shape}] must be non-negative integers with a product below 2^53.`, length, shape);
  }
  if (cells !== length) {
    throw new ShapeError(`${name}: ${argument} has ${length} elements, expected ${cells} for shape [${shape}].`, cells, length);
  }
}

/** For each axis one positive finite number, or as many rising ones as it has cells. */
export function spacingPerAxis(name: string, spacing: number | Spacing, shape: readonly number[]): Spacing {
  const perAxis = typeof spacing === "number" ? shape.map(() => spacing) : Array.from(spacing);
  if (perAxis.length !== shape.length) {
    throw new ShapeError(`${name}: spacing has ${perAxis.length} entries, expected ${shape.length}, one an axis: a number, or a list of coordinates.`, shape.length, perAxis.length);
  }
  perAxis.forEach((edge, axis) => {
    if (typeof edge === "number" ? !(edge > 0 && edge < Infinity) : !isRising(edge)) {
      throw new RangeError(`${name}: spacing of axis ${axis} must be positive and finite, or rising coordinates${typeof edge === "number" ? `, not ${edge}` : ""}.`);
    }
    if (typeof edge !== "number" && edge.length !== shape[axis]) {
      throw new ShapeError(`${name}: axis ${axis} has ${edge.length} coordinates for ${shape[axis]} cells.`, shape[axis], edge.length);
    }
  });
  return perAxis;
}

function isRising(coordinates: ArrayLike<number>): boolean {
  for (let i = 0; i < coordinates.length; i++) {
    if (!(Math.abs(coordinates[i]) < Infinity) || (i > 0 && !(coordinates[i] > coordinates[i - 1]))) return false;
  }
  return true;
}

/** What `linspace` takes beside the ends. */
export interface LinspaceOptions {
  /** Is `stop` the last coordinate (default)? `false`: a half-open range, whose next one it would be. */
  readonly endpoint?: boolean;
}

/**
 * `count` evenly spaced coordinates from `start` to `stop`, both included: NumPy's `linspace`.
 *
 * @param options - `endpoint: false` leaves `stop` out, for steps of (stop − start)/count: the coordinates of a half-open range.
 * @throws RangeError if `count` is not an integer ≥ 2; TypeError for an unknown option.
 */
export function linspace(start: number, stop: number, count: number, options: LinspaceOptions = {}): Float64Array {
  checkOptions("linspace", options, ["endpoint"] satisfies readonly (keyof LinspaceOptions)[]);
  const { endpoint = true } = options;
  if (!Number.isInteger(count) || count < 2) throw new RangeError(`linspace: count ${count} must be an integer of at least 2.`);
  const step = (stop - start) / (endpoint ? count - 1 : count);
  const coordinates = Float64Array.from({ length: count }, (_, i) => start + i * step);
  if (endpoint) coordinates[count - 1] = stop;
  return coordinates;
}

/** One axis of a loop nest: its size and how far one step moves in p, in q and in the weights where there are any, in elements. */
export interface Axis {
  readonly size: number;
  readonly strideP: number;
  readonly strideQ: number;
  readonly strideW: number;
  /** What each step counts in an integral, at most 1; left out where all count 1. */
  readonly nodes?: Float64Array;
}

export type Stride = "strideP" | "strideQ" | "strideW";

/**
 * How a reduction walks its two grids, in plain numbers: `rows` results, each over `cells` cells.
 * Row r starts where the mixed-radix digits of r over `kept` say (last axis fastest), cell k of it likewise over `reduced`.
 */
export interface Layout {
  readonly kept: readonly Axis[];
  readonly reduced: readonly Axis[];
  readonly rows: number;
  readonly cells: number;
  /** Shape of the result: the axes that remain. */
  readonly shape: readonly number[];
}

/** The axis whose cells are nearest to each other. */
export function innerAxisOf({ reduced }: Pick<Layout, "reduced">): Axis {
  return reduced.at(-1) ?? { size: 1, strideP: 0, strideQ: 0, strideW: 0 };
}

/** Do the cells of a row count differently? */
export function hasNodes({ reduced }: Pick<Layout, "reduced">): boolean {
  return reduced.some(({ nodes }) => nodes);
}

/** The least that a cell counts, unless it counts nothing. */
export function leastNodeOf({ reduced }: Pick<Layout, "reduced">): number {
  return reduced.reduce((product, { nodes }) => product * (nodes?.reduce((least, node) => (node > 0 && node < least ? node : least), 1) ?? 1), 1);
}

/** Errors of sums over a layout's cells, with those of what cells count: a weight of each axis, and the products with it. */
export function countedErrors<Of extends { readonly term: number; readonly sum: number }>(errors: Of, { reduced }: Pick<Layout, "reduced">, unit: number): Of {
  const axes = reduced.filter(({ nodes }) => nodes).length;
  return axes === 0 ? errors : { ...errors, term: errors.term + (4 * axes + 1) * unit, sum: errors.sum + (4 * axes + 1) * unit };
}

/** Some steps of an axis, from one on. */
export function stepsFrom(axis: Axis, from: number, size: number): Axis {
  return { ...axis, size, ...(axis.nodes && { nodes: axis.nodes.subarray(from, from + size) }) };
}

/** Do the steps of one axis lead from the last cell of the next to its first one, in all grids? */
export function follows(outer: Axis, inner: Axis): boolean {
  return (["strideP", "strideQ", "strideW"] as const).every((of) => outer[of] === inner[of] * inner.size);
}

/** Merges neighbouring axes that one loop can walk. */
function collapse(axes: readonly Axis[]): Axis[] {
  const merged: Axis[] = [];
  for (const axis of axes) {
    if (axis.size === 1 && !axis.nodes) continue;
    const outer = merged.at(-1);
    if (outer && !outer.nodes && !axis.nodes && follows(outer, axis)) merged[merged.length - 1] = { ...axis, size: outer.size * axis.size };
    else merged.push(axis);
  }
  return merged;
}

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  for (let i = shape.length - 1, stride = 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strides;
}

/**
 * The loop nest that reduces `axes` of p, with q of the same shape, of the reduced axes' shape alone (one reference for every
 * row), or of any shape that broadcasts to p's (trailing axes aligned, size 1 repeats); and so the weights, if any. `nodes`: what the
 * steps along each axis count.
 *
 * @throws ShapeError naming both shapes.
 */
export function layout(name: string, shape: readonly number[], axes: readonly number[], shapeQ: readonly number[], shapeW?: readonly number[], nodes?: readonly (Float64Array | undefined)[]): Layout {
  const all = axesOfGrids(name, shape, axes, shapeQ, shapeW);
  const counted = nodes ? all.map((axis, i) => ({ ...axis, nodes: nodes[i] })) : all;
  return nestOf(all.filter((_, i) => !axes.includes(i)), counted.filter((_, i) => axes.includes(i)));
}

/** The axes of p with their steps in q and in the weights, as `layout` reads their shapes. */
export function axesOfGrids(name: string, shape: readonly number[], axes: readonly number[], shapeQ: readonly number[], shapeW?: readonly number[]): Axis[] {
  const strides = stridesOf(shape);
  const stridesQ = broadcastStrides(name, "q", shape, axes, shapeQ);
  const stridesW = shapeW ? broadcastStrides(name, "weights", shape, axes, shapeW) : shape.map(() => 0);
  return shape.map((size, i) => ({ size, strideP: strides[i], strideQ: stridesQ[i], strideW: stridesW[i] }));
}

/** The loop nest with a result for each step of `kept`, over the steps of `reduced`. */
export function nestOf(kept: readonly Axis[], reduced: readonly Axis[]): Layout {
  const stepsOf = (axes: readonly Axis[]) => axes.reduce((n, axis) => n * axis.size, 1);
  return { kept: collapse(kept), reduced: collapse(reduced), rows: stepsOf(kept), cells: stepsOf(reduced), shape: kept.map(({ size }) => size) };
}

/** Strides of q or the weights along the axes of p; 0 where they repeat. */
function broadcastStrides(name: string, argument: string, shape: readonly number[], axes: readonly number[], own: readonly number[]): number[] {
  const reducedAxes = shape.map((_, i) => i).filter((i) => axes.includes(i));
  const reducedShape = reducedAxes.map((i) => shape[i]);
  const strides = stridesOf(own);
  const steps = new Array<number>(shape.length).fill(0);
  const same = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((size, i) => size === b[i]);
  if (!same(own, shape) && same(own, reducedShape)) {
    reducedAxes.forEach((axis, i) => { steps[axis] = strides[i]; });
    return steps;
  }
  const offset = shape.length - own.length;
  const fits = offset >= 0 && own.every((size, i) => size === shape[i + offset] || size === 1);
  if (!fits) {
    throw new ShapeError(`${name}: ${argument} has shape [${own}], which does not match or broadcast to p's [${shape}].`, shape, own);
  }
  own.forEach((size, i) => { steps[i + offset] = size === 1 ? 0 : strides[i]; });
  return steps;
}

/** Element offset of digit combination `index` over `axes`, last axis fastest. */
export function offsetOf(axes: readonly Axis[], index: number, of: Stride): number {
  let offset = 0;
  for (let i = axes.length - 1, rest = index; i >= 0; i--) {
    offset += (rest % axes[i].size) * axes[i][of];
    rest = Math.floor(rest / axes[i].size);
  }
  return offset;
}
