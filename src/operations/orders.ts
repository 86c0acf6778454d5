import { alphaMeasure, bhattacharyyaMeasure, renyiMeasure, tsallisMeasure } from "../terms/order.js";
import { renyiEntropyMeasure, tsallisEntropyMeasure } from "../terms/order-entropy.js";
import { pair, single } from "./measures.js";
import type { PairMeasure, SingleMeasure } from "./measures.js";

/** Throws where an order is none: the family is no measure yet, as `renyi(p, q)` takes it for. */
function checkOrder(family: string, order: unknown, least: number, most: number): asserts order is number {
  if (typeof order !== "number") throw new TypeError(`${family} takes an order and gives a measure: ${family}(0.5)(p, q).`);
  if (order >= least && order <= most) return;
  const range = least === -Number.MAX_VALUE ? "finite" : `${least} or more${most === Infinity ? "" : ", and finite"}`;
  throw new RangeError(`${family}: order ${order} must be ${range}.`);
}

/**
 * Rényi's divergences ln(Σ p̂^α·q̂^(1−α))/(α − 1), one for every order α ≥ 0: of 0 −ln of the mass that q̂ has where p has some, of ½ twice
 * the {@link bhattacharyya} distance, of 1 {@link klDivergence}, of ∞ ln max p̂/q̂. They rise with the order.
 *
 * ```ts
 * const half = await renyi(0.5)(p, q, { base: 2 });
 * ```
 *
 * @param order - α from 0 to `Infinity`.
 * @returns A measure of p and q, both divided by their sums: nats (or log-`base` units) ≥ 0, symmetric for order ½ alone, no metric. 0 for
 *   p = q; `Infinity` for an order of 1 or more where p > 0 meets q = 0, for one below 1 where p and q have no cell in common. With
 *   `normalize: false` ln(Σ p^α·q^(1−α)/Σp)/(α − 1), Rényi's of incomplete distributions, and of ∞ ln max p/q.
 * @throws TypeError for what is no number, RangeError for one that is negative or NaN; the measure as {@link klDivergence}, and RangeError
 *   for `precision: "exact"` but for order 1.
 * @see Rényi 1961, Proc. 4th Berkeley Symp. I, p. 547; van Erven & Harremoës 2014, doi:10.1109/TIT.2014.2320500.
 */
export function renyi(order: number): PairMeasure {
  checkOrder("renyi", order, 0, Infinity);
  return pair(renyiMeasure(order));
}

/**
 * Tsallis' relative entropies (Σ p̂^α·q̂^(1−α) − 1)/(α − 1), one for every order α ≥ 0: of 0 the mass that q̂ has where p has none, of 1
 * {@link klDivergence}, of 2 {@link chiSquare}. α times {@link alphaDivergence}.
 *
 * @param order - α, 0 or more.
 * @returns A measure of p and q: a pure number ≥ 0, for an order below 1 at most 1/(1 − α); the units of `base` for order 1 alone. 0 for p = q;
 *   `Infinity` for an order of 1 or more where p > 0 meets q = 0. With `normalize: false` Σ(p^α·q^(1−α) − p)/(α − 1), which may be negative.
 * @throws As {@link renyi}; RangeError for `Infinity` as well.
 * @see Tsallis 1998, doi:10.1103/PhysRevE.58.1442.
 */
export function tsallis(order: number): PairMeasure {
  checkOrder("tsallis", order, 0, Number.MAX_VALUE);
  return pair(tsallisMeasure(order));
}

/**
 * Alpha divergences (Σ p̂^α·q̂^(1−α) − 1)/(α·(α − 1)), one for every real α: of 0 {@link klDivergence} of q from p, of 1 of p from q, of ½ four times
 * the square of {@link hellinger}, of 2 half of {@link chiSquare}. That of 1 − α is that of α with p and q exchanged.
 *
 * @param order - α, any finite number.
 * @returns A measure of p and q: a pure number ≥ 0 (for orders 0 and 1 nats or log-`base` units); symmetric for ½ alone. `Infinity` for an order of
 *   1 or more where p > 0 meets q = 0, for one of 0 or less where q > 0 meets p = 0. With `normalize: false`
 *   Σ(p^α·q^(1−α) − αp − (1 − α)q)/(α·(α − 1)) ≥ 0.
 * @throws As {@link renyi}; RangeError for `Infinity` as well.
 * @see Cichocki & Amari 2010, doi:10.3390/e12061532; Amari 2009, doi:10.1109/TIT.2009.2030485 (whose α is 1 − 2 times this one).
 */
export function alphaDivergence(order: number): PairMeasure {
  checkOrder("alphaDivergence", order, -Number.MAX_VALUE, Number.MAX_VALUE);
  return pair(alphaMeasure(order));
}

/**
 * Bhattacharyya distance −ln Σ√(p̂·q̂): half of {@link renyi} of order ½.
 *
 * @param p - Distribution, each entry finite and ≥ 0, row-major; divided by its sum unless `normalize: false`.
 * @param q - Distribution of p's shape, or of one that broadcasts.
 * @param options - See {@link MeasureOptions}. With `normalize: false` −ln Σ√(p·q), which may be negative.
 * @returns Nats (or log-`base` units) ≥ 0, symmetric; no metric. 0 for p = q; `Infinity` where p and q have no cell in common.
 * @throws As {@link klDivergence}; RangeError for `precision: "exact"`.
 * @see {@link hellinger}, √(1 − exp(−this)); Kailath 1967, doi:10.1109/TCOM.1967.1089532.
 */
export const bhattacharyya: PairMeasure = /* @__PURE__ */ pair(bhattacharyyaMeasure);

/**
 * Rényi's entropies ln(Σ p̂^α)/(1 − α), one for every order α ≥ 0: of 0 the logarithm of the number of cells with p > 0 (Hartley's), of 1
 * {@link entropy}, of 2 the collision entropy, of ∞ −ln max p̂. They fall as the order rises.
 *
 * @param order - α from 0 to `Infinity`.
 * @returns A measure of p: nats (or log-`base` units), for masses between 0 and the logarithm of the number of cells; with `spacing`
 *   differential. With `normalize: false` ln(Σ p^α/Σp)/(1 − α), and of ∞ −ln max p.
 * @throws As {@link renyi}.
 * @see Rényi 1961, Proc. 4th Berkeley Symp. I, p. 547.
 */
export function renyiEntropy(order: number): SingleMeasure {
  checkOrder("renyiEntropy", order, 0, Infinity);
  return single(renyiEntropyMeasure(order));
}

/**
 * Tsallis' entropies (1 − Σ p̂^α)/(α − 1), one for every order α ≥ 0: of 0 the number of cells with p > 0 less one, of 1 {@link entropy}, of 2 the
 * Gini–Simpson index 1 − Σ p̂².
 *
 * @param order - α, 0 or more.
 * @returns A measure of p: a pure number ≥ 0 (for order 1 nats or log-`base` units); with `spacing` (1 − ∫p̂^α)/(α − 1), which may be
 *   negative. With `normalize: false` Σ(p − p^α)/(α − 1).
 * @throws As {@link renyi}; RangeError for `Infinity` as well.
 * @see Tsallis 1988, doi:10.1007/BF01016429; Havrda & Charvát 1967, Kybernetika 3, p. 30.
 */
export function tsallisEntropy(order: number): SingleMeasure {
  checkOrder("tsallisEntropy", order, 0, Number.MAX_VALUE);
  return single(tsallisEntropyMeasure(order));
}
