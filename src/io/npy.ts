import { FormatError } from "../errors.js";
import { BYTES_PER_CELL, cellsOf, stridesOf } from "../grid.js";
import type { CellArray, Dtype, Grid } from "../grid.js";
import { cellsOfBytes } from "./bytes.js";
import type { NamedBytes } from "./bytes.js";

/*
 * NumPy's .npy, versions 1 to 3: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * Our own reader, so that ranges of a large file can be read from its header alone.
 */

/** What a .npy header says. */
export interface NpyHeader {
  readonly dtype: Dtype;
  readonly littleEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** First byte of the data. */
  readonly dataOffset: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const DTYPES: Readonly<Record<string, Dtype>> = {
  b1: "uint8", u1: "uint8", u2: "uint16", u4: "uint32", u8: "uint64",
  i1: "int8", i2: "int16", i4: "int32", i8: "int64", f2: "float16", f4: "float32", f8: "float64",
};

export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/** Reads the header; `bytes` may end after it. */
export function parseNpyHeader({ name, bytes }: NamedBytes): NpyHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (fact: string, offset: number): never => {
    throw new FormatError(`${name}: ${fact}; save it again with numpy.save.`, name, offset);
  };
  if (!isNpy(bytes)) fail("not a .npy file", 0);
  if (bytes.length < 12) fail(`the .npy header breaks off after ${bytes.length} bytes`, bytes.length);
  const version = bytes[6];
  if (version < 1 || version > 3) fail(`.npy version ${version} is unknown`, 6);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (start + length > bytes.length) fail(`the .npy header of ${length} bytes breaks off after ${bytes.length - start}`, bytes.length);
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes.subarray(start, start + length));
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape':\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (descr === undefined && /'descr':\s*\[/.test(text)) fail("structured dtypes have no single number a cell", start);
  if (descr === undefined || order === undefined || sizes === undefined) return fail("the .npy header lacks descr, fortran_order or shape", start);
  const [, mark, code] = /^([<>|=]?)(\w+)$/.exec(descr) ?? [];
  const dtype = DTYPES[code ?? ""];
  if (!dtype) fail(`dtype ${descr} is not a real number type kullback reads (b1, i1-i8, u1-u8, f2-f8)`, start);
  const shape = sizes.split(",").map((size) => size.trim().replace("L", "")).filter((size) => size !== "").map(Number);
  if (!Number.isSafeInteger(cellsOf(shape) * BYTES_PER_CELL[dtype])) fail(`shape [${shape}] has more cells than can be counted`, start);
  return { dtype, littleEndian: mark !== ">", fortranOrder: order === "True", shape, dataOffset: start + length };
}

/** Reads a whole file; Fortran order is turned into row-major order. A 0-d array becomes one cell. */
export function readNpy(file: NamedBytes): Grid {
  const { dtype, littleEndian, fortranOrder, shape: stated, dataOffset } = parseNpyHeader(file);
  const shape = stated.length === 0 ? [1] : stated;
  const count = cellsOf(shape);
  const available = Math.floor((file.bytes.length - dataOffset) / BYTES_PER_CELL[dtype]);
  if (available < count) {
    throw new FormatError(`${file.name}: truncated: ${available} of ${count} cells for shape [${shape}]; copy the file again.`, file.name, file.bytes.length);
  }
  const data = cellsOfBytes(file.bytes, dataOffset, count, dtype, littleEndian);
  return { data: fortranOrder ? toRowMajor(data, shape) : data, dtype, shape };
}

function toRowMajor(data: CellArray, shape: readonly number[]): CellArray {
  const result = data.slice();
  const strides = stridesOf([...shape].reverse()).reverse();
  const digits = shape.map(() => 0);
  for (let i = 0, from = 0; i < data.length; i++) {
    result[i] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++digits[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      digits[axis] = 0;
    }
  }
  return result;
}

/**
 * The bytes of a .npy file, little-endian, C order, version 1 (2 for a header beyond 65 535 bytes).
 *
 * @param grid - `data`, `dtype` and `shape`, as `openGrid` and `pointwise` return them.
 */
export function encodeNpy({ data, dtype, shape }: Pick<Grid, "data" | "dtype" | "shape">): Uint8Array<ArrayBuffer> {
  const code = dtype === "uint8" ? "u1" : Object.keys(DTYPES).find((key) => DTYPES[key] === dtype);
  const mark = BYTES_PER_CELL[dtype] === 1 ? "|" : "<";
  const dict = `{'descr': '${mark}${code}', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const version = dict.length + 75 > 65535 ? 2 : 1;
  const start = version === 1 ? 10 : 12;
  const length = Math.ceil((start + dict.length + 1) / 64) * 64 - start;
  const bytes = new Uint8Array(start + length + data.byteLength);
  bytes.set(MAGIC);
  bytes[6] = version;
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, length, true);
  else view.setUint32(8, length, true);
  bytes.set(new TextEncoder().encode(`${dict.padEnd(length - 1)}\n`), start);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + length);
  return bytes;
}
