import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { klDivergence, linspace, openBackend, ShapeError } from "../../src/index";
import type { Backend } from "../../src/index";
import {
  beta, categorical, dirichlet, exponential, gamma, geometric, klBetween, mixture, multivariateNormal, normal, poisson, studentT, uniform, vonMises,
} from "../../src/distributions/index";
import { check, same, sameList, within } from "../support/assert";

let backend: Backend;
beforeAll(async () => { backend = await openBackend({ prefer: "cpu", threads: 1 }); });
afterAll(() => backend.destroy());

const eye = (d: number, s: number) => Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => (i === j ? s : 0)));

describe("onGrid(axes)", () => {
  it("gives densities of one variable with their step, on a bare axis or a list of one", () => {
    const axis = linspace(-5, 5, 1000);
    for (const axes of [axis, [axis], Array.from(axis), [Array.from(axis)]]) {
      const { data, dtype, shape, spacing } = normal(0.5, 2).onGrid(axes);
      expect([dtype, shape, data instanceof Float64Array]).toEqual(["float64", [1000], true]);
      within(spacing?.[0] as number, 10 / 999, 1e-16, "step");
      sameList(data, axis.map((x) => normal(0.5, 2).pdf(x)), "data");
    }
  });

  it("gives float32 when asked", () => {
    const { data, dtype } = normal(0, 1).onGrid(linspace(-1, 1, 5), { dtype: "float32" });
    same(dtype, "float32", "dtype");
    sameList(data, Float32Array.from(linspace(-1, 1, 5), (x) => normal(0, 1).pdf(x)), "data");
    sameList(mixture([normal(0, 1)]).onGrid(linspace(-1, 1, 5), { dtype: "float32" }).data, data, "mixture");
  });

  it("tells even axes, however they were made, from others, whose coordinates it hands on", () => {
    const step = (axis: ArrayLike<number>) => normal(0, 1).onGrid(axis).spacing?.[0];
    const added = new Float64Array(1000);
    for (let i = 1; i < added.length; i++) added[i] = added[i - 1] + 0.01;
    for (const [axis, h] of [[linspace(0, 1, 1_000_001), 1e-6], [added, 0.01], [[0, 0.1, 0.2, 0.30000000000000004], 0.1], [[3, 7], 4]] as const) {
      const even = step(axis);
      check(typeof even === "number", () => `an even axis of ${h} is taken for an uneven one.`);
      within(even, h, 1e-9 * h, "step");
    }
    const uneven = [0, 1, 2 + 1e-8, 3];
    expect(step(uneven)).toBe(uneven);
    expect(step([1e15, 1e15 + 0.125, 1e15 + 0.375])).toEqual([1e15, 1e15 + 0.125, 1e15 + 0.375]);
    const rounded = Float32Array.from(linspace(-5, 5, 1000));
    expect(step(rounded)).toBe(rounded);
  });

  it("gives probabilities without a spacing, 0 at what is no integer", () => {
    const { data, spacing, shape } = poisson(2).onGrid([-1, 0, 0.5, 1, 2]);
    expect([spacing, shape]).toEqual([undefined, [5]]);
    sameList(data, [0, poisson(2).pmf(0), 0, poisson(2).pmf(1), poisson(2).pmf(2)], "poisson");
    sameList(categorical([1, 0, 3]).onGrid([0, 1, 1.5, 2, 3]).data, [0.25, 0, 0, 0.75, 0], "categorical");
    sameList(geometric(0.5).onGrid([3]).data, [0.0625], "one coordinate");
    sameList(mixture([poisson(2), categorical([1])], [1, 3]).onGrid([0, 1]).data, [0.25 * poisson(2).pmf(0) + 0.75, 0.25 * poisson(2).pmf(1)], "mixture");
  });

  it("lays several variables out with the first as the slowest axis", () => {
    const of = multivariateNormal([0.5, -1, 2], [[2, 0.3, -0.5], [0.3, 1, 0.2], [-0.5, 0.2, 1.5]]);
    const axes = [[-1, 0, 2], linspace(-2, 1, 4), [0, 1]];
    const { data, shape, spacing } = of.onGrid(axes);
    expect(shape).toEqual([3, 4, 2]);
    expect(spacing).toEqual([[-1, 0, 2], 1, 1]);
    let cell = 0;
    for (const x of axes[0] as number[]) for (const y of axes[1]) for (const z of axes[2] as number[]) within(data[cell++], of.pdf([x, y, z]), 1e-15, `[${x}, ${y}, ${z}]`);
    same(cell, 24, "cells");
    const both = mixture([of, multivariateNormal([0, 0, 0], eye(3, 1))], [1, 3]);
    both.onGrid(axes).data.forEach((value, i) => {
      const point = [axes[0][Math.floor(i / 8)], axes[1][Math.floor(i / 2) % 4], axes[2][i % 2]];
      within(value, both.pdf(point), 1e-15, "mixture");
    });
  });

  it("lays a Dirichlet distribution of K shares out along K − 1, 0 off the simplex", () => {
    const of = dirichlet([2, 3, 4]);
    const axis = linspace(0, 1, 5);
    const { data, shape } = of.onGrid([axis, axis]);
    expect(shape).toEqual([5, 5]);
    for (let i = 0; i < 25; i++) {
      const [x, y] = [axis[Math.floor(i / 5)], axis[i % 5]];
      within(data[i], x + y > 1 ? 0 : (40320 / 12) * x * y ** 2 * (1 - x - y) ** 3, 1e-13, `${x}, ${y}`);
    }
    expect(() => of.onGrid([axis, axis, axis])).toThrow(new ShapeError("onGrid: dirichlet has 2 axes, got 3.", 2, 3));
  });

  it("sums to 1 over a whole circle, wherever it begins", () => {
    for (const from of [-Math.PI, 0, 1]) {
      const { data, spacing } = vonMises(3, 2).onGrid(Array.from({ length: 200 }, (_, i) => from + (2 * Math.PI * i) / 200));
      within(Array.from(data).reduce((x, y) => x + y) * (spacing?.[0] as number), 1, 1e-14, `from ${from}`);
    }
  });

  it("makes 256³ cells of three variables in seconds", () => {
    const axis = Float64Array.from({ length: 256 }, (_, i) => -8 + i / 16);
    const start = performance.now();
    const { data } = multivariateNormal([0, 0, 0], [[1, 0.2, 0], [0.2, 1, 0.3], [0, 0.3, 1]]).onGrid([axis, axis, axis], { dtype: "float32" });
    expect(performance.now() - start).toBeLessThan(6000);
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += data[i];
    within(sum / 16 ** 3, 1, 1e-6, "sum");
  });

  it("names the cell where a density is infinite", () => {
    expect(() => beta(0.5, 1).onGrid([0, 0.5, 1])).toThrow(
      new RangeError("onGrid: the density of beta is infinite at cell 0, where x = 0: leave that end out, for instance with the midpoints of the cells."),
    );
    expect(() => beta(2, 0.5).onGrid([0, 0.5, 1])).toThrow(/at cell 2, where x = 1:/);
    expect(() => gamma(0.5, 1).onGrid([-1, 0, 1])).toThrow(/at cell 1, where x = 0:/);
    expect(() => dirichlet([2, 0.5, 2]).onGrid([[0.25, 0.5], [0, 0.25]])).toThrow(/at cell 0, where x = \[0\.25, 0\]:/);
    expect(() => mixture([normal(0, 1), beta(0.5, 1)]).onGrid([0, 1])).toThrow(RangeError);
    expect(() => normal(0, 1e-39).onGrid([-1, 0, 1], { dtype: "float32" })).toThrow(/\(as float32\)/);
    expect(beta(0.5, 0.5).onGrid([0.25, 0.75]).shape).toEqual([2]);
    within(gamma(1, 3).onGrid([0, 1]).data[0], 3, 1e-15, "gamma(1, 3) at 0");
  });

  it("refuses axes that do not rise, that are none, and of another number", () => {
    const of = normal(0, 1);
    expect(() => of.onGrid([[0, 1], [0, 1]])).toThrow(new ShapeError("onGrid: normal has 1 axis, got 2.", 1, 2));
    expect(() => multivariateNormal([0, 0], eye(2, 1)).onGrid([0, 1])).toThrow(ShapeError);
    expect(() => of.onGrid([])).toThrow(ShapeError);
    expect(() => of.onGrid([[]])).toThrow(ShapeError);
    expect(() => of.onGrid([0, 0])).toThrow(new RangeError("onGrid: coordinate 1 of axis 0, 0, must be above the one before, 0."));
    expect(() => of.onGrid([0, NaN])).toThrow(RangeError);
    expect(() => of.onGrid([0, Infinity])).toThrow(RangeError);
    expect(() => of.onGrid([1])).toThrow(RangeError);
    expect(() => of.onGrid([0, 1], { dtype: "float16" as "float32" })).toThrow(RangeError);
  });
});

