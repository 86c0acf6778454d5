/**
 * Families of distributions: densities, samples and grids of them, and the divergence between them in closed form.
 *
 * ```ts
 * import { klBetween, mixture, normal } from "kullback/distributions";
 *
 * klBetween(normal(0, 1), normal(1, 1.5));                                              // 0.3499… nats
 * klBetween(normal(means, sds), normal(0, 1), { shape: [n, d], axis: 1 });              // Float64Array(n)
 * mixture([normal(0, 1), normal(3, 0.5)], [0.7, 0.3]).onGrid(linspace(-8, 8, 1001));    // a grid for klDivergence
 * ```
 *
 * @module kullback/distributions
 */

// families
export { bernoulli } from "./families/bernoulli.js";
export { beta } from "./families/beta.js";
export { binomial } from "./families/binomial.js";
export { categorical } from "./families/categorical.js";
export { cauchy } from "./families/cauchy.js";
export { dirichlet } from "./families/dirichlet.js";
export { exponential } from "./families/exponential.js";
export { gamma } from "./families/gamma.js";
export { geometric } from "./families/geometric.js";
export { gumbel } from "./families/gumbel.js";
export { laplace } from "./families/laplace.js";
export { logNormal } from "./families/log-normal.js";
export { mixture } from "./families/mixture.js";
export { multivariateNormal } from "./families/multivariate-normal.js";
export { normal } from "./families/normal.js";
export { poisson } from "./families/poisson.js";
export { studentT } from "./families/student-t.js";
export { uniform } from "./families/uniform.js";
export { vonMises } from "./families/von-mises.js";
export type {
  Axes, Batch, Bernoulli, Beta, Binomial, Categorical, Cauchy, Continuous, ContinuousDistribution, Dirichlet, Discrete, DiscreteDistribution, DiscreteMixture,
  Distribution, Exponential, Family,
  Gamma, Geometric, Gumbel, Laplace, LogNormal, Mixture, MultivariateNormal, Normal, OnDeviceOptions, OnGrid, OnGridOptions, Parameter, ParametersOf, Point, Poisson,
  ScalarFamily, StudentT, Uniform, VectorDistribution,
  VectorMixture, VonMises,
} from "./distribution.js";

// divergences
export { klBetween } from "./kl-between.js";
export type { BetweenOptions } from "./kl-between.js";
export { klBetweenGradient } from "./kl-between-gradient.js";
export type { MultivariateNormalGradient, NormalGradient } from "./kl-between-gradient.js";
export { klSampled } from "./kl-sampled.js";
export type { Sampled, SampledOptions } from "./kl-sampled.js";
