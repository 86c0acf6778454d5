import type { Component, Moments, NormalComponent } from "../backend.js";
import { mixture, multivariateNormal, normal } from "../distributions/index.js";
import type { Distribution, Normal } from "../distributions/index.js";
import { cholesky } from "../distributions/cholesky.js";
import { HALF_LN_2PI } from "../distributions/special.js";
import { invertLower, isFlat } from "./matrices.js";
import type { Parametrisation, Part } from "./parametrisation.js";
import type { Units } from "./space.js";

/*
 * Normals by their means and the lower triangular roots of their precisions, z = root·(x − mean): the diagonal by its logarithm. Of several, the logarithms
 * of their weights up to a constant come first.
 */

/** A normal of a mixture, in units in which the target has deviation 1. */
export interface NormalPart extends Part {
  readonly mean: Float64Array;
  /** Row-major. */
  readonly covariance: Float64Array;
}

export interface NormalShape {
  readonly dimensions: number;
  readonly count: number;
  readonly isDiagonal: boolean;
  /** Is it a family of one variable? */
  readonly isScalar: boolean;
  /** What deviations along each axis are no less than: some part of a cell. */
  readonly least: readonly number[];
  readonly logVolume: number;
}

export function normalsOf({ dimensions: n, count, isDiagonal, isScalar, least, logVolume }: NormalShape): Parametrisation<NormalPart> {
  const perPart = 1 + 2 * n + (isDiagonal ? 0 : (n * (n - 1)) / 2);
  const places = placesOf(n, isDiagonal);
  const rootAt = (theta: Float64Array, at: number): Float64Array => {
    const root = new Float64Array(n * n);
    places.forEach(([i, j], place) => {
      const value = theta[at + 1 + n + place];
      root[i * n + j] = i === j ? Math.exp(value) : value;
    });
    return root;
  };
  return {
    kind: "normal",
    parametersOf(parts) {
      const theta = new Float64Array(count * perPart);
      parts.forEach(({ weight, mean, covariance }, k) => {
        const at = k * perPart;
        theta[at] = Math.log(weight);
        theta.set(mean, at + 1);
        const lower = cholesky(isDiagonal ? diagonalOf(covariance, n) : covariance, n);
        if (!lower) throw new RangeError("fit: a covariance is not positive definite.");
        const root = invertLower(lower, n);
        places.forEach(([i, j], place) => { theta[at + 1 + n + place] = i === j ? Math.log(root[i * n + i]) : root[i * n + j]; });
      });
      return theta;
    },
    componentsOf(theta) {
      const weights = weightsOf(theta, count, perPart);
      const components: Component[] = [];
      for (let k = 0; k < count; k++) {
        const at = k * perPart;
        const root = rootAt(theta, at);
        let log = Math.log(weights[k]) + logVolume - n * HALF_LN_2PI;
        for (let i = 0; i < n; i++) {
          log += theta[at + 1 + n + places.findIndex(([row, column]) => row === i && column === i)];
          // narrower than cells can tell
          if (!(root[i * n + i] * least[i] < 1)) return null;
        }
        if (!Number.isFinite(log) || isFlat(invertLower(root, n), n)) return null;
        components.push({ log, mean: theta.slice(at + 1, at + 1 + n), root });
      }
      return components;
    },
    gradientOf(theta, components, moments) {
      const gradient = new Float64Array(theta.length);
      const weights = weightsOf(theta, count, perPart);
      const all = moments.reduce((sum, [w]) => sum + w, 0);
      moments.forEach((of, k) => {
        const at = k * perPart;
        const { root } = components[k] as NormalComponent;
        if (count > 1) gradient[at] = of[0] - weights[k] * all;
        const z = times(root, of, 1, n, 1);
        for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) gradient[at + 1 + j] += root[i * n + j] * z[i];
        // −Σw·z·(x − mean)ᵀ
        const second = times(root, of, 1 + n, n, n);
        places.forEach(([i, j], place) => {
          const value = -second[i * n + j];
          gradient[at + 1 + n + place] = i === j ? value * root[i * n + i] + of[0] : value;
        });
      });
      return gradient;
    },
    partsOf(theta) {
      const weights = weightsOf(theta, count, perPart);
      return Array.from({ length: count }, (_, k) => {
        const at = k * perPart;
        const inverse = invertLower(rootAt(theta, at), n);
        const covariance = new Float64Array(n * n);
        for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) for (let m = 0; m < n; m++) covariance[i * n + j] += inverse[i * n + m] * inverse[j * n + m];
        return { weight: weights[k], mean: theta.slice(at + 1, at + 1 + n), covariance };
      });
    },
    placeOf: ({ weight, mean, covariance }) => [weight, ...mean, ...covariance],
    distributionOf: (parts, units) => distributionOf(parts, units, isScalar, isDiagonal),
  };
}

/** Rows and columns of the lower triangle, or of the diagonal. */
function placesOf(n: number, isDiagonal: boolean): readonly (readonly [number, number])[] {
  const places: (readonly [number, number])[] = [];
  for (let i = 0; i < n; i++) for (let j = isDiagonal ? i : 0; j <= i; j++) places.push([i, j]);
  return places;
}

function diagonalOf(matrix: Float64Array, n: number): Float64Array {
  return matrix.map((value, i) => (i % (n + 1) === 0 ? value : 0));
}

/** Weights that sum to 1, from logarithms. */
export function weightsOf(theta: Float64Array, count: number, perPart: number): Float64Array {
  const logs = Float64Array.from({ length: count }, (_, k) => theta[k * perPart]);
  const most = Math.max(...logs);
  const exps = logs.map((log) => Math.exp(log - most));
  const sum = exps.reduce((total, value) => total + value, 0);
  return exps.map((value) => value / sum);
}

/** A root times `columns` columns of what begins at `from`. */
function times(root: ArrayLike<number>, of: Moments, from: number, n: number, columns: number): Float64Array {
  const product = new Float64Array(n * columns);
  for (let i = 0; i < n; i++) for (let j = 0; j < columns; j++) for (let m = 0; m <= i; m++) product[i * columns + j] += root[i * n + m] * of[from + m * columns + j];
  return product;
}

function distributionOf(parts: readonly NormalPart[], { center, scale }: Units, isScalar: boolean, isDiagonal: boolean): Distribution {
  const each = parts.map(({ mean, covariance }) => {
    const n = mean.length;
    if (isScalar) return normal(center[0] + scale[0] * mean[0], scale[0] * Math.sqrt(covariance[0]));
    const of = isDiagonal ? diagonalOf(covariance, n) : covariance;
    return multivariateNormal(mean.map((x, i) => center[i] + scale[i] * x), of.map((value, at) => value * scale[Math.floor(at / n)] * scale[at % n]));
  });
  if (each.length === 1) return each[0];
  return mixture(each as readonly Normal[], parts.map(({ weight }) => weight));
}
