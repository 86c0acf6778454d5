import type { Detail, DetailArray, MeasureOptions, RaggedOptions } from "../options.js";
import { binaryCrossEntropyMeasure } from "../terms/binary-cross-entropy.js";
import { chiSquareMeasure, neymanChiSquareMeasure } from "../terms/chi-square.js";
import { crossEntropyMeasure, entropyMeasure } from "../terms/entropy.js";
import { hellingerMeasure } from "../terms/hellinger.js";
import { jeffreysMeasure } from "../terms/jeffreys.js";
import { jensenShannonDistanceMeasure, jensenShannonMeasure } from "../terms/jensen-shannon.js";
import { generalizedKlMeasure, kl } from "../terms/kl.js";
import type { Measure } from "../terms/measure.js";
import { totalVariationMeasure } from "../terms/total-variation.js";
import type { Input } from "../validate.js";
import { evaluate } from "./evaluate.js";

type Axes = number | readonly number[];

/** Options without ragged rows; `offsets` is named so that spread options find their overload, the general one too. */
export interface Even extends MeasureOptions {
  readonly offsets?: undefined;
}

/** Options that ask for one number. */
export type ScalarOptions = Even & { readonly axis?: undefined; readonly detail?: false };
/** Options that ask for one value per remaining cell. */
export type AxisOptions = Even & { readonly axis: Axes; readonly detail?: false };
/** Options that ask for one value with its bound. */
export type DetailOptions = Even & { readonly axis?: undefined; readonly detail: true };
/** Options that ask for values with their bounds. */
export type DetailArrayOptions = Even & { readonly axis: Axes; readonly detail: true };
/** Options that ask for one value per ragged row, and for them with their bounds. */
export type RaggedValueOptions = RaggedOptions & { readonly detail?: false };
export type RaggedDetailOptions = RaggedOptions & { readonly detail: true };

/** A measure of two distributions, to call or to hand to an operation. */
export interface PairMeasure {
  (p: Input, q: Input, options?: ScalarOptions): Promise<number>;
  (p: Input, q: Input, options: AxisOptions): Promise<Float64Array>;
  (p: Input, q: Input, options: DetailOptions): Promise<Detail>;
  (p: Input, q: Input, options: DetailArrayOptions): Promise<DetailArray>;
  (p: Input, q: Input, options: RaggedValueOptions): Promise<Float64Array>;
  (p: Input, q: Input, options: RaggedDetailOptions): Promise<DetailArray>;
  (p: Input, q: Input, options?: Even | RaggedOptions): Promise<number | Float64Array | Detail | DetailArray>;
  readonly measure: Measure & { readonly arity: "pair" };
}

/** A measure of one distribution. */
export interface SingleMeasure {
  (p: Input, options?: ScalarOptions): Promise<number>;
  (p: Input, options: AxisOptions): Promise<Float64Array>;
  (p: Input, options: DetailOptions): Promise<Detail>;
  (p: Input, options: DetailArrayOptions): Promise<DetailArray>;
  (p: Input, options: RaggedValueOptions): Promise<Float64Array>;
  (p: Input, options: RaggedDetailOptions): Promise<DetailArray>;
  (p: Input, options?: Even | RaggedOptions): Promise<number | Float64Array | Detail | DetailArray>;
  readonly measure: Measure & { readonly arity: "single" };
}

/** What is called for a measure of a pair. */
export function pair(measure: Measure): PairMeasure {
  const call = (p: Input, q: Input, options?: MeasureOptions | RaggedOptions) => evaluate(measure, p, q, options);
  return Object.assign(call, { measure }) as PairMeasure;
}

/** The same of one distribution. */
export function single(measure: Measure): SingleMeasure {
  const call = (p: Input, options?: MeasureOptions | RaggedOptions) => evaluate(measure, p, undefined, options);
  return Object.assign(call, { measure }) as SingleMeasure;
}

/**
 * Kullback–Leibler divergence D(p ‖ q) = Σ p̂·ln(p̂/q̂), of p from q: the extra code length paid for using q where the
 * truth is p.
 *
 * @param p - Reference distribution: counts, probabilities or densities, each finite and ≥ 0; typed array, `number[]`, grid
 *   or device grid, row-major. Divided by its sum unless `normalize: false`.
 * @param q - Model distribution: p's shape, or one that broadcasts over the axes that remain. Types may differ.
 * @param options - See {@link MeasureOptions}.
 * @returns Nats (or log-`base` units): a number ≥ 0; with `axis` a `Float64Array`, one value per remaining cell; with
 *   `detail` the value and its error bound. 0 for p = q; `Infinity` where p > 0 meets q = 0; cells with p = 0 add nothing.
 *   With `normalize: false` Σ p·ln(p/q), which may be negative.
 * @throws ShapeError if lengths, `shape` and `axis` disagree; DomainError on a negative, NaN or infinite entry, or all-zero
 *   p or q; RangeError if `base` is not above 1; DeviceError if the backend's device is lost or too small.
 * @see {@link generalizedKl}, {@link crossEntropy}; Cover & Thomas, Elements of Information Theory, 2nd ed., §2.3.
 */
