import { randomNormal } from "d3-random";
import type { Batch, Normal, Parameter } from "../distribution.js";
import { REALS, scalar } from "../scalar.js";
import type { ScalarDefinition } from "../scalar.js";
import { HALF_LN_2PI } from "../special.js";

export const NORMAL: ScalarDefinition<"normal"> = {
  family: "normal",
  kind: "continuous",
  requires: { mean: "finite", sd: "positive" },
  support: () => REALS,
  logPdf: ({ mean, sd }) => {
    const constant = -Math.log(sd) - HALF_LN_2PI;
    return (x) => {
      const z = (x - mean) / sd;
      return constant - 0.5 * z * z;
    };
  },
  mean: ({ mean }) => mean,
  variance: ({ sd }) => sd * sd,
  entropy: ({ sd }) => 0.5 + HALF_LN_2PI + Math.log(sd),
  sampler: ({ mean, sd }, random) => randomNormal.source(random)(mean, sd),
};

/**
 * Normal distribution, density e^(−½·((x − mean)/sd)²)/(sd·√2π) on the real line.
 *
 * @param mean - Any finite number.
 * @param sd - Standard deviation, positive and finite (not the variance).
 * @returns The distribution; with an array for either argument a {@link Batch} of distributions, where a number serves all.
 * @throws RangeError for other parameters; ShapeError for arrays of different lengths.
 * @see Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd ed., vol. 1, ch. 13.
 */
export function normal(mean: number, sd: number): Normal;
export function normal(mean: Parameter, sd: Parameter): Batch<"normal">;
export function normal(mean: Parameter, sd: Parameter): Normal | Batch<"normal"> {
  return scalar(NORMAL, { mean, sd });
}
