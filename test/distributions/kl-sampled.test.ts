import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { klDivergence, linspace, openBackend, ShapeError } from "../../src/index";
import type { Backend } from "../../src/index";
import {
  bernoulli, beta, binomial, categorical, cauchy, dirichlet, exponential, gamma, geometric, gumbel, klBetween, klSampled, laplace, logNormal, mixture,
  multivariateNormal, normal, poisson, studentT, uniform,
  vonMises,
} from "../../src/distributions/index";
import type { Distribution } from "../../src/distributions/index";
import { same, within } from "../support/assert";

let backend: Backend;
beforeAll(async () => { backend = await openBackend({ prefer: "cpu", threads: 1 }); });
afterAll(() => backend.destroy());

const CLOSED: readonly (readonly [Distribution, Distribution])[] = [
  [normal(0, 1), normal(1, 1.5)], [logNormal(0, 0.5), logNormal(0.2, 0.7)], [beta(2, 5), beta(5, 2)], [beta(0.7, 0.8), beta(1, 1.5)], [gamma(2.5, 3), gamma(2, 2)],
  [gamma(0.5, 1), gamma(0.8, 2)],
  [exponential(2), exponential(1)], [laplace(0, 1), laplace(0.5, 2)], [cauchy(0, 1), cauchy(1, 2)], [gumbel(0, 1), gumbel(0.5, 1.5)], [studentT(5), normal(0, 2)],
  [studentT(1), cauchy(1, 2)],
  [uniform(0, 1), uniform(-1, 2)], [uniform(0, 1), normal(0, 1)], [vonMises(0.5, 0.4), vonMises(1, 2)], [vonMises(3, 4), vonMises(-3, 2)],
  [vonMises(0, 300), vonMises(0.01, 250)],
  [poisson(3), poisson(5)], [poisson(200), poisson(210)], [binomial(10, 0.3), binomial(10, 0.5)], [binomial(500, 0.3), binomial(500, 0.32)],
  [geometric(0.3), geometric(0.5)], [bernoulli(0.3), bernoulli(0.6)],
  [categorical([1, 0, 3, 2]), categorical([2, 1, 2, 2])], [multivariateNormal([0, 1], [[2, 0.8], [0.8, 1]]), multivariateNormal([0.5, 0], [[1.5, 0], [0, 2]])],
  [dirichlet([2, 3, 0.7]), dirichlet([1, 1, 1])],
];

describe("klSampled(a, b)", () => {
  it.each(CLOSED.map(([a, b]) => [`${a.family}(${JSON.stringify(a.parameters)})`, b.family, a, b] as const))("is D within 5 standard errors for %s ‖ %s", (_, _b, a, b) => {
    const truth = klBetween(a, b);
    const { value, standardError, samples, unit } = klSampled(a, b, { samples: 40_000, seed: 3 });
    expect([samples, unit]).toEqual([40_000, "nat"]);
    // between uniform distributions every sample says the same
    const isConstant = a.family === "uniform" && b.family === "uniform";
    within(value, truth, isConstant ? 1e-15 : 5 * standardError, "value");
    expect(standardError).toBeLessThan(isConstant ? 1e-15 : 0.03 * (1 + truth));
    expect(isConstant || standardError > 0).toBe(true);
  });

  it("is the grid's value where there is no closed form", async () => {
    const pairs = [
      [mixture([normal(-1, 0.5), normal(2, 1)], [0.3, 0.7]), normal(1, 2)], [normal(0, 1), mixture([normal(-1, 1), laplace(1, 1)])], [studentT(8), studentT(12, 0.5)],
      [normal(0, 1), studentT(3)],
      [gumbel(0, 1), laplace(0, 1.5)], [mixture([mixture([normal(0, 1), normal(3, 1)]), gumbel(0, 1)], [1, 2]), normal(1, 2)],
    ] as const;
    const axis = linspace(-60, 60, 24_001);
    for (const [a, b] of pairs) {
      const truth = await klDivergence(a.onGrid(axis), b.onGrid(axis), { backend });
      const { value, standardError } = klSampled(a, b, { seed: 11 });
      within(value, truth, 5 * standardError + 1e-6, `${a.family} ‖ ${b.family}`);
    }
    const count = linspace(0, 100, 101);
    const [a, b] = [binomial(3, 0.5), poisson(2)];
    const { value, standardError } = klSampled(a, b);
    within(value, await klDivergence(a.onGrid(count), b.onGrid(count), { backend }), 5 * standardError, "binomial ‖ poisson");
  });

  it("is D of mixtures of several variables", () => {
    const [one, other] = [multivariateNormal([0, 0], [[1, 0], [0, 1]]), multivariateNormal([50, 0], [[1, 0.5], [0.5, 1]])];
    // components so far apart that each is alone: D is ln 2 less than a component's from the mixture
    const { value, standardError } = klSampled(one, mixture([one, other]), { samples: 1000 });
    within(value, Math.LN2, 1e-12, "value");
    within(standardError, 0, 1e-12, "standardError");
  });

  it("gives the same numbers for the same seed, others for another, and halves its error with four times the samples", () => {
    const [a, b] = [gamma(2, 3), logNormal(0, 1)];
    const first = klSampled(a, b, { samples: 10_000, seed: 5 });
    expect(klSampled(a, b, { samples: 10_000, seed: 5 })).toEqual(first);
    expect(klSampled(a, b, { samples: 10_000, seed: 6 }).value).not.toBe(first.value);
    expect(klSampled(a, b)).toEqual(klSampled(a, b, { samples: 100_000, seed: 1, base: Math.E }));
    within(first.standardError / klSampled(a, b, { samples: 40_000, seed: 5 }).standardError, 2, 0.1, "errors");
  });

  it("counts in the base's unit", () => {
    const [a, b] = [normal(0, 1), normal(1, 1)];
    const nats = klSampled(a, b);
    const bits = klSampled(a, b, { base: 2 });
    within(bits.value, nats.value / Math.LN2, 1e-15, "bits");
    within(bits.standardError, nats.standardError / Math.LN2, 1e-17, "bits");
    expect([bits.unit, klSampled(a, b, { base: 10 }).unit, klSampled(a, b, { base: 3 }).unit]).toEqual(["bit", "dit", "log3 unit"]);
  });

  it("is Infinity where b has nothing, also where no sample falls", () => {
    for (const [a, b] of [[normal(0, 1), exponential(1)], [uniform(0, 1 + 1e-12), uniform(0, 1)], [poisson(1), binomial(100, 0.5)]] as const) {
      const { value, standardError } = klSampled(a, b, { samples: 10 });
      same(value, Infinity, "value");
      same(standardError, Infinity, "standardError");
    }
  });

  it("refuses what cannot be", () => {
    expect(() => klSampled(normal(0, 1), poisson(1))).toThrow(RangeError);
    expect(() => klSampled(normal(0, 1), multivariateNormal([0, 0], [1, 0, 0, 1]))).toThrow(ShapeError);
    for (const samples of [1, 0, -3, 2.5, NaN]) expect(() => klSampled(normal(0, 1), normal(0, 2), { samples })).toThrow(RangeError);
    for (const seed of [-1, 0.5, 2 ** 32, NaN]) expect(() => klSampled(normal(0, 1), normal(0, 2), { seed })).toThrow(RangeError);
    expect(() => klSampled(normal(0, 1), normal(0, 2), { base: 1 })).toThrow(RangeError);
    expect(() => klSampled(gamma(0.001, 1), mixture([gamma(1, 1), gamma(2, 1)]))).toThrow(/^klSampled: sample \d+ of gamma rounds to 0, where its density is infinite/);
  });
});
