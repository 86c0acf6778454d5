/*
 * Terms of p = e^x and q = p·e^−e from logarithms: what p and q lost when they were rounded, or underflowed, is in e = ln(p/q).
 */

/** e^−e − 1 + e ≥ 0 to a few ulp, for |e| ≤ ½: g(p, q)/p, from the series of e^−e without its first two terms. */
export function nearTail(e: number): number {
  let sum = COEFFICIENTS[0];
  for (let i = 1; i < COEFFICIENTS.length; i++) sum = COEFFICIENTS[i] + e * sum;
  return e * e * sum;
}

/** (−1)^k/k! for k = 16 … 2: the next one is below 2⁻⁵⁵ of the sum. */
const COEFFICIENTS = Array.from({ length: 15 }, (_, i) => {
  let factorial = 1;
  for (let k = 2; k <= 16 - i; k++) factorial *= k;
  return ((16 - i) % 2 === 0 ? 1 : -1) / factorial;
});

/** |e| up to which `nearTail` is used; beyond, nothing cancels in p·e − p + q. */
export const NEAR = 0.5;
