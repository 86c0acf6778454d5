import { CholeskyDecomposition, Matrix } from "ml-matrix";

/** L with L·Lᵀ = `matrix` (both row-major, d²), or `undefined` where it is not positive definite to a rounding. */
export function cholesky(matrix: Float64Array, d: number): Float64Array | undefined {
  const decomposition = new CholeskyDecomposition(Matrix.from1DArray(d, d, matrix));
  if (!decomposition.isPositiveDefinite()) return undefined;
  const lower = Float64Array.from(decomposition.lowerTriangularMatrix.to1DArray());
  for (let i = 0; i < d; i++) {
    // what is left of a variance once the others are known, in units of it
    const left = lower[i * d + i] ** 2 / matrix[i * d + i];
    if (!(left > d * 2 ** -52)) return undefined;
  }
  return lower;
}

/** Of a matrix that is known to have one. */
export function choleskyOf(matrix: Float64Array, d: number): Float64Array {
  const lower = cholesky(matrix, d);
  if (!lower) throw new RangeError("cholesky: the covariance is not positive definite.");
  return lower;
}

/** Replaces the columns of `b` (row-major, d × columns) by those of L⁻¹·b. */
export function solveLower(lower: Float64Array, d: number, b: Float64Array, columns = 1): Float64Array {
  for (let i = 0; i < d; i++) {
    for (let column = 0; column < columns; column++) {
      let sum = b[i * columns + column];
      for (let j = 0; j < i; j++) sum -= lower[i * d + j] * b[j * columns + column];
      b[i * columns + column] = sum / lower[i * d + i];
    }
  }
  return b;
}

/** The same with Lᵀ⁻¹. */
export function solveUpper(lower: Float64Array, d: number, b: Float64Array, columns = 1): Float64Array {
  for (let i = d - 1; i >= 0; i--) {
    for (let column = 0; column < columns; column++) {
      let sum = b[i * columns + column];
      for (let j = i + 1; j < d; j++) sum -= lower[j * d + i] * b[j * columns + column];
      b[i * columns + column] = sum / lower[i * d + i];
    }
  }
  return b;
}

export function transpose(matrix: Float64Array, d: number): Float64Array {
  return matrix.map((_, k) => matrix[(k % d) * d + Math.floor(k / d)]);
}

/** L⁻¹·m·L⁻ᵀ of a symmetric m. */
export function whitened(lower: Float64Array, d: number, matrix: Float64Array): Float64Array {
  const half = solveLower(lower, d, matrix.slice(), d);
  return solveLower(lower, d, transpose(half, d), d);
}

/** (L·Lᵀ)⁻¹·b for `columns` columns. */
export function solve(lower: Float64Array, d: number, b: Float64Array, columns = 1): Float64Array {
  return solveUpper(lower, d, solveLower(lower, d, b.slice(), columns), columns);
}
