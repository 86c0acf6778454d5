import { afterAll, beforeAll, describe, it } from "vitest";
import { klDivergence, openBackend } from "../../src/index";
import type { Backend, Grid } from "../../src/index";
import * as families from "../../src/distributions/index";
import type { ContinuousDistribution, DiscreteDistribution, Distribution, Family, VectorDistribution } from "../../src/distributions/index";
import { check, within } from "../support/assert";

const { klBetween, uniform } = families;

let backend: Backend;
beforeAll(async () => { backend = await openBackend({ prefer: "cpu", threads: 1 }); });
afterAll(() => backend.destroy());

type Draw = (from: number, to: number) => number;

/** Uniform numbers, the same in every run. */
function drawing(seed: number): Draw {
  const numbers = uniform(0, 1).sample(1000, { seed });
  let next = 0;
  return (from, to) => from + (to - from) * numbers[next++];
}

const range = (low: number, high: number, count: number, at: (t: number) => number) => Float64Array.from({ length: count }, (_, i) => at(low + ((high - low) * i) / (count - 1)));

interface Drawn {
  readonly parameters: (draw: Draw) => readonly number[];
  /** Coordinates on which a density with these parameters is smooth. Kinks of `laplace` lie on every second point. */
  readonly axis: (p: readonly number[]) => Float64Array;
  /** Parameters beside another family: wide enough that nothing that counts of it falls where the density rounds to 0. */
  readonly model?: (draw: Draw) => readonly number[];
}

const DRAWN: Readonly<Record<string, Drawn>> = {
  normal: { parameters: (draw) => [draw(-1, 1), draw(0.6, 1.5)], axis: ([mean, sd]) => range(-9, 9, 2001, (z) => mean + sd * z), model: (draw) => [draw(-1, 1), draw(1.2, 2)] },
  laplace: { parameters: (draw) => [Math.round(draw(-4, 4)) / 4, draw(0.4, 1)], axis: () => range(-30, 30, 60 * 256 + 1, (x) => x) },
  gumbel: {
    parameters: (draw) => [draw(-1, 1), draw(0.5, 1.5)],
    axis: ([location, scale]) => range(-5, 38, 8001, (z) => location + scale * z),
    model: (draw) => [draw(-1, 1), draw(1.8, 2.5)],
  },
  cauchy: { parameters: (draw) => [draw(-1, 1), draw(0.5, 2)], axis: ([location, scale]) => range(-22, 22, 8001, (t) => location + scale * Math.sinh(t)) },
  studentT: { parameters: (draw) => [draw(12, 20), draw(-1, 1), draw(0.5, 1.5)], axis: ([, location, scale]) => range(-9, 9, 8001, (t) => location + scale * Math.sinh(t)) },
  gamma: { parameters: (draw) => [draw(1.5, 6), draw(1, 2)], axis: ([shape, rate]) => range(-60, 4.5, 8001, (t) => ((shape + 1) / rate) * Math.exp(t)) },
  exponential: { parameters: (draw) => [draw(1, 2)], axis: ([rate]) => range(-40, 3.8, 8001, (t) => Math.exp(t) / rate) },
  logNormal: {
    parameters: (draw) => [draw(-0.5, 0.5), draw(0.25, 0.4)],
    axis: ([mu, sigma]) => range(-9, 9, 4001, (z) => Math.exp(mu + sigma * z)),
    model: (draw) => [draw(-0.5, 0.5), draw(1, 1.5)],
  },
  beta: { parameters: (draw) => [draw(4, 9), draw(4, 9)], axis: () => range(1e-5, 1 - 1e-5, 8001, (x) => x) },
  uniform: { parameters: (draw) => [Math.round(draw(-8, 0)) / 8, Math.round(draw(4, 12)) / 8], axis: ([low, high]) => range(low, high, (high - low) * 4096 + 1, (x) => x) },
  vonMises: { parameters: (draw) => [draw(-3, 3), draw(0.2, 8)], axis: () => range(-Math.PI, Math.PI, 4001, (x) => x) },
};

