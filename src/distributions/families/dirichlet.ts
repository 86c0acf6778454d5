import { randomGamma } from "d3-random";
import { ShapeError } from "../../errors.js";
import { klDiv } from "../../terms/log.js";
import { checkedList } from "../check.js";
import type { Dirichlet, Point } from "../distribution.js";
import { onGridOf } from "../on-grid.js";
import type { Fill } from "../on-grid.js";
import { drawnRows } from "../random.js";
import { HALF_LN_2PI } from "../special.js";
import { stirlingError } from "../stirling.js";
import { dirichletEntropy } from "./dirichlet-entropy.js";

/** How far from 1 the shares of a point may sum; SciPy's. */
const TOLERANCE = 1e-9;

/**
 * Dirichlet distribution of K shares that sum to 1, density Γ(Σα)/Π Γ(α)·Π x^(α − 1) with respect to the first K − 1 of them. Off the simplex the density is 0.
 * `pdf` and `logPdf` take all K shares, or the first K − 1; a grid has K − 1 axes, for all shares but the last.
 *
 * @param concentration - α: two positive finite numbers or more.
 * @returns The distribution of `dimensions` K; samples have K shares each.
 * @throws RangeError for other entries; ShapeError for fewer than two.
 * @see Kotz, Balakrishnan & Johnson, Continuous Multivariate Distributions, 2nd ed., vol. 1, ch. 49.
 */
export function dirichlet(concentration: ArrayLike<number>): Dirichlet {
  const alpha = checkedList("dirichlet", "concentration", concentration, "positive");
  const size = alpha.length;
  if (size < 2) throw new ShapeError(`dirichlet: concentration has ${size} elements, expected two or more.`, 2, size);
  const total = alpha.reduce((sum, a) => sum + a, 0);
  const ofShares = lnDensity(alpha, total);
  const logPdf = (x: Point) => {
    const shares = sharesOf(x, size);
    return shares ? ofShares(shares) : -Infinity;
  };
  const mean = alpha.map((a) => a / total);
  return {
    family: "dirichlet", kind: "continuous", dimensions: size, parameters: { concentration: alpha }, logPdf,
    pdf: (x) => Math.exp(logPdf(x)),
    mean,
    variance: mean.map((m) => (m * (1 - m)) / (total + 1)),
    entropy: dirichletEntropy(alpha),
    onGrid: onGridOf({ family: "dirichlet", kind: "continuous", axes: size - 1, fill: fillOf(logPdf, size) }),
    sample: (count, { seed }) => drawnRows(count, size, seed, (random) => {
      const draws = Array.from(alpha, (a) => randomGamma.source(random)(a));
      return (rows, at) => {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += rows[at + i] = draws[i]();
        for (let i = 0; i < size; i++) rows[at + i] /= sum;
      };
    }),
  };
}

/** All shares of a point of `size` or `size` − 1 of them, or `undefined` off the simplex. */
function sharesOf(x: Point, size: number): ArrayLike<number> | undefined {
  if (x.length !== size && x.length !== size - 1) {
    throw new ShapeError(`dirichlet: a point has ${x.length} coordinates, expected ${size}, or ${size - 1} without the last.`, size, x.length);
  }
  let [sum, least] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    sum += x[i];
    least = Math.min(least, x[i]);
  }
  if (Number.isNaN(sum)) return x;
  if (least < 0 || sum > 1 + TOLERANCE || (x.length === size && sum < 1 - TOLERANCE)) return undefined;
  return x.length === size ? x : [...Array.from(x), Math.max(0, 1 - sum)];
}

/** ln of the density as −Σ D(α ‖ α0·x) and what Stirling's formula leaves: the powers and the constant cancel. */
function lnDensity(alpha: Float64Array, total: number): (shares: ArrayLike<number>) => number {
  const constant = alpha.reduce((sum, a) => sum - stirlingError(a) - HALF_LN_2PI + 0.5 * Math.log(a), 0) + stirlingError(total) + HALF_LN_2PI - 0.5 * Math.log(total);
  return (shares) => {
    let sum = constant;
    let atEnd = 0;
    for (let i = 0; i < alpha.length; i++) {
      const [a, share] = [alpha[i], shares[i]];
      const expected = total * share;
      // 0, and what is next to it; the density is what the least exponent says where several shares are 0
      if (share === 0) atEnd = a < 1 ? Infinity : a > 1 && atEnd === 0 ? -Infinity : atEnd;
      sum -= (expected > 0 ? klDiv(a, expected, a - expected) : a === 1 ? a * Math.log(a / total) - a : 0) + (share > 0 ? Math.log(share) : 0);
    }
    return atEnd === 0 ? sum : atEnd;
  };
}

function fillOf(logPdf: (x: Point) => number, size: number): Fill {
  return (axes, cells) => {
    const point = new Float64Array(size - 1);
    for (let cell = 0; cell < cells.length; cell++) {
      for (let axis = size - 2, rest = cell; axis >= 0; axis--) {
        point[axis] = axes[axis][rest % axes[axis].length];
        rest = Math.floor(rest / axes[axis].length);
      }
      cells[cell] = Math.exp(logPdf(point));
    }
  };
}
