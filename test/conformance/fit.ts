import { type Component, type FitAxis } from "../../src/backend";
import { type Distribution, beta, gamma, mixture, multivariateNormal, normal } from "../../src/distributions/index";
import { type FitOptions, type FitStep, fit, mixtureOf } from "../../src/fit/index";
import { type Direction, termsOf } from "../../src/operations/hold-against";
import { check, rejects, same, sameList, within } from "../support/assert";
import { random as randomOf } from "../support/random";
import { type ConformanceCase, type ConformanceContext, throughWindows } from "./context";
import { USAGE, deviceOf } from "./device";

const isCpu = ({ backend }: ConformanceContext) => backend.info.kind === "cpu";
/** What a backend computes from cells that hold it: binary64, or binary32. */
const dtypeOf = (context: ConformanceContext) => (isCpu(context) ? "float64" : "float32");

/** A fit on the context's backend. */
function fitOn(context: ConformanceContext, target: Parameters<typeof fit>[0], family: Parameters<typeof fit>[1], options: FitOptions = {}) {
  return fit(target, family, { ...options, backend: context.backend });
}

/** Rejects with an error of that name, whichever copy of the library it is from. */
async function refusedAs(call: () => Promise<unknown>, name: string, what: string, message: RegExp): Promise<void> {
  const error = await rejects(call, Error, what);
  same(error.name, name, what);
  check(message.test(error.message), () => `${what}: ${error.message}`);
}

const onAxis = (context: ConformanceContext, start: number, stop: number, count: number) => context.kullback.linspace(start, stop, count);

/** Mean and deviation of what was fitted, against others. */
function isNormal(distribution: Distribution, mean: number, sd: number, tolerance: number, what: string): void {
  check(distribution.family === "normal", () => `${what}: a ${distribution.family}`);
  within(distribution.parameters.mean, mean, tolerance, `${what}, mean`);
  within(distribution.parameters.sd, sd, tolerance, `${what}, deviation`);
}

// --- what one read sums, against loops over the definition

const onAxes = (sizes: readonly number[]): readonly FitAxis[] => sizes.map((size) => ({ at: Float64Array.from({ length: size }, (_, i) => -2 + (4 * (i + 0.5)) / size) }));
const THREE: readonly FitAxis[] = onAxes([7, 5, 9]);
/** A number of columns that four divides, in rows that it does not. */
const FOURS: readonly FitAxis[] = onAxes([7, 6, 10]);
const UNEVEN: readonly FitAxis[] = FOURS.map(({ at }) => ({ at: at.map((x) => x + 0.05 * x * x), logLengths: at.map((x) => Math.log(0.4 + 0.1 * x)) }));
const LINE: readonly FitAxis[] = [{ at: Float64Array.from({ length: 5000 }, (_, i) => -4 + i / 625) }];
const UNIT: readonly FitAxis[] = [{ at: Float64Array.from({ length: 301 }, (_, i) => i / 300) }];

const normalComponents: readonly Component[] = [
  { log: -3, mean: [0.2, -0.1, 0.3], root: [1.2, 0, 0, 0.3, 0.9, 0, -0.2, 0.1, 1.5] },
  { log: -4, mean: [-0.8, 0.5, -0.6], root: [1.7, 0, 0, 0, 1.4, 0, 0.4, -0.3, 1.1] },
];
/** As they are where axes go together. */
const narrowComponents: readonly Component[] = [
  { log: -1, mean: [0.2, -0.1, 0.3], root: [6, 0, 0, -5.5, 6.2, 0, 2, -4, 5] },
  { log: -2, mean: [0.6, -0.9, 0.2], root: [7, 0, 0, 0, 6, 0, 0, 0, 6.5] },
];
const flatComponents: readonly Component[] = [{ log: -2, mean: [0.2, -0.3], root: [1.3, 0, -0.8, 1.1] }];
const lineComponents: readonly Component[] = [{ log: -6, mean: [0.5], root: [1.5] }, { log: -7, mean: [-1.5], root: [2] }, { log: -8, mean: [0], root: [0.5] }];
const betaComponents: readonly Component[] = [{ log: -2, powers: [1.5, 3] }, { log: -5, powers: [0.5, -0.4] }];

const lnOf = (component: Component, x: readonly number[]): number => {
  if (!("root" in component)) return component.log + component.powers[0] * Math.log(x[0]) + component.powers[1] * Math.log(1 - x[0]);
  const n = x.length;
  const d = x.map((value, i) => value - component.mean[i]);
  return component.log - 0.5 * d.reduce((sum, _, i) => sum + d.reduce((z, value, j) => z + (j <= i ? component.root[i * n + j] * value : 0), 0) ** 2, 0);
};

