import { ShapeError } from "../../errors.js";
import { klDiv, lnRatioNear } from "../../terms/log.js";
import type { Family, ParametersOf } from "../distribution.js";
import { EULER_GAMMA } from "../special.js";
import { dirichletDivergence, gammaDivergence, gammaRemainder, logBregman } from "./gamma-divergence.js";
import { multivariateNormalDivergence } from "./multivariate-normal-divergence.js";
import { normalDivergence } from "./normal-divergence.js";
import { vonMisesDivergence } from "./von-mises-divergence.js";

/** D(a ‖ b) of two distributions of a family with a common support; `undefined` where there is no closed form. */
type Divergence<Name extends Family> = (a: ParametersOf[Name], b: ParametersOf[Name]) => number | undefined;

/** p·ln(p/q) − p + q, d = p − q, where q is above 0 unless p is 0. */
function part(p: number, q: number, d: number): number {
  return p === 0 ? q : klDiv(p, q, d);
}

function bernoulliDivergence(p: number, q: number): number {
  return part(p, q, p - q) + part(1 - p, 1 - q, q - p);
}

/** Σ p·ln(p/q), as the sum of terms that are not negative: both sum to 1. */
function categoricalDivergence(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < p.length; k++) sum += part(p[k], q[k], p[k] - q[k]);
  return sum;
}

/** The scales' part, and what the distance of the locations adds: t + e^−t − 1 in units of a's scale, t − ln(1 + t)'s twin where t is small. */
function laplaceDivergence(a: ParametersOf["laplace"], b: ParametersOf["laplace"]): number {
  const t = Math.abs(a.location - b.location) / a.scale;
  const u = Math.expm1(-t);
  const apart = t < 0.5 ? klDiv(1, 1 + u, -u) : t + u;
  return logBregman(b.scale, a.scale, a.scale - b.scale) + (a.scale / b.scale) * apart;
}

/**
 * With ρ = a.scale/b.scale and G = ln E_a[e^−z], z = (x − b.location)/b.scale, it is e^G − 1 − G plus
 * ln Γ(ρ) + γ·(ρ − 1), which is the Bregman divergence of ln Γ from 1 to ρ.
 */
function gumbelDivergence(a: ParametersOf["gumbel"], b: ParametersOf["gumbel"]): number {
  const ratio = a.scale / b.scale;
  const d = (a.scale - b.scale) / b.scale;
  const ofScales = klDiv(ratio, 1, d) + gammaRemainder(1, ratio, d);
  const ln = ofScales + lnRatioNear(a.scale, b.scale, a.scale - b.scale) - EULER_GAMMA * d - (a.location - b.location) / b.scale;
  const u = Math.expm1(ln);
  return ofScales + (Math.abs(u) < 0.5 ? klDiv(1, 1 + u, -u) : u - ln);
}

function cauchyDivergence(a: ParametersOf["cauchy"], b: ParametersOf["cauchy"]): number {
  const [scale, location] = [a.scale - b.scale, a.location - b.location];
  return Math.log1p(((scale / a.scale) * (scale / b.scale) + (location / a.scale) * (location / b.scale)) / 4);
}

/** The closed form of each family with itself. Sources: Gil, Alajaji & Linder (2013), table 2; Cover & Thomas, ch. 2 and 8; the others beside their functions. */
export const SAME_FAMILY: { readonly [Name in Family]: Divergence<Name> } = {
  normal: (a, b) => normalDivergence(a.mean, a.sd, b.mean, b.sd),
  logNormal: (a, b) => normalDivergence(a.mu, a.sigma, b.mu, b.sigma),
  beta: (a, b) => dirichletDivergence([a.a, a.b], [b.a, b.b]),
  gamma: gammaDivergence,
  exponential: (a, b) => logBregman(a.rate, b.rate, b.rate - a.rate),
  laplace: laplaceDivergence,
  // Chyzak & Nielsen, A closed-form formula for the Kullback-Leibler divergence between Cauchy distributions (2019)
  cauchy: cauchyDivergence,
  gumbel: gumbelDivergence,
  studentT: () => undefined,
  uniform: (a, b) => Math.log1p((b.high - a.high + (a.low - b.low)) / (a.high - a.low)),
  vonMises: vonMisesDivergence,
  poisson: (a, b) => klDiv(a.rate, b.rate, a.rate - b.rate),
  binomial: (a, b) => (a.trials === b.trials ? a.trials * bernoulliDivergence(a.probability, b.probability) : undefined),
  geometric: (a, b) => bernoulliDivergence(a.probability, b.probability) / a.probability,
  bernoulli: (a, b) => bernoulliDivergence(a.probability, b.probability),
  categorical: (a, b) => {
    const [lengthA, lengthB] = [a.probabilities.length, b.probabilities.length];
    if (lengthA !== lengthB) throw new ShapeError(`klBetween: b has ${lengthB} categories, expected ${lengthA} to match a.`, lengthA, lengthB);
    return categoricalDivergence(a.probabilities, b.probabilities);
  },
  multivariateNormal: multivariateNormalDivergence,
  dirichlet: (a, b) => dirichletDivergence(a.concentration, b.concentration),
  mixture: () => undefined,
};
