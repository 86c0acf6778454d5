import { randomGeometric } from "d3-random";
import type { Batch, Geometric, Parameter } from "../distribution.js";
import { POSITIVE, scalar } from "../scalar.js";
import type { Interval, ScalarDefinition } from "../scalar.js";
import { bernoulliEntropy } from "./bernoulli.js";

const ZERO: readonly Interval[] = [{ low: 0, high: 0 }];

export const GEOMETRIC: ScalarDefinition<"geometric"> = {
  family: "geometric",
  kind: "discrete",
  requires: { probability: "positiveProbability" },
  support: ({ probability: p }) => (p === 1 ? ZERO : POSITIVE),
  logPdf: ({ probability: p }) => {
    const [success, failure] = [Math.log(p), Math.log1p(-p)];
    return (x) => {
      if (!(Number.isInteger(x) && x >= 0)) return Number.isNaN(x) ? NaN : -Infinity;
      return x === 0 ? success : success + x * failure;
    };
  },
  mean: ({ probability: p }) => (1 - p) / p,
  variance: ({ probability: p }) => (1 - p) / p / p,
  entropy: ({ probability: p }) => bernoulliEntropy(p) / p,
  sampler: ({ probability }, random) => {
    // d3-random counts the trials
    const trials = randomGeometric.source(random)(probability);
    return () => trials() - 1;
  },
};

/**
 * Geometric distribution, probability p·(1 − p)^k of k = 0, 1, 2, … failures before the first success, as PyTorch and TensorFlow Probability have it.
 * (SciPy's `geom` counts the trials, k + 1.)
 *
 * @param probability - Of a success, above 0 and at most 1.
 * @returns The distribution; with an array a {@link Batch}.
 * @throws RangeError for another probability.
 * @see Johnson, Kemp & Kotz, Univariate Discrete Distributions, 3rd ed., §5.2.
 */
export function geometric(probability: number): Geometric;
export function geometric(probability: Parameter): Batch<"geometric">;
export function geometric(probability: Parameter): Geometric | Batch<"geometric"> {
  return scalar(GEOMETRIC, { probability });
}
