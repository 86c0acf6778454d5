import type { CellsJob, MapJob, Operand } from "../backend.js";
import { DeviceError } from "../errors.js";
import { BYTES_PER_CELL, follows, hasNodes } from "../grid.js";
import type { Axis, DeviceGrid, Dtype } from "../grid.js";
import { UNSCALED } from "../terms/measure.js";
import { USAGE } from "./device.js";
import type { Gpu } from "./gpu.js";
import { spanOf } from "./parts.js";
import type { Part, Room } from "./parts.js";
import type { Binding } from "./queue.js";
import type { Load } from "./shaders.js";
import type { Table } from "./tables.js";

/** A binding begins at a multiple of 256 bytes and ends at one of 16. */
const SLACK = 256 + 16;

/** Part of a buffer that a kernel sees, and where the first cell lies in it. */
export interface Bound {
  readonly resource: Binding;
  readonly first: number;
  /** To be called once nothing that reads it is to come. */
  readonly release: () => void;
}

/** Elements of an operand that one binding may hold, whatever lies before the first in its 256 bytes. */
export function roomFor({ limits }: Gpu, operand: Operand): number {
  const bytes = "data" in operand ? Math.min(limits.upload, limits.binding) : limits.binding;
  return Math.floor((bytes - SLACK) / BYTES_PER_CELL[operand.dtype]);
}

/** What a part of a job may have, so that it can be bound. */
export function roomOf(gpu: Gpu, { p, q }: Pick<CellsJob, "p" | "q">): Room {
  return { strideP: roomFor(gpu, p), strideQ: roomFor(gpu, q), strideW: Infinity, rows: Math.floor(gpu.limits.binding / ROW_BYTES), cells: Infinity };
}

/** Uploads host bytes, or binds what lies on the device: `cells` cells from `start` on. */
export async function bind({ device, pool, ring }: Gpu, operand: Operand, start: number, cells: number, label: string): Promise<Bound> {
  const bytes = cells * BYTES_PER_CELL[operand.dtype];
  if ("data" in operand) {
    const { buffer: host, byteOffset } = operand.data;
    const buffer = pool.take(padded(bytes), STORAGE, "grid");
    const data = new Uint8Array(host, byteOffset + start * BYTES_PER_CELL[operand.dtype], bytes);
    const long = bytes < SLICE ? 0 : bytes - (bytes % 4);
    if (long > 0) await ring.write(buffer, data.subarray(0, long));
    write(device, buffer, data.subarray(long), long);
    return { resource: { buffer, offset: 0, size: padded(bytes) }, first: 0, release: () => pool.give(buffer) };
  }
  if (!operand.buffer) throw new DeviceError(`${label} is a grid of the CPU backend: pass the host array instead.`, "unavailable");
  const byteOffset = operand.byteOffset + start * BYTES_PER_CELL[operand.dtype];
  const step = device.limits.minStorageBufferOffsetAlignment;
  const offset = Math.floor(byteOffset / step) * step;
  const skipped = byteOffset - offset;
  const size = Math.min(Math.ceil((skipped + bytes) / 16) * 16, operand.buffer.size - offset);
  return { resource: { buffer: operand.buffer, offset, size }, first: skipped / BYTES_PER_CELL[operand.dtype], release() {} };
}

/** p and q of a part; where they are one grid, it is bound once. */
export async function bindPair(gpu: Gpu, { p, q }: Pick<CellsJob, "p" | "q">, part: Part, label: string): Promise<{ readonly p: Bound; readonly q: Bound; readonly release: () => void }> {
  const boundP = await bind(gpu, p, part.starts.strideP, spanOf(part, "strideP"), `${label} p`);
  if (q === p) return { p: boundP, q: boundP, release: boundP.release };
  const boundQ = await bind(gpu, q, part.starts.strideQ, spanOf(part, "strideQ"), `${label} q`).catch((error: unknown) => {
    boundP.release();
    throw error;
  });
  return { p: boundP, q: boundQ, release: () => [boundP, boundQ].forEach((bound) => bound.release()) };
}

const STORAGE = USAGE.STORAGE | USAGE.COPY_DST | USAGE.COPY_SRC;
/** Whole fours of words, since four cells may be loaded at once. */
const padded = (bytes: number) => Math.max(Math.ceil(bytes / 16) * 16, 16);

/** A buffer of its own with an array's bytes. */
export function upload(device: GPUDevice, data: ArrayBufferView): GPUBuffer {
  const buffer = device.createBuffer({ label: "upload", size: padded(data.byteLength), usage: STORAGE });
  write(device, buffer, data);
  return buffer;
}

/** Bytes that go up in one write: longer ones are slower, and in browsers slower than the ring (docs/benchmarks.md, uploads). */
const SLICE = 2 ** 20;

