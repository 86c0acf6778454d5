import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/index";
import * as families from "../../src/distributions/index";
import type { Batch, Distribution } from "../../src/distributions/index";
import { same, sameList, within } from "../support/assert";

const {
  bernoulli, beta, binomial, categorical, cauchy, dirichlet, exponential, gamma, geometric, gumbel, klBetween, laplace, logNormal, mixture, multivariateNormal, normal,
  poisson, studentT, uniform, vonMises,
} = families;

/** One of each family. */
const EACH: readonly Distribution[] = [
  normal(0.3, 1.2), logNormal(0.3, 1.2), beta(2, 3), gamma(2, 3), exponential(2), laplace(0.3, 1.2), cauchy(0.3, 1.2), gumbel(0.3, 1.2),
  studentT(3, 0.3, 1.2), uniform(-0.5, 2), vonMises(0.3, 1.2),
  poisson(2.5), binomial(7, 0.3), geometric(0.3), bernoulli(0.3), categorical([0.2, 0.5, 0.3]),
  mixture([normal(0, 1), laplace(2, 1)], [0.3, 0.7]), mixture([poisson(1), geometric(0.5)]), multivariateNormal([0, 1], [[2, 0.5], [0.5, 1]]), dirichlet([2, 3, 4]),
  mixture([multivariateNormal([0, 1], [[2, 0.5], [0.5, 1]]), multivariateNormal([1, 1], [[1, 0], [0, 1]])]),
];

