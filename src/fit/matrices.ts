import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { solveLower } from "../distributions/cholesky.js";

/** Inverse of a lower triangular matrix, row-major. */
export function invertLower(lower: Float64Array, n: number): Float64Array {
  return solveLower(lower, n, Float64Array.from({ length: n * n }, (_, at) => Number(at % (n + 1) === 0)), n);
}

/** The smallest and the largest eigenvalue of a symmetric matrix, and of the latter the vector, of length 1. */
export function spreadOf(matrix: ArrayLike<number>, n: number): { readonly least: number; readonly most: number; readonly direction: Float64Array } {
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(Matrix.from1DArray(n, n, Array.from(matrix)), { assumeSymmetric: true });
  const at = values.indexOf(Math.max(...values));
  return { least: Math.min(...values), most: values[at], direction: Float64Array.from(vectors.getColumn(at)) };
}
