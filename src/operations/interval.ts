import type { Backend } from "../backend.js";
import type { MeasureOptions } from "../options.js";
import type { Input } from "../validate.js";
import type { PairMeasure } from "./measures.js";

/** Options of `confidenceInterval`. */
export interface IntervalOptions extends Pick<MeasureOptions, "base" | "zeros" | "signal"> {
  /** Share of such intervals that are to have the true value; default 0.95. */
  readonly level?: number;
  /** `"bootstrap"` (default): both samples drawn anew from their own frequencies. `"jackknife"`: one sample after the other left out, one for each bin. */
  readonly method?: "bootstrap" | "jackknife";
  /** How often samples are drawn anew; default 1000. */
  readonly resamples?: number;
  /** What they are drawn from: the same seed draws the same counts anywhere; default 0. */
  readonly seed?: number;
  /** Where the measure is evaluated; default: as for the measure. */
  readonly backend?: Backend;
}

/** A value that two samples tell, and how sure that is. */
export interface Interval {
  /** In nats, or as `base` says: the counts' own value less its bias, and not below 0 where that is not. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** The value of the counts as they are: on average too high by about `bias`. */
  readonly plugIn: number;
  readonly bias: number;
  readonly standardError: number;
  /** Resamples that were drawn or left out, and how many of them made the measure infinite, which nothing else here counts. */
  readonly resamples: number;
  readonly infinite: number;
}

/**
 * How far two distributions lie apart of which counts are samples, and how sure that is: an interval for a measure's true value, corrected for the bias that finite
 * samples have. Divergences of samples are too large, the more so the more bins there are: by about (k − 1)/2·(1/n + 1/m) for KL of k bins and n and m samples. The plain
 * percentile bootstrap has that bias twice and misses far more often than it says; here it is measured, by the same resamples, and taken off.
 *
 * ```ts
 * const { value, low, high } = await confidenceInterval(populationStability, today, reference, { seed: 1 });
 * ```
 *
 * @param measure - Any measure of two distributions.
 * @param p - Counts, such as a `histogram`: integers of at least 0.
 * @param q - Counts in the same bins.
 * @param options - `level`, `method`, `resamples`, `seed`, `base`, `zeros`, `backend`, `signal`.
 * @returns `value`, `low` and `high`, with `plugIn`, `bias`, `standardError`, and how many resamples were `infinite`.
 * @throws DomainError for counts that are none, and where the measure of the counts themselves, or of nearly all resamples, is infinite (bins where q is 0 and p is not: see `zeros`); RangeError for
 *   options that are none; ShapeError for counts in different bins.
 * @see Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 10, 11 and 13.
 */
export async function confidenceInterval(measure: PairMeasure, p: Input, q: Input, options: IntervalOptions = {}): Promise<Interval> {
  return (await import("./intervals.js")).intervalOf(measure, p, q, options);
}
