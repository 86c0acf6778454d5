import { randomExponential } from "d3-random";
import type { Batch, Exponential, Parameter } from "../distribution.js";
import { POSITIVE, scalar } from "../scalar.js";
import type { ScalarDefinition } from "../scalar.js";

export const EXPONENTIAL: ScalarDefinition<"exponential"> = {
  family: "exponential",
  kind: "continuous",
  requires: { rate: "positive" },
  support: () => POSITIVE,
  logPdf: ({ rate }) => {
    const constant = Math.log(rate);
    return (x) => (x >= 0 ? constant - rate * x : Number.isNaN(x) ? NaN : -Infinity);
  },
  mean: ({ rate }) => 1 / rate,
  variance: ({ rate }) => 1 / rate / rate,
  entropy: ({ rate }) => 1 - Math.log(rate),
  sampler: ({ rate }, random) => randomExponential.source(random)(rate),
};

/**
 * Exponential distribution, density rate·e^(−rate·x) on x ≥ 0.
 *
 * @param rate - Positive and finite: 1 over the mean, and over SciPy's `scale`.
 * @returns The distribution; with an array a {@link Batch}.
 * @throws RangeError for another rate.
 * @see Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd ed., vol. 1, ch. 19.
 */
export function exponential(rate: number): Exponential;
export function exponential(rate: Parameter): Batch<"exponential">;
export function exponential(rate: Parameter): Exponential | Batch<"exponential"> {
  return scalar(EXPONENTIAL, { rate });
}
