import type { Backend } from "../backend.js";
import type { Input } from "../validate.js";

/**
 * How the entropy of what counts are a sample of is estimated. `"plug-in"`: that of the frequencies, too low by about (m − 1)/2N for m bins that are not empty and N
 * samples. `"miller-madow"` adds that; `"chao-shen"` allows for bins nothing fell in yet by those with one sample; `"shrinkage"` draws frequencies towards even ones
 * (James and Stein); `"grassberger"` corrects each count's logarithm.
 */
export type Estimator = "plug-in" | "miller-madow" | "chao-shen" | "shrinkage" | "grassberger";

/** Options of `estimateEntropy` and `estimateMutualInformation`. */
export interface EstimateOptions {
  /** Default `"miller-madow"`. */
  readonly estimator?: Estimator;
  /** Of the logarithm; default e: nats. */
  readonly base?: number;
  /** Sizes of the axes of the counts. */
  readonly shape?: readonly number[];
  /** The backend that holds counts on a device. */
  readonly backend?: Backend;
}

/**
 * Entropy of the distribution that counts are samples of: what is to be expected of more of them.
 *
 * ```ts
 * await estimateEntropy([4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1]); // 2.1525929 by Miller and Madow; the frequencies' own is 1.9684
 * ```
 *
 * @param counts - How many samples fell in each bin, such as a `histogram`; of `"shrinkage"` empty bins count as possible ones.
 * @param options - `estimator`, `base`, `shape`, `backend`.
 * @returns The estimate, which may exceed the logarithm of the bins' number.
 * @throws DomainError for counts that are no integers of at least 0, and for no samples; RangeError for another estimator or base.
 * @see Miller (1955); Chao and Shen, Environmental and Ecological Statistics 10 (2003); Hausser and Strimmer, JMLR 10 (2009); Grassberger, arXiv:physics/0307138.
 */
export async function estimateEntropy(counts: Input, options: EstimateOptions = {}): Promise<number> {
  return (await import("./estimators.js")).entropyOf(counts, options);
}

/**
 * Mutual information of two variables whose joint counts are samples: the estimates of both entropies less that of the joint one; `"shrinkage"` takes that of the joint
 * frequencies it makes.
 *
 * @param counts - On two axes, such as a `jointHistogram`.
 * @param options - As for {@link estimateEntropy}.
 * @returns The estimate, which may be below 0 where the variables know next to nothing of each other.
 * @throws As {@link estimateEntropy}; ShapeError for counts that are not on two axes.
 */
export async function estimateMutualInformation(counts: Input, options: EstimateOptions = {}): Promise<number> {
  return (await import("./estimators.js")).mutualInformationOf(counts, options);
}
