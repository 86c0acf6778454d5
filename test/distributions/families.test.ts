import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/index";
import {
  bernoulli, beta, binomial, categorical, cauchy, dirichlet, exponential, gamma, geometric, gumbel, laplace, logNormal, mixture, multivariateNormal, normal, poisson,
  studentT, uniform, vonMises,
} from "../../src/distributions/index";
import type { Distribution } from "../../src/distributions/index";
import * as bessel from "../../src/distributions/bessel";
import * as stirling from "../../src/distributions/stirling";
import golden from "../cases/closed-forms.json";
import { same, sameList, within } from "../support/assert";

describe("special functions are as mpmath has them:", () => {
  const functions: Readonly<Record<string, (x: number) => number>> = { ...bessel, ...stirling } as never;
  // A′ cancels towards 25: an ulp of 1, of about 1/(2x²); 1 − A below 25 as any difference from 1
  const limits: Readonly<Record<string, (x: number) => number>> = {
    besselRatioSlope: (x) => (x < 25 ? 1e-15 * (1 + 2 * x * x) : 1e-15),
    besselDeficit: (x) => (x < 25 ? 4e-16 * (1 + 2 * x) : 1e-15),
  };
  it.each(golden.special.map(({ name, values }) => [name, values] as const))("%s", (name, values) => {
    for (const [x, truth] of values) {
      const limit = limits[name]?.(x) ?? 2e-14;
      // differences from 1 and logarithms of numbers near 1 are good to a rounding of 1, those that have a series to one of themselves
      const isRelative = name === "lnBesselI0" || name === "besselRatioSlope" || x >= 10;
      within(functions[name](x), truth, limit * Math.max(Math.abs(truth), isRelative ? 0 : 1), `${name}(${x})`);
    }
  });
});