export const klDivergence: PairMeasure = /* @__PURE__ */ pair(kl);

/**
 * Generalised Kullback–Leibler divergence Σ p·ln(p/q) − p + q of masses as they are, never normalised; SciPy's `kl_div`.
 *
 * @param p - Masses, each finite and ≥ 0, row-major.
 * @param q - Masses of p's shape, or of one that broadcasts.
 * @param options - See {@link MeasureOptions}; `normalize` has no effect. With `spacing` the sum is an integral.
 * @returns Nats (or log-`base` units), ≥ 0. 0 for p = q; a cell with p = 0 adds q; `Infinity` where p > 0 meets q = 0, or
 *   where the sum is beyond the largest double.
 * @throws As {@link klDivergence}, but all-zero masses are allowed.
 * @see SciPy `scipy.special.kl_div`; Csiszár 1991, doi:10.1214/aos/1176348385.
 */
export const generalizedKl: PairMeasure = /* @__PURE__ */ pair(generalizedKlMeasure);

/**
 * Jeffreys' divergence D(p ‖ q) + D(q ‖ p) = Σ (p̂ − q̂)·ln(p̂/q̂): both directions added, symmetric.
 *
 * @param p - As {@link klDivergence}.
 * @param q - As {@link klDivergence}.
 * @param options - See {@link MeasureOptions}.
 * @returns Nats (or log-`base` units), ≥ 0. 0 for p = q; `Infinity` where one side is 0 and the other is not. With
 *   `normalize: false` Σ (p − q)·ln(p/q).
 * @throws As {@link klDivergence}.
 * @see {@link klDivergence}; Jeffreys 1946, doi:10.1098/rspa.1946.0056. The population stability index is the same sum.
 */
export const jeffreys: PairMeasure = /* @__PURE__ */ pair(jeffreysMeasure);

/**
 * Jensen–Shannon divergence ½D(p̂ ‖ m) + ½D(q̂ ‖ m) with m the mean of p̂ and q̂: symmetric, always finite.
 *
 * @param p - Distribution, each entry finite and ≥ 0, row-major; divided by its sum unless `normalize: false`.
 * @param q - Distribution of p's shape, or of one that broadcasts.
 * @param options - See {@link MeasureOptions}; known `totals` save one of two reads.
 * @returns Nats (or log-`base` units) between 0 (p = q) and ln 2 (nothing in common).
 * @throws As {@link klDivergence}.
 * @see {@link jensenShannonDistance}; Lin 1991, doi:10.1109/18.61115.
 */
export const jensenShannon: PairMeasure = /* @__PURE__ */ pair(jensenShannonMeasure);

/**
 * Square root of the Jensen–Shannon divergence, a metric; SciPy's `jensenshannon`.
 *
 * @param p - As {@link jensenShannon}.
 * @param q - As {@link jensenShannon}.
 * @param options - See {@link MeasureOptions}. `base` applies before the root, as in SciPy.
 * @returns Between 0 and √ln 2; with `base: 2` between 0 and 1.
 * @throws As {@link klDivergence}.
 * @see Endres & Schindelin 2003, doi:10.1109/TIT.2003.813506.
 */
export const jensenShannonDistance: PairMeasure = /* @__PURE__ */ pair(jensenShannonDistanceMeasure);

/**
 * Total variation ½Σ|p̂ − q̂|: the largest difference in probability that p and q give to any event, a metric.
 *
 * @param p - Distribution, each entry finite and ≥ 0, row-major; divided by its sum unless `normalize: false`.
 * @param q - Distribution of p's shape, or of one that broadcasts.
 * @param options - See {@link MeasureOptions}; `base` has no effect; known `totals` save one of two reads. With
 *   `normalize: false` and `spacing` the sum is an integral.
 * @returns A pure number between 0 (p = q) and 1 (nothing in common).
 * @throws As {@link klDivergence}.
 * @see Levin & Peres, Markov Chains and Mixing Times, 2nd ed., §4.1.
 */
export const totalVariation: PairMeasure = /* @__PURE__ */ pair(totalVariationMeasure);

/**
 * Hellinger distance √(1 − Σ√(p̂·q̂)) = √(½Σ(√p̂ − √q̂)²), a metric.
 *
 * @param p - Distribution, each entry finite and ≥ 0, row-major; divided by its sum unless `normalize: false`.
 * @param q - Distribution of p's shape, or of one that broadcasts.
 * @param options - See {@link MeasureOptions}; `base` has no effect. With `normalize: false` √(½Σ(√p − √q)²), which may exceed 1.
 * @returns A pure number between 0 (p = q) and 1 (nothing in common).
 * @throws As {@link klDivergence}; RangeError for `precision: "exact"`.
 * @see {@link totalVariation}, which lies between its square and √2 times it; Le Cam & Yang, Asymptotics in Statistics, 2nd ed., §3.2.
 */
