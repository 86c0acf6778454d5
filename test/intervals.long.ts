import { describe, expect, it } from "vitest";
import { confidenceInterval, klDivergence, openBackend } from "../src/index";
import { resample, uniformsOf } from "../src/operations/resample";

const REPETITIONS = 1000;
const LEVEL = 0.95;

/** Two distributions over k bins, by shares of a total that counts can have. */
function distributions(k: number, spread: number, seed: number): readonly [Float64Array, Float64Array] {
  const uniform = uniformsOf(seed);
  const one = () => Float64Array.from({ length: k }, () => Math.round(1e6 * Math.exp(spread * (uniform() + uniform() + uniform() - 1.5))));
  return [one(), one()];
}

describe("intervals cover the true value as often as they say", () => {
  it.each([
    [5, 1.2, 1000, 1200, 11, "bootstrap"], [12, 1, 3000, 2000, 12, "bootstrap"], [30, 0.8, 8000, 9000, 13, "bootstrap"], [12, 1, 3000, 2000, 12, "jackknife"],
  ] as const)("%i bins, spread %f, %i and %i samples, seed %i, by %s", { timeout: 600_000 }, async (k, spread, n, m, seed, method) => {
    await using backend = await openBackend({ prefer: "cpu", threads: 1 });
    const [p, q] = distributions(k, spread, seed);
    const [totalP, totalQ] = [p, q].map((list) => list.reduce((sum, value) => sum + value, 0));
    const truth = await klDivergence(p, q);
    // what the promise is made for
    expect(truth).toBeGreaterThan(10 * ((k - 1) / 2) * (1 / n + 1 / m));
    expect(Math.min(...p.map((value) => (n * value) / totalP), ...q.map((value) => (m * value) / totalQ))).toBeGreaterThanOrEqual(50);
    const uniform = uniformsOf(seed + 1000);
    let covered = 0;
    for (let i = 0; i < REPETITIONS; i++) {
      const [a, b] = [draw(p, totalP, n, uniform), draw(q, totalQ, m, uniform)];
      const { low, high } = await confidenceInterval(klDivergence, a, b, { resamples: 400, seed: i, method, level: LEVEL, backend });
      if (low <= truth && truth <= high) covered += 1;
    }
    console.log(`${k} bins, ${n} and ${m} samples, D ${truth.toFixed(4)}, ${method}: ${(100 * covered) / REPETITIONS} % covered`);
    expect(Math.abs(covered / REPETITIONS - LEVEL)).toBeLessThanOrEqual(3 * Math.sqrt((LEVEL * (1 - LEVEL)) / REPETITIONS));
  });

});

/** Samples of a distribution: so many of its total's worth drawn anew. */
function draw(weights: Float64Array, total: number, samples: number, uniform: () => number): Float64Array {
  const into = new Float64Array(weights.length);
  resample(Array.from(weights, (weight) => (weight / total) * samples), samples, uniform, into, 0);
  return into;
}