/** The terms and their derivatives by ln q, as the field defines them. */
const DEFINED: Readonly<Record<string, (p: number, q: number) => readonly [number, number]>> = {
  forward: (p, q) => [p * Math.log(p / q) - p + q, p],
  reverse: (p, q) => [q * Math.log(q / p) - q + p, q * Math.log(q / p)],
  klDivergence: (p, q) => [p * Math.log(p / q) - p + q, q - p],
  jensenShannon: (p, q) => [0.5 * (p * Math.log((2 * p) / (p + q)) + q * Math.log((2 * q) / (p + q))), 0.5 * q * Math.log((2 * q) / (p + q))],
  jeffreys: (p, q) => [(p - q) * Math.log(p / q), q * Math.log(q / p) + q - p],
  chiSquare: (p, q) => [(p - q) ** 2 / q, q - p ** 2 / q],
  neymanChiSquare: (p, q) => [(p - q) ** 2 / p, (2 * q * (q - p)) / p],
};

async function runSums(context: ConformanceContext, name: string, axes: readonly FitAxis[], components: readonly Component[]): Promise<void> {
  const { kullback, backend } = context;
  const kind = "root" in components[0] ? "normal" : "beta";
  const shape = axes.map(({ at }) => at.length);
  const cells = shape.reduce((product, size) => product * size, 1);
  const { unit: random } = randomOf(7);
  // one cell in eleven is left out
  const target = Float32Array.from({ length: cells }, (_, i) => (i % 11 === 3 ? -1 : 0.01 + random()));
  const scale = 1 / cells;
  const direction: Direction = name === "forward" || name === "reverse" ? name : (kullback[name as "jeffreys"]);
  const loop = await backend.openFit({ kind, target: kullback.grid(target, { shape }), scale, ...termsOf("fit", direction) });
  try {
    const sums = await loop.sum(components, axes);
    const expected = { term: 0, q: 0, d: 0, sizes: 0 };
    const size = kind === "normal" ? 1 + axes.length + axes.length ** 2 : 3;
    const moments = components.map(() => [new Float64Array(size), new Float64Array(size), new Float64Array(size)] as const);
    for (let cell = 0; cell < cells; cell++) {
      let rest = cell;
      const place = shape.map((_, i) => shape.length - 1 - i).map((axis) => {
        const at = rest % shape[axis];
        rest = Math.floor(rest / shape[axis]);
        return [axis, at] as const;
      }).toReversed();
      const x = place.map(([axis, at]) => axes[axis].at[at]);
      const length = place.reduce((sum, [axis, at]) => sum + (axes[axis].logLengths?.[at] ?? 0), 0);
      if (target[cell] < 0 || (kind === "beta" && !(x[0] > 0 && x[0] < 1))) continue;
      const p = target[cell] * scale;
      const masses = components.map((component) => Math.exp(lnOf(component, x) + length));
      const q = masses.reduce((sum, mass) => sum + mass, 0);
      const [term, slope] = DEFINED[name](p, q);
      expected.term += term;
      expected.q += q;
      expected.d += p - q;
      expected.sizes += Math.abs(term) + p + q;
      components.forEach((component, k) => {
        const d = "root" in component ? x.map((value, i) => value - component.mean[i]) : [Math.log(x[0]), Math.log(1 - x[0])];
        const features = [1, ...d, ...("root" in component ? d.flatMap((a) => d.map((b) => a * b)) : [])];
        features.forEach((feature, i) => {
          moments[k][0][i] += masses[k] * feature;
          moments[k][1][i] += slope * (masses[k] / q) * feature;
          moments[k][2][i] += (Math.abs(slope) * (masses[k] / q) + masses[k]) * Math.abs(feature);
        });
      });
    }
    const relative = isCpu(context) ? 1e-9 : 4e-6;
    within(sums.term, expected.term, relative * expected.sizes, "the term");
    within(sums.q, expected.q, relative * expected.q, "Σq");
    within(sums.d, expected.d, relative * (expected.q + 1), "Σ(p − q)");
    same(sums.infiniteCells, 0, "infinite cells");
    components.forEach((_, k) => {
      for (let i = 0; i < size; i++) {
        within(sums.masses[k][i], moments[k][0][i], relative * moments[k][2][i], `mass of component ${k}, moment ${i}`);
        within(sums.slopes[k][i], moments[k][1][i], relative * moments[k][2][i], `slope of component ${k}, moment ${i}`);
      }
    });
  } finally {
    loop.end();
  }
}

/** More columns than threads are wanted, so that a thread has more cells than it adds up at once. */
const LONG: readonly FitAxis[] = onAxes([34, 128, 129]);

const longCases = ([
  ["reverse", "in long columns", LONG, normalComponents],
  ["forward", "that are next to nothing in most cells", FOURS, narrowComponents],
  ["reverse", "that are next to nothing in most cells", FOURS, narrowComponents],
] as const).flatMap(([name, where, axes, components]) => [1, 2].map((count): ConformanceCase => ({
  name: `openFit sums ${name} and its slopes of ${count} ${count === 1 ? "normal" : "normals"} ${where} as their definitions do`,
  run: (context) => runSums(context, name, axes, components.slice(0, count)),
})));

