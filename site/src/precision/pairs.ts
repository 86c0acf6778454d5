/** Cells of a pair. */
export const CELLS = 4096;
/** Pairs at every closeness, by their seeds. */
export const PAIRS = 8;
/** Closeness goes from 1 down to 10 to this power, in steps of the slider. */
export const LEAST_POWER = -12;
export const POWER_STEP = 0.25;

export interface Pair<Cells extends Float32Array | Float64Array> {
  readonly p: Cells;
  readonly q: Cells;
}

/** 32 random bits at a time, the same for the same seed: PCG-RXS-M-XS-32 (O'Neill 2014). */
function bitsOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 747796405) + 2891336453) >>> 0;
    const word = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737) >>> 0;
    return ((word >>> 22) ^ word) >>> 0;
  };
}

/** p in (0, 1], and q = p·(1 + ε·noise) with noise uniform in [−1, 1): both rounded to binary64 and, p first, to binary32. */
export function pairsAt(epsilon: number, seed: number): { readonly wide: Pair<Float64Array>; readonly narrow: Pair<Float32Array> } {
  const bits = bitsOf(seed);
  const wide = Float64Array.from({ length: CELLS }, () => (bits() + 1 - bits() / 2 ** 32) / 2 ** 32);
  const noise = Float64Array.from(wide, () => 2 * (bits() / 2 ** 32) - 1);
  const beside = (p: ArrayLike<number>) => Float64Array.from(p, (x, i) => x * (1 + epsilon * noise[i]));
  const narrow = Float32Array.from(wide);
  return { wide: { p: wide, q: beside(wide) }, narrow: { p: narrow, q: Float32Array.from(beside(narrow)) } };
}
