import type { CellsJob, MapJob, Operand } from "../backend.js";
import { DeviceError } from "../errors.js";
import { BYTES_PER_CELL, cellsOf } from "../grid.js";
import type { Axis, Dtype, Layout } from "../grid.js";
import { UNSCALED } from "../terms/measure.js";
import { USAGE } from "./device.js";
import type { Load } from "./shaders.js";

/** Element types as the shaders number them; 64-bit types have no place there. */
const KIND: Partial<Record<Dtype, number>> = { float32: 0, float16: 1, uint32: 2, int32: 3, uint16: 4, int16: 5, uint8: 6, int8: 7 };

export function kindOf(dtype: Dtype): number | undefined {
  return KIND[dtype];
}

const isFloat = (dtype: Dtype) => dtype === "float32" || dtype === "float16";
const isWord = (dtype: Dtype) => dtype === "uint32" || dtype === "int32";

/** Is the difference of the two types more than f32 holds, so that it must be formed from the mantissas? */
export function needsMantissas(p: Dtype, q: Dtype): boolean {
  return (isFloat(p) && isWord(q)) || (isWord(p) && isFloat(q));
}

/** Part of a buffer that a kernel sees, and where the first cell lies in it. */
export interface Bound {
  readonly resource: GPUBufferBinding & { readonly size: number };
  readonly first: number;
  readonly destroy: () => void;
}

/** Uploads host bytes for one call, or binds what lies on the device. */
export function bind(device: GPUDevice, operand: Operand, label: string): Bound {
  if ("data" in operand) {
    const buffer = uploadBytes(device, operand.data, label);
    return { resource: { buffer, size: buffer.size }, first: 0, destroy: () => buffer.destroy() };
  }
  if (!operand.buffer) throw new DeviceError(`${label} is a grid of the CPU backend: pass the host array instead.`, "unavailable");
  const bytes = cellsOf(operand.shape) * BYTES_PER_CELL[operand.dtype];
  const step = device.limits.minStorageBufferOffsetAlignment;
  const offset = Math.floor(operand.byteOffset / step) * step;
  const skipped = operand.byteOffset - offset;
  const size = Math.min(Math.ceil((skipped + bytes) / 16) * 16, operand.buffer.size - offset);
  checkSize(device, size, label);
  return { resource: { buffer: operand.buffer, offset, size }, first: skipped / BYTES_PER_CELL[operand.dtype], destroy() {} };
}

export function checkSize(device: GPUDevice, bytes: number, label: string): void {
  const limit = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  if (bytes <= limit) return;
  throw new DeviceError(`${label} takes ${bytes} bytes, this device binds ${limit} at most: use the CPU backend or split it.`, "limit");
}

/** A storage buffer with the array's bytes, padded to whole fours of words. */
export function uploadBytes(device: GPUDevice, data: ArrayBufferView, label: string): GPUBuffer {
  const whole = data.byteLength - (data.byteLength % 4);
  const size = Math.max(Math.ceil(data.byteLength / 16) * 16, 16);
  checkSize(device, size, label);
  const buffer = device.createBuffer({ label, size, usage: USAGE.STORAGE | USAGE.COPY_DST | USAGE.COPY_SRC });
  device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, whole);
  if (whole < data.byteLength) {
    const rest = new Uint8Array(4);
    rest.set(new Uint8Array(data.buffer, data.byteOffset + whole, data.byteLength - whole));
    device.queue.writeBuffer(buffer, whole, rest);
  }
  return buffer;
}

/** May four neighbouring cells be loaded at once: are the cells of a row neighbours, and do all rows start on a multiple of four, in bindings of whole fours of words? */
export function loadOf({ kept, reduced }: Layout, p: Bound, q: Bound): Load {
  const neighbours = reduced.length === 1 && reduced[0].strideP === 1 && reduced[0].strideQ === 1;
  const starts = [p.first, q.first, ...kept.flatMap(({ strideP, strideQ }) => [strideP, strideQ])];
  const whole = [p, q].every(({ resource }) => resource.size % 16 === 0);
  return neighbours && whole && starts.every((start) => start % 4 === 0) ? "four" : "each";
}

const LARGEST_AXES = 8;

/** The uniform `Parameters` of layout.wgsl. */
export function parametersOf(job: CellsJob | MapJob, pFirst: number, qFirst: number, tiles: number): ArrayBuffer {
  const { kept, reduced, rows, cells } = job.layout;
  if (kept.length > LARGEST_AXES || reduced.length > LARGEST_AXES) {
    throw new DeviceError("a grid whose axes alternate more than 8 times is for the CPU backend.", "limit");
  }
  const bytes = new ArrayBuffer(48 + 2 * LARGEST_AXES * 16);
  const words = new Uint32Array(bytes);
  const floats = new Float32Array(bytes);
  words.set([pFirst, qFirst, rows, cells, tiles, kept.length, reduced.length]);
  floats[7] = "perP" in job ? job.perP : 0;
  floats[8] = "factor" in job ? job.factor : 1;
  putAxes(words, 12, kept);
  putAxes(words, 12 + 4 * LARGEST_AXES, reduced);
  return bytes;
}

function putAxes(words: Uint32Array, at: number, axes: readonly Axis[]): void {
  for (const [i, { size, strideP, strideQ }] of axes.entries()) words.set([size, strideP, strideQ], at + 4 * i);
}

/** The `Row` table of layout.wgsl: one row of nothing where no row needs anything. */
export function rowTableOf({ layout, scales, totals }: CellsJob, mantissas: boolean): ArrayBuffer {
  const rows = scales || totals || mantissas ? layout.rows : 1;
  const bytes = new ArrayBuffer(rows * 32);
  const words = new Int32Array(bytes);
  const floats = new Float32Array(bytes);
  for (let i = 0; i < rows; i++) {
    const { p, q, multiplier } = scales?.[i] ?? UNSCALED;
    words.set([p, q, multiplier], i * 8);
    const total = totals?.[i];
    if (total) floats.set([1 / total.p, 1 / total.q, total.d / total.p], i * 8 + 4);
  }
  return bytes;
}
