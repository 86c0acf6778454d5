import { randomLogNormal } from "d3-random";
import type { Batch, LogNormal, Parameter } from "../distribution.js";
import { POSITIVE, scalar } from "../scalar.js";
import type { ScalarDefinition } from "../scalar.js";
import { HALF_LN_2PI } from "../special.js";

export const LOG_NORMAL: ScalarDefinition<"logNormal"> = {
  family: "logNormal",
  kind: "continuous",
  requires: { mu: "finite", sigma: "positive" },
  support: () => POSITIVE,
  logPdf: ({ mu, sigma }) => {
    const constant = -Math.log(sigma) - HALF_LN_2PI;
    return (x) => {
      if (!(x > 0)) return Number.isNaN(x) ? NaN : -Infinity;
      const ln = Math.log(x);
      const z = (ln - mu) / sigma;
      return constant - ln - 0.5 * z * z;
    };
  },
  mean: ({ mu, sigma }) => Math.exp(mu + 0.5 * sigma * sigma),
  variance: ({ mu, sigma }) => Math.expm1(sigma * sigma) * Math.exp(2 * mu + sigma * sigma),
  entropy: ({ mu, sigma }) => mu + 0.5 + HALF_LN_2PI + Math.log(sigma),
  sampler: ({ mu, sigma }, random) => randomLogNormal.source(random)(mu, sigma),
};

/**
 * Log-normal distribution: e^z for a normal z with mean `mu` and standard deviation `sigma`; density on x > 0, 0 at 0.
 *
 * @param mu - Mean of ln x, any finite number.
 * @param sigma - Standard deviation of ln x, positive and finite.
 * @returns The distribution; with an array for either argument a {@link Batch}, where a number serves all.
 * @throws RangeError for other parameters; ShapeError for arrays of different lengths.
 * @see Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd ed., vol. 1, ch. 14.
 */
export function logNormal(mu: number, sigma: number): LogNormal;
export function logNormal(mu: Parameter, sigma: Parameter): Batch<"logNormal">;
export function logNormal(mu: Parameter, sigma: Parameter): LogNormal | Batch<"logNormal"> {
  return scalar(LOG_NORMAL, { mu, sigma });
}