const CONTINUOUS: readonly (readonly [string, string])[] = [
  ...["normal", "laplace", "gumbel", "cauchy", "gamma", "exponential", "logNormal", "beta", "vonMises"].map((name) => [name, name] as const),
  ...["laplace", "gumbel", "studentT", "gamma", "exponential", "logNormal", "beta", "uniform"].map((name) => [name, "normal"] as const),
  ...["beta", "logNormal", "exponential"].flatMap((name) => [[name, "gamma"], [name, "logNormal"], [name, "exponential"]] as const).filter(([a, b]) => a !== b),
  ...["gamma"].flatMap((name) => [[name, "exponential"], [name, "logNormal"]] as const),
  ...["normal", "uniform"].map((name) => [name, "laplace"] as const),
  ...["normal", "uniform", "gamma", "exponential"].map((name) => [name, "gumbel"] as const),
  ...["cauchy", "studentT"].map((name) => ["uniform", name] as const),
  ["cauchy", "studentT"], ["beta", "uniform"], ["vonMises", "uniform"],
];

/** The part of an axis where b does not round to 0, nor times what a cell counts, from an even point on. */
function held(b: ContinuousDistribution, axis: Float64Array): Float64Array {
  const from = axis.findIndex((x, i) => i % 2 === 0 && b.logPdf(x) > -600);
  return axis.subarray(from, axis.findLastIndex((x) => b.logPdf(x) > -600) + 1);
}

/** What lies beyond the ends of an axis, by a coarse sum over the distances from them; of a circle and of a finite support nothing. */
function truncationOf(a: ContinuousDistribution, b: ContinuousDistribution, axis: Float64Array): number {
  const [low, high] = [axis[0], axis[axis.length - 1]];
  if (["beta", "uniform", "vonMises"].includes(a.family)) return 0;
  const isPositive = low > 0;
  let sum = 0;
  for (let t = 0, step = 1 / 64; t < 80; t += step) {
    const out = (high - low) * Math.expm1(t);
    const points: [number, number][] = [[high + out, (high - low) * Math.exp(t)]];
    points.push(isPositive ? [low * Math.exp(-t), low * Math.exp(-t)] : [low - out, (high - low) * Math.exp(t)]);
    for (const [x, slope] of points) {
      const [lnA, lnB] = [a.logPdf(x), b.logPdf(x)];
      if (lnA > -700) sum += Math.abs(Math.exp(lnA) * (lnA - lnB)) * slope * step;
    }
  }
  return sum;
}

/** Cells are rounded, and each by their logarithm's size: what that may move D by. */
const cellErrors = (value: number) => 2e-14 * (1 + value);

async function holds(a: Grid, b: Grid, value: number, truncation: number, quadrature: "simpson" | "trapezoid" | undefined, what: string): Promise<void> {
  const detail = await klDivergence(a, b, { ...(quadrature && { quadrature }), normalize: false, detail: true, backend });
  const allowed = (detail.discretizationError ?? 0) + detail.errorBound + truncation + cellErrors(value);
  // else the grid would not say much
  check(allowed <= 1e-7 * (1 + value), () => `${what}: the grid is good to ${allowed} only.`);
  within(value, detail.value, allowed, what);
}

type Make = (...parameters: readonly unknown[]) => Distribution;
const of = (family: string, parameters: readonly unknown[]) => (families[family as Exclude<Family, "mixture">] as Make)(...parameters);

