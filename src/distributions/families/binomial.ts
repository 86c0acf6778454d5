import { randomBinomial } from "d3-random";
import type { Batch, Binomial, Parameter } from "../distribution.js";
import { scalar } from "../scalar.js";
import type { ScalarDefinition } from "../scalar.js";
import { lnBinomial } from "../stirling.js";
import { bernoulliEntropy } from "./bernoulli.js";

export const BINOMIAL: ScalarDefinition<"binomial"> = {
  family: "binomial",
  kind: "discrete",
  requires: { trials: "count", probability: "probability" },
  support: ({ trials, probability: p }) => [{ low: p === 1 ? trials : 0, high: p === 0 ? 0 : trials }],
  logPdf: ({ trials, probability: p }) => (x) => {
    if (!(Number.isInteger(x) && x >= 0 && x <= trials)) return Number.isNaN(x) ? NaN : -Infinity;
    if (x === 0) return p === 0 ? 0 : trials * Math.log1p(-p);
    if (x === trials) return trials * Math.log(p);
    return p === 0 || p === 1 ? -Infinity : lnBinomial(x, trials - x, p, 1 - p);
  },
  mean: ({ trials, probability: p }) => trials * p,
  variance: ({ trials, probability: p }) => trials * p * (1 - p),
  entropy: ({ trials, probability: p }) => (trials === 1 ? bernoulliEntropy(p) : p === 0 || p === 1 ? 0 : undefined),
  sampler: ({ trials, probability }, random) => randomBinomial.source(random)(trials, probability),
};

/**
 * Binomial distribution, probability C(trials, k)·p^k·(1 − p)^(trials − k) of k = 0, …, `trials` successes. Its entropy has no closed form for two trials or more.
 *
 * @param trials - An integer of at least 1.
 * @param probability - Of a success, from 0 to 1.
 * @returns The distribution; with an array for either argument a {@link Batch}, where a number serves all.
 * @throws RangeError for other parameters; ShapeError for arrays of different lengths.
 * @see Johnson, Kemp & Kotz, Univariate Discrete Distributions, 3rd ed., ch. 3; the probabilities by C. Loader (2000).
 */
export function binomial(trials: number, probability: number): Binomial;
export function binomial(trials: Parameter, probability: Parameter): Batch<"binomial">;
export function binomial(trials: Parameter, probability: Parameter): Binomial | Batch<"binomial"> {
  return scalar(BINOMIAL, { trials, probability });
}
