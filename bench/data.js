/**
 * Numbers in (0, 1], the same for the same seed: PCG-RXS-M-XS-32 (O'Neill 2014), which neither strides nor rows see through.
 */
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 747796405) + 2891336453) >>> 0;
    const word = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737) >>> 0;
    return (((word >>> 22) ^ word) >>> 0) / 4294967296 + 2 ** -32;
  };
}

const ARRAYS = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array };
const CLOSENESS = 1e-6;
/** What q's cells are of p's. */
const RATIO = { near: 1, scaled: 1000 };

/**
 * Two arrays of `cells` cells. `"random"`: independent; `"near"`: q = p·(1 + 1e-6·noise), where a naive sum loses all digits;
 * `"scaled"`: 1000 times that q, where totals hide the divergence until the cells are read again. Integers count from 1.
 */
export function pairOf({ data, dtype, cells }) {
  const next = uniform(1);
  const value = dtype === "uint8" ? () => 1 + Math.floor(next() * 254) : next;
  const [p, q] = [new ARRAYS[dtype](cells), new ARRAYS[dtype](cells)];
  for (let i = 0; i < cells; i++) p[i] = value();
  const ratio = RATIO[data];
  if (ratio) for (let i = 0; i < cells; i++) q[i] = p[i] * ratio * (1 + CLOSENESS * (2 * next() - 1));
  else for (let i = 0; i < cells; i++) q[i] = value();
  return { p, q };
}