describe("klBetween(a, b)", () => {
  it.each(EACH.map((of) => [of.family, of] as const))("is 0 for %s and itself, whatever the closed forms", (_, of) => same(klBetween(of, of), 0, "D"));

  it("is 0 for equal mixtures made anew", () => same(klBetween(mixture([normal(0, 1), normal(1, 2)], [1, 2]), mixture([normal(0, 1), normal(1, 2)], [1, 2])), 0, "D"));

  it("is Infinity exactly where a's support is not within b's, of every two families of densities", () => {
    const supports: readonly (readonly [Distribution, number, number])[] = [
      [normal(0, 1), -Infinity, Infinity], [laplace(0, 1), -Infinity, Infinity], [cauchy(0, 1), -Infinity, Infinity], [gumbel(0, 1), -Infinity, Infinity],
      [studentT(3), -Infinity, Infinity],
      [logNormal(0, 1), 0, Infinity], [gamma(2, 1), 0, Infinity], [exponential(1), 0, Infinity], [beta(2, 2), 0, 1], [uniform(0, 1), 0, 1], [uniform(0.2, 0.7), 0.2, 0.7],
      [uniform(-1, 1), -1, 1],
      [vonMises(0, 1), -Math.PI, Math.PI], [mixture([uniform(0, 1), uniform(2, 3)]), 0, 3], [mixture([normal(0, 1), uniform(2, 3)]), -Infinity, Infinity],
    ];
    let misses = 0;
    for (const [a, lowA, highA] of supports) {
      for (const [b, lowB, highB] of supports) {
        const isWithin = lowB <= lowA && highA <= highB && !(b.family === "mixture" && highB === 3 && a.family !== "mixture" && !(highA <= 1));
        if (isWithin) {
          const isHeavy = a.family === "cauchy" || a.family === "studentT";
          try {
            const value = klBetween(a, b);
            // tails: of cauchy and t under lighter ones, of laplace under gumbel's left one of the same scale
            if (value === Infinity) expect(isHeavy || (a.family === "laplace" && b.family === "gumbel"), `${a.family} ‖ ${b.family}`).toBe(true);
            else expect(value >= 0 && value < Infinity, `${a.family} ‖ ${b.family}`).toBe(true);
          } catch (error) {
            expect(String(error)).toMatch(/^RangeError: klBetween: D\(\w+ ‖ \w+\) has no closed form: compute klDivergence\(/);
          }
        } else {
          misses += 1;
          same(klBetween(a, b), Infinity, `${a.family} ‖ ${b.family}`);
        }
      }
    }
    expect(misses).toBeGreaterThan(80);
  });

  it("is Infinity where a's outcomes are not among b's", () => {
    const infinite: readonly (readonly [Distribution, Distribution])[] = [
      [poisson(1), binomial(5, 0.5)], [geometric(0.5), bernoulli(0.5)], [binomial(5, 0.5), binomial(4, 0.5)], [binomial(3, 0.5), bernoulli(0.5)],
      [poisson(2), categorical([1, 1])],
      [bernoulli(0.5), bernoulli(0)], [bernoulli(0.5), bernoulli(1)], [categorical([1, 1, 0]), categorical([1, 0, 1])], [categorical([1, 1, 1]), bernoulli(0.5)],
      [geometric(0.5), geometric(1)],
      [mixture([poisson(1), poisson(2)]), mixture([binomial(2, 0.5), binomial(9, 0.5)])], [binomial(5, 1), binomial(4, 0.5)], [binomial(5, 0.5), binomial(5, 1)],
      [poisson(1), geometric(1)],
    ];
    for (const [a, b] of infinite) same(klBetween(a, b), Infinity, `${a.family}(${JSON.stringify(a.parameters)}) ‖ ${b.family}`);
  });

  it("joins the supports of components that touch or overlap", () => {
    const closed = /no closed form/;
    expect(() => klBetween(uniform(0.5, 2.5), mixture([uniform(2, 3), uniform(0, 1), uniform(1, 2.2)]))).toThrow(closed);
    same(klBetween(uniform(0.5, 2.5), mixture([uniform(0, 1), uniform(1.1, 3)])), Infinity, "apart");
    expect(() => klBetween(binomial(2, 0.5), mixture([categorical([1, 1]), categorical([0, 0, 1])]))).toThrow(closed);
    same(klBetween(binomial(2, 0.5), mixture([categorical([1]), categorical([0, 0, 1])])), Infinity, "apart");
    same(klBetween(binomial(2, 0.5), mixture([categorical([1, 1]), categorical([0, 0, 1])], [1, 0])), Infinity, "weight 0");
  });

  it("of multivariate normals holds where covariances differ by orders of magnitude", () => {
    const turned = ([s, t]: readonly number[]) => multivariateNormal([0, 0], [[s + t, s - t], [s - t, s + t]]);
    // variances 2s and 2t along the diagonals
    const half = (r: number) => 0.5 * (r - 1 - Math.log(r));
    for (const [a, b] of [[[1e-9, 1e-10], [1, 2]], [[1e9, 1e10], [1, 2]], [[1e-4, 1], [1, 1e-3]]]) {
      const expected = half(a[0] / b[0]) + half(a[1] / b[1]);
      within(klBetween(turned(a), turned(b)), expected, 1e-12 * expected, `${a} ‖ ${b}`);
    }
  });

  it("is Infinity between points and shares that sum to 1", () => {
    const [points, shares] = [multivariateNormal([0, 0], [[1, 0], [0, 1]]), dirichlet([2, 2])];
    same(klBetween(points, shares), Infinity, "multivariateNormal ‖ dirichlet");
    same(klBetween(shares, points), Infinity, "dirichlet ‖ multivariateNormal");
    same(klBetween(mixture([shares, dirichlet([1, 2])]), points), Infinity, "mixture ‖ multivariateNormal");
  });

  it("is Infinity where a's tails are too heavy for b's", () => {
    const infinite = [
      [cauchy(0, 1), normal(0, 1)], [cauchy(0, 1), laplace(0, 1)], [cauchy(0, 1), gumbel(0, 1)], [studentT(2), normal(0, 1)], [studentT(1.5), normal(0, 1)],
      [studentT(0.7), normal(0, 1)],
      [studentT(1), laplace(0, 1)],
      [studentT(5), gumbel(0, 1)], [studentT(0.5), gumbel(0, 1)], [laplace(0, 1), gumbel(0, 1)], [laplace(0, 2), gumbel(0, 1)],
    ] as const;
    for (const [a, b] of infinite) same(klBetween(a, b), Infinity, `${a.family} ‖ ${b.family}`);
    expect(klBetween(studentT(2.1), normal(0, 1))).toBeLessThan(20);
    expect(klBetween(laplace(0, 0.99), gumbel(0, 1))).toBeLessThan(50);
  });

  it("counts outcomes that have no probability as nothing, and one outcome alone", () => {
    within(klBetween(bernoulli(0), bernoulli(0.25)), -Math.log(0.75), 1e-16, "bernoulli(0)");
    within(klBetween(categorical([0, 1, 1]), categorical([2, 1, 1])), Math.log(2), 1e-15, "categorical");
    within(klBetween(binomial(4, 1), binomial(9, 0.5)), -binomial(9, 0.5).logPdf(4), 1e-15, "binomial(4, 1)");
    within(klBetween(geometric(1), poisson(3)), 3, 1e-15, "geometric(1)");
    within(klBetween(binomial(3, 0), categorical([1, 3])), Math.log(4), 1e-15, "binomial(3, 0)");
  });

  it("takes simple cases of wider families as those", () => {
    const pairs = [
      [[exponential(2), exponential(3)], [gamma(1, 2), exponential(3)]], [[exponential(2), gamma(2, 3)], [gamma(1, 2), gamma(2, 3)]], [[cauchy(0, 1), cauchy(1, 2)],
      [studentT(1), studentT(1, 1, 2)]],
      [[normal(0, 2), normal(1, 3)], [multivariateNormal([0], [4]), multivariateNormal([1], [[9]])]], [[normal(0, 2), laplace(1, 3)],
      [mixture([normal(0, 2)]), mixture([cauchy(0, 1), laplace(1, 3)], [0, 1])]],
      [[bernoulli(0.3), bernoulli(0.6)], [binomial(1, 0.3), categorical([0.4, 0.6])]], [[bernoulli(0.3), bernoulli(0.6)], [categorical([0.7, 0.3]), binomial(1, 0.6)]],
      [[uniform(0, 1), uniform(-1, 2)], [beta(1, 1), uniform(-1, 2)]], [[beta(1, 1), beta(2, 3)], [uniform(0, 1), beta(2, 3)]], [[beta(2, 3), beta(1, 1)],
      [beta(2, 3), uniform(0, 1)]],
      [[beta(2, 3), beta(4, 5)], [dirichlet([2, 3]), dirichlet([4, 5])]], [[multivariateNormal([1], [2]), normal(0, 1)], [normal(1, Math.SQRT2), normal(0, 1)]],
      [[uniform(-Math.PI, Math.PI), vonMises(1, 2)], [vonMises(0, 0), vonMises(1, 2)]],
    ] as const;
    for (const [[a, b], [c, d]] of pairs) {
      const value = klBetween(a, b);
      within(klBetween(c, d), value, 1e-14 * value, `${c.family} ‖ ${d.family}`);
    }
    const [a, b] = [gamma(3, 2), normal(1, 2)];
    same(klBetween(mixture([a, a], [0, 5]), b), klBetween(a, b), "a component of weight 0");
  });

  it("says what to do where there is no closed form", () => {
    const none = [
      [studentT(3), studentT(4)], [studentT(3), cauchy(0, 1)], [normal(0, 1), studentT(3)], [normal(0, 1), cauchy(0, 1)], [gumbel(0, 1), laplace(0, 1)],
      [logNormal(0, 1), gumbel(0, 1)], [gamma(2, 1), laplace(1, 1)],
      [poisson(1), geometric(0.5)], [geometric(0.5), poisson(1)], [binomial(3, 0.5), binomial(4, 0.5)], [binomial(3, 0.5), poisson(2)],
      [mixture([normal(0, 1), normal(1, 1)]), normal(0, 1)],
      [normal(0, 1), mixture([normal(0, 1), normal(1, 1)])], [bernoulli(0.5), mixture([poisson(1), poisson(2)])],
    ] as const;
    for (const [a, b] of none) expect(() => klBetween(a, b), `${a.family} ‖ ${b.family}`).toThrow(RangeError);
    expect(() => klBetween(studentT(3), studentT(4))).toThrow(
      "klBetween: D(studentT ‖ studentT) has no closed form: compute klDivergence(a.onGrid(axes), b.onGrid(axes), { detail: true }) on a grid that holds the tails of a, " +
      "or klSampled(a, b, { samples: 100_000, seed: 1 }).",
    );
  });

  it("refuses densities from probabilities, other numbers of variables and of categories, and bases that are none", () => {
    expect(() => klBetween(normal(0, 1), poisson(1))).toThrow(new RangeError("klBetween: D(normal ‖ poisson) is of a density from probabilities: both must be one of the two."));
    expect(() => klBetween(bernoulli(0.5), uniform(0, 1))).toThrow(RangeError);
    expect(() => klBetween(poisson([1, 2]), normal(0, 1))).toThrow(RangeError);
    expect(() => klBetween(normal(0, 1), multivariateNormal([0, 0], [1, 0, 0, 1]))).toThrow(ShapeError);
    expect(() => klBetween(dirichlet([1, 2]), dirichlet([1, 2, 3]))).toThrow(ShapeError);
    expect(() => klBetween(categorical([1, 2]), categorical([1, 2, 3]))).toThrow(new ShapeError("klBetween: b has 3 categories, expected 2 to match a.", 2, 3));
    for (const base of [1, 0.5, 0, -2, NaN, Infinity]) expect(() => klBetween(normal(0, 1), normal(0, 2), { base })).toThrow(RangeError);
  });

  it("refuses what is no distribution", () => {
    expect(() => klBetween([1, 2, 3] as never, normal(0, 1))).toThrow("klBetween: a must be a distribution, such as normal(0, 1)");
    expect(() => klBetween(normal(0, 1), normal(0, 1).onGrid([0, 1]) as never)).toThrow("klBetween: b must be a distribution");
    expect(() => klBetween(normal(0, 1), normal(0, 1), { bass: 2 } as never)).toThrow('unknown option "bass"');
    expect(() => mixture(normal(0, 1) as never)).toThrow("mixture: components must be a list of distributions");
  });

  it("counts in the base's unit", () => {
    const [a, b] = [normal(0, 1), normal(1, 1.5)];
    const nats = klBetween(a, b);
    within(klBetween(a, b, { base: 2 }), nats / Math.LN2, 1e-15, "bits");
    within(klBetween(a, b, { base: 10 }), nats / Math.LN10, 1e-15, "dits");
    within(klBetween(normal([0, 0], 1), b, { base: 2, axis: 0 })[0], (2 * nats) / Math.LN2, 1e-15, "sum in bits");
  });

  it("is what texts print: 0.5·(1/2.25 + ln 2.25 − 1 + 1/2.25), 3.25 and 1.1082", () => {
    within(klBetween(normal(0, 1), normal(1, 1.5)), 0.5 * (2 / 2.25 + Math.log(2.25) - 1), 1e-16, "normal");
    within(klBetween(beta(2, 5), beta(5, 2)), 3.25, 1e-14, "beta");
    const eye = (s: number) => [[s, 0, 0], [0, s, 0], [0, 0, s]];
    within(klBetween(multivariateNormal([0, 0, 0], eye(1)), multivariateNormal([1, 1, 1], eye(1.5))), 1.5 * (2 / 1.5 + Math.log(1.5) - 1), 1e-15, "multivariateNormal");
  });
});

/** Families with numbers for parameters, and where those may lie. */
const RANGES: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  normal: [[-5, 5], [0.01, 100]], logNormal: [[-5, 5], [0.01, 5]], beta: [[0.01, 1e4], [0.01, 1e4]], gamma: [[0.01, 1e5], [0.01, 100]],
  exponential: [[1e-3, 1e3]], laplace: [[-5, 5], [0.01, 100]],
  cauchy: [[-5, 5], [0.01, 100]], gumbel: [[-5, 5], [0.05, 100]], vonMises: [[-3, 3], [1e-3, 1e4]], poisson: [[1e-3, 1e5]], geometric: [[1e-3, 0.49]], bernoulli: [[1e-3, 0.49]],
};