const sumCases: readonly ConformanceCase[] = Object.keys(DEFINED).flatMap((name) => ([
  ["a normal on three axes", THREE, normalComponents.slice(0, 1)],
  ["two normals on three axes", THREE, normalComponents],
  ["a normal in rows of ten", FOURS, normalComponents.slice(1)],
  ["a normal on two axes", onAxes([9, 12]), flatComponents],
  ["two normals on uneven axes", UNEVEN, normalComponents],
  ["three normals on a long axis", LINE, lineComponents],
  ["two betas", UNIT, betaComponents],
] as const).map(([what, axes, components]): ConformanceCase => ({
  name: `openFit sums ${name} and its slopes of ${what} as their definitions do`,
  run: (context) => runSums(context, name, axes, components),
})));

// --- fits

/** Two bumps, their deviation 1. */
const bumps = (apart: number) => mixture([normal(-apart / 2, 1), normal(apart / 2, 1)]);

async function runBumps(context: ConformanceContext): Promise<void> {
  const x = onAxis(context, -16, 16, 2001);
  for (const [apart, shift, sd] of [[8, 0, 1], [6, 0.0157, 1.0234]] as const) {
    const target = bumps(apart).onGrid(x, { dtype: dtypeOf(context) });
    const forward = await fitOn(context, target, "normal", { axes: x });
    isNormal(forward.distribution, 0, Math.sqrt(1 + (apart / 2) ** 2), 1e-6, `forward, ${apart} apart`);
    check(forward.converged && forward.minima.length === 1, () => "forward has one minimum.");
    const reverse = await fitOn(context, target, "normal", { axes: x, direction: "reverse", starts: [normal(-3, 1.5), normal(3, 1.5)] });
    check(reverse.minima.length === 2 && reverse.minima.every(({ converged }) => converged), () => `reverse has ${reverse.minima.length} minima.`);
    const [left, right] = reverse.minima.map(({ distribution }) => distribution).toSorted((a, b) => (a.mean as number) - (b.mean as number));
    const tolerance = apart === 8 ? 1e-3 : 1e-4;
    isNormal(left, -apart / 2 + shift, sd, tolerance, `reverse, ${apart} apart, left`);
    isNormal(right, apart / 2 - shift, sd, tolerance, `reverse, ${apart} apart, right`);
    within(reverse.divergence, Math.LN2, 5e-3, "reverse KL to half of it");
    const own = await fitOn(context, target, "normal", { axes: x, direction: "reverse" });
    check([-1, 1].every((side) => own.minima.some(({ distribution }) => Math.abs((distribution.mean as number) - side * (apart / 2 - shift)) < 1e-3)), () => "reverse finds both bumps on its own.");
  }
}

async function runVolume(context: ConformanceContext): Promise<void> {
  const covariance = [1, 0.3, 0.1, 0.3, 1.2, -0.2, 0.1, -0.2, 0.8];
  const truth = multivariateNormal([0.3, -0.2, 0.1], covariance);
  const axes = [0, 1, 2].map((i) => onAxis(context, truth.mean[i] - 6 * Math.sqrt(covariance[4 * i]), truth.mean[i] + 6 * Math.sqrt(covariance[4 * i]), 64));
  const target = truth.onGrid(axes, { dtype: dtypeOf(context) });
  const start = multivariateNormal([0.5, 0.3, -0.2], [1.5, 0, 0, 0, 0.9, 0.1, 0, 0.1, 1.1]);
  for (const [direction, starts] of [["forward", 1], ["reverse", [start]], [context.kullback.jensenShannon, [start]]] as const) {
    const { distribution, divergence, errorBound, converged } = await fit(target, "multivariateNormal", { axes, direction, starts, backend: context.backend });
    check(converged, () => `${String(direction)} did not converge.`);
    distribution.parameters.mean.forEach((value, i) => within(value, truth.mean[i], 1e-6, `mean ${i}`));
    distribution.parameters.covariance.forEach((value, i) => within(value, covariance[i], 1e-6, `covariance ${i}`));
    check(divergence >= 0 && divergence < 1e-9 && errorBound < 1e-9, () => `the divergence is ${divergence} ± ${errorBound}.`);
  }
}

