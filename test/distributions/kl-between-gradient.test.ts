import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/index";
import { klBetween, klBetweenGradient, laplace, multivariateNormal, normal } from "../../src/distributions/index";
import { check, same, within } from "../support/assert";

/** By central differences and Richardson's extrapolation: an error of about h⁴ and 1e-16/h. */
function slope(f: (by: number) => number, h = 1e-3): number {
  const central = (by: number) => (f(by) - f(-by)) / (2 * by);
  return (4 * central(h / 2) - central(h)) / 3;
}

describe("klBetweenGradient(a, b)", () => {
  it.each([[0, 1, 1, 1.5], [2, 0.5, 1.9, 0.6], [-1, 3, 1, 1]])("of normal(%d, %d) and normal(%d, %d) is what differences say", (m, s, n, t) => {
    const { value, a, b } = klBetweenGradient(normal(m, s), normal(n, t));
    same(value, klBetween(normal(m, s), normal(n, t)), "value");
    const at = (dm: number, ds: number, dn: number, dt: number) => klBetween(normal(m + dm, s + ds), normal(n + dn, t + dt));
    within(a.mean, slope((h) => at(h, 0, 0, 0)), 1e-9, "a.mean");
    within(a.sd, slope((h) => at(0, h, 0, 0)), 1e-9, "a.sd");
    within(b.mean, slope((h) => at(0, 0, h, 0)), 1e-9, "b.mean");
    within(b.sd, slope((h) => at(0, 0, 0, h)), 1e-9, "b.sd");
  });

  it("keeps its digits where a and b are close", () => {
    const s = 1 + 2 ** -30;
    const { a, b } = klBetweenGradient(normal(0, s), normal(0, 1));
    // (s² − 1)/s and 1 − s², in which no digit is lost
    within(a.sd, 2 ** -29 * (1 + 2 ** -31) / s, 1e-24, "a.sd");
    within(b.sd, -(2 ** -29) * (1 + 2 ** -31), 1e-24, "b.sd");
  });

  it("of batches is that of each pair", () => {
    const [a, b] = [normal([0, 1, 2], [1, 2, 3]), normal(0.5, [1, 1, 4])];
    for (const [one, other] of [[a, b], [a, b.at(1)], [a.at(2), b]] as const) {
      const { value, ...sides } = klBetweenGradient(one, other);
      check(value instanceof Float64Array && value.length === 3, () => "value is no Float64Array(3).");
      for (let i = 0; i < 3; i++) {
        const expected = klBetweenGradient("length" in one ? one.at(i) : one, "length" in other ? other.at(i) : other) as ReturnType<typeof klBetweenGradient> & { value: number };
        same(value[i], expected.value, "value");
        for (const side of ["a", "b"] as const) {
          const [of, single] = [sides[side] as { mean: Float64Array; sd: Float64Array }, expected[side] as { mean: number; sd: number }];
          same(of.mean[i], single.mean, `${side}.mean`);
          same(of.sd[i], single.sd, `${side}.sd`);
        }
      }
    }
  });

  it("of multivariate normals is what differences say", () => {
    const [meanA, meanB] = [[0, 1, -1], [0.5, 1, 0]];
    const [covA, covB] = [[[2, 0.3, -0.5], [0.3, 1, 0.2], [-0.5, 0.2, 1.5]], [[1.5, 0, 0.4], [0, 2, -0.3], [0.4, -0.3, 1]]];
    const { value, a, b } = klBetweenGradient(multivariateNormal(meanA, covA), multivariateNormal(meanB, covB));
    same(value, klBetween(multivariateNormal(meanA, covA), multivariateNormal(meanB, covB)), "value");
    const moved = (list: number[], i: number, h: number) => list.map((x, k) => (k === i ? x + h : x));
    const turned = (rows: number[][], i: number, j: number, h: number) => rows.map((row, r) => row.map((x, c) => ((r === i && c === j) || (r === j && c === i) ? x + h : x)));
    for (let i = 0; i < 3; i++) {
      within(a.mean[i], slope((h) => klBetween(multivariateNormal(moved(meanA, i, h), covA), multivariateNormal(meanB, covB))), 1e-9, `a.mean[${i}]`);
      within(b.mean[i], slope((h) => klBetween(multivariateNormal(meanA, covA), multivariateNormal(moved(meanB, i, h), covB))), 1e-9, `b.mean[${i}]`);
      for (let j = 0; j <= i; j++) {
        // both entries move at once
        const twice = i === j ? 1 : 2;
        const ofA = slope((h) => klBetween(multivariateNormal(meanA, turned(covA, i, j, h)), multivariateNormal(meanB, covB)));
        const ofB = slope((h) => klBetween(multivariateNormal(meanA, covA), multivariateNormal(meanB, turned(covB, i, j, h))));
        within(twice * a.covariance[3 * i + j], ofA, 1e-9, `a.covariance[${i}][${j}]`);
        within(twice * b.covariance[3 * i + j], ofB, 1e-9, `b.covariance[${i}][${j}]`);
        same(a.covariance[3 * i + j], a.covariance[3 * j + i], "symmetric");
      }
    }
  });

  it("refuses other families, and lengths and numbers of variables that disagree", () => {
    const message = "klBetweenGradient: D(laplace ‖ laplace) has no gradient here: both must be normal, or both multivariateNormal.";
    expect(() => klBetweenGradient(laplace(0, 1), laplace(0, 2))).toThrow(new RangeError(message));
    expect(() => klBetweenGradient(normal(0, 1), multivariateNormal([0], [1]))).toThrow(RangeError);
    expect(() => klBetweenGradient(normal([0, 1], 1), normal([0, 1, 2], 1))).toThrow(ShapeError);
    expect(() => klBetweenGradient(multivariateNormal([0], [1]), multivariateNormal([0, 0], [1, 0, 0, 1]))).toThrow(ShapeError);
  });
});
