import { randomPoisson } from "d3-random";
import type { Batch, Parameter, Poisson } from "../distribution.js";
import { POSITIVE, scalar } from "../scalar.js";
import type { ScalarDefinition } from "../scalar.js";
import { lnPoisson } from "../stirling.js";

export const POISSON: ScalarDefinition<"poisson"> = {
  family: "poisson",
  kind: "discrete",
  requires: { rate: "positive" },
  support: () => POSITIVE,
  logPdf: ({ rate }) => (x) => (Number.isInteger(x) && x >= 0 ? lnPoisson(x, rate) : Number.isNaN(x) ? NaN : -Infinity),
  mean: ({ rate }) => rate,
  variance: ({ rate }) => rate,
  entropy: () => undefined,
  sampler: ({ rate }, random) => randomPoisson.source(random)(rate),
};

/**
 * Poisson distribution, probability rate^k·e^(−rate)/k! of k = 0, 1, 2, …. Its entropy has no closed form.
 *
 * @param rate - Mean number of events, positive and finite.
 * @returns The distribution; with an array a {@link Batch}.
 * @throws RangeError for another rate.
 * @see Johnson, Kemp & Kotz, Univariate Discrete Distributions, 3rd ed., ch. 4; the probabilities by C. Loader (2000).
 */
export function poisson(rate: number): Poisson;
export function poisson(rate: Parameter): Batch<"poisson">;
export function poisson(rate: Parameter): Poisson | Batch<"poisson"> {
  return scalar(POISSON, { rate });
}
