/** Numbers in (0, 1], the same for the same seed: a 32-bit linear congruential generator (Numerical Recipes, 3rd ed., §7.1). */
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 4294967296;
  };
}

const ARRAYS = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array };

/**
 * Two arrays of `cells` cells. `"random"`: independent; `"near"`: q = p·(1 + 1e-6·noise), where a naive sum loses all digits.
 * Integers count from 1.
 */
export function pairOf({ data, dtype }, cells) {
  const next = uniform(1);
  const array = ARRAYS[dtype];
  const value = dtype === "uint8" ? () => 1 + Math.floor(next() * 254) : next;
  const p = array.from({ length: cells }, value);
  const q = data === "near" ? array.from(p, (x) => x * (1 + 1e-6 * (next() - 0.5))) : array.from({ length: cells }, value);
  return { p, q };
}