export const hellinger: PairMeasure = /* @__PURE__ */ pair(hellingerMeasure);

/**
 * Pearson's χ² divergence Σ(p̂ − q̂)²/q̂. Times the number of observations it is the statistic of the χ² test of counts p against q.
 *
 * @param p - Reference distribution, each entry finite and ≥ 0, row-major; divided by its sum unless `normalize: false`.
 * @param q - Model distribution of p's shape, or of one that broadcasts.
 * @param options - See {@link MeasureOptions}; `base` has no effect.
 * @returns A pure number ≥ 0, not symmetric, at least exp(D) − 1 for D = {@link klDivergence} in nats; 0 for p = q; `Infinity` where
 *   p > 0 meets q = 0.
 * @throws As {@link klDivergence}; RangeError for `precision: "exact"`.
 * @see {@link neymanChiSquare}; Pearson 1900, doi:10.1080/14786440009463897.
 */
export const chiSquare: PairMeasure = /* @__PURE__ */ pair(chiSquareMeasure);

/**
 * Neyman's χ² divergence Σ(p̂ − q̂)²/p̂: {@link chiSquare} of q from p.
 *
 * @param p - As {@link chiSquare}.
 * @param q - As {@link chiSquare}.
 * @param options - As {@link chiSquare}.
 * @returns A pure number ≥ 0; `Infinity` where q > 0 meets p = 0.
 * @throws As {@link chiSquare}.
 * @see {@link chiSquare}; Cressie & Read 1984, doi:10.1111/j.2517-6161.1984.tb01318.x.
 */
export const neymanChiSquare: PairMeasure = /* @__PURE__ */ pair(neymanChiSquareMeasure);

/**
 * Population stability index Σ(p̂ − q̂)·ln(p̂/q̂) of a population against a reference: {@link jeffreys} by the name that credit
 * scoring has for it, where below 0.1 is taken for stable and above 0.25 for changed.
 *
 * @param p - As {@link jeffreys}.
 * @param q - As {@link jeffreys}.
 * @param options - As {@link jeffreys}.
 * @returns As {@link jeffreys}: `Infinity` for a bin that is empty on one side only.
 * @throws As {@link jeffreys}.
 * @see Siddiqi, Credit Risk Scorecards, ch. 6.
 */
export const populationStability: PairMeasure = /* @__PURE__ */ pair({ ...jeffreysMeasure, name: "populationStability" });

/**
 * Cross entropy −Σ p̂·ln q̂: the code length of p written in q's code; entropy(p) + klDivergence(p, q).
 *
 * @param p - Reference distribution, each entry finite and ≥ 0, row-major; divided by its sum unless `normalize: false`.
 * @param q - Model distribution of p's shape, or of one that broadcasts.
 * @param options - See {@link MeasureOptions}. With `spacing` p and q are densities: ln of the cell's volume is added and the
 *   result, differential, may be negative.
 * @returns Nats (or log-`base` units), ≥ 0 for masses; `Infinity` where p > 0 meets q = 0.
 * @throws As {@link klDivergence}.
 * @see Cover & Thomas, Elements of Information Theory, 2nd ed., §5.4.
 */
export const crossEntropy: PairMeasure = /* @__PURE__ */ pair(crossEntropyMeasure);

/**
 * Binary cross entropy Σ −p·ln q − (1 − p)·ln(1 − q): the code length of independent events with the probabilities p, or of labels 0 and 1, written
 * in q's code. Entries are taken as they are; over the number of cells it is the mean that classifiers are trained by.
 *
 * @param p - Probabilities or labels, each from 0 to 1, row-major.
 * @param q - Predicted probabilities, of p's shape or of one that broadcasts.
 * @param options - See {@link MeasureOptions}; `normalize` has no effect, and `zeros` is not for it.
 * @returns Nats (or log-`base` units) ≥ 0, not symmetric, no metric; 0 where p = q are labels. `Infinity` where q = 0 meets p > 0, or q = 1 meets p < 1.
 * @throws As {@link klDivergence}, but for all-zero data; DomainError for entries above 1; RangeError for `precision: "exact"`, `mask`, `weights` and `zeros`.
 * @see Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x.
 */
export const binaryCrossEntropy: PairMeasure = /* @__PURE__ */ pair(binaryCrossEntropyMeasure);

/**
 * Shannon entropy −Σ p̂·ln p̂.
 *
 * @param p - Distribution, each entry finite and ≥ 0, row-major; divided by its sum unless `normalize: false`.
 * @param options - See {@link MeasureOptions}. With `spacing` p is a density: ln of the cell's volume is added and the
 *   result, differential entropy, may be negative.
 * @returns Nats (or log-`base` units), for masses between 0 and the logarithm of the number of cells.
 * @throws As {@link klDivergence}.
 * @see Cover & Thomas, Elements of Information Theory, 2nd ed., §2.1 and §8.1.
 */
export const entropy: SingleMeasure = /* @__PURE__ */ single(entropyMeasure);