describe("families", () => {
  it("refuse parameters that are none, with function, fact and number", () => {
    const wrong: readonly (readonly [() => unknown, string])[] = [
      [() => normal(0, -1), "normal: sd -1 must be positive and finite."],
      [() => normal(NaN, 1), "normal: mean NaN must be finite."],
      [() => normal(0, Infinity), "normal: sd Infinity must be positive and finite."],
      [() => normal(0, [1, 0]), "normal: sd[1] 0 must be positive and finite."],
      [() => logNormal(0, 0), "logNormal: sigma 0 must be positive and finite."],
      [() => beta(0, 1), "beta: a 0 must be positive and finite."],
      [() => gamma(1, -2), "gamma: rate -2 must be positive and finite."],
      [() => exponential(0), "exponential: rate 0 must be positive and finite."],
      [() => laplace(0, 0), "laplace: scale 0 must be positive and finite."],
      [() => cauchy(Infinity, 1), "cauchy: location Infinity must be finite."],
      [() => gumbel(0, -1), "gumbel: scale -1 must be positive and finite."],
      [() => studentT(0), "studentT: degrees 0 must be positive and finite."],
      [() => uniform(1, 1), "uniform: low 1 must be below high 1, by a finite number."],
      [() => uniform([0, 2], 1), "uniform: at index 1 low 2 must be below high 1, by a finite number."],
      [() => vonMises(0, -1), "vonMises: concentration -1 must be finite and not negative."],
      [() => poisson(0), "poisson: rate 0 must be positive and finite."],
      [() => binomial(2.5, 0.5), "binomial: trials 2.5 must be an integer of at least 1."],
      [() => binomial(2, 1.5), "binomial: probability 1.5 must be from 0 to 1."],
      [() => geometric(0), "geometric: probability 0 must be above 0 and at most 1."],
      [() => bernoulli(-0.1), "bernoulli: probability -0.1 must be from 0 to 1."],
      [() => categorical([1, -1]), "categorical: probabilities[1] -1 must be finite and not negative."],
      [() => categorical([0, 0]), "categorical: probabilities sum to 0: there is nothing to normalise."],
      [() => categorical([]), "categorical: probabilities are empty: there is nothing to normalise."],
      [() => dirichlet([1, 0]), "dirichlet: concentration[1] 0 must be positive and finite."],
      [() => multivariateNormal([0, 0], [[1, 0.5], [0.4, 1]]), "multivariateNormal: covariance[1][0] 0.4 must equal covariance[0][1] 0.5."],
      [() => multivariateNormal([0, 0], [1, 2, 2, 1]), "multivariateNormal: the covariance of 2 variables is not positive definite: some combination of them does not vary."],
      [() => multivariateNormal([0, 0], [1, 1, 1, 1]), "multivariateNormal: the covariance of 2 variables is not positive definite: some combination of them does not vary."],
      [() => multivariateNormal([0, 0],
      [2, 0.6, 0.6, 0.18]), "multivariateNormal: the covariance of 2 variables is not positive definite: some combination of them does not vary."],
      [() => multivariateNormal([0, NaN], [1, 0, 0, 1]), "multivariateNormal: mean[1] NaN must be finite."],
      [() => multivariateNormal([0], [-1]), "multivariateNormal: the covariance of 1 variables is not positive definite: some combination of them does not vary."],
      [() => mixture([normal(0, 1), poisson(1)] as never), "mixture: component 1, poisson, is discrete, the first, normal, continuous: all must be one of both."],
      [() => mixture([dirichlet([1, 1]), multivariateNormal([0, 0],
      [1, 0, 0, 1])]), "mixture: component 1, multivariateNormal, and the first, dirichlet, are not both of shares that sum to 1."],
      [() => mixture([normal(0, 1)], [0]), "mixture: weights sum to 0: there is nothing to normalise."],
      [() => normal(0, undefined as never), "normal: sd undefined must be positive and finite."],
    ];
    for (const [call, message] of wrong) expect(call).toThrow(new RangeError(message));
  });

  it("refuse lengths that disagree", () => {
    const wrong: readonly (readonly [() => unknown, string])[] = [
      [() => gamma([1, 2, 3], [1, 2]), "gamma: rate has 2 elements, expected 3 to match shape."],
      [() => multivariateNormal([0, 0], [1, 0, 0]), "multivariateNormal: covariance has 3 elements, expected 4: the square of the mean's 2."],
      [() => multivariateNormal([0, 0], [[1, 0]]), "multivariateNormal: covariance has 1 rows, expected 2 to match the mean."],
      [() => multivariateNormal([0, 0], [[1, 0], [0]]), "multivariateNormal: covariance[1] has 1 elements, expected 2 to match the mean."],
      [() => multivariateNormal([], []), "multivariateNormal: mean is empty, expected one number or more."],
      [() => multivariateNormal([0, 0], [1, 0, 0, 1]).pdf([1]), "multivariateNormal: a point has 1 coordinates, expected 2."],
      [() => dirichlet([1]), "dirichlet: concentration has 1 elements, expected two or more."],
      [() => dirichlet([1, 1]).pdf([0.1, 0.2, 0.7]), "dirichlet: a point has 3 coordinates, expected 2, or 1 without the last."],
      [() => mixture([]), "mixture: there are no components, expected one or more."],
      [() => mixture([normal(0, 1)], [1, 2]), "mixture: weights has 2 elements, expected 1 to match the components."],
      [() => mixture([multivariateNormal([0], [1]), multivariateNormal([0, 0], [1, 0, 0, 1])]), "mixture: component 1 has 2 variables, expected 1 to match the first."],
    ];
    for (const [call, message] of wrong) {
      expect(call).toThrow(ShapeError);
      expect(call).toThrow(message);
    }
  });

  it("are 0 outside their support, and what they should be at its ends", () => {
    for (const [of, x] of [
      [gamma(2, 1), -1], [exponential(1), -1e-300], [beta(2, 2), 1.5], [logNormal(0, 1), 0], [uniform(0, 1), 1.01], [poisson(1), -1], [poisson(1), 0.5],
      [binomial(3, 0.5), 4], [geometric(0.5), 1.5], [bernoulli(0.5), 2], [categorical([1]), 1],
    ] as const) {
      same(of.logPdf(x), -Infinity, `${of.family} at ${x}`);
      same("pdf" in of ? of.pdf(x) : of.pmf(x), 0, `${of.family} at ${x}`);
    }
    for (const [of, x, ln] of [
      [gamma(0.5, 1), 0, Infinity], [gamma(20, 1), 0, -Infinity], [gamma(1, 2), 0, Math.LN2], [beta(0.5, 1), 0, Infinity], [beta(1, 2), 0, Math.LN2],
      [beta(30, 1), 1, Math.log(30)], [beta(30, 2), 1, -Infinity],
      [uniform(2, 4), 4, -Math.LN2], [exponential(2), 0, Math.LN2], [binomial(5, 0), 0, 0], [binomial(5, 1), 5, 0], [binomial(5, 0), 1, -Infinity], [geometric(1), 0, 0],
      [geometric(1), 1, -Infinity],
      [normal(0, 1), -Infinity, -Infinity], [gumbel(0, 1), -Infinity, -Infinity], [gumbel(0, 1), Infinity, -Infinity], [gamma(2, 1), Infinity, -Infinity],
      [cauchy(0, 1), Infinity, -Infinity],
    ] as const) within(of.logPdf(x), ln, Number.isFinite(ln) ? 1e-14 : 0, `${of.family} at ${x}`);
    within(multivariateNormal([1, 2], [[2, 0.5], [0.5, 1]]).logPdf([1, 2]), -Math.log(2 * Math.PI) - 0.5 * Math.log(1.75), 1e-15, "multivariateNormal");
    const of = dirichlet([1, 2, 3]);
    within(of.logPdf([0.2, 0.3, 0.5]), Math.log(60 * 0.3 * 0.25), 1e-14, "dirichlet");
    same(of.logPdf([0.2, 0.3]), of.logPdf([0.2, 0.3, 0.5]), "without the last");
    within(of.logPdf([0, 0.5, 0.5]), Math.log(60 * 0.5 * 0.25), 1e-14, "at an end that is no end");
    same(of.logPdf([0.5, 0, 0.5]), -Infinity, "at an end");
    same(of.logPdf([0.2, 0.3, 0.4]), -Infinity, "off the simplex");
    same(of.logPdf([-0.2, 0.7, 0.5]), -Infinity, "off the simplex");
    same(dirichlet([0.5, 2, 3]).logPdf([0, 0.5, 0.5]), Infinity, "an exponent below 1");
    const both = mixture([normal(0, 1), normal(0, 1)], [1, 3]);
    within(both.logPdf(100), normal(0, 1).logPdf(100), 1e-12, "mixture far out");
    same(both.pdf(100), 0, "where its density rounds to 0");
  });

  it("are NaN at NaN", () => {
    for (const of of [
      normal(0, 1), gamma(2, 1), gamma(20, 1), beta(2, 2), exponential(1), uniform(0, 1), logNormal(0, 1), poisson(1), binomial(3, 0.5), geometric(0.5), bernoulli(0.5),
      categorical([1]), studentT(3), vonMises(0, 1), mixture([normal(0, 1)]),
    ]) {
      same(of.logPdf(NaN), NaN, of.family);
    }
  });

  it("have no mean or variance where there is none", () => {
    expect([cauchy(0, 1).mean, cauchy(0, 1).variance, studentT(1).mean, studentT(1).variance]).toEqual([NaN, NaN, NaN, NaN]);
    expect([studentT(2).mean, studentT(2).variance]).toEqual([0, Infinity]);
    expect([poisson(3).entropy, binomial(3, 0.5).entropy, mixture([normal(0, 1)]).entropy]).toEqual([undefined, undefined, undefined]);
  });

  it("name kind, dimensions and parameters", () => {
    const of = multivariateNormal([1, 2], [[2, 0.5], [0.5, 1]]);
    expect([of.kind, of.dimensions, [...of.parameters.mean], [...of.parameters.covariance], [...of.variance]]).toEqual(["continuous", 2, [1, 2], [2, 0.5, 0.5, 1], [2, 1]]);
    within(of.entropy ?? 0, 1 + Math.log(2 * Math.PI) + 0.5 * Math.log(1.75), 1e-15, "entropy");
    expect(categorical([1, 3]).parameters.probabilities).toEqual(Float64Array.of(0.25, 0.75));
    expect(normal(0, 1).parameters.sd).toBe(1);
    expect([poisson(1).kind, poisson(1).dimensions, dirichlet([1, 2, 3]).dimensions]).toEqual(["discrete", 1, 3]);
    const two = mixture([normal(0, 1), normal(3, 2)], [1, 3]);
    expect([two.mean, two.variance, [...two.parameters.weights]]).toEqual([2.25, 0.25 * (1 + 2.25 ** 2) + 0.75 * (4 + 0.75 ** 2), [0.25, 0.75]]);
    const vectors = mixture([of, multivariateNormal([0, 0], [1, 0, 0, 1])]);
    expect([[...vectors.mean], [...vectors.variance]]).toEqual([[0.5, 1], [1.75, 2]]);
    const angles = mixture([vonMises(3, 1e6), vonMises(-3, 1e6)]);
    within(Math.abs(angles.mean), Math.PI, 1e-12, "mean direction");
    within(angles.variance, 1 - Math.abs(Math.cos(3)), 1e-5, "circular variance");
    expect(mixture([normal(0, 1), cauchy(0, 1)]).mean).toBeNaN();
    expect(mixture([normal(0, 1), cauchy(0, 1)], [1, 0]).mean).toBe(0);
    expect(categorical([1e308, 1e308, 0]).parameters.probabilities).toEqual(Float64Array.of(0.5, 0.5, 0));
  });
});

