import { randomGamma } from "d3-random";
import type { Batch, Gamma, Parameter } from "../distribution.js";
import { POSITIVE, scalar } from "../scalar.js";
import type { ScalarDefinition } from "../scalar.js";
import { HALF_LN_2PI, lnGamma } from "../special.js";
import { LARGE, lnMinusDigamma, lnPoisson, stirlingError } from "../stirling.js";

export const GAMMA: ScalarDefinition<"gamma"> = {
  family: "gamma",
  kind: "continuous",
  requires: { shape: "positive", rate: "positive" },
  support: () => POSITIVE,
  logPdf: ({ shape, rate }) => {
    const lnShape = Math.log(shape);
    const constant = shape * Math.log(rate) - lnGamma(shape);
    return (x) => {
      if (!(x >= 0)) return Number.isNaN(x) ? NaN : -Infinity;
      if (x === Infinity) return -Infinity;
      // shape/x times a Poisson probability: there nothing large cancels
      if (shape >= LARGE && rate * x > 1e-290) return lnShape - Math.log(x) + lnPoisson(shape, rate * x);
      return constant + (shape === 1 ? 0 : (shape - 1) * Math.log(x)) - rate * x;
    };
  },
  mean: ({ shape, rate }) => shape / rate,
  variance: ({ shape, rate }) => shape / rate / rate,
  entropy: ({ shape, rate }) => stirlingError(shape) + HALF_LN_2PI + 0.5 * Math.log(shape) + (shape - 1) * lnMinusDigamma(shape) - Math.log(rate),
  sampler: ({ shape, rate }, random) => randomGamma.source(random)(shape, 1 / rate),
};

/**
 * Gamma distribution, density rate^shape·x^(shape − 1)·e^(−rate·x)/Γ(shape) on x ≥ 0; infinite at 0 for shape < 1.
 *
 * @param shape - Positive and finite.
 * @param rate - Positive and finite: 1 over SciPy's `scale`.
 * @returns The distribution; with an array for either argument a {@link Batch}, where a number serves all.
 * @throws RangeError for other parameters; ShapeError for arrays of different lengths.
 * @remarks Of shapes below about 0.02 samples underflow to 0.
 * @see Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd ed., vol. 1, ch. 17.
 */
export function gamma(shape: number, rate: number): Gamma;
export function gamma(shape: Parameter, rate: Parameter): Batch<"gamma">;
export function gamma(shape: Parameter, rate: Parameter): Gamma | Batch<"gamma"> {
  return scalar(GAMMA, { shape, rate });
}
