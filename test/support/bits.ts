import type { CellArray, Dtype } from "../../src/grid";
import type { Random } from "./random";

const wide = (rng: Random) => (BigInt(rng.uint32()) << 32n) + BigInt(rng.uint32());

/** Cells of every type from random bits: all exponents, subnormals and zeros, nothing that a distribution cannot hold. */
export const ANY_CELLS: Readonly<Record<Dtype, (rng: Random, n: number) => CellArray>> = {
  float64: (rng, n) => new Float64Array(Uint32Array.from({ length: 2 * n }, (_, i) => (i % 2 ? Math.min(rng.uint32() >>> 1, 0x7fefffff) * Number(rng.unit() < 0.9) : rng.uint32())).buffer),
  float32: (rng, n) => new Float32Array(Uint32Array.from({ length: n }, () => Math.min(rng.uint32() >>> 1, 0x7f7fffff) >>> rng.integer(0, 31)).buffer),
  float16: (rng, n) => Uint16Array.from({ length: n }, () => Math.min(rng.uint32() >>> 17, 0x7bff)),
  uint8: (rng, n) => Uint8Array.from({ length: n }, () => rng.uint32()),
  uint16: (rng, n) => Uint16Array.from({ length: n }, () => rng.uint32()),
  uint32: (rng, n) => Uint32Array.from({ length: n }, () => rng.uint32() >>> rng.integer(0, 31)),
  uint64: (rng, n) => BigUint64Array.from({ length: n }, () => wide(rng) >> BigInt(rng.integer(0, 63))),
  int8: (rng, n) => Int8Array.from({ length: n }, () => rng.uint32() & 127),
  int16: (rng, n) => Int16Array.from({ length: n }, () => rng.uint32() & 0x7fff),
  int32: (rng, n) => Int32Array.from({ length: n }, () => rng.uint32() >>> 1),
  int64: (rng, n) => BigInt64Array.from({ length: n }, () => wide(rng) >> BigInt(rng.integer(1, 63))),
};

export const DTYPES = Object.keys(ANY_CELLS) as readonly Dtype[];
