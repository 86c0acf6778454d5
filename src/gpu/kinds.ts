import type { Dtype } from "../grid.js";

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
