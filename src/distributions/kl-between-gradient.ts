import { choleskyOf, solve, transpose } from "./cholesky.js";
import type { Batch, Distribution, MultivariateNormal, Normal } from "./distribution.js";
import { isOf } from "./families.js";
import type { Of } from "./families.js";
import { multivariateNormalDivergence } from "./kl/multivariate-normal-divergence.js";
import { normalDivergence } from "./kl/normal-divergence.js";
import { checkPairs, elementsOf, isSingle, lengthOf } from "./kl/operands.js";
import type { Operand } from "./kl/operands.js";

/** D(a ‖ b) of normal distributions with its derivatives by their parameters; arrays for a batch. */
export interface NormalGradient<Values = number> {
  readonly value: Values;
  readonly a: { readonly mean: Values; readonly sd: Values };
  readonly b: { readonly mean: Values; readonly sd: Values };
}

/** The same of multivariate ones. `covariance` is the symmetric G, row-major, with dD = Σ G_ij·dΣ_ij. */
export interface MultivariateNormalGradient {
  readonly value: number;
  readonly a: { readonly mean: Float64Array; readonly covariance: Float64Array };
  readonly b: { readonly mean: Float64Array; readonly covariance: Float64Array };
}

/**
 * D(a ‖ b) in nats with its derivatives by the parameters of both, for `normal`, single or in batches, and for `multivariateNormal`.
 *
 * @param a - Reference: normal, a batch of them, or multivariateNormal.
 * @param b - Model: likewise; one normal serves a batch.
 * @returns `value`, and `a` and `b` with the derivative by each parameter under its name: numbers; of a batch a `Float64Array` each, an
 *   element for each pair, also of a distribution that serves all; of multivariate normals arrays as the parameters are, where that by the covariance is the symmetric G with
 *   dD = Σ_ij G_ij·dΣ_ij over all i and j.
 * @throws RangeError for other families; ShapeError where lengths or numbers of variables disagree.
 * @see Petersen & Pedersen, The Matrix Cookbook (2012), §2 and §8.
 */
export function klBetweenGradient(a: Normal, b: Normal): NormalGradient;
export function klBetweenGradient(a: Batch<"normal">, b: Normal | Batch<"normal">): NormalGradient<Float64Array>;
export function klBetweenGradient(a: Normal, b: Batch<"normal">): NormalGradient<Float64Array>;
export function klBetweenGradient(a: MultivariateNormal, b: MultivariateNormal): MultivariateNormalGradient;
export function klBetweenGradient(a: Distribution | Batch, b: Distribution | Batch): NormalGradient | NormalGradient<Float64Array> | MultivariateNormalGradient;
export function klBetweenGradient(a: Distribution | Batch, b: Distribution | Batch): NormalGradient | NormalGradient<Float64Array> | MultivariateNormalGradient {
  const length = lengthOf("klBetweenGradient", a, b);
  if (isOf(a as Of, "normal") && isOf(b as Of, "normal")) {
    if (isSingle(a) && isSingle(b)) return ofNormals(a as Normal, b as Normal);
    return ofBatches(a, b, length);
  }
  if (a.family !== "multivariateNormal" || b.family !== "multivariateNormal") {
    throw new RangeError(`klBetweenGradient: D(${a.family} ‖ ${b.family}) has no gradient here: both must be normal, or both multivariateNormal.`);
  }
  checkPairs("klBetweenGradient", a, b);
  return ofMultivariateNormals(a.parameters, b.parameters);
}

function ofNormals({ parameters: a }: Of<"normal">, { parameters: b }: Of<"normal">): NormalGradient {
  const z = (a.mean - b.mean) / b.sd;
  // differences of the standard deviations first, which cancel else
  const relative = (b.sd - a.sd) * (b.sd + a.sd);
  return {
    value: normalDivergence(a.mean, a.sd, b.mean, b.sd),
    a: { mean: z / b.sd, sd: -relative / b.sd / b.sd / a.sd },
    b: { mean: -z / b.sd, sd: (relative / b.sd / b.sd - z * z) / b.sd },
  };
}

function ofBatches(a: Operand, b: Operand, length: number): NormalGradient<Float64Array> {
  const [at, from] = [elementsOf(a), elementsOf(b)];
  const column = () => new Float64Array(length);
  const gradient = { value: column(), a: { mean: column(), sd: column() }, b: { mean: column(), sd: column() } };
  for (let i = 0; i < length; i++) {
    const one = ofNormals(at(i) as Of<"normal">, from(i) as Of<"normal">);
    gradient.value[i] = one.value;
    for (const side of ["a", "b"] as const) {
      gradient[side].mean[i] = one[side].mean;
      gradient[side].sd[i] = one[side].sd;
    }
  }
  return gradient;
}

/** By Σa: ½·(Σb⁻¹ − Σa⁻¹) = ½·Σb⁻¹·(Σa − Σb)·Σa⁻¹; by Σb: ½·Σb⁻¹·(Σb − Σa − Δ·Δᵀ)·Σb⁻¹; by the means ±Σb⁻¹·Δ. */
function ofMultivariateNormals(a: MultivariateNormal["parameters"], b: MultivariateNormal["parameters"]): MultivariateNormalGradient {
  const d = a.mean.length;
  const [lowerA, lowerB] = [choleskyOf(a.covariance, d), choleskyOf(b.covariance, d)];
  const delta = a.mean.map((center, i) => center - b.mean[i]);
  const mean = solve(lowerB, d, delta);
  const change = a.covariance.map((entry, k) => entry - b.covariance[k]);
  const between = (left: Float64Array, middle: Float64Array, right: Float64Array) => half(transpose(solve(right, d, transpose(solve(left, d, middle, d), d), d), d), d);
  const ofB = between(lowerB, change.map((entry, k) => -entry - delta[Math.floor(k / d)] * delta[k % d]), lowerB);
  return {
    value: Math.max(0, multivariateNormalDivergence(a, b)),
    a: { mean, covariance: between(lowerB, change, lowerA) },
    b: { mean: mean.map((slope) => -slope), covariance: ofB },
  };
}

/** Half the symmetric part. */
function half(matrix: Float64Array, d: number): Float64Array {
  const turned = transpose(matrix, d);
  return matrix.map((entry, k) => 0.25 * (entry + turned[k]));
}
