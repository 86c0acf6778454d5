import type { Dtype } from "../grid.js";

/*
 * Numbers of 32 bits or fewer as unsigned integers in their order, by which bins are found without a comparison of floats. Twin: shaders/sample.wgsl.
 */

/** The least and the greatest of each integer type. */
const INTEGERS: Partial<Record<Dtype, readonly [number, number]>> = {
  uint8: [0, 255], uint16: [0, 65535], uint32: [0, 2 ** 32 - 1], int8: [-128, 127], int16: [-32768, 32767], int32: [-(2 ** 31), 2 ** 31 - 1],
};
const SIGN = 0x80000000;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Of a single. */
function keyOfFloat(x: number): number {
  // -0 is 0
  float[0] = x + 0;
  return (bits[0] >= SIGN ? ~bits[0] : bits[0] | SIGN) >>> 0;
}

function floatOf(key: number): number {
  bits[0] = key >= SIGN ? key - SIGN : ~key;
  return float[0];
}

const isSigned = (dtype: Dtype) => dtype.startsWith("int");

/** The number that has a key. */
export function numberOf(dtype: Dtype, key: number): number {
  if (!INTEGERS[dtype]) return floatOf(key);
  return isSigned(dtype) ? key - SIGN : key;
}

/** The key of the smallest number of a type that is not below x; `null` where all are. */
function keyAtLeast(dtype: Dtype, x: number): number | null {
  const range = INTEGERS[dtype];
  if (!range) {
    const key = keyOfFloat(Math.fround(x));
    return Math.fround(x) < x ? key + 1 : key;
  }
  const least = Math.max(Math.ceil(x), range[0]);
  return least > range[1] ? null : isSigned(dtype) ? least + SIGN : least;
}

/** The key of the largest that is not above x. */
function keyAtMost(dtype: Dtype, x: number): number | null {
  const range = INTEGERS[dtype];
  if (!range) {
    const key = keyOfFloat(Math.fround(x));
    return Math.fround(x) > x ? key - 1 : key;
  }
  const most = Math.min(Math.floor(x), range[1]);
  return most < range[0] ? null : isSigned(dtype) ? most + SIGN : most;
}

/** Bins of numbers of a type, by keys. */
export interface KeyedBins {
  /** Of the edges, but for the last, that some number reaches. */
  readonly keys: Uint32Array<ArrayBuffer>;
  /** Of the smallest and the largest number within. */
  readonly bottom: number;
  readonly top: number;
  /** Where no number is within: on which side all are. */
  readonly none?: "below" | "above";
}

export function keyedBins(edges: Float64Array, dtype: Dtype): KeyedBins {
  const bins = edges.length - 1;
  const [bottom, top] = [keyAtLeast(dtype, edges[0]), keyAtMost(dtype, edges[bins])];
  if (bottom === null || top === null) return { keys: Uint32Array.of(0), bottom: 0, top: 0, none: bottom === null ? "below" : "above" };
  const keys = Array.from({ length: bins }, (_, i) => keyAtLeast(dtype, edges[i])).filter((key) => key !== null);
  return { keys: Uint32Array.from(keys), bottom, top };
}
