import { klDiv } from "../../terms/log.js";
import { choleskyOf, solveLower, whitened } from "../cholesky.js";
import { scaleDivergence } from "./normal-divergence.js";

interface Parameters {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/**
 * D of multivariate normal distributions of d variables, ½·(tr S − d − ln det S + |z|²) with S = L⁻¹·Σa·L⁻ᵀ, z = L⁻¹·(mean a − mean b) and
 * L·Lᵀ = Σb, as sums of terms that are not negative.
 */
export function multivariateNormalDivergence(a: Parameters, b: Parameters): number {
  const d = a.mean.length;
  const lower = choleskyOf(b.covariance, d);
  const z = solveLower(lower, d, a.mean.map((center, i) => center - b.mean[i]));
  const change = whitened(lower, d, a.covariance.map((entry, k) => entry - b.covariance[k]));
  const isNear = squares(change) <= 0.25;
  return 0.5 * squares(z) + (isNear ? near(change, d) : apart(choleskyOf(a.covariance, d), lower, d));
}

const squares = (list: Float64Array) => list.reduce((sum, value) => sum + value * value, 0);

/** For S = I + change: with S = L·D·Lᵀ, D = I + C, it is ½·Σ (c − ln(1 + c)) and half of what the rows of L add to the trace. */
function near(change: Float64Array, d: number): number {
  const rows = new Float64Array(d * d);
  const pivots = new Float64Array(d);
  let sum = 0;
  for (let j = 0; j < d; j++) {
    let added = 0;
    for (let k = 0; k < j; k++) added += rows[j * d + k] ** 2 * pivots[k];
    const c = change[j * d + j] - added;
    pivots[j] = 1 + c;
    sum += added + klDiv(1, 1 + c, -c);
    for (let i = j + 1; i < d; i++) {
      let entry = change[i * d + j];
      for (let k = 0; k < j; k++) entry -= rows[i * d + k] * rows[j * d + k] * pivots[k];
      rows[i * d + j] = entry / pivots[j];
    }
  }
  return 0.5 * sum;
}

/** For S = M·Mᵀ, M = Lb⁻¹·La, which is triangular: its diagonal as of normal distributions of one variable, and half the squares of the others. */
function apart(lowerA: Float64Array, lowerB: Float64Array, d: number): number {
  const m = solveLower(lowerB, d, lowerA.slice(), d);
  let sum = 0;
  for (let i = 0; i < d; i++) {
    sum += scaleDivergence(lowerA[i * d + i], lowerB[i * d + i]);
    for (let j = 0; j < i; j++) sum += 0.5 * m[i * d + j] ** 2;
  }
  return sum;
}
