import { klDiv, lnRatio } from "../terms/log.js";
import { digamma, HALF_LN_2PI, lnGamma } from "./special.js";

/*
 * ln Γ and what is made of it where the parameters are large and nearly everything cancels: Stirling's formula with its error
 * σ(x) = ln Γ(x) − (x − ½)·ln x + x − ½·ln 2π apart, as in C. Loader, Fast and Accurate Computation of Binomial Probabilities (2000).
 */

/** From here on the series below hold to a rounding. */
export const LARGE = 10;

/** σ(x) = Σ c_k·x^(1 − 2k), c_k = B_2k/(2k·(2k − 1)): Abramowitz & Stegun 6.1.41. */
export const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156] as const;

/** σ(x) for x > 0. */
export function stirlingError(x: number): number {
  if (x < LARGE) return lnGamma(x) - (x - 0.5) * Math.log(x) + x - HALF_LN_2PI;
  const z = 1 / (x * x);
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * z + STIRLING[k];
  return sum / x;
}

/** ln x − ψ(x) > 0 for x > 0. A & S 6.3.18. */
export function lnMinusDigamma(x: number): number {
  if (x < LARGE) return Math.log(x) - digamma(x);
  const z = 1 / (x * x);
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * z + STIRLING[k] * (2 * k + 1);
  return 0.5 / x + sum * z;
}

/** ln Γ(a) + ln Γ(b) − ln Γ(a + b) for a, b > 0. */
export function lnBeta(a: number, b: number): number {
  const n = a + b;
  if (n < LARGE) return lnGamma(a) + lnGamma(b) - lnGamma(n);
  return stirlingError(a) + stirlingError(b) - stirlingError(n) - a * lnRatio(n, a) - b * lnRatio(n, b) + HALF_LN_2PI - 0.5 * (Math.log(a) + lnRatio(b, n));
}

/** ln(λ^k·e^−λ/Γ(k + 1)) for real k ≥ 0 and λ > 0. */
export function lnPoisson(k: number, rate: number): number {
  if (k === 0) return -rate;
  return -klDiv(k, rate, k - rate) - stirlingError(k) - HALF_LN_2PI - 0.5 * Math.log(k);
}

/** ln(Γ(n + 1)/(Γ(k + 1)·Γ(m + 1))·p^k·q^m), n = k + m, for real k, m > 0 and p + q = 1 with both above 0. */
export function lnBinomial(k: number, m: number, p: number, q: number): number {
  const n = k + m;
  // of the two ways to n·p − k that with the smaller product
  const excess = p <= q ? n * p - k : m - n * q;
  const errors = stirlingError(n) - stirlingError(k) - stirlingError(m);
  return errors - klDiv(k, n * p, -excess) - klDiv(m, n * q, excess) - HALF_LN_2PI - 0.5 * (Math.log(k) + lnRatio(m, n));
}