type Make<Made> = (...parameters: readonly unknown[]) => Made;
const make = (family: string) => families[family as "normal"] as unknown as Make<Distribution>;
const many = (family: string) => families[family as "normal"] as unknown as Make<Batch>;

describe("klBetween(a, b) for close parameters", () => {
  it.each(Object.keys(RANGES))("of %s is neither negative nor NaN, and what half the Fisher information makes of the difference", (family) => {
    const parameters = fc.tuple(...RANGES[family].map(([low, high]) => fc.double({ min: low, max: high, noNaN: true })));
    const bits = fc.integer({ min: 2, max: 52 });
    const signs = fc.tuple(...RANGES[family].map(() => fc.constantFrom(-1, 0, 1)));
    fc.assert(fc.property(parameters, bits, signs, (p, k, sign) => {
      const nearTo = (by: number) => p.map((x, i) => x * (1 + sign[i] * by));
      const [a, b, twice] = [p, nearTo(2 ** -k), nearTo(2 ** (1 - k))].map((list) => make(family)(...list));
      const value = klBetween(a, b);
      const isSame = p.every((x, i) => x === nearTo(2 ** -k)[i]);
      expect(value >= 0 && value < Infinity).toBe(true);
      if (isSame) expect(Object.is(value, 0)).toBe(true);
      // twice the difference makes four times the divergence
      if (k >= 20 && k <= 30 && value > 0) expect(klBetween(a, twice) / value).toBeCloseTo(4, 2);
    }), { seed: 5, numRuns: 300 });
  });
});

