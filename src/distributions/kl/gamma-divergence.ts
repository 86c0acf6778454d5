import { klDiv, lnRatio } from "../../terms/log.js";
import { LARGE, STIRLING } from "../stirling.js";

/*
 * Divergences of families with Γ in their constant. They are Bregman divergences B[f](a → b) = f(b) − f(a) − f′(a)·(b − a) of ln Γ, which cancels
 * for close and for large parameters. With ln Γ(x) = x·ln x − x − ½·ln x + σ(x) + … and ln Γ(x) = ln Γ(x + 1) − ln x everything becomes
 * a sum of B of −ln x, of x·ln x and of inverse powers, each a product or a `klDiv`, without a difference of large numbers.
 */

/** B[−ln](a → b) = b/a − 1 − ln(b/a), d = b − a. */
export function logBregman(a: number, b: number, d: number): number {
  return klDiv(a, b, -d) / a;
}

/** B[σ](a → b) for a, b of at least 10: of each c·x^−m it is c·(d/a)²·(1/b)·P_m, P_m = Σ_j (j + 1)·a^−j·b^−(m − 1 − j). */
function stirlingBregman(a: number, b: number, d: number): number {
  const [u, w] = [1 / a, 1 / b];
  let [sum, powers, power] = [STIRLING[0], 1, 1];
  for (let m = 1; m < 2 * STIRLING.length - 1; m++) {
    power *= u;
    powers = w * powers + (m + 1) * power;
    if (m % 2 === 0) sum += STIRLING[m / 2] * powers;
  }
  return d * u * (d * w) * u * sum;
}

/** B[x·ln x](a + n → b + n) − B[x·ln x](a → b) */
function shifted(a: number, b: number, d: number, n: number): number {
  if (n === 0) return 0;
  const isClose = Math.abs(d) <= 0.5 * Math.max(a, b);
  if (isClose) return klDiv(b + n, a + n, d) - klDiv(b, a, d);
  // far apart both are large and nearly equal
  return b * Math.log1p(n / b) - b * Math.log1p(n / a) + n * lnRatio(b + n, a + n);
}

/** B[ln Γ(x) − x·ln x](a → b) ≥ 0 for a, b > 0, d = b − a: what ln Γ is more convex than x·ln x. */
export function gammaRemainder(a: number, b: number, d: number): number {
  const n = Math.max(0, Math.ceil(LARGE - Math.min(a, b)));
  let sum = shifted(a, b, d, n) + 0.5 * logBregman(a + n, b + n, d) + stirlingBregman(a + n, b + n, d);
  for (let k = 0; k < n; k++) sum += logBregman(a + k, b + k, d);
  return sum;
}

/** D of Dirichlet distributions, of beta ones among them: B of Σ ln Γ(α) − ln Γ(Σα), whose x·ln x make one divergence of the shares. */
export function dirichletDivergence(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const size = a.length;
  let [totalA, totalB, totalD] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    totalA += a[i];
    totalB += b[i];
    totalD += b[i] - a[i];
  }
  // b less its part of a's shares: by the differences where they are small, by the totals where those are apart
  const isNear = Math.abs(totalD) < 0.5 * totalA;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    const d = b[i] - a[i];
    const share = a[i] * (totalB / totalA);
    sum += klDiv(b[i], share, isNear ? d - a[i] * (totalD / totalA) : b[i] - share) + gammaRemainder(a[i], b[i], d);
  }
  return sum - gammaRemainder(totalA, totalB, totalD);
}

/** D of gamma distributions: the shapes' remainder, and `klDiv` of b's shape and of what the means make of a's. */
export function gammaDivergence(a: { readonly shape: number; readonly rate: number }, b: { readonly shape: number; readonly rate: number }): number {
  const d = b.shape - a.shape;
  // a.shape·b.rate/a.rate, and how far b.shape is above it
  const expected = a.shape * (b.rate / a.rate);
  const excess = Math.abs(a.rate - b.rate) < 0.5 * a.rate ? d + a.shape * ((a.rate - b.rate) / a.rate) : b.shape - expected;
  return gammaRemainder(a.shape, b.shape, d) + klDiv(b.shape, expected, excess);
}
