import { readHeader } from "nifti-reader-js";
import { FormatError } from "../errors.js";
import { BYTES_PER_CELL, cellsOf } from "../grid.js";
import type { Dtype, Grid } from "../grid.js";
import { cellsOfBytes, inflate, isGzip } from "./bytes.js";
import type { NamedBytes } from "./bytes.js";

/* NIfTI-1 and NIfTI-2: https://nifti.nimh.nih.gov/nifti-1 and -2. The header comes from nifti-reader-js. */

/** Bytes of the longer header, NIfTI-2's. */
const HEADER_BYTES = 540;

/** The real types of the standard, by `datatype`. */
const DTYPES: Readonly<Record<number, Dtype>> = {
  2: "uint8", 4: "int16", 8: "int32", 16: "float32", 64: "float64",
  256: "int8", 512: "uint16", 768: "uint32", 1024: "int64", 1280: "uint64",
};

interface Header {
  readonly dtype: Dtype;
  readonly littleEndian: boolean;
  readonly shape: readonly number[];
  readonly dataOffset: number;
  readonly slope: number;
  readonly intercept: number;
}

function lengthsOf(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 4);
  return [view.getInt32(0, true), view.getInt32(0, false)];
}

/** True for an inflated .nii: the header's length in either byte order, and its magic. */
export function isNifti(bytes: Uint8Array): boolean {
  if (bytes.length < 348) return false;
  const lengths = lengthsOf(bytes);
  const text = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 3));
  return (lengths.includes(348) && text(344) === "n+1") || (lengths.includes(540) && text(4) === "n+2");
}

function parseHeader(name: string, bytes: Uint8Array<ArrayBuffer>): Header {
  const fail = (fact: string, offset: number): never => {
    throw new FormatError(`${name}: ${fact}.`, name, offset);
  };
  if (!isNifti(bytes)) fail("not a single-file NIfTI (.nii); convert it, for instance with nibabel", 0);
  const header = readHeader(bytes.slice().buffer);
  const { dims, datatypeCode, vox_offset: dataOffset, scl_slope: slope, scl_inter: intercept, littleEndian } = header;
  const dtype = DTYPES[datatypeCode];
  if (!dtype) fail(`NIfTI datatype ${datatypeCode} (colour, complex or 128-bit) is not a real number kullback reads; convert it to float32`, 70);
  const axes = dims[0];
  const sizes = dims.slice(1, axes + 1);
  if (!(axes >= 1 && axes <= 7) || sizes.some((size) => !Number.isInteger(size) || size < 1)) fail(`the NIfTI header states dimensions [${dims}]; it is damaged`, 40);
  while (sizes.length > 1 && sizes.at(-1) === 1) sizes.pop();
  if (!Number.isSafeInteger(cellsOf(sizes) * BYTES_PER_CELL[dtype])) fail(`dimensions [${sizes}] have more cells than can be counted`, 40);
  const headerLength = lengthsOf(bytes).includes(348) ? 348 : HEADER_BYTES;
  if (!Number.isInteger(dataOffset) || dataOffset < headerLength) fail(`the NIfTI header puts the data at byte ${dataOffset}, inside itself; it is damaged`, 108);
  const scaled = Number.isFinite(slope) && slope !== 0;
  return { dtype, littleEndian, shape: sizes.reverse(), dataOffset, slope: scaled ? slope : 1, intercept: scaled && Number.isFinite(intercept) ? intercept : 0 };
}

const bytesOf = ({ shape, dtype, dataOffset }: Header) => dataOffset + cellsOf(shape) * BYTES_PER_CELL[dtype];

/**
 * Reads `.nii` or `.nii.gz`. NIfTI's first axis is its fastest, so the shape is the header's reversed: [z, y, x], row-major;
 * trailing axes of size 1 are dropped. Slope and intercept are applied (binary64) where they change anything. The voxel size
 * is not made a spacing: intensities are taken as masses.
 */
export async function readNifti(file: NamedBytes): Promise<Grid> {
  const { name } = file;
  const bytes = isGzip(file.bytes) ? await inflate(file, HEADER_BYTES, (head) => bytesOf(parseHeader(name, head))) : file.bytes;
  const header = parseHeader(name, bytes);
  const { shape, dtype, dataOffset, littleEndian, slope, intercept } = header;
  const needed = bytesOf(header);
  if (bytes.length < needed) {
    throw new FormatError(`${name}: truncated: ${bytes.length} of ${needed} bytes for shape [${shape}]; copy the file again.`, name, bytes.length);
  }
  const data = cellsOfBytes(bytes, dataOffset, cellsOf(shape), dtype, littleEndian);
  if (slope === 1 && intercept === 0) return { data, dtype, shape };
  return { data: Float64Array.from(data as ArrayLike<number | bigint>, (value) => Number(value) * slope + intercept), dtype: "float64", shape };
}
