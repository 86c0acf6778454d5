import { beta, exponential, gamma, laplace, mixture, normal, studentT, uniform } from "kullback/distributions";
import type { FamilyId } from "../families";

/** Distributions by what their sliders say. */
export const densities = {
  normal: ([mean, sd]) => normal(mean, sd),
  mixture: ([mean1, sd1, mean2, sd2, share]) => mixture([normal(mean1, sd1), normal(mean2, sd2)], [share, 1 - share]),
  laplace: ([location, scale]) => laplace(location, scale),
  studentT: ([degrees, location, scale]) => studentT(degrees, location, scale),
  uniform: ([from, width]) => uniform(from, from + width),
  beta: ([a, b]) => beta(a, b),
  gamma: ([shape, rate]) => gamma(shape, rate),
  exponential: ([rate]) => exponential(rate),
} as const satisfies Readonly<Record<FamilyId, (values: readonly number[]) => unknown>>;