/** Counts of a histogram: forward KL is maximum likelihood, so mean and 1/n variance of the samples at their bins' centres. */
async function runHistogram(context: ConformanceContext): Promise<void> {
  const centres = onAxis(context, -2.75, 3.25, 25);
  const { unit: random } = randomOf(11);
  for (const Type of [Uint32Array, Uint8Array, Uint16Array, Float32Array, Float64Array]) {
    const list = Array.from(centres, () => Math.floor(50 * random()));
    const counts = Type.from(list);
    const n = list.reduce((sum, count) => sum + count, 0);
    const mean = list.reduce((sum, count, i) => sum + count * centres[i], 0) / n;
    const variance = list.reduce((sum, count, i) => sum + count * (centres[i] - mean) ** 2, 0) / n;
    const { distribution } = await fit(counts, "normal", { axes: centres, backend: context.backend });
    isNormal(distribution, mean, Math.sqrt(variance), 1e-6, Type.name);
  }
  const list = await fit([1, 2, 1], "normal", { backend: context.backend });
  isNormal(list.distribution, 1, Math.sqrt(0.5), 1e-6, "a list, whose coordinates are 0, 1, 2");
}

async function runBetas(context: ConformanceContext): Promise<void> {
  const x = onAxis(context, 0.0005, 0.9995, 1000);
  const dtype = dtypeOf(context);
  for (const [a, b] of [[2, 5], [0.7, 0.9], [40, 12]] as const) {
    const target = beta(a, b).onGrid(x, { dtype });
    // E[ln x] and E[ln(1 − x)] of the cells
    const cells = Array.from(target.data);
    const total = cells.reduce((sum, value) => sum + value, 0);
    const logs = [Math.log, (y: number) => Math.log1p(-y)].map((ln) => cells.reduce((sum, value, i) => sum + value * ln(x[i]), 0) / total);
    const { distribution, converged } = await fit(target, "beta", { axes: x, backend: context.backend });
    check(converged, () => "forward did not converge.");
    // Newton's equations, by differences of ln B
    const fitted = distribution.parameters;
    const ofEnds = [expectedLog(fitted.a, fitted.b), expectedLog(fitted.b, fitted.a)];
    logs.forEach((value, i) => within(ofEnds[i], value, 3e-6, `beta(${a}, ${b}), E[ln] ${i}`));
    // far out some of them are too small for binary32
    const reverse = await fit(target, "beta", { axes: x, direction: "reverse", starts: 1, zeros: { policy: "omit" }, backend: context.backend });
    within(reverse.distribution.parameters.a, a, 2e-5 * a, `reverse beta(${a}, ${b}), a`);
    within(reverse.distribution.parameters.b, b, 2e-5 * b, `reverse beta(${a}, ${b}), b`);
  }
}

/** E[ln x] of a beta: ∫ by the trapezoid rule after x = 1/(1 + e^−t), which makes it fast as any. */
function expectedLog(a: number, b: number): number {
  let [mass, sum] = [0, 0];
  for (let t = -80; t <= 80; t += 1 / 64) {
    const [lnX, lnRest] = [-Math.log1p(Math.exp(-t)), -Math.log1p(Math.exp(t))];
    const weight = Math.exp(a * lnX + b * lnRest);
    mass += weight;
    sum += weight * lnX;
  }
  return sum / mass;
}

async function runMixtures(context: ConformanceContext): Promise<void> {
  const dtype = dtypeOf(context);
  const x = onAxis(context, -12, 14, 1301);
  const truth = mixture([normal(-3, 1), normal(2, 0.6), normal(6, 1.5)], [0.5, 0.2, 0.3]);
  const found = await fitOn(context, truth.onGrid(x, { dtype }), mixtureOf("normal", 3), { axes: x });
  const { components, weights } = found.parameters as { readonly components: readonly Distribution[]; readonly weights: Float64Array };
  const order = [0, 1, 2].toSorted((i, j) => (components[i].mean as number) - (components[j].mean as number));
  [[-3, 1, 0.5], [2, 0.6, 0.2], [6, 1.5, 0.3]].forEach(([mean, sd, weight], k) => {
    isNormal(components[order[k]], mean, sd, isCpu(context) ? 1e-5 : 1e-3, `component ${k}`);
    within(weights[order[k]], weight, isCpu(context) ? 1e-5 : 1e-3, `weight ${k}`);
  });
  const plane = mixture([multivariateNormal([-2, -1], [1, 0.4, 0.4, 0.8]), multivariateNormal([2, 1.5], [0.6, -0.2, -0.2, 1.1])], [0.35, 0.65]);
  const axes = [onAxis(context, -7, 7, 80), onAxis(context, -6, 7, 90)];
  const two = await fitOn(context, plane.onGrid(axes, { dtype }), mixtureOf("multivariateNormal", 2), { axes });
  const parts = two.parameters as unknown as { readonly components: readonly { readonly mean: Float64Array }[]; readonly weights: Float64Array };
  const left = parts.components[0].mean[0] < 0 ? 0 : 1;
  within(parts.weights[left], 0.35, 1e-3, "weight");
  sameList(parts.components[left].mean.map((value) => Math.round(value * 1e3) / 1e3), [-2, -1], "mean of the left one");
  const u = onAxis(context, 0.001, 0.999, 499);
  const bowl = await fitOn(context, mixture([beta(2, 8), beta(9, 3)], [0.3, 0.7]).onGrid(u, { dtype }), mixtureOf("beta", 2), { axes: u });
  check(bowl.divergence < 1e-6, () => `two betas are ${bowl.divergence} off.`);
}

