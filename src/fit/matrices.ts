import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { solveLower } from "../distributions/cholesky.js";

/** Inverse of a lower triangular matrix, row-major. */
export function invertLower(lower: Float64Array, n: number): Float64Array {
  return solveLower(lower, n, Float64Array.from({ length: n * n }, (_, at) => Number(at % (n + 1) === 0)), n);
}

/** Of a variance the part that is left once the other variables are known, below which a covariance has no density. */
const FLATTEST = 1e-10;

/** Is the covariance with this lower triangular root next to that of a line or a plane? */
export function isFlat(lower: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    let variance = 0;
    for (let j = 0; j <= i; j++) variance += lower[i * n + j] ** 2;
    if (!(lower[i * n + i] ** 2 > FLATTEST * variance)) return true;
  }
  return false;
}

/** The largest eigenvalue of a symmetric matrix, with its vector, of length 1. */
export function spreadOf(matrix: ArrayLike<number>, n: number): { readonly most: number; readonly direction: Float64Array } {
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(Matrix.from1DArray(n, n, Array.from(matrix)), { assumeSymmetric: true });
  const at = values.indexOf(Math.max(...values));
  return { most: values[at], direction: Float64Array.from(vectors.getColumn(at)) };
}
