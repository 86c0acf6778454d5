import { lnBesselI0Scaled } from "../bessel.js";
import type { DistributionOf, ParametersOf } from "../distribution.js";
import { lnPeak } from "../families/student-t.js";
import { HALF_LN_2PI, lnGamma } from "../special.js";
import { LARGE, lnBeta, stirlingError } from "../stirling.js";

/** Functions of x that log densities are made of; z = (x − at)/scale. */
export type Feature =
  | "linear" // z
  | "square" // z²
  | "absolute" // |z|
  | "exponential" // e^−z
  | "lnOnePlusSquare" // ln(1 + z²)
  | "ln" // ln x
  | "lnSquare" // ((ln x − at)/scale)²
  | "lnComplement" // ln(1 − x)
  | "versine"; // 1 − cos(x − at)

export interface Term {
  readonly feature: Feature;
  readonly coefficient: number;
  readonly at: number;
  readonly scale: number;
}

/** ln of a density on its support: a constant and terms. */
export interface LogDensity {
  readonly constant: number;
  readonly terms: readonly Term[];
}

const term = (feature: Feature, coefficient: number, at = 0, scale = 1): Term => ({ feature, coefficient, at, scale });

/** −shape·ln(shape) + shape + ln Γ(shape), less what cancels */
const lnGammaScaled = (shape: number) => (shape < LARGE ? lnGamma(shape) - shape * Math.log(shape) + shape : stirlingError(shape) + HALF_LN_2PI - 0.5 * Math.log(shape));

/** The log densities that can stand on the right of D(a ‖ b). */
export const LOG_DENSITIES: { readonly [Name in keyof DistributionOf]?: (p: ParametersOf[Name]) => LogDensity } = {
  normal: ({ mean, sd }) => ({ constant: -HALF_LN_2PI - Math.log(sd), terms: [term("square", -0.5, mean, sd)] }),
  logNormal: ({ mu, sigma }) => ({ constant: -HALF_LN_2PI - Math.log(sigma), terms: [term("ln", -1), term("lnSquare", -0.5, mu, sigma)] }),
  beta: ({ a, b }) => ({ constant: -lnBeta(a, b), terms: [term("ln", a - 1), term("lnComplement", b - 1)] }),
  // shape·(ln z − z + 1) − ln x with z = x·rate/shape
  gamma: ({ shape, rate }) => ({
    constant: shape * (Math.log(rate) - Math.log(shape)) - lnGammaScaled(shape), terms: [term("ln", shape - 1), term("linear", -shape, shape / rate, shape / rate)],
  }),
  exponential: ({ rate }) => ({ constant: Math.log(rate), terms: [term("linear", -1, 0, 1 / rate)] }),
  laplace: ({ location, scale }) => ({ constant: -Math.LN2 - Math.log(scale), terms: [term("absolute", -1, location, scale)] }),
  gumbel: ({ location, scale }) => ({ constant: -Math.log(scale), terms: [term("linear", -1, location, scale), term("exponential", -1, location, scale)] }),
  cauchy: ({ location, scale }) => ({ constant: -Math.log(Math.PI * scale), terms: [term("lnOnePlusSquare", -1, location, scale)] }),
  studentT: ({ degrees, location, scale }) => ({
    constant: lnPeak(degrees) - Math.log(scale), terms: [term("lnOnePlusSquare", -0.5 * (degrees + 1), location, Math.sqrt(degrees) * scale)],
  }),
  uniform: ({ low, high }) => ({ constant: -Math.log(high - low), terms: [] }),
  vonMises: ({ mean, concentration }) => ({ constant: -2 * HALF_LN_2PI - lnBesselI0Scaled(concentration), terms: [term("versine", -concentration, mean)] }),
};