/** Losses never rise, and are those of the distributions that come with them. */
async function runSteps(context: ConformanceContext): Promise<void> {
  const { kullback, backend } = context;
  const x = onAxis(context, -14, 14, 701);
  const target = bumps(5).onGrid(x, { dtype: dtypeOf(context) });
  for (const direction of ["reverse", "forward", kullback.jensenShannon, kullback.chiSquare] as const) {
    const steps: FitStep[] = [];
    await fit(target, direction === "forward" ? mixtureOf("normal", 2) : "normal", { axes: x, direction, starts: direction === "forward" ? [mixture([normal(-1, 2), normal(4, 3)])] : [normal(1, 3)], backend, onStep: (step) => steps.push(step) });
    check(steps.length > 3, () => `${steps.length} steps.`);
    steps.forEach(({ start, step, loss }, i) => {
      same(start, 0, "start");
      same(step, i, "step");
      check(i === 0 || loss <= steps[i - 1].loss, () => `step ${step} rose from ${steps[i - 1].loss} to ${loss}.`);
    });
    const { loss, distribution } = steps[2];
    const model = distribution.onGrid(x);
    const measure = typeof direction === "string" ? kullback.klDivergence : direction;
    const value = await (direction === "reverse" ? measure(model, target, { spacing: 1 }) : measure(target, model, { spacing: 1 }));
    within(loss, value, 1e-5 * Math.max(1, value), "the loss of the second step");
  }
}

async function runZeros(context: ConformanceContext): Promise<void> {
  const x = onAxis(context, -4, 4, 81);
  const full = normal(0.5, 1).onGrid(x, { dtype: dtypeOf(context) });
  const holes = full.data.map((value, i) => (i % 9 === 4 ? 0 : value));
  await refusedAs(() => fitOn(context, holes, "normal", { axes: x, direction: "reverse" }), "DomainError", "reverse of zeros", /9 cells, the first at index 4.*omit/);
  const omitted = await fitOn(context, holes, "normal", { axes: x, direction: "reverse", zeros: { policy: "omit" } });
  isNormal(omitted.distribution, 0.5, 1, 1e-5, "omitted");
  check(omitted.divergence < 1e-9, () => `omitted: ${omitted.divergence}`);
  const floor = await fitOn(context, holes, "normal", { axes: x, direction: "reverse", zeros: { policy: "epsilon", value: 1e-6 } });
  check(floor.divergence > 0.1 && floor.divergence < 2 && floor.converged, () => `epsilon: ${floor.divergence}`);
  const forward = await fitOn(context, holes, "normal", { axes: x });
  check(forward.converged && forward.divergence < Infinity, () => `forward of zeros: ${forward.divergence}`);
  await refusedAs(() => fitOn(context, holes, "normal", { axes: x, direction: context.kullback.jeffreys }), "DomainError", "jeffreys of zeros", /9 cells.*add something to all cells/);
}

