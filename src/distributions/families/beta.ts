import { randomBeta } from "d3-random";
import type { Batch, Beta, Parameter } from "../distribution.js";
import { scalar } from "../scalar.js";
import type { Interval, ScalarDefinition } from "../scalar.js";
import { LARGE, lnBeta, lnBinomial } from "../stirling.js";
import { dirichletEntropy } from "./dirichlet-entropy.js";

const UNIT: readonly Interval[] = [{ low: 0, high: 1 }];

/** (c)·ln x, where c = 0 leaves nothing of −Infinity. */
const times = (c: number, ln: number) => (c === 0 ? 0 : c * ln);

export const BETA: ScalarDefinition<"beta"> = {
  family: "beta",
  kind: "continuous",
  requires: { a: "positive", b: "positive" },
  support: () => UNIT,
  logPdf: ({ a, b }) => {
    const constant = -lnBeta(a, b);
    const isLarge = a + b >= LARGE;
    const scale = Math.log(a) + Math.log(b / (a + b));
    return (x) => {
      if (!(x >= 0 && x <= 1)) return Number.isNaN(x) ? NaN : -Infinity;
      // where the parameters are large the powers and the constant cancel: B(a, b) as a binomial coefficient
      if (isLarge && x > 1e-290 && x < 1) return scale - Math.log(x) - Math.log1p(-x) + lnBinomial(a, b, x, 1 - x);
      return times(a - 1, Math.log(x)) + times(b - 1, Math.log1p(-x)) + constant;
    };
  },
  mean: ({ a, b }) => a / (a + b),
  variance: ({ a, b }) => ((a / (a + b)) * (b / (a + b))) / (a + b + 1),
  entropy: ({ a, b }) => dirichletEntropy([a, b]),
  sampler: ({ a, b }, random) => randomBeta.source(random)(a, b),
};

/**
 * Beta distribution, density x^(a − 1)·(1 − x)^(b − 1)/B(a, b) on [0, 1]; infinite at 0 for a < 1, at 1 for b < 1.
 *
 * @param a - Exponent at 0, positive and finite.
 * @param b - Exponent at 1, positive and finite.
 * @returns The distribution; with an array for either argument a {@link Batch}, where a number serves all.
 * @throws RangeError for other parameters; ShapeError for arrays of different lengths.
 * @see Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd ed., vol. 2, ch. 25.
 */
export function beta(a: number, b: number): Beta;
export function beta(a: Parameter, b: Parameter): Batch<"beta">;
export function beta(a: Parameter, b: Parameter): Beta | Batch<"beta"> {
  return scalar(BETA, { a, b });
}
