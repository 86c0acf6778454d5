import { randomCauchy } from "d3-random";
import type { Batch, Cauchy, Parameter } from "../distribution.js";
import { REALS, scalar } from "../scalar.js";
import type { ScalarDefinition } from "../scalar.js";
import { lnOnePlusSquare } from "../squares.js";

export const CAUCHY: ScalarDefinition<"cauchy"> = {
  family: "cauchy",
  kind: "continuous",
  requires: { location: "finite", scale: "positive" },
  support: () => REALS,
  logPdf: ({ location, scale }) => {
    const constant = -Math.log(Math.PI) - Math.log(scale);
    return (x) => constant - lnOnePlusSquare((x - location) / scale);
  },
  mean: () => NaN,
  variance: () => NaN,
  entropy: ({ scale }) => Math.log(4 * Math.PI) + Math.log(scale),
  sampler: ({ location, scale }, random) => randomCauchy.source(random)(location, scale),
};

/**
 * Cauchy distribution, density 1/(π·scale·(1 + ((x − location)/scale)²)) on the real line. It has neither mean nor variance: both are NaN.
 *
 * @param location - Any finite number: the median.
 * @param scale - Half the width at half the height, positive and finite.
 * @returns The distribution; with an array for either argument a {@link Batch}, where a number serves all.
 * @throws RangeError for other parameters; ShapeError for arrays of different lengths.
 * @see Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd ed., vol. 1, ch. 16.
 */
export function cauchy(location: number, scale: number): Cauchy;
export function cauchy(location: Parameter, scale: Parameter): Batch<"cauchy">;
export function cauchy(location: Parameter, scale: Parameter): Cauchy | Batch<"cauchy"> {
  return scalar(CAUCHY, { location, scale });
}
