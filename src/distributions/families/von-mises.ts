import { randomNormal } from "d3-random";
import { besselDeficit, lnBesselI0Scaled } from "../bessel.js";
import type { Batch, Parameter, VonMises } from "../distribution.js";
import type { Random } from "../random.js";
import { scalar } from "../scalar.js";
import type { Interval, ScalarDefinition } from "../scalar.js";

const LN_2PI = Math.log(2 * Math.PI);
const CIRCLE: readonly Interval[] = [{ low: -Math.PI, high: Math.PI }];

/** The angle from −π to π. */
const wrapped = (x: number) => x - 2 * Math.PI * Math.round(x / (2 * Math.PI));

/** How far from the mean direction: by rejection, from the circle, or for κ > 1 from the normal density that is above e^(−2κ·sin²(θ/2)) by Jordan's sin(θ/2) ≥ θ/π. */
function turns(concentration: number, random: Random): () => number {
  const isWide = concentration <= 1;
  const normal = randomNormal.source(random)(0, isWide ? 1 : Math.PI / (2 * Math.sqrt(concentration)));
  return () => {
    for (;;) {
      const turn = isWide ? Math.PI * (2 * random() - 1) : normal();
      const proposed = isWide ? 0 : (turn / Math.PI) ** 2;
      if (Math.abs(turn) <= Math.PI && Math.log(random()) <= 2 * concentration * (proposed - Math.sin(turn / 2) ** 2)) return turn;
    }
  };
}

export const VON_MISES: ScalarDefinition<"vonMises"> = {
  family: "vonMises",
  kind: "continuous",
  requires: { mean: "finite", concentration: "nonNegative" },
  support: () => CIRCLE,
  logPdf: ({ mean, concentration }) => {
    const constant = -LN_2PI - lnBesselI0Scaled(concentration);
    return (x) => constant - 2 * concentration * Math.sin((x - mean) / 2) ** 2;
  },
  mean: ({ mean }) => wrapped(mean),
  variance: ({ concentration }) => besselDeficit(concentration),
  entropy: ({ concentration }) => LN_2PI + lnBesselI0Scaled(concentration) + concentration * besselDeficit(concentration),
  sampler: ({ mean, concentration }, random) => {
    const turn = turns(concentration, random);
    return () => wrapped(mean + turn());
  },
};

/**
 * Von Mises distribution of an angle, density e^(concentration·cos(x − mean))/(2π·I0(concentration)). Its support is the circle from −π to π, both
 * in radians; the density is periodic, so that any other axis of length 2π serves for a grid. `mean` is the mean direction, `variance` the circular one, 1 − I1/I0.
 *
 * @param mean - Mean direction in radians, any finite number.
 * @param concentration - κ, finite and not negative; 0 is uniform on the circle.
 * @returns The distribution; with an array for either argument a {@link Batch}, where a number serves all.
 * @throws RangeError for other parameters; ShapeError for arrays of different lengths.
 * @see Mardia & Jupp, Directional Statistics (2000), §3.5.4.
 */
export function vonMises(mean: number, concentration: number): VonMises;
export function vonMises(mean: Parameter, concentration: Parameter): Batch<"vonMises">;
export function vonMises(mean: Parameter, concentration: Parameter): VonMises | Batch<"vonMises"> {
  return scalar(VON_MISES, { mean, concentration });
}
