import type { DistributionOf, Family, ParametersOf } from "./distribution.js";
import { BERNOULLI } from "./families/bernoulli.js";
import { BETA } from "./families/beta.js";
import { BINOMIAL } from "./families/binomial.js";
import { CATEGORICAL } from "./families/categorical.js";
import { CAUCHY } from "./families/cauchy.js";
import { EXPONENTIAL } from "./families/exponential.js";
import { GAMMA } from "./families/gamma.js";
import { GEOMETRIC } from "./families/geometric.js";
import { GUMBEL } from "./families/gumbel.js";
import { LAPLACE } from "./families/laplace.js";
import { LOG_NORMAL } from "./families/log-normal.js";
import { NORMAL } from "./families/normal.js";
import { POISSON } from "./families/poisson.js";
import { STUDENT_T } from "./families/student-t.js";
import { UNIFORM } from "./families/uniform.js";
import { VON_MISES } from "./families/von-mises.js";
import type { Definition } from "./scalar.js";

/** The families of one variable. */
export const DEFINITIONS: { readonly [Name in keyof DistributionOf]: Definition<Name> } = {
  normal: NORMAL,
  logNormal: LOG_NORMAL,
  beta: BETA,
  gamma: GAMMA,
  exponential: EXPONENTIAL,
  laplace: LAPLACE,
  cauchy: CAUCHY,
  gumbel: GUMBEL,
  studentT: STUDENT_T,
  uniform: UNIFORM,
  vonMises: VON_MISES,
  poisson: POISSON,
  binomial: BINOMIAL,
  geometric: GEOMETRIC,
  bernoulli: BERNOULLI,
  categorical: CATEGORICAL,
};

/** As much of a distribution as closed forms need: an element of a batch has no more. */
export interface Of<Name extends Family = Family> {
  readonly family: Name;
  readonly parameters: ParametersOf[Name];
}

/** Is it of this family? */
export function isOf<Name extends Family>(of: Of, family: Name): of is Of<Name> {
  return of.family === family;
}

/** Is it of one variable, and no mixture? */
export function isDefined(of: Of): of is Of<keyof DistributionOf> {
  return of.family in DEFINITIONS;
}

/** Is it of shares that sum to 1, among which points of any other family have no density? */
export function isOfShares(of: Of): boolean {
  return isOf(of, "dirichlet") || (isOf(of, "mixture") && isOfShares(of.parameters.components[0]));
}
