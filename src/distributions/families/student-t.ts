import { randomGamma, randomNormal } from "d3-random";
import { klDiv } from "../../terms/log.js";
import type { Batch, Parameter, StudentT } from "../distribution.js";
import { REALS, scalar } from "../scalar.js";
import type { ScalarDefinition } from "../scalar.js";
import { HALF_LN_2PI } from "../special.js";
import { lnOnePlusSquare } from "../squares.js";
import { lnMinusDigamma, stirlingError } from "../stirling.js";

/** ln of the standard density at 0: Γ(x + ½)/(Γ(x)·√(2πx)) with x = degrees/2, where Stirling's parts cancel but for `klDiv`. */
export function lnPeak(degrees: number): number {
  const x = degrees / 2;
  return stirlingError(x + 0.5) - stirlingError(x) - klDiv(x, x + 0.5, -0.5) - HALF_LN_2PI;
}

export const STUDENT_T: ScalarDefinition<"studentT"> = {
  family: "studentT",
  kind: "continuous",
  requires: { degrees: "positive", location: "finite", scale: "positive" },
  support: () => REALS,
  logPdf: ({ degrees, location, scale }) => {
    const constant = lnPeak(degrees) - Math.log(scale);
    const root = Math.sqrt(degrees) * scale;
    return (x) => constant - 0.5 * (degrees + 1) * lnOnePlusSquare((x - location) / root);
  },
  mean: ({ degrees, location }) => (degrees > 1 ? location : NaN),
  variance: ({ degrees, scale }) => (degrees > 2 ? (scale * scale * degrees) / (degrees - 2) : degrees > 1 ? Infinity : NaN),
  // (ν + 1)/2·(ψ((ν + 1)/2) − ψ(ν/2)) less the logarithm of the peak
  entropy: ({ degrees, scale }) => {
    const x = degrees / 2;
    const difference = Math.log1p(1 / degrees) + lnMinusDigamma(x) - lnMinusDigamma(x + 0.5);
    return (x + 0.5) * difference - lnPeak(degrees) + Math.log(scale);
  },
  sampler: ({ degrees, location, scale }, random) => {
    const [normal, gamma] = [randomNormal.source(random)(), randomGamma.source(random)(degrees / 2)];
    return () => location + scale * normal() * Math.sqrt(degrees / 2 / gamma());
  },
};

/**
 * Student's t distribution, density in proportion to (1 + z²/degrees)^(−(degrees + 1)/2), z = (x − location)/scale, on the real line.
 * No mean for up to 1 degree of freedom (NaN), no finite variance for up to 2 (Infinity; NaN without a mean).
 *
 * @param degrees - Degrees of freedom, positive and finite, not only integers; 1 is the Cauchy distribution.
 * @param location - Any finite number, default 0: the median.
 * @param scale - Positive and finite, default 1; not the standard deviation.
 * @returns The distribution; with an array for any argument a {@link Batch}, where a number serves all.
 * @throws RangeError for other parameters; ShapeError for arrays of different lengths.
 * @see Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd ed., vol. 2, ch. 28.
 */
export function studentT(degrees: number, location?: number, scale?: number): StudentT;
export function studentT(degrees: Parameter, location?: Parameter, scale?: Parameter): Batch<"studentT">;
export function studentT(degrees: Parameter, location: Parameter = 0, scale: Parameter = 1): StudentT | Batch<"studentT"> {
  return scalar(STUDENT_T, { degrees, location, scale });
}