function write({ queue }: GPUDevice, buffer: GPUBuffer, { buffer: bytes, byteOffset, byteLength }: ArrayBufferView, start = 0): void {
  const whole = byteLength - (byteLength % 4);
  for (let from = 0; from < whole; from += SLICE) queue.writeBuffer(buffer, start + from, bytes, byteOffset + from, Math.min(SLICE, whole - from));
  if (whole === byteLength) return;
  const rest = new Uint8Array(4);
  rest.set(new Uint8Array(bytes, byteOffset + whole, byteLength - whole));
  queue.writeBuffer(buffer, start + whole, rest);
}

/** May four neighbouring cells be loaded at once: are the cells of a row neighbours, and do all rows start on a multiple of four, in bindings of whole fours of words? */
export function loadOf({ kept, reduced }: Part, p: Bound, q: Bound): Load {
  const inner = reduced.at(-1);
  const neighbours = inner?.strideP === 1 && inner.strideQ === 1 && reduced.every((axis, i) => i === 0 || follows(reduced[i - 1], axis));
  const starts = [p.first, q.first, ...kept.flatMap(({ strideP, strideQ }) => [strideP, strideQ])];
  const whole = [p, q].every(({ resource }) => resource.size % 16 === 0);
  return neighbours && whole && starts.every((start) => start % 4 === 0) ? "four" : "each";
}

const LARGEST_AXES = 8;

/** First elements of p and q within their bindings, and what the kernel's own index begins with. */
export interface Firsts {
  readonly p: number;
  readonly q: number;
  readonly index: number;
}

/** The uniform `Parameters` of layout.wgsl. */
export function parametersOf(job: CellsJob | MapJob | { readonly factor: number; readonly perP: number }, { kept, reduced, rows, cells }: Part, firsts: Firsts, tiles = 0): ArrayBuffer {
  if (kept.length > LARGEST_AXES || reduced.length > LARGEST_AXES) {
    throw new DeviceError("a grid whose axes alternate more than 8 times is for the CPU backend.", "limit");
  }
  const bytes = new ArrayBuffer(48 + 2 * LARGEST_AXES * 16);
  const words = new Uint32Array(bytes);
  const floats = new Float32Array(bytes);
  words.set([firsts.p, firsts.q, rows, cells, tiles, kept.length, reduced.length]);
  floats[7] = "perP" in job ? job.perP : 0;
  floats[8] = "factor" in job ? job.factor : 1;
  words[9] = firsts.index;
  putAxes(words, 12, kept);
  putAxes(words, 12 + 4 * LARGEST_AXES, reduced);
  const starts = nodeStartsOf(reduced);
  starts.forEach((start, i) => { words[12 + 4 * (LARGEST_AXES + i) + 3] = start; });
  return bytes;
}

/** Where the nodes of each axis begin in what `takeNodes` takes: 0 for an axis without. */
function nodeStartsOf(reduced: readonly Axis[]): number[] {
  let next = 1;
  return reduced.map(({ nodes }) => (nodes ? (next += nodes.length) - nodes.length : 0));
}

/** The nodes of all axes, behind a 1 for those without; `null` where each cell counts one. To be given back. */
export function takeNodes({ tables }: Gpu, { reduced }: Part, label: string): Table | null {
  if (!hasNodes({ reduced })) return null;
  const nodes = Float32Array.from([1, ...reduced.flatMap(({ nodes: own }) => [...(own ?? [])])]);
  return tables.take(nodes.buffer, USAGE.STORAGE, `${label} nodes`);
}

function putAxes(words: Uint32Array, at: number, axes: readonly Axis[]): void {
  for (const [i, { size, strideP, strideQ }] of axes.entries()) words.set([size, strideP, strideQ], at + 4 * i);
}

/** Bytes of a `Row` of layout.wgsl. */
export const ROW_BYTES = 32;

/** The `Row` table of layout.wgsl: one row of nothing where no row needs anything. */
export function rowTableOf({ scales, totals, zeros, rows: own }: CellsJob & Pick<MapJob, "rows">, part: Part, mantissas: boolean): ArrayBuffer {
  const rows = scales || totals || zeros || own || mantissas ? part.rows : 1;
  const bytes = new ArrayBuffer(rows * ROW_BYTES);
  const words = new Int32Array(bytes);
  const floats = new Float32Array(bytes);
  for (let i = 0; i < rows; i++) {
    const { p, q, multiplier } = scales?.[part.firstRow + i] ?? UNSCALED;
    words.set([p, q, multiplier], i * 8);
    const total = totals?.[part.firstRow + i];
    if (total) floats.set([1 / total.p, 1 / total.q, total.d / total.p], i * 8 + 4);
    const [first, second] = own ? [own.plus, own.times] : zeros ? [zeros.p, zeros.q] : [];
    if (first && second) [floats[i * 8 + 3], floats[i * 8 + 7]] = [first[part.firstRow + i], second[part.firstRow + i]];
  }
  return bytes;
}

export function deviceGrid(buffer: GPUBuffer, dtype: Dtype, shape: readonly number[]): DeviceGrid {
  return { dtype, shape, buffer, host: null, byteOffset: 0, destroy: () => buffer.destroy() };
}