async function runRefused(context: ConformanceContext): Promise<void> {
  const { kullback: { grid, linspace, hellinger }, backend } = context;
  const x = linspace(-2, 2, 9);
  const cells = [0, 1, 2, 3, 4, 3, 2, 1, 0.5];
  await refusedAs(() => fitOn(context, cells.map(() => 0), "normal"), "DomainError", "an empty target", /target sums to 0/);
  await refusedAs(() => fitOn(context, [], "normal"), "ShapeError", "no target", /fit: /);
  await refusedAs(() => fitOn(context, [1, -1, 2], "normal"), "DomainError", "a negative target", /target has 1 entry that is negative/);
  await refusedAs(() => fitOn(context, [1, NaN, 2], "normal"), "DomainError", "NaN", /target has 1 entry/);
  await refusedAs(() => fitOn(context, [0, 0, 5, 0], "normal"), "DomainError", "one cell", /in one cell along axis 0/);
  await refusedAs(() => fitOn(context, [0, 0, 5, 0], "beta", { axes: [0.2, 0.4, 0.6, 0.8] }), "DomainError", "one cell of a beta", /in one cell/);
  await refusedAs(() => fitOn(context, [1, 2, 3], "beta", { axes: [0, 0.5, 1] }), "DomainError", "mass at the ends", /at 0 or 1/);
  await refusedAs(() => fitOn(context, [1, 2, 3], "beta"), "RangeError", "coordinates of a beta", /within \[0, 1\]/);
  const diagonal = Float64Array.from({ length: 25 }, (_, i) => Number(i % 6 === 0));
  await refusedAs(() => fitOn(context, grid(diagonal, { shape: [5, 5] }), "multivariateNormal"), "DomainError", "a line", /line or a plane/);
  const { distribution } = await fit(grid(diagonal, { shape: [5, 5] }), "multivariateNormal", { backend, covariance: "diagonal" });
  sameList(distribution.parameters.covariance.map((value) => Math.round(value * 1e5) / 1e5), [2, 0, 0, 2], "the variances of a line");
  await refusedAs(() => fitOn(context, cells, "normal", { axes: [1, 2] }), "ShapeError", "two coordinates", /2 coordinates for 9 cells/);
  await refusedAs(() => fitOn(context, cells, "normal", { axes: [x, x] }), "ShapeError", "two axes", /2 axes for a target of shape \[9\]/);
  await refusedAs(() => fitOn(context, cells, "normal", { axes: x.toReversed() }), "RangeError", "falling coordinates", /must be finite and rise/);
  await refusedAs(() => fitOn(context, grid(diagonal, { shape: [5, 5] }), "normal"), "ShapeError", "two axes for a normal", /2 axes for normal/);
  await refusedAs(() => fitOn(context, cells, "gamma" as never), "RangeError", "a family", /must be one of normal/);
  await refusedAs(async () => mixtureOf("normal", 0), "RangeError", "no components", /from 1 to 16/);
  await refusedAs(() => fitOn(context, cells, "normal", { direction: hellinger }), "RangeError", "a measure without a slope", /direction hellinger/);
  await refusedAs(() => fitOn(context, cells, "normal", { direction: "backward" as never }), "RangeError", "a direction", /"backward"/);
  await refusedAs(() => fitOn(context, cells, "normal", { starts: 0 }), "RangeError", "no starts", /starts 0/);
  await refusedAs(() => fitOn(context, cells, "normal", { direction: "reverse", zeros: { policy: "omit" }, starts: [gamma(1, 1)] }), "RangeError", "a start", /a start must be a normal/);
  await refusedAs(() => fitOn(context, cells, "normal", { zeros: { policy: "omit" } }), "RangeError", "zeros", /for direction "reverse"/);
  await refusedAs(() => fitOn(context, cells, "normal", { direktion: "reverse" } as never), "TypeError", "an option", /unknown option "direktion"/);
  const aborted = AbortSignal.abort(new Error("enough"));
  await refusedAs(() => fitOn(context, cells, "normal", { signal: aborted }), "Error", "aborted", /enough/);
  const controller = new AbortController();
  await refusedAs(() => fitOn(context, bumps(5).onGrid(linspace(-9, 9, 301)), mixtureOf("normal", 2), { axes: linspace(-9, 9, 301), signal: controller.signal, onStep: () => controller.abort(new Error("later")) }), "Error", "aborted later", /later/);
}

async function runDevice(context: ConformanceContext): Promise<void> {
  const { kullback: { upload, grid, linspace }, backend } = context;
  const x = linspace(-8, 9, 401);
  const cells = normal(0.4, 1.3).onGrid(x, { dtype: dtypeOf(context) });
  const target = await upload(cells, { backend });
  try {
    for (const direction of ["forward", "reverse"] as const) isNormal((await fitOn(context, target, "normal", { axes: x, direction, starts: 1 })).distribution, 0.4, 1.3, 1e-5, `a device grid, ${direction}`);
  } finally {
    target.destroy();
  }
  const on = await normal(0.4, 1.3).onGrid([x], { backend });
  try {
    isNormal((await fitOn(context, on, "normal", { axes: x })).distribution, 0.4, 1.3, 1e-5, "a density that was made there");
  } finally {
    on.destroy();
  }
  const half = grid(Uint16Array.of(0x3c00, 0x4000, 0x3c00), { dtype: "float16" });
  isNormal((await fitOn(context, half, "normal")).distribution, 1, Math.sqrt(0.5), 1e-6, "half floats");
}

/** Where in its buffer a target begins is all one, and what it holds behind is not read. */
async function runPlaces(context: ConformanceContext): Promise<void> {
  const { kullback: { fromGPUBuffer }, backend } = context;
  const device = deviceOf(context);
  const axes = [onAxis(context, -5, 6, 30), onAxis(context, -6, 5, 44)];
  const truth = multivariateNormal([0.4, -0.3], [1.2, 0.4, 0.4, 0.9]);
  const cells = truth.onGrid(axes, { dtype: "float32" }).data as Float32Array<ArrayBuffer>;
  const buffer = device.createBuffer({ label: "conformance target", size: cells.byteLength + 48, usage: USAGE });
  try {
    device.queue.writeBuffer(buffer, 0, new Float32Array(buffer.size / 4).fill(1e9));
    for (const byteOffset of [0, 4, 16, 28]) {
      device.queue.writeBuffer(buffer, byteOffset, cells);
      for (const direction of ["forward", "reverse"] as const) {
        const { distribution } = await fit(fromGPUBuffer(buffer, { shape: [30, 44], byteOffset }), "multivariateNormal", { axes, direction, starts: 1, backend });
        [0, 1].forEach((i) => within(distribution.parameters.mean[i], truth.mean[i], 1e-5, `mean ${i}, ${direction}, at byte ${byteOffset}`));
      }
    }
  } finally {
    buffer.destroy();
  }
}

