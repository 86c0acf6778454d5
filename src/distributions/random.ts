import { mersenne } from "pure-rand/generator/mersenne";

/** Uniform numbers between 0 and 1, both left out: the source that d3-random's generators take. */
export type Random = () => number;

/**
 * 53 bits a number of MT19937, whose seeding spreads neighbouring seeds. (Of pure-rand's xoroshiro128+ the low halves alone are
 * handed out, whose last bits are the weak ones.)
 */
export function randomFrom(seed: number): Random {
  const generator = mersenne(seed | 0);
  return () => {
    const k = (generator.next() >>> 5) * 2 ** 26 + (generator.next() >>> 6);
    // 0 would be −Infinity as a logarithm
    return k === 0 ? 2 ** -54 : k * 2 ** -53;
  };
}

/** A standard exponential variable, above 0. */
export function exponentialOf(random: Random): number {
  return -Math.log(random());
}

/** An integer that can be a seed. */
export function seedOf(random: Random): number {
  return Math.floor(random() * 2 ** 32);
}

/** Indices with these probabilities. */
export function indexSampler(probabilities: Float64Array, random: Random): () => number {
  const bounds = new Float64Array(probabilities.length);
  probabilities.reduce((sum, p, i) => (bounds[i] = sum + p), 0);
  const last = probabilities.findLastIndex((p) => p > 0);
  return () => {
    const u = random() * bounds[last];
    let [low, high] = [0, last];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (u < bounds[middle]) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** Throws RangeError unless `count` and `seed` are what `sample` takes. */
export function checkDraw(name: string, count: number, seed: number): void {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${name}: count ${count} must be an integer of at least 0.`);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) throw new RangeError(`${name}: seed ${seed} must be an integer from 0 to 2^32 - 1.`);
}

/** `count` values that `draw` makes. */
export function drawn(count: number, seed: number, sampler: (random: Random) => () => number): Float64Array {
  checkDraw("sample", count, seed);
  const draw = sampler(randomFrom(seed));
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = draw();
  return values;
}

/** The same of rows of `width` values, which `fill` writes from `at` on. */
export function drawnRows(count: number, width: number, seed: number, sampler: (random: Random) => (rows: Float64Array, at: number) => void): Float64Array {
  checkDraw("sample", count, seed);
  const fill = sampler(randomFrom(seed));
  const rows = new Float64Array(count * width);
  for (let i = 0; i < count; i++) fill(rows, i * width);
  return rows;
}