describe("klDivergence of grids is what tutorials print:", () => {
  it("normal(0, 1) ‖ normal(1, 1.5) on linspace(-5, 5, 1000) is 0.34608", async () => {
    const axis = linspace(-5, 5, 1000);
    within(await klDivergence(normal(0, 1).onGrid(axis), normal(1, 1.5).onGrid(axis), { backend }), 0.34608, 5e-6, "D");
  });

  it("beta(2, 5) ‖ beta(5, 2) on linspace(0, 1, 1000) is 3.24994", async () => {
    const axis = linspace(0, 1, 1000);
    within(await klDivergence(beta(2, 5).onGrid(axis), beta(5, 2).onGrid(axis), { backend }), 3.24994, 5e-6, "D");
  });

  it("N(0, I) ‖ N((1, 1, 1), 1.5·I) on the 12³ half-open grid is 0.91133, and 1.10820 on a wide one, which is the closed form's", async () => {
    const [a, b] = [multivariateNormal([0, 0, 0], eye(3, 1)), multivariateNormal([1, 1, 1], eye(3, 1.5))];
    const twelve = Array.from({ length: 12 }, (_, i) => -3 + i / 2);
    within(await klDivergence(a.onGrid([twelve, twelve, twelve]), b.onGrid([twelve, twelve, twelve]), { backend }), 0.91133, 5e-6, "12³");
    const wide = linspace(-8, 8, 65);
    const value = await klDivergence(a.onGrid([wide, wide, wide]), b.onGrid([wide, wide, wide]), { backend });
    within(value, 1.1082, 5e-6, "65³");
    within(value, klBetween(a, b), 1e-7, "closed form");
  });

  it("mixtures of normals are close to the integral of their densities", async () => {
    const axis = linspace(-20, 20, 4001);
    const of = mixture([normal(-2, 0.5), normal(1, 1), studentT(30, 0, 1)], [0.5, 0.3, 0.2]);
    const { value, discretizationError, errorBound, totalP } = await klDivergence(of.onGrid(axis), normal(0, 3).onGrid(axis), { backend, quadrature: "simpson", detail: true });
    within(totalP, 1, 1e-12, "Σp");
    check((discretizationError ?? 1) + errorBound < 1e-8 && value > 0, () => "the grid is coarse.");
  });

  it("exponential ‖ uniform is Infinity", async () => {
    const axis = linspace(0, 3, 301);
    same(await klDivergence(exponential(1).onGrid(axis), uniform(0, 1).onGrid(axis), { backend }), Infinity, "D");
  });
});
