import { HALF_LN_2PI } from "../special.js";
import { lnMinusDigamma, stirlingError } from "../stirling.js";

/**
 * Differential entropy ln B(α) + (α0 − K)·ψ(α0) − Σ (α − 1)·ψ(α) of a Dirichlet distribution. ln Γ and ψ enter by what they are more
 * than Stirling's formula and the logarithm, as those cancel.
 */
export function dirichletEntropy(concentration: ArrayLike<number>): number {
  const size = concentration.length;
  let [total, sum] = [0, 0];
  for (let i = 0; i < size; i++) total += concentration[i];
  const lnTotal = Math.log(total);
  for (let i = 0; i < size; i++) {
    const alpha = concentration[i];
    sum += stirlingError(alpha) + 0.5 * (Math.log(alpha) - lnTotal) + (alpha - 1) * lnMinusDigamma(alpha);
  }
  return sum - stirlingError(total) - (total - size) * lnMinusDigamma(total) + (size - 1) * HALF_LN_2PI - 0.5 * (size - 1) * lnTotal;
}
