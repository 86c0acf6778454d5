import type { Batch, Parameter, Uniform } from "../distribution.js";
import { scalar } from "../scalar.js";
import type { ScalarDefinition } from "../scalar.js";

export const UNIFORM: ScalarDefinition<"uniform"> = {
  family: "uniform",
  kind: "continuous",
  requires: { low: "finite", high: "finite" },
  fault: ({ low, high }) => (high - low > 0 && high - low < Infinity ? undefined : `low ${low} must be below high ${high}, by a finite number.`),
  support: ({ low, high }) => [{ low, high }],
  logPdf: ({ low, high }) => {
    const inside = -Math.log(high - low);
    return (x) => (x >= low && x <= high ? inside : Number.isNaN(x) ? NaN : -Infinity);
  },
  mean: ({ low, high }) => low + (high - low) / 2,
  variance: ({ low, high }) => ((high - low) ** 2) / 12,
  entropy: ({ low, high }) => Math.log(high - low),
  sampler: ({ low, high }, random) => () => low + (high - low) * random(),
};

/**
 * Uniform distribution, density 1/(high − low) from `low` to `high`, both included.
 *
 * @param low - Any finite number.
 * @param high - Finite, above `low`.
 * @returns The distribution; with an array for either argument a {@link Batch}, where a number serves all.
 * @throws RangeError for other parameters; ShapeError for arrays of different lengths.
 * @see Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd ed., vol. 2, ch. 26.
 */
export function uniform(low: number, high: number): Uniform;
export function uniform(low: Parameter, high: Parameter): Batch<"uniform">;
export function uniform(low: Parameter, high: Parameter): Uniform | Batch<"uniform"> {
  return scalar(UNIFORM, { low, high });
}
