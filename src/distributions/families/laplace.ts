import type { Batch, Laplace, Parameter } from "../distribution.js";
import { exponentialOf } from "../random.js";
import { REALS, scalar } from "../scalar.js";
import type { ScalarDefinition } from "../scalar.js";

export const LAPLACE: ScalarDefinition<"laplace"> = {
  family: "laplace",
  kind: "continuous",
  requires: { location: "finite", scale: "positive" },
  support: () => REALS,
  logPdf: ({ location, scale }) => {
    const constant = -Math.LN2 - Math.log(scale);
    return (x) => constant - Math.abs(x - location) / scale;
  },
  mean: ({ location }) => location,
  variance: ({ scale }) => 2 * scale * scale,
  entropy: ({ scale }) => 1 + Math.LN2 + Math.log(scale),
  sampler: ({ location, scale }, random) => () => {
    const far = exponentialOf(random) * scale;
    return random() < 0.5 ? location - far : location + far;
  },
};

/**
 * Laplace (double exponential) distribution, density e^(−|x − location|/scale)/(2·scale) on the real line.
 *
 * @param location - Any finite number: the mean and the median.
 * @param scale - Mean distance from `location`, positive and finite.
 * @returns The distribution; with an array for either argument a {@link Batch}, where a number serves all.
 * @throws RangeError for other parameters; ShapeError for arrays of different lengths.
 * @see Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd ed., vol. 2, ch. 24.
 */
export function laplace(location: number, scale: number): Laplace;
export function laplace(location: Parameter, scale: Parameter): Batch<"laplace">;
export function laplace(location: Parameter, scale: Parameter): Laplace | Batch<"laplace"> {
  return scalar(LAPLACE, { location, scale });
}