/** Coordinates that are not even: densities count as their cells are long, masses as they are. */
async function runUneven(context: ConformanceContext): Promise<void> {
  const x = Float64Array.from({ length: 401 }, (_, i) => Math.sinh((i - 200) / 60));
  const density = normal(0.5, 2).onGrid(x, { dtype: dtypeOf(context) });
  isNormal((await fitOn(context, density, "normal")).distribution, 0.5, 2, 2e-3, "forward, densities whose spacing says where they are");
  const reverse = await fitOn(context, density, "normal", { direction: "reverse", starts: [normal(0, 3)] });
  isNormal(reverse.distribution, 0.5, 2, 1e-5, "reverse, densities");
  const lengths = x.map((at, i) => 0.5 * ((x[i + 1] ?? 2 * at - x[i - 1]) - (x[i - 1] ?? 2 * at - x[i + 1])));
  const masses = density.data.map((value, i) => value * lengths[i]);
  const same = await fitOn(context, masses, "normal", { axes: x, direction: "reverse", starts: [normal(0, 3)] });
  isNormal(same.distribution, 0.5, 2, 1e-5, "reverse, masses");
  check(same.divergence < 1e-9 && reverse.divergence < 1e-9, () => `off by ${same.divergence}, ${reverse.divergence}.`);
}

/** Totals near the ends of either type, zeros with a sign, and cells that the total makes nothing of. */
async function runScales(context: ConformanceContext): Promise<void> {
  const x = onAxis(context, -8, 8, 161);
  const density = normal(0, 1).onGrid(x).data;
  const doubles = isCpu(context) ? [1e308, 1e-300, 1e-310] : [];
  for (const [Type, scales] of [[Float32Array, [3e38, 1e-30, 1e-40]], [Float64Array, doubles]] as const) {
    for (const scale of scales) {
      for (const direction of ["forward", context.kullback.jensenShannon] as const) {
        const { distribution } = await fit(Type === Float32Array ? Float32Array.from(density, (value) => value * scale) : Float64Array.from(density, (value) => value * scale), "normal", { axes: x, direction, starts: 1, backend: context.backend });
        isNormal(distribution, 0, 1, scale < 1e-35 ? 1e-3 : 1e-5, `${Type.name} times ${scale}`);
      }
    }
  }
  const signed = (zero: number) => fit(Float32Array.from(density, (value) => (value < 0.05 ? zero : value)), "normal", { axes: x, direction: context.kullback.jensenShannon, starts: 1, backend: context.backend });
  same((await signed(-0)).parameters.sd, (await signed(0)).parameters.sd, "-0");
  if (!isCpu(context)) return;
  // 5e-324 over the total is below the smallest number
  const tiny = density.map((value) => Math.max(value * 1e6 - 1e-3, 5e-324));
  const { minima } = await fitOn(context, tiny, "normal", { axes: x, direction: "reverse" });
  check(minima.every(({ divergence, converged }) => divergence < 100 && converged), () => `reverse: ${minima.map(({ divergence }) => divergence).join()}`);
}

/** From where all of a mixture is e^-1000 and less. */
async function runFar(context: ConformanceContext): Promise<void> {
  const x = onAxis(context, -60, 60, 2401);
  const target = mixture([normal(-50, 1), normal(50, 1)]).onGrid(x, { dtype: dtypeOf(context) });
  const losses: number[] = [];
  const { distribution, converged } = await fitOn(context, target, mixtureOf("normal", 2), { axes: x, starts: [mixture([normal(-3, 0.1), normal(4, 0.1)])], onStep: ({ loss }) => losses.push(loss) });
  // ½·(47/0.1)² or so of either side
  check(losses[0] > 5e4 && losses.every((loss, i) => i === 0 || loss <= losses[i - 1]), () => `losses: ${losses.join()}`);
  const means = (distribution.family === "mixture" ? distribution.parameters.components : []).map(({ mean }) => Math.round((mean as number) * 100) / 100);
  sameList(means.toSorted((a, b) => a - b), [-50, 50], "means");
  // where a loss of binary32 is all noise the slope may be above what would be sure
  check(converged || !isCpu(context), () => "did not converge.");
}

/** What has no more than a few points, or lies along lines, is fitted or refused, and does not end a fit on its way. */
async function runPoints(context: ConformanceContext): Promise<void> {
  const { kullback: { grid, linspace, jensenShannon } } = context;
  const axes = [linspace(-2, 2, 41), linspace(-2, 2, 41)];
  const cells = new Float32Array(41 * 41);
  for (const [i, j] of [[3, 4], [30, 11], [22, 37]]) cells[41 * i + j] = 1;
  const three = await fitOn(context, grid(cells, { shape: [41, 41] }), mixtureOf("multivariateNormal", 2), { axes });
  check(three.loss < Infinity, () => `three points: ${three.loss}`);
  const one = await fitOn(context, grid(cells, { shape: [41, 41] }), "multivariateNormal", { axes, direction: jensenShannon });
  check(one.divergence < Math.LN2, () => `one normal: ${one.divergence}`);
}

