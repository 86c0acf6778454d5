import type { Backend } from "../backend.js";
import type { DeviceGrid, Grid } from "../grid.js";

/** The parameters of each family, named as the arguments of its function. */
export interface ParametersOf {
  readonly normal: { readonly mean: number; readonly sd: number };
  readonly logNormal: { readonly mu: number; readonly sigma: number };
  readonly beta: { readonly a: number; readonly b: number };
  readonly gamma: { readonly shape: number; readonly rate: number };
  readonly exponential: { readonly rate: number };
  readonly laplace: { readonly location: number; readonly scale: number };
  readonly cauchy: { readonly location: number; readonly scale: number };
  readonly gumbel: { readonly location: number; readonly scale: number };
  readonly studentT: { readonly degrees: number; readonly location: number; readonly scale: number };
  readonly uniform: { readonly low: number; readonly high: number };
  readonly vonMises: { readonly mean: number; readonly concentration: number };
  readonly poisson: { readonly rate: number };
  readonly binomial: { readonly trials: number; readonly probability: number };
  readonly geometric: { readonly probability: number };
  readonly bernoulli: { readonly probability: number };
  /** Divided by their sum. */
  readonly categorical: { readonly probabilities: Float64Array };
  /** `covariance`: row-major, d². */
  readonly multivariateNormal: { readonly mean: Float64Array; readonly covariance: Float64Array };
  readonly dirichlet: { readonly concentration: Float64Array };
  /** `weights`: divided by their sum. */
  readonly mixture: { readonly components: readonly Distribution[]; readonly weights: Float64Array };
}

export type Family = keyof ParametersOf;
/** Families of one variable with numbers for parameters: those that take arrays of them. */
export type ScalarFamily = Exclude<Family, "categorical" | "multivariateNormal" | "dirichlet" | "mixture">;

/** Coordinates along each axis of a grid, rising; for one variable its axis may be given bare. */
export type Axes = ArrayLike<number> | readonly ArrayLike<number>[];

/** What `onGrid` takes beside the axes. */
export interface OnGridOptions {
  /** Type of the cells; default `"float64"`, on a WebGPU backend `"float32"`. */
  readonly dtype?: "float64" | "float32";
}

/** The same for a grid in a backend's memory. */
export interface OnDeviceOptions extends OnGridOptions {
  readonly backend: Backend;
  readonly signal?: AbortSignal;
}

/**
 * Densities, of a discrete family probabilities, at the points of a grid, for `klDivergence` and the others.
 *
 * @param axes - Coordinates along each axis, rising; the first is the first variable and the slowest axis of the grid.
 * @param options - `dtype` of the cells: `"float64"` (default) or `"float32"`. With a `backend` the grid is left in its memory, for the caller to destroy: normals,
 *   betas and mixtures of either are evaluated on a GPU, in binary32 (within (8 + 8·l)·2⁻²⁴ of themselves, l = ln(largest/density), of betas
 *   6·√((a + b)·l)·2⁻²⁴ more; 0 below 10⁻³⁸ of a component's largest), all else on the host.
 * @returns A grid, row-major. For densities with its spacing: the step of each axis where its points are even, to 1e-9 of a step, else its coordinates.
 *   A discrete family is 0 at what is no integer.
 * @throws ShapeError for a wrong number of axes; RangeError for coordinates that do not rise, an axis of one point under a
 *   density, and a cell where the density is infinite, such as 0 for `beta(0.5, 1)`.
 */
export interface OnGrid {
  (axes: Axes, options: OnDeviceOptions): Promise<DeviceGrid>;
  (axes: Axes, options?: OnGridOptions): Grid<Float64Array | Float32Array>;
}

