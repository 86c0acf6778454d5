/** Seeded random numbers, the same in every engine: PCG-RXS-M-XS-32, as `test/cases/hard-cases.gen.mjs` has it. */
export interface Random {
  /** 32 random bits. */
  uint32(): number;
  /** [0, 1) in steps of 2^-32. */
  unit(): number;
  /** An integer in [low, high]. */
  integer(low: number, high: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

export function random(seed: number): Random {
  let state = seed >>> 0;
  const uint32 = (): number => {
    state = (Math.imul(state, 747796405) + 2891336453) >>> 0;
    const word = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737) >>> 0;
    return ((word >>> 22) ^ word) >>> 0;
  };
  const unit = (): number => uint32() / 2 ** 32;
  const integer = (low: number, high: number): number => low + Math.floor(unit() * (high - low + 1));
  return { uint32, unit, integer, pick: (items) => items[integer(0, items.length - 1)] };
}

/** `n` values in (0, 1] with the digits of binary64. */
export function positive(rng: Random, n: number): Float64Array {
  return Float64Array.from({ length: n }, () => (rng.uint32() + 1 - rng.unit()) / 2 ** 32);
}

/** `values` divided by their sum. */
export function normalized(values: ArrayLike<number>): Float64Array {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return Float64Array.from(values, (value) => value / sum);
}

/** values·(1 + closeness·noise), the noise in [−1, 1). */
export function near(rng: Random, values: ArrayLike<number>, closeness: number): Float64Array {
  return Float64Array.from(values, (value) => value * (1 + closeness * (2 * rng.unit() - 1)));
}
