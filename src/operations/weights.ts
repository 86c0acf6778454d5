import type { Operand } from "../backend.js";
import { ShapeError } from "../errors.js";
import { cellsOf, grid } from "../grid.js";
import type { CellArray, Grid } from "../grid.js";
import type { MeasureOptions } from "../options.js";
import { axesOf, isDeviceGrid, operandOf } from "../validate.js";
import type { Input } from "../validate.js";

const LARGEST = 2 ** 32 - 1;

/** p's shape where the lengths agree, the reduced or trailing axes' where those fit; `undefined` where the input has a shape of its own. */
export function shapeLike(name: string, argument: string, input: unknown, shape: readonly number[], axis: MeasureOptions["axis"]): readonly number[] | undefined {
  if (typeof input !== "object" || input === null || !("length" in input)) return undefined;
  const length = input.length as number;
  if (length === cellsOf(shape)) return shape;
  const axes = axesOf(name, axis, shape);
  const reduced = shape.filter((_, i) => axes.includes(i));
  if (length === cellsOf(reduced)) return reduced;
  for (let i = 1; i < shape.length; i++) if (length === cellsOf(shape.slice(i))) return shape.slice(i);
  throw new ShapeError(`${name}: ${argument} has ${length} elements, expected ${cellsOf(shape)} to match p.`, cellsOf(shape), length);
}

/** How often each cell counts, from `mask` and `weights`, as the backends take it; `undefined` where each counts once. */
export function weightsOf(name: string, { mask, weights, axis }: MeasureOptions, shape: readonly number[]): Operand | undefined {
  const inside = mask === undefined ? undefined : maskOf(name, mask, shapeLike(name, "mask", mask, shape, axis));
  if (weights === undefined) return inside;
  const operand = operandOf(name, "weights", weights as Input, shapeLike(name, "weights", weights, shape, axis));
  if (!inside) return isDeviceGrid(operand) ? checkedType(name, operand) : integersOf(name, operand);
  if (isDeviceGrid(operand) || cellsOf(operand.shape) !== cellsOf(inside.shape)) {
    throw new RangeError(`${name}: mask and weights together must be host data of one shape.`);
  }
  const { data, shape: own } = integersOf(name, operand);
  return grid(Uint32Array.from(data as Uint32Array, (weight, i) => weight * inside.data[i]), { shape: own });
}

function maskOf(name: string, mask: NonNullable<MeasureOptions["mask"]>, shape: readonly number[] | undefined): Grid<Uint8Array> {
  const { data, shape: own } = Array.isArray(mask)
    ? { data: mask as readonly (number | boolean)[], shape }
    : (operandOf(name, "mask", mask as Input, shape) as Grid);
  if (!data) throw new TypeError(`${name}: mask must be host data.`);
  const inside = Uint8Array.from(data as ArrayLike<number>, (value) => Number(Boolean(value)));
  return grid(inside, { ...(own && { shape: own }) }) as Grid<Uint8Array>;
}

function checkedType<T extends Operand>(name: string, operand: T): T {
  if (operand.dtype === "uint8" || operand.dtype === "uint16" || operand.dtype === "uint32") return operand;
  throw new RangeError(`${name}: weights on a device must be uint8, uint16 or uint32, not ${operand.dtype}.`);
}

/** Weights of any type as unsigned integers; RangeError for one that is none. */
function integersOf(name: string, operand: Grid): Grid<Uint8Array | Uint16Array | Uint32Array> {
  if (/^uint(8|16|32)$/.test(operand.dtype)) return operand as Grid<Uint32Array>;
  const values = operand.data as CellArray & ArrayLike<number | bigint>;
  const integers = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const weight = Number(values[i]);
    if (operand.dtype === "float16" || !(Number.isInteger(weight) && weight >= 0 && weight <= LARGEST)) {
      throw new RangeError(`${name}: weights must be integers from 0 to ${LARGEST}, that at index ${i} is ${weight}; exact precision has no others.`);
    }
    integers[i] = weight;
  }
  return grid(integers, { shape: operand.shape }) as Grid<Uint32Array>;
}