const SAMPLED: readonly Distribution[] = [
  normal(1, 2), logNormal(0, 0.5), beta(2, 3), beta(0.5, 0.5), gamma(0.3, 2), gamma(1, 2), gamma(7, 2), exponential(3), laplace(1, 2),
  gumbel(1, 2), studentT(9, 1, 2), uniform(-1, 2), poisson(0.5), poisson(80), binomial(4, 0.9),
  binomial(200, 0.4), geometric(0.2), geometric(1), bernoulli(0.7), categorical([1, 0, 2, 5]), multivariateNormal([1, 2, 3], [[2, 0.5, 0], [0.5, 1, -0.3],
  [0, -0.3, 4]]), dirichlet([0.5, 2, 4]),
  mixture([normal(0, 1), uniform(5, 6), mixture([gamma(2, 1), gamma(3, 1)])], [1, 2, 3]), mixture([poisson(1), poisson(20)]),
  mixture([multivariateNormal([0, 0], [1, 0, 0, 1]), multivariateNormal([5, 0], [1, 0.5, 0.5, 1])]),
];

describe("sample(count, { seed })", () => {
  it.each(SAMPLED.map((of, i) => [`${of.family} ${i}`, of] as const))("has the mean and the variance of %s", (_, of) => {
    const [count, width] = [40_000, of.dimensions];
    const samples = of.sample(count, { seed: 9 });
    same(samples.length, count * width, "length");
    const moment = (value: number | Float64Array, k: number) => (typeof value === "number" ? value : value[k]);
    for (let k = 0; k < width; k++) {
      const [mean, variance] = [moment(of.mean, k), moment(of.variance, k)];
      let [sum, squares, fourths] = [0, 0, 0];
      for (let i = 0; i < count; i++) {
        const d = samples[i * width + k] - mean;
        sum += d / count;
        squares += (d * d) / count;
        fourths += d ** 4 / count;
      }
      within(sum, 0, 5 * Math.sqrt(variance / count), "mean");
      within(squares, variance, 5 * Math.sqrt((fourths - squares ** 2) / count) + 1e-12, "variance");
    }
  });

  it("of several variables has their covariances", () => {
    const samples = multivariateNormal([0, 0], [[2, -1], [-1, 1]]).sample(40_000, { seed: 1 });
    let sum = 0;
    for (let i = 0; i < 40_000; i++) sum += samples[2 * i] * samples[2 * i + 1];
    within(sum / 40_000, -1, 5 * Math.sqrt(3 / 40_000), "covariance");
    const shares = dirichlet([1, 2, 3]).sample(100, { seed: 1 });
    for (let i = 0; i < 100; i++) within(shares[3 * i] + shares[3 * i + 1] + shares[3 * i + 2], 1, 1e-15, "sum");
  });

  it("of angles turns around their direction, from −π to π, for any concentration", () => {
    for (const [mean, concentration] of [[3, 0], [0.5, 0.7], [3, 1.5], [-2, 40], [1, 1e8]] as const) {
      const of = vonMises(mean, concentration);
      const samples = of.sample(200_000, { seed: 2 });
      let [x, y, squares] = [0, 0, 0];
      expect(samples.every((angle) => Math.abs(angle) <= Math.PI)).toBe(true);
      for (const angle of samples) {
        x += Math.cos(angle - mean) / samples.length;
        y += Math.sin(angle - mean) / samples.length;
        squares += (2 * Math.sin((angle - mean) / 2) ** 2) ** 2 / samples.length;
      }
      within(1 - x, of.variance, 5 * Math.sqrt((squares - (1 - x) ** 2) / samples.length) + 1e-15, "circular variance");
      within(y, 0, 5 * Math.sqrt(Math.min(0.5, of.variance * 2) / samples.length), "direction");
    }
  });

  it("has the quartiles of cauchy and t, which have no moments", () => {
    for (const of of [cauchy(1, 2), studentT(1, 1, 2)]) {
      const sorted = of.sample(40_000, { seed: 4 }).sort();
      for (const [share, quartile] of [[0.25, -1], [0.5, 1], [0.75, 3]]) {
        const below = sorted.findIndex((x) => x > quartile) / sorted.length;
        within(below, share, 5 * Math.sqrt(0.25 / sorted.length), of.family);
      }
    }
  });

  it("gives the same for the same seed, other values for another, and more of the same for a larger count", () => {
    for (const of of SAMPLED) {
      const first = of.sample(20, { seed: 1 });
      sameList(of.sample(20, { seed: 1 }), first, of.family);
      if (of.family !== "geometric" && of.family !== "bernoulli") expect(of.sample(20, { seed: 2 })).not.toEqual(first);
      if (of.family !== "mixture") sameList(of.sample(50, { seed: 1 }).subarray(0, first.length), first, of.family);
      same(of.sample(0, { seed: 1 }).length, 0, "none");
    }
    // pinned: another generator, or another order of draws, is another release
    sameList(uniform(0, 1).sample(2, { seed: 1 }), PINNED, "uniform(0, 1)");
  });

  it("refuses counts and seeds that are none", () => {
    expect(() => normal(0, 1).sample(-1, { seed: 1 })).toThrow(new RangeError("sample: count -1 must be an integer of at least 0."));
    expect(() => normal(0, 1).sample(1.5, { seed: 1 })).toThrow(RangeError);
    expect(() => mixture([normal(0, 1)]).sample(3, { seed: -1 })).toThrow(new RangeError("sample: seed -1 must be an integer from 0 to 2^32 - 1."));
    expect(() => dirichlet([1, 1]).sample(3, { seed: 2 ** 32 })).toThrow(RangeError);
    expect(normal(0, 1).sample(3, { seed: 2 ** 32 - 1 })).not.toEqual(normal(0, 1).sample(3, { seed: 0 }));
  });
});

/** The first two of MT19937 with seed 1, of 53 bits each, as NumPy's `RandomState(1).random_sample` has them. */
const PINNED = [0.417022004702574, 0.7203244934421581];
