import { randomNormal } from "d3-random";
import { ShapeError } from "../../errors.js";
import { checkedList } from "../check.js";
import { cholesky, solveLower } from "../cholesky.js";
import { componentsOf } from "../components.js";
import type { MultivariateNormal, Point } from "../distribution.js";
import { onGridOf } from "../on-grid.js";
import type { Fill } from "../on-grid.js";
import { drawnRows } from "../random.js";
import { HALF_LN_2PI } from "../special.js";

const NAME = "multivariateNormal";

/**
 * Multivariate normal distribution of d variables with full covariance.
 *
 * @param mean - d finite numbers.
 * @param covariance - d rows of d numbers, or flat and row-major d² numbers. Symmetric to 1e-12 of √(variance·variance), of which the mean of
 *   both sides is taken, and positive definite.
 * @returns The distribution; `parameters.covariance` is flat and row-major, `variance` its diagonal.
 * @throws ShapeError where lengths disagree; RangeError for entries that are not finite, and where the covariance is not symmetric, or not
 *   positive definite: there is no density then.
 * @see Kotz, Balakrishnan & Johnson, Continuous Multivariate Distributions, 2nd ed., vol. 1, ch. 45.
 */
export function multivariateNormal(mean: ArrayLike<number>, covariance: ArrayLike<number> | readonly ArrayLike<number>[]): MultivariateNormal {
  const d = mean.length;
  if (d === 0) throw new ShapeError(`${NAME}: mean is empty, expected one number or more.`, 1, 0);
  const parameters = { mean: checkedList(NAME, "mean", mean, "finite"), covariance: symmetric(flat(covariance, d), d) };
  const lower = cholesky(parameters.covariance, d);
  if (!lower) throw new RangeError(`${NAME}: the covariance of ${d} variables is not positive definite: some combination of them does not vary.`);
  let lnScale = d * HALF_LN_2PI;
  for (let i = 0; i < d; i++) lnScale += Math.log(lower[i * d + i]);
  const logPdf = (x: Point) => {
    if (x.length !== d) throw new ShapeError(`${NAME}: a point has ${x.length} coordinates, expected ${d}.`, d, x.length);
    const z = solveLower(lower, d, parameters.mean.map((center, i) => x[i] - center));
    return -0.5 * z.reduce((sum, value) => sum + value * value, 0) - lnScale;
  };
  return {
    family: NAME, kind: "continuous", dimensions: d, parameters, logPdf,
    pdf: (x) => Math.exp(logPdf(x)),
    mean: parameters.mean,
    variance: parameters.mean.map((_, i) => parameters.covariance[i * d + i]),
    entropy: d / 2 + lnScale,
    onGrid: onGridOf({ family: NAME, kind: "continuous", axes: d, fill: fillOf(parameters.mean, lower, lnScale), components: () => componentsOf({ family: NAME, parameters }) }),
    sample: (count, { seed }) => drawnRows(count, d, seed, (random) => samplerOf(parameters.mean, lower, randomNormal.source(random)())),
  };
}

function flat(covariance: ArrayLike<number> | readonly ArrayLike<number>[], d: number): Float64Array {
  const rows = Array.from<number | ArrayLike<number>>(covariance);
  const isNested = typeof rows[0] === "object";
  if (isNested && rows.length !== d) throw new ShapeError(`${NAME}: covariance has ${rows.length} rows, expected ${d} to match the mean.`, d, rows.length);
  const values = isNested ? rows.flatMap((row, i) => {
    const { length } = row as ArrayLike<number>;
    if (length !== d) throw new ShapeError(`${NAME}: covariance[${i}] has ${length} elements, expected ${d} to match the mean.`, d, length);
    return Array.from(row as ArrayLike<number>);
  }) : (rows as number[]);
  if (values.length !== d * d) throw new ShapeError(`${NAME}: covariance has ${values.length} elements, expected ${d * d}: the square of the mean's ${d}.`, d * d, values.length);
  return checkedList(NAME, "covariance", values, "finite");
}

function symmetric(covariance: Float64Array, d: number): Float64Array {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      const [below, above] = [covariance[i * d + j], covariance[j * d + i]];
      if (!(Math.abs(below - above) <= 1e-12 * Math.sqrt(Math.abs(covariance[i * d + i] * covariance[j * d + j])))) {
        throw new RangeError(`${NAME}: covariance[${i}][${j}] ${below} must equal covariance[${j}][${i}] ${above}.`);
      }
      covariance[i * d + j] = covariance[j * d + i] = below + (above - below) / 2;
    }
  }
  return covariance;
}

/**
 * Densities on a grid: z = L⁻¹·(x − mean) has entries that depend on the axes up to their own alone, so that a row along the last axis
 * is a normal density of one variable, and nothing is solved for a cell.
 */
function fillOf(mean: Float64Array, lower: Float64Array, lnScale: number): Fill {
  const d = mean.length;
  return (axes, cells) => {
    const z = new Float64Array(d);
    let at = 0;
    const along = (axis: number, ln: number) => {
      const coordinates = axes[axis];
      const scale = lower[axis * d + axis];
      let center = mean[axis];
      for (let j = 0; j < axis; j++) center += lower[axis * d + j] * z[j];
      for (let i = 0; i < coordinates.length; i++) {
        const value = (coordinates[i] - center) / scale;
        const sum = ln - 0.5 * value * value;
        if (axis === d - 1) {
          cells[at++] = Math.exp(sum);
        } else {
          z[axis] = value;
          along(axis + 1, sum);
        }
      }
    };
    along(0, -lnScale);
  };
}

function samplerOf(mean: Float64Array, lower: Float64Array, normal: () => number): (rows: Float64Array, at: number) => void {
  const d = mean.length;
  const z = new Float64Array(d);
  return (rows, at) => {
    for (let i = 0; i < d; i++) {
      z[i] = normal();
      let value = mean[i];
      for (let j = 0; j <= i; j++) value += lower[i * d + j] * z[j];
      rows[at + i] = value;
    }
  };
}
