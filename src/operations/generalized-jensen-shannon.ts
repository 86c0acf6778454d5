import type { Detail, DetailArray, MeasureOptions } from "../options.js";
import type { Input } from "../validate.js";

/** Options of `generalizedJensenShannon`. */
export interface GeneralizedJensenShannonOptions extends Pick<MeasureOptions, "backend" | "base" | "shape" | "axis" | "detail" | "signal"> {
  /** Lin's π: how much each distribution counts, positive; divided by their sum. All the same by default. */
  readonly priors?: readonly number[];
}

/** What `detail` tells of more than two distributions. */
export type GeneralizedDetail = Pick<Detail, "value" | "errorBound" | "unit" | "cells" | "precision" | "backend" | "reason" | "elapsedMs">;
export type GeneralizedDetailArray = Pick<DetailArray, "value" | "errorBound" | "unit" | "cells" | "precision" | "backend" | "reason" | "elapsedMs" | "shape">;

/**
 * Generalised Jensen–Shannon divergence Σ πᵢ·D(p̂ᵢ ‖ m) of any number of distributions from their mixture m = Σ πᵢ·p̂ᵢ: how much which one a sample came
 * from tells of the sample.
 *
 * ```ts
 * const bits = await generalizedJensenShannon([first, second, third], { base: 2, priors: [2, 1, 1] });
 * ```
 *
 * @param distributions - Two or more, each as for {@link jensenShannon}, of one shape; divided by their sums.
 * @param options - `priors`; `base`, `shape`, `axis`, `detail`, `backend`, `signal` as for the measures.
 * @returns Nats (or log-`base` units) from 0 to the entropy of the priors, and symmetric in distributions with their priors; with `axis` one a row, with
 *   `detail` with bounds. Of two it is computed as {@link jensenShannon}; of more from a mixture in the backend's own numbers, whose rounding the bound has:
 *   on a GPU some 1e-13 nats, on the CPU 1e-31.
 * @throws As {@link jensenShannon}; RangeError for fewer than two distributions, and for priors that are not as many or not positive.
 * @see Lin 1991, doi:10.1109/18.61115, eq. 5.1.
 */
export function generalizedJensenShannon(distributions: readonly Input[], options: GeneralizedJensenShannonOptions & { readonly axis: number | readonly number[]; readonly detail: true }): Promise<GeneralizedDetailArray>;
export function generalizedJensenShannon(distributions: readonly Input[], options: GeneralizedJensenShannonOptions & { readonly detail: true; readonly axis?: undefined }): Promise<GeneralizedDetail>;
export function generalizedJensenShannon(distributions: readonly Input[], options: GeneralizedJensenShannonOptions & { readonly axis: number | readonly number[]; readonly detail?: false }): Promise<Float64Array>;
export function generalizedJensenShannon(distributions: readonly Input[], options?: GeneralizedJensenShannonOptions & { readonly axis?: undefined; readonly detail?: false }): Promise<number>;
export function generalizedJensenShannon(distributions: readonly Input[], options?: GeneralizedJensenShannonOptions): Promise<number | Float64Array | GeneralizedDetail | GeneralizedDetailArray>;
export async function generalizedJensenShannon(distributions: readonly Input[], options: GeneralizedJensenShannonOptions = {}): Promise<number | Float64Array | GeneralizedDetail | GeneralizedDetailArray> {
  return (await import("./mixture.js")).fromMixture(distributions, options);
}
