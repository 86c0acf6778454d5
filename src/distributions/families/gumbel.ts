import type { Batch, Gumbel, Parameter } from "../distribution.js";
import { exponentialOf } from "../random.js";
import { REALS, scalar } from "../scalar.js";
import type { ScalarDefinition } from "../scalar.js";
import { EULER_GAMMA } from "../special.js";

export const GUMBEL: ScalarDefinition<"gumbel"> = {
  family: "gumbel",
  kind: "continuous",
  requires: { location: "finite", scale: "positive" },
  support: () => REALS,
  logPdf: ({ location, scale }) => {
    const constant = -Math.log(scale);
    return (x) => {
      const z = (x - location) / scale;
      // one of the two is far larger where either is infinite
      return z === -Infinity ? -Infinity : constant - z - Math.exp(-z);
    };
  },
  mean: ({ location, scale }) => location + EULER_GAMMA * scale,
  variance: ({ scale }) => ((Math.PI * scale) ** 2) / 6,
  entropy: ({ scale }) => Math.log(scale) + EULER_GAMMA + 1,
  sampler: ({ location, scale }, random) => () => location - scale * Math.log(exponentialOf(random)),
};

/**
 * Gumbel distribution (of the largest value), density e^(−z − e^(−z))/scale with z = (x − location)/scale on the real line: SciPy's `gumbel_r`.
 *
 * @param location - Any finite number: the mode.
 * @param scale - Positive and finite.
 * @returns The distribution; with an array for either argument a {@link Batch}, where a number serves all.
 * @throws RangeError for other parameters; ShapeError for arrays of different lengths.
 * @see Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd ed., vol. 2, ch. 22.
 */
export function gumbel(location: number, scale: number): Gumbel;
export function gumbel(location: Parameter, scale: Parameter): Batch<"gumbel">;
export function gumbel(location: Parameter, scale: Parameter): Gumbel | Batch<"gumbel"> {
  return scalar(GUMBEL, { location, scale });
}