describe("klBetween(a, b) is klDivergence of both on a grid to its errors:", () => {
  it.each(CONTINUOUS)("%s ‖ %s", async (nameA, nameB) => {
    for (let seed = 1; seed <= 6; seed++) {
      const draw = drawing(seed);
      const pa = DRAWN[nameA].parameters(draw);
      const drawnB = ((nameA === nameB ? undefined : DRAWN[nameB].model) ?? DRAWN[nameB].parameters)(draw);
      // around [0, 1], and the whole circle
      const pb = nameB !== "uniform" ? drawnB : nameA === "vonMises" ? [-4, 4] : [drawnB[0], Math.max(1, drawnB[1])];
      const [a, b] = [of(nameA, pa), of(nameB, pb)] as ContinuousDistribution[];
      const axis = held(b, nameA === "normal" && nameB === "laplace" ? range(-16, 16, 2 ** 14 + 1, (x) => x) : DRAWN[nameA].axis(pa));
      const what = `${nameA}(${pa}) ‖ ${nameB}(${pb})`;
      await holds(a.onGrid(axis), b.onGrid(axis), klBetween(a, b), truncationOf(a, b, axis), "simpson", what);
    }
  });

  it("uniform ‖ uniform, beta and vonMises", async () => {
    const axis = range(0.25, 0.75, 4097, (x) => x);
    const a = uniform(0.25, 0.75);
    for (const b of [uniform(-1, 3), families.beta(2.5, 0.7), families.vonMises(1, 3)]) {
      await holds(a.onGrid(axis), b.onGrid(axis), klBetween(a, b), 0, "simpson", b.family);
    }
  });

  it("poisson, binomial, geometric, bernoulli, categorical", async () => {
    const [count, long] = [range(0, 60, 61, (k) => k), range(0, 300, 301, (k) => k)];
    const draw = drawing(7);
    for (let i = 0; i < 10; i++) {
      const [p, q] = [draw(0.15, 0.9), draw(0.15, 0.9)];
      const shares = [draw(0, 1), draw(0, 1), draw(0, 1)];
      const pairs: readonly (readonly [DiscreteDistribution, DiscreteDistribution])[] = [
        [families.poisson(9 * p), families.poisson(9 * q)], [families.binomial(30, p), families.binomial(30, q)], [families.geometric(p), families.geometric(q)],
        [families.bernoulli(p), families.bernoulli(q)], [families.categorical(shares), families.categorical([p, q, 0.5])], [families.bernoulli(p), families.poisson(q)],
        [families.categorical(shares), families.geometric(q)], [families.categorical(shares), families.binomial(5, q)],
        [families.bernoulli(p), families.categorical([q, 0.5, 0.1])],
      ];
      for (const [a, b] of pairs) {
        const axis = a.family === "geometric" ? long : count;
        await holds(a.onGrid(axis), b.onGrid(axis), klBetween(a, b), 1e-16, undefined, `${a.family} ‖ ${b.family}`);
      }
    }
  });

  it("multivariateNormal and dirichlet", async () => {
    const draw = drawing(8);
    for (let i = 0; i < 3; i++) {
      const [r, s] = [draw(-0.6, 0.6), draw(-0.6, 0.6)];
      const [a, b] = [families.multivariateNormal([0, draw(-0.5, 0.5)], [[1, r], [r, 1.2]]), families.multivariateNormal([draw(-0.5, 0.5), 0], [[1.5, s], [s, 0.9]])];
      const axis = range(-10, 10, 401, (x) => x);
      await holds(a.onGrid([axis, axis]), b.onGrid([axis, axis]), klBetween(a, b), 1e-15, "trapezoid", "multivariateNormal");
      const [c, e] = [families.dirichlet([draw(7, 9), draw(7, 9), draw(7, 9)]), families.dirichlet([draw(5, 9), draw(5, 9), draw(5, 9)])];
      const share = range(0, 1, 513, (x) => x);
      await holds(c.onGrid([share, share]), e.onGrid([share, share]), klBetween(c, e), 0, "trapezoid", "dirichlet");
    }
  });

  it("multivariateNormal of three variables", async () => {
    const [a, b]: VectorDistribution[] = [
      families.multivariateNormal([0, 0, 0], [[1, 0.3, 0], [0.3, 1, -0.4], [0, -0.4, 1]]), families.multivariateNormal([0.5, 0, 0], [[1.2, 0, 0.2], [0, 1, 0], [0.2, 0, 0.8]]),
    ];
    const axis = range(-9, 9, 61, (x) => x);
    await holds(a.onGrid([axis, axis, axis]), b.onGrid([axis, axis, axis]), klBetween(a, b), 1e-15, "trapezoid", "multivariateNormal");
  });
});