/** What every distribution has. `X` is where its density is asked for, `Moment` what a mean of it is. */
interface Common<Name extends Family, X, Moment> {
  readonly family: Name;
  /** Number of variables: 1, or as many as a point has coordinates. */
  readonly dimensions: number;
  readonly parameters: ParametersOf[Name];
  /**
   * Natural logarithm of the density, of a discrete family of the probability; −Infinity outside the support. Not taken from `pdf`: it holds far
   * out, where that is 0.
   */
  logPdf(x: X): number;
  /** NaN where there is none. On the circle (`vonMises`) the mean direction. */
  readonly mean: Moment;
  /** Of each variable; Infinity or NaN where there is none. On the circle 1 less the mean resultant length. */
  readonly variance: Moment;
  /** In nats, of a continuous family the differential entropy; `undefined` where there is no closed form. */
  readonly entropy: number | undefined;
  /** Its densities on a grid: see {@link OnGrid}. */
  readonly onGrid: OnGrid;
  /**
   * Random values, the same for the same seed.
   *
   * @param count - How many, an integer ≥ 0.
   * @param options - `seed`: an integer from 0 to 2³² − 1.
   * @returns `count` values, or row-major [count, dimensions].
   * @throws RangeError for another count or seed.
   */
  sample(count: number, options: { readonly seed: number }): Float64Array;
}

/** A distribution with a density. */
export interface Continuous<Name extends Family, X = number, Moment = number> extends Common<Name, X, Moment> {
  readonly kind: "continuous";
  /** The density. */
  pdf(x: X): number;
}

/** A distribution on integers. */
export interface Discrete<Name extends Family> extends Common<Name, number, number> {
  readonly kind: "discrete";
  /** The probability; 0 for what is no integer. */
  pmf(x: number): number;
}

export type Point = ArrayLike<number>;
export type Normal = Continuous<"normal">;
export type LogNormal = Continuous<"logNormal">;
export type Beta = Continuous<"beta">;
export type Gamma = Continuous<"gamma">;
export type Exponential = Continuous<"exponential">;
export type Laplace = Continuous<"laplace">;
export type Cauchy = Continuous<"cauchy">;
export type Gumbel = Continuous<"gumbel">;
export type StudentT = Continuous<"studentT">;
export type Uniform = Continuous<"uniform">;
export type VonMises = Continuous<"vonMises">;
export type Poisson = Discrete<"poisson">;
export type Binomial = Discrete<"binomial">;
export type Geometric = Discrete<"geometric">;
export type Bernoulli = Discrete<"bernoulli">;
export type Categorical = Discrete<"categorical">;
export type MultivariateNormal = Continuous<"multivariateNormal", Point, Float64Array>;
export type Dirichlet = Continuous<"dirichlet", Point, Float64Array>;
export type Mixture = Continuous<"mixture">;
export type DiscreteMixture = Discrete<"mixture">;
export type VectorMixture = Continuous<"mixture", Point, Float64Array>;

/** The distribution of each family of one variable. */
export interface DistributionOf {
  readonly normal: Normal;
  readonly logNormal: LogNormal;
  readonly beta: Beta;
  readonly gamma: Gamma;
  readonly exponential: Exponential;
  readonly laplace: Laplace;
  readonly cauchy: Cauchy;
  readonly gumbel: Gumbel;
  readonly studentT: StudentT;
  readonly uniform: Uniform;
  readonly vonMises: VonMises;
  readonly poisson: Poisson;
  readonly binomial: Binomial;
  readonly geometric: Geometric;
  readonly bernoulli: Bernoulli;
  readonly categorical: Categorical;
}

/** Of one variable, with a density. */
export type ContinuousDistribution =
  | Normal | LogNormal | Beta | Gamma | Exponential | Laplace | Cauchy | Gumbel | StudentT | Uniform | VonMises | Mixture;
/** On integers. */
export type DiscreteDistribution = Poisson | Binomial | Geometric | Bernoulli | Categorical | DiscreteMixture;
/** Of several variables. */
export type VectorDistribution = MultivariateNormal | Dirichlet | VectorMixture;
export type Distribution = ContinuousDistribution | DiscreteDistribution | VectorDistribution;

/** A parameter: one number, or one for each distribution of a batch. */
export type Parameter = number | ArrayLike<number>;

/** Many distributions of one family, as arrays of their parameters. */
export interface Batch<Name extends ScalarFamily = ScalarFamily> {
  readonly family: Name;
  readonly length: number;
  /** An array of `length` for what was given as one, else the number that all have. */
  readonly parameters: { readonly [Key in keyof ParametersOf[Name]]: Float64Array | number };
  /** The distribution at an index, negative from the end. RangeError outside. */
  at(index: number): DistributionOf[Name];
}