async function runStarts(context: ConformanceContext): Promise<void> {
  const x = onAxis(context, -8, 8, 161);
  const target = normal(0, 1).onGrid(x, { dtype: dtypeOf(context) });
  await refusedAs(() => fitOn(context, target, "normal", { axes: x, direction: "reverse", starts: [] }), "TypeError", "no starts", /a list of one distribution or more/);
  await refusedAs(() => fitOn(context, target, "normal", { axes: x, direction: "reverse", starts: normal(1, 1) as never }), "TypeError", "a start that is no list", /starts must be/);
  await refusedAs(() => fitOn(context, target, "normal", { axes: x, direction: "reverse", starts: [normal(0, 0.01)] }), "DomainError", "too narrow a start", /no start has a finite loss: each is narrower/);
  const spike = Float32Array.from(x, (_, i) => (i === 80 ? 1000 : 1e-6));
  await refusedAs(() => fitOn(context, spike, "normal", { axes: x, direction: context.kullback.jensenShannon, starts: 1 }), "DomainError", "too narrow a target", /less than a quarter of a cell/);
  const single = await fitOn(context, target, mixtureOf("normal", 1), { axes: x });
  check(single.distribution.family === "mixture" && single.distribution.parameters.weights[0] === 1, () => `a mixture of one is a ${single.distribution.family}.`);
}

/** Ends of a beta's axis are of no model: what lies there is not counted, and nothing infinite. */
async function runEnds(context: ConformanceContext): Promise<void> {
  const x = onAxis(context, 0, 1, 101);
  const cells = Float32Array.from(x, (at) => (at > 0 && at < 1 ? beta(0.5, 0.5).pdf(at) : 0));
  for (const direction of ["forward", "reverse", context.kullback.jensenShannon] as const) {
    const { distribution, divergence } = await fit(cells, "beta", { axes: x, direction, backend: context.backend });
    // E[ln x] of so few cells is not that of their density, which has half of its mass in the first and last of them
    if (direction !== "forward") within(distribution.parameters.a, 0.5, 1e-4, "a");
    check(divergence < 0.1, () => `${String(direction)}: ${divergence}`);
  }
}

/** A timer gets through, and what it aborts. */
async function runAbort(context: ConformanceContext): Promise<void> {
  const x = onAxis(context, -20, 20, 60_001);
  const target = mixture([normal(-8, 1), normal(-2, 2), normal(3, 0.5), normal(9, 3)]).onGrid(x, { dtype: dtypeOf(context) });
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("stop")), 100);
  const started = performance.now();
  await refusedAs(() => fitOn(context, target, mixtureOf("normal", 8), { axes: x, starts: 8, maxSteps: 5000, signal: controller.signal }), "Error", "an abort", /stop/);
  check(performance.now() - started < 5000, () => `it took ${performance.now() - started} ms to hear of it.`);
}

export const fitCases: readonly ConformanceCase[] = [
  ...throughWindows(sumCases),
  ...longCases,
  { name: "fit(bumps, normal) covers both forward, and finds each in reverse", run: runBumps },
  { name: "fit(volume, multivariateNormal) finds a known normal to 1e-6 in every parameter", run: runVolume },
  { name: "fit(histogram, normal) is the mean and the 1/n variance of its bin centres", run: runHistogram },
  { name: "fit(density, beta) has E[ln x] and E[ln(1 − x)] of the cells, and finds known ones in reverse", run: runBetas },
  { name: "fit(density, mixtureOf(…)) finds known mixtures", run: runMixtures },
  { name: "fit(…, { onStep }) tells losses that never rise, those of its distributions", run: runSteps },
  { name: "fit of targets with zeros says what is to be done about them, and does it", run: runZeros },
  { name: "fit refuses what it cannot fit, and stops when it is told to", run: runRefused },
  { name: "fit takes totals near the ends of its types, and zeros with a sign", run: runScales },
  { name: "fit of a mixture finds its way from where all of it is nothing", run: runFar },
  { name: "fit of points and lines goes on where a normal would be degenerate", run: runPoints },
  { name: "fit refuses starts that are none", run: runStarts },
  { name: "fit of a beta leaves the ends of its axis out", run: runEnds },
  { name: "fit lets an abort through", run: runAbort },
  { name: "fit takes device grids, densities that are there already, and half floats", run: runDevice },
  { name: "fit of a target anywhere in a buffer is the same", only: "webgpu", run: runPlaces },
  { name: "fit counts cells of uneven axes as long as they are", run: runUneven },
];
