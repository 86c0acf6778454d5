import { randomBernoulli } from "d3-random";
import type { Batch, Bernoulli, Parameter } from "../distribution.js";
import { scalar } from "../scalar.js";
import type { ScalarDefinition } from "../scalar.js";

/** −p·ln p − (1 − p)·ln(1 − p) */
export function bernoulliEntropy(p: number): number {
  return p === 0 || p === 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log1p(-p);
}

export const BERNOULLI: ScalarDefinition<"bernoulli"> = {
  family: "bernoulli",
  kind: "discrete",
  requires: { probability: "probability" },
  support: ({ probability: p }) => [{ low: p === 1 ? 1 : 0, high: p === 0 ? 0 : 1 }],
  logPdf: ({ probability: p }) => (x) => (x === 1 ? Math.log(p) : x === 0 ? Math.log1p(-p) : Number.isNaN(x) ? NaN : -Infinity),
  mean: ({ probability: p }) => p,
  variance: ({ probability: p }) => p * (1 - p),
  entropy: ({ probability: p }) => bernoulliEntropy(p),
  sampler: ({ probability }, random) => randomBernoulli.source(random)(probability),
};

/**
 * Bernoulli distribution: 1 with probability `probability`, else 0.
 *
 * @param probability - From 0 to 1.
 * @returns The distribution; with an array a {@link Batch}.
 * @throws RangeError for another probability.
 * @see Johnson, Kemp & Kotz, Univariate Discrete Distributions, 3rd ed., §3.1.
 */
export function bernoulli(probability: number): Bernoulli;
export function bernoulli(probability: Parameter): Batch<"bernoulli">;
export function bernoulli(probability: Parameter): Bernoulli | Batch<"bernoulli"> {
  return scalar(BERNOULLI, { probability });
}