describe("klBetween of batches", () => {
  it.each(Object.keys(RANGES))("is that of each %s", (family) => {
    const n = 50;
    const columns = RANGES[family].map(([low, high], i) => uniform(low, Math.min(high, 20)).sample(2 * n, { seed: i + 1 }));
    const [a, b] = [columns.map((column) => column.subarray(0, n)), columns.map((column) => column.subarray(n))];
    const [one, other] = [many(family)(...a), many(family)(...b)];
    expect([one.family, one.length]).toEqual([family, n]);
    const expected = (f: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => f(i));
    const single = (columns: readonly Float64Array[], i: number) => make(family)(...columns.map((column) => column[i]));
    const pairs = expected((i) => klBetween(single(a, i), single(b, i)));
    sameList(klBetween(one, other), pairs, "batch ‖ batch");
    sameList(klBetween(Array.from(a[0], (_, i) => one.at(i)), other), pairs, "list ‖ batch");
    sameList(klBetween(one.at(3), other), expected((i) => klBetween(single(a, 3), single(b, i))), "one ‖ batch");
    sameList(klBetween(one, other.at(-1)), expected((i) => klBetween(single(a, i), single(b, n - 1))), "batch ‖ one");
  });

  it("serves numbers to all, and takes any arrays", () => {
    const of = normal([0, 1, 2], 3);
    expect([of.parameters.sd, of.length, of.at(1).parameters, of.at(-1).mean]).toEqual([3, 3, { mean: 1, sd: 3 }, 2]);
    sameList(normal(Float32Array.of(0, 1), new Uint8Array([1, 2])).parameters.sd as Float64Array, [1, 2], "sd");
    sameList(klBetween(studentT([4, 6]), normal(0, 1)), [klBetween(studentT(4, 0, 1), normal(0, 1)), klBetween(studentT(6), normal(0, 1))], "studentT");
    sameList(klBetween(normal([], 1), normal(0, 1)), [], "none");
  });

  it("crosses families and mixes them in lists", () => {
    sameList(klBetween(gamma([1, 2], 3), normal(0, [1, 2])), [klBetween(gamma(1, 3), normal(0, 1)), klBetween(gamma(2, 3), normal(0, 2))], "gamma ‖ normal");
    sameList(klBetween([gamma(1, 3), beta(2, 2)], [exponential(1), uniform(0, 1)]), [klBetween(gamma(1, 3), exponential(1)), klBetween(beta(2, 2), uniform(0, 1))], "lists");
    const [one, other, fair] = [bernoulli(0.2), categorical([1, 2]), bernoulli(0.5)];
    sameList(klBetween([one, other], fair), [klBetween(one, fair), klBetween(other, fair)], "list ‖ one");
    same(klBetween(binomial([3, 9], 0.5), binomial([3, 4], 0.5))[1], Infinity, "binomial");
  });

  it("adds up along axes: 10 000 × 64 normals in one call", () => {
    const [n, d] = [10_000, 64];
    const means = normal(0, 1).sample(n * d, { seed: 1 });
    const sds = gamma(4, 4).sample(n * d, { seed: 2 });
    const start = performance.now();
    const rows = klBetween(normal(means, sds), normal(0, 1), { shape: [n, d], axis: 1 });
    const elapsed = performance.now() - start;
    same(rows.length, n, "rows");
    for (const row of [0, 17, n - 1]) {
      let expected = 0;
      for (let k = row * d; k < (row + 1) * d; k++) expected += 0.5 * (sds[k] ** 2 + means[k] ** 2 - 1) - Math.log(sds[k]);
      within(rows[row], expected, 1e-13 * expected, `row ${row}`);
    }
    expect(elapsed).toBeLessThan(3000);
  });

  it("lays values out in shape, and adds along first, last and all axes", () => {
    const a = normal(Float64Array.from({ length: 24 }, (_, i) => i / 4), 1);
    const flat = klBetween(a, normal(0, 1));
    const sum = (...indices: number[]) => indices.reduce((total, i) => total + flat[i], 0);
    const shape = [2, 3, 4];
    sameList(klBetween(a, normal(0, 1), { shape }), flat, "no axis");
    sameList(klBetween(a, normal(0, 1), { shape, axis: -1 }).subarray(0, 2), [sum(0, 1, 2, 3), sum(4, 5, 6, 7)], "axis -1");
    sameList(klBetween(a, normal(0, 1), { shape, axis: 0 }).subarray(0, 2), [sum(0, 12), sum(1, 13)], "axis 0");
    within(klBetween(a, normal(0, 1), { shape, axis: [0, 2] })[1], sum(4, 5, 6, 7, 16, 17, 18, 19), 1e-13, "axes 0 and 2");
    const all = klBetween(a, normal(0, 1), { shape, axis: [0, 1, 2] });
    same(all.length, 1, "all axes");
    within(all[0], flat.reduce((x, y) => x + y), 1e-12, "all axes");
  });

  it("refuses numbers that disagree, and axes that are not there", () => {
    expect(() => normal([1, 2], [1, 2, 3])).toThrow(new ShapeError("normal: sd has 3 elements, expected 2 to match mean.", 2, 3));
    expect(() => klBetween(normal([1, 2], 1), normal([1, 2, 3], 1))).toThrow(new ShapeError("klBetween: b has 3 distributions, expected 2 to match a.", 2, 3));
    expect(() => klBetween(normal([1, 2], 1), normal(0, 1), { shape: [3] })).toThrow(ShapeError);
    expect(() => klBetween(normal([1, 2], 1), normal(0, 1), { axis: 1 })).toThrow(RangeError);
    expect(() => klBetween(normal([1, 2], 1), normal(0, 1), { axis: [0, -1] })).toThrow(RangeError);
    expect(() => normal([1, 2], 1).at(2)).toThrow(RangeError);
    expect(() => klBetween([normal(0, 1), poisson(1)], normal(0, 1))).toThrow(RangeError);
  });
});
