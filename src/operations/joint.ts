import type { MeasureOptions } from "../options.js";
import type { Input } from "../validate.js";
import type { GeneralizedDetail } from "./generalized-jensen-shannon.js";

/** Options of measures of a joint distribution. */
export interface JointOptions extends Pick<MeasureOptions, "backend" | "base" | "shape" | "precision" | "detail" | "signal"> {}

export interface MutualInformationOptions extends JointOptions {
  /** The axes of the one variable, all others being the other's; default 0. */
  readonly axis?: number | readonly number[];
}

export interface NormalizedMutualInformationOptions extends Omit<MutualInformationOptions, "base"> {
  /**
   * What is divided by: the mean of both entropies (`"arithmetic"`, default; scikit-learn's), the root of their product (`"geometric"`), the smaller
   * (`"min"`), the larger (`"max"`), or that of both together (`"joint"`).
   */
  readonly normalization?: "arithmetic" | "geometric" | "min" | "max" | "joint";
}

export interface ConditionalEntropyOptions extends JointOptions {
  /** The axes that are known. */
  readonly given: number | readonly number[];
}

/** What `detail` tells of a joint distribution. */
export type JointDetail = GeneralizedDetail;

type WithDetail<Options> = Options & { readonly detail: true };
type Plain<Options> = Options & { readonly detail?: false };

/**
 * Mutual information Σ p̂(x, y)·ln(p̂(x, y)/(p̂(x)·p̂(y))) of two variables with a joint distribution: how much the one tells of the other. Made from
 * divergences of each row from the marginal distribution, Σ p̂(x)·D(p̂(·|x) ‖ p̂(·)), none of which is negative: nothing cancels where
 * they hardly depend on each other.
 *
 * ```ts
 * const bits = await mutualInformation(jointHistogram, { shape: [64, 64], base: 2 });
 * ```
 *
 * @param joint - Counts or probabilities of both variables, each finite and ≥ 0, row-major, of two axes or more; divided by their sum.
 * @param options - `axis`; `base`, `shape`, `precision`, `detail`, `backend`, `signal` as for the measures.
 * @returns Nats (or log-`base` units) ≥ 0, symmetric; 0 for independent variables. With `detail` with its bound. In exact precision the same bits on
 *   every device.
 * @throws As {@link entropy}; ShapeError for a grid of one axis; RangeError where the entries add up to more than the largest double; RangeError for an `axis` that leaves none to the other variable.
 * @see Cover & Thomas, Elements of Information Theory, 2nd ed., §2.3.
 */
export function mutualInformation(joint: Input, options: WithDetail<MutualInformationOptions>): Promise<JointDetail>;
export function mutualInformation(joint: Input, options?: Plain<MutualInformationOptions>): Promise<number>;
export function mutualInformation(joint: Input, options?: MutualInformationOptions): Promise<number | JointDetail>;
export async function mutualInformation(joint: Input, options: MutualInformationOptions = {}): Promise<number | JointDetail> {
  return (await import("./joint-sums.js")).mutualInformationOf(joint, options);
}

/**
 * Mutual information over a mean of the two variables' entropies, which are the most that it can be.
 *
 * @param joint - As for {@link mutualInformation}.
 * @param options - `normalization`; else as for {@link mutualInformation}.
 * @returns A pure number from 0 to 1. As scikit-learn has it 1 where neither variable varies, 0 where one does not.
 * @throws As {@link mutualInformation}; RangeError for an unknown `normalization`.
 * @see Vinh, Epps & Bailey 2010, J. Mach. Learn. Res. 11, p. 2837.
 */
export function normalizedMutualInformation(joint: Input, options: WithDetail<NormalizedMutualInformationOptions>): Promise<JointDetail>;
export function normalizedMutualInformation(joint: Input, options?: Plain<NormalizedMutualInformationOptions>): Promise<number>;
export function normalizedMutualInformation(joint: Input, options?: NormalizedMutualInformationOptions): Promise<number | JointDetail>;
export async function normalizedMutualInformation(joint: Input, options: NormalizedMutualInformationOptions = {}): Promise<number | JointDetail> {
  return (await import("./joint-sums.js")).normalizedMutualInformationOf(joint, options);
}

/**
 * Conditional entropy Σ p̂(x)·H(p̂(·|x)): what is left to be said of the other variables where those of some axes are known.
 *
 * @param joint - As for {@link mutualInformation}.
 * @param options - `given`; else as for {@link mutualInformation}.
 * @returns Nats (or log-`base` units), from 0 to the other variables' entropy.
 * @throws As {@link mutualInformation}.
 * @see Cover & Thomas, Elements of Information Theory, 2nd ed., §2.2.
 */
export function conditionalEntropy(joint: Input, options: WithDetail<ConditionalEntropyOptions>): Promise<JointDetail>;
export function conditionalEntropy(joint: Input, options: Plain<ConditionalEntropyOptions>): Promise<number>;
export function conditionalEntropy(joint: Input, options: ConditionalEntropyOptions): Promise<number | JointDetail>;
export async function conditionalEntropy(joint: Input, options: ConditionalEntropyOptions): Promise<number | JointDetail> {
  return (await import("./joint-sums.js")).conditionalEntropyOf(joint, options);
}

/**
 * Total correlation Σ H(p̂ᵢ) − H(p̂) of the variables on all axes, a divergence from the product of their distributions: by the chain rule the mutual
 * information of the first two, of both with the third, and so on.
 *
 * @param joint - As for {@link mutualInformation}, each axis a variable.
 * @param options - As for {@link mutualInformation}, but for `axis`.
 * @returns Nats (or log-`base` units) ≥ 0; of two axes the mutual information.
 * @throws As {@link mutualInformation}.
 * @see Watanabe 1960, doi:10.1147/rd.41.0066.
 */
export function totalCorrelation(joint: Input, options: WithDetail<JointOptions>): Promise<JointDetail>;
export function totalCorrelation(joint: Input, options?: Plain<JointOptions>): Promise<number>;
export function totalCorrelation(joint: Input, options?: JointOptions): Promise<number | JointDetail>;
export async function totalCorrelation(joint: Input, options: JointOptions = {}): Promise<number | JointDetail> {
  return (await import("./joint-sums.js")).totalCorrelationOf(joint, options);
}
