import type { Grid } from "../../src/grid";
import type { Detail, DetailArray, MeasureOptions } from "../../src/options";
import { check, keepsPromise, rejects, same, sameList, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { near, positive, random } from "../support/random";
import { add, divide, type Real, real, subtract, toNumber } from "../support/real";
import { type ConformanceCase, type ConformanceContext, FLOATS, type Floats, type FloatsType, gradeOf } from "./context";
import { apartPromise, chiSquarePromise, hellingerPromise, jensenShannonPromise, klPromise, totalVariationPromise } from "./promise";

type Rule = NonNullable<MeasureOptions["quadrature"]>;
type Spacing = MeasureOptions["spacing"];

/** A 3-D grid and what its cells count under each rule: numbers of so few bits that floats times them are exact. */
const SHAPE = [5, 4, 7];
const CELLS = 5 * 4 * 7;
const RISING = [[0, 1, 2, 4, 6], [-1, 0, 3, 4]];
const SPACINGS: readonly { readonly rule: Rule; readonly spacing: Spacing; readonly weights: readonly (readonly number[])[] }[] = [
  { rule: "riemann", spacing: [RISING[0], RISING[1], 0.5], weights: [[1, 1, 1.5, 2, 2], [1, 2, 2, 1], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]] },
  { rule: "trapezoid", spacing: [1, 4, 0.5], weights: [[0.5, 1, 1, 1, 0.5], [2, 4, 4, 2], [0.25, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25]] },
  { rule: "trapezoid", spacing: [RISING[0], Float64Array.from(RISING[1]), 0.5], weights: [[0.5, 1, 1.5, 2, 1], [0.5, 2, 2, 0.5], [0.25, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25]] },
  { rule: "simpson", spacing: [3, 12, 3], weights: [[1, 4, 2, 4, 1], [4, 15, 12, 5], [1, 4, 2, 4, 2, 4, 1]] },
];
const product = ([x, y, z]: readonly (readonly number[])[]) => Float64Array.from({ length: CELLS }, (_, i) => x[Math.floor(i / 28)] * y[Math.floor(i / 7) % 4] * z[i % 7]);

/** Few enough bits that a weight times a cell is exact. */
const short = (Type: FloatsType, values: ArrayLike<number>) => Type.from(values, (x) => (Type === Float32Array ? x : Math.round(x * 2 ** 44) * 2 ** -44));

const MEASURES = ["klDivergence", "jeffreys", "jensenShannon", "hellinger", "totalVariation", "chiSquare"] as const;

/** What a measure is of cells that count so much, and what DESIGN promises: the terms are of degree one, so that each weight goes with its cell. */
function truthOf(name: (typeof MEASURES)[number], p: Float64Array, q: Float64Array, grade: "wide" | "narrow"): readonly [Real, number] {
  const sums = oracle.pairSums(p, q);
  const truth = oracle[name](p, q);
  const value = toNumber(truth);
  if (name === "klDivergence") return [truth, klPromise(sums, grade)];
  if (name === "jeffreys") return [truth, klPromise(sums, grade) + klPromise(oracle.pairSums(q, p), grade)];
  if (name === "jensenShannon") return [truth, jensenShannonPromise(value, sums, grade)];
  if (name === "totalVariation") return [truth, totalVariationPromise(value, sums, grade)];
  if (name === "hellinger") return [truth, hellingerPromise(value, oracle.squaredRoots(p, q), sums, grade)];
  return [truth, chiSquarePromise(oracle.relativeSquares(p, q), sums, grade)];
}

async function runMeasures({ kullback, backend }: ConformanceContext): Promise<void> {
  const rng = random(91);
  for (const Type of FLOATS) {
    for (const { rule, spacing, weights } of SPACINGS) {
      const counts = product(weights);
      const p = short(Type, positive(rng, CELLS));
      for (const [how, other] of [["far", positive(rng, CELLS)], ["near", near(rng, p, Type === Float32Array ? 1e-5 : 1e-12)], ["near, times 900", near(rng, p, 1e-3).map((x) => 900 * x)]] as const) {
        const q = short(Type, other);
        const [P, Q] = [p, q].map((cells) => Float64Array.from(cells, (x, i) => x * counts[i]));
        for (const name of MEASURES) {
          const detail = await kullback[name](p, q, { shape: SHAPE, spacing, quadrature: rule, backend, detail: true });
          const grade = gradeOf(detail, Type === Float32Array ? "float32" : "float64");
          const [truth, promise] = truthOf(name, P, Q, grade);
          const what = `${name}, ${rule} of ${JSON.stringify(spacing)}, ${how}, ${Type.name}`;
          if (how === "near, times 900") {
            // q at another scale, within 2^-7 of p's total
            within(detail.value, truth, detail.errorBound, `${what} against its bound`);
            check(detail.errorBound <= 64 * Math.max(promise, apartPromise(toNumber(truth), grade)), () => `${what}: the bound ${detail.errorBound} of ${detail.value} is wide.`);
          } else keepsPromise(detail, truth, promise, what);
          check((detail.discretizationError ?? -1) >= 0, () => `${what}: discretizationError ${detail.discretizationError}`);
          within(detail.totalP, oracle.sumOf(P), toNumber(oracle.sumOf(P)) * 2 ** -18, `${what}: the integral of p`);
        }
      }
    }
  }
}

/** h(p) = ln V − D(P ‖ W), P what the cells hold and W what they count, and of every order likewise; −∫p̂ ln q̂ = h(p) + D(P ‖ Q). */
async function runEntropies({ kullback, backend }: ConformanceContext): Promise<void> {
  const rng = random(92);
  for (const Type of FLOATS) {
    for (const { rule, spacing, weights } of SPACINGS) {
      const counts = product(weights);
      const [p, q] = [short(Type, positive(rng, CELLS)), short(Type, positive(rng, CELLS).map((x) => 3 * x))];
      const [P, Q] = [p, q].map((cells) => Float64Array.from(cells, (x, i) => x * counts[i]));
      const volume = oracle.ln(oracle.sumOf(counts));
      const options = { shape: SHAPE, spacing, quadrature: rule, backend, detail: true } as const;
      const narrow = Type === Float32Array ? 2 ** -18 : 2 ** -44;
      const holds = (detail: Detail, truth: Real, what: string) => {
        within(detail.value, truth, detail.errorBound + 2 ** -50, `${what} of ${rule}, ${Type.name}, against its bound`);
        check(detail.errorBound <= 64 * narrow, () => `${what} of ${rule}: the bound ${detail.errorBound} is wide.`);
      };
      const h = subtract(volume, oracle.klDivergence(P, counts));
      holds(await kullback.entropy(p, options), h, "entropy");
      holds(await kullback.crossEntropy(p, q, options), add(h, oracle.klDivergence(P, Q)), "crossEntropy");
      for (const order of [2, 3]) {
        const renyi = divide(oracle.ln(oracle.powerSum(P, counts, order)), real(order - 1));
        holds(await kullback.renyiEntropy(order)(p, options), subtract(volume, renyi), `renyiEntropy(${order})`);
        holds(await kullback.renyi(order)(p, q, options), divide(oracle.ln(oracle.powerSum(P, Q, order)), real(order - 1)), `renyi(${order})`);
      }
      // a cell far from the rest, in a corner that counts little
      const [far, flat] = [Type.from(p, (_, i) => (i === 0 ? 1e-4 : 1)), Type.from(p, () => 1)];
      const [Far, Flat] = [far, flat].map((cells) => Float64Array.from(cells, (x, i) => x * counts[i]));
      for (const [name, measure, truth] of [
        ["renyi(10)", kullback.renyi(10), divide(oracle.ln(oracle.powerSum(Flat, Far, 10)), real(9))],
        ["tsallis(10)", kullback.tsallis(10), divide(subtract(oracle.powerSum(Flat, Far, 10), real(1)), real(9))],
        ["chiSquare", kullback.chiSquare, oracle.chiSquare(Flat, Far)],
        ["neymanChiSquare", kullback.neymanChiSquare, oracle.chiSquare(Far, Flat)],
      ] as const) {
        const detail = await measure(flat, far, options);
        within(detail.value, truth, detail.errorBound + Math.abs(detail.value) * 2 ** -50, `${name} of a far cell, ${rule}, ${Type.name}`);
        const value = toNumber(truth);
        check(detail.errorBound <= 1e-3 * value, () => `${name} of a far cell, ${rule}: the bound ${detail.errorBound} of ${value} is wide.`);
      }
      const apart = Type.from(p, (_, i) => (i === 0 ? 1e-20 : 1));
      const squares = await kullback.chiSquare(flat, apart, options);
      within(squares.value, oracle.chiSquare(Flat, Float64Array.from(apart, (x, i) => x * counts[i])), squares.errorBound, `chiSquare of a cell that is next to nothing, ${rule}, ${Type.name}`);
      holds(await kullback.renyi(Infinity)(p, q, options), oracle.ln(oracle.greatestRatio(P, Q)), "renyi(Infinity)");
    }
  }
}

/** Simpson's rule is exact for cubics, Cartwright's end for parabolas, the trapezoid for straight lines: `totalP` is the integral. */
async function runPolynomials({ kullback, backend }: ConformanceContext): Promise<void> {
  const integralOf = async (at: number[], power: number, quadrature: Rule, spacing: Spacing = [at]) =>
    (await kullback.entropy(Float64Array.from(at, (x) => x ** power), { spacing, quadrature, backend, detail: true })).totalP;
  const uneven = [0, 0.5, 1.25, 2, 3, 4, 4.75, 5.5];
  const exactly = (at: number[], power: number) => (at[at.length - 1] ** (power + 1) - at[0] ** (power + 1)) / (power + 1);
  for (const at of [uneven, uneven.slice(0, 7)]) {
    for (const power of [1, 2]) within(await integralOf(at, power, "simpson"), exactly(at, power), 1e-13, `∫x^${power} by Simpson's rule over ${at.length} points`);
    within(await integralOf(at, 1, "trapezoid"), exactly(at, 1), 1e-13, "∫x by trapezoids");
  }
  const even = Array.from({ length: 9 }, (_, i) => i / 4);
  within(await integralOf(even, 3, "simpson", 0.25), 4, 1e-14, "∫x³ by Simpson's rule over even steps");
  // scipy.integrate.simpson's own example, whose integral is 1640.25
  within(await integralOf(Array.from({ length: 10 }, (_, i) => i), 3, "simpson"), 1640.5, 1e-10, "scipy.integrate.simpson(arange(10)**3)");
  // numpy.gradient's widths
  within(await integralOf([1, 2, 4, 8], 1, "riemann"), 1 * 1 + 2 * 1.5 + 4 * 3 + 8 * 4, 1e-13, "Σ x·gradient(x)");
}

const normal = (x: number, mean: number, deviation: number) => Math.exp(-(((x - mean) / deviation) ** 2) / 2) / deviation;

/** Known integrals, their errors about as large as said, and falling as the rule's order has it. */
async function runIntegrals({ kullback, backend }: ConformanceContext): Promise<void> {
  // e^x against e^-x over [0, 1], normalised: D = 2·E[x] + ln of the ratio of their totals
  const truth = (2 * 1) / (Math.E - 1) + Math.log((1 - Math.exp(-1)) / (Math.E - 1));
  const detailOf = (steps: number, quadrature: Rule): Promise<Detail> => {
    const at = Array.from({ length: steps + 1 }, (_, i) => i / steps);
    return kullback.klDivergence(Float64Array.from(at, Math.exp), Float64Array.from(at, (x) => Math.exp(-x)), { spacing: [at], quadrature, backend, detail: true });
  };
  for (const [rule, order] of [["riemann", 1], ["trapezoid", 2], ["simpson", 4]] as const) {
    for (const steps of [8, 9]) {
      const [coarse, fine] = [await detailOf(steps, rule), await detailOf(2 * steps, rule)];
      const [error, less] = [Math.abs(coarse.value - truth), Math.abs(fine.value - truth)];
      check(error > 1e-7 && error / less > 0.8 * 2 ** order, () => `${rule}: errors ${error} and ${less} of ${steps} steps and twice as many.`);
      const said = fine.discretizationError ?? NaN;
      // Simpson's own is of an odd number of steps on every second point, whose end errs more
      check(said > less / 3 && said < (rule === "simpson" ? 10 : 3) * less, () => `${rule} of ${2 * steps} steps: the error ${less} was estimated as ${said}.`);
    }
  }
  // normals, whose entropies and divergences are known, in coordinates that are close where the density is
  const at = Float64Array.from({ length: 201 }, (_, i) => Math.sinh((i - 100) / 40) * 2);
  const [p, q] = [at.map((x) => normal(x, 0, 1)), at.map((x) => normal(x, 0.5, 1.5))];
  const closed = Math.log(1.5) + (1 + 0.25) / (2 * 2.25) - 0.5;
  for (const quadrature of ["trapezoid", "simpson"] as const) {
    const options = { spacing: [at], quadrature, backend, detail: true } as const;
    const kl = await kullback.klDivergence(p, q, options);
    within(kl.value, closed, 1e-6, `D of two normals by ${quadrature}`);
    within(kl.value, closed, 10 * (kl.discretizationError ?? 0) + kl.errorBound + 1e-12, `D of two normals by ${quadrature} against its estimate`);
    const h = await kullback.entropy(p, options);
    within(h.value, 0.5 * Math.log(2 * Math.PI * Math.E), 2 * (h.discretizationError ?? 0) + h.errorBound, `entropy of a normal by ${quadrature}`);
    check((h.discretizationError ?? 1) < 2e-4, () => `the entropy of a normal by ${quadrature} is ${h.discretizationError} off.`);
    within(await kullback.klDivergence(p, q, { ...options, detail: false, base: 2 }), closed / Math.LN2, 2e-6, `in bits by ${quadrature}`);
  }
  // a cell of next to no width, where a GPU's binary32 has no weight for it
  const narrow = await kullback.marginal(Float32Array.of(3e38, 1, 1), [], { spacing: [[0, 1e-40, 1]], quadrature: "trapezoid", backend });
  within(narrow.data[0], 1.015, 1e-6, "a high and narrow peak");
  same((await kullback.klDivergence([1], [2], { spacing: 1, quadrature: "trapezoid", backend, detail: true })).discretizationError, Infinity, "the estimate of one cell");
  same((await kullback.klDivergence([0, 1, 0], [1, 1, 1], { spacing: 1, quadrature: "trapezoid", backend, detail: true })).discretizationError, Infinity, "the estimate where every second point is 0");
  same((await kullback.klDivergence([1, 1, 1], [1, 0, 1], { spacing: 1, quadrature: "simpson", backend, detail: true })).value, Infinity, "a cell that q lacks");
}

/** Rows along axes as by themselves, with what is kept not counted; several measures of one read; grids that have their coordinates. */
async function runRows({ kullback, backend }: ConformanceContext): Promise<void> {
  const rng = random(93);
  for (const Type of FLOATS) {
    const [p, q] = [Type.from(positive(rng, CELLS)), Type.from(positive(rng, CELLS))];
    const options = { spacing: SPACINGS[2].spacing, quadrature: "trapezoid", backend, detail: true } as const;
    const rows: DetailArray = await kullback.klDivergence(p, q, { ...options, shape: SHAPE, axis: [0, 2] });
    sameList(rows.shape, [4], "rows");
    const [js, kl] = await kullback.compare([kullback.jensenShannon, kullback.klDivergence], p, q, { ...options, shape: SHAPE, axis: [0, 2] });
    for (let row = 0; row < 4; row++) {
      const pick = (cells: Floats) => Type.from(Array.from(cells).filter((_, i) => Math.floor(i / 7) % 4 === row));
      const alone = await kullback.klDivergence(pick(p), pick(q), { ...options, shape: [5, 7], spacing: [RISING[0], 0.5] });
      within(rows.value[row], alone.value, rows.errorBound[row] + alone.errorBound, `row ${row}`);
      within(rows.discretizationError?.[row] ?? NaN, alone.discretizationError ?? NaN, 2 * (rows.errorBound[row] + alone.errorBound), `discretizationError of row ${row}`);
      within(rows.totalP[row], alone.totalP, alone.totalP * 2 ** -18, `totalP of row ${row}`);
      within(kl.value[row], alone.value, kl.errorBound[row] + alone.errorBound, `row ${row} of compare`);
      const other = await kullback.jensenShannon(pick(p), pick(q), { ...options, shape: [5, 7], spacing: [RISING[0], 0.5] });
      within(js.value[row], other.value, js.errorBound[row] + other.errorBound, `row ${row} of compare, jensenShannon`);
    }
    const grid: Grid = kullback.grid(p, { shape: SHAPE, spacing: SPACINGS[2].spacing });
    const whole = await kullback.klDivergence(p, q, { ...options, shape: SHAPE });
    same((await kullback.klDivergence(grid, q, { quadrature: "trapezoid", backend })), whole.value, "a grid with coordinates");
    const device = await kullback.upload(grid, { backend });
    within(await kullback.klDivergence(device, q, { quadrature: "trapezoid", backend }), whole.value, 2 * whole.errorBound, "a grid with coordinates on the device");
    device.destroy();
  }
}

/** Contributions add up to the integral, and the gradient is its derivative. */
async function runContributions({ kullback, backend }: ConformanceContext): Promise<void> {
  const rng = random(94);
  for (const Type of FLOATS) {
    const [p, q] = [Type.from(positive(rng, CELLS)), Type.from(positive(rng, CELLS))];
    for (const { rule, spacing, weights } of SPACINGS.slice(1)) {
      const options = { shape: SHAPE, spacing, quadrature: rule, backend } as const;
      for (const name of ["klDivergence", "jensenShannon", "crossEntropy"] as const) {
        const whole = await kullback[name](p, q, { ...options, detail: true });
        const addsUp = ({ data, errorBound }: { data: Float64Array; errorBound: Float64Array }, what: string) => {
          const sum = (of: Float64Array) => of.reduce((total, x) => total + x, 0);
          within(sum(data), whole.value, sum(errorBound) + whole.errorBound, `Σ of ${what}, ${name} by ${rule}, ${Type.name}`);
        };
        const cells = (await kullback.pointwise(kullback[name], p, q, options)).data;
        within(Array.from(cells).reduce((sum, x) => sum + x, 0), whole.value, Type === Float32Array ? 1e-5 : 1e-12, `Σ of cells, ${name} by ${rule}`);
        const slices = await kullback.sliceContributions(kullback[name], p, q, { ...options, axis: 1 });
        sameList(slices.shape, [4], "slices");
        addsUp(slices, "slices");
        within(slices.data[0], Array.from(cells).filter((_, i) => Math.floor(i / 7) % 4 === 0).reduce((sum, x) => sum + x, 0), Type === Float32Array ? 1e-5 : 1e-12, `the first slice, ${name} by ${rule}`);
        const blocks = await kullback.blockContributions(kullback[name], p, q, { ...options, size: [2, 3, 4] });
        sameList(blocks.shape, [3, 2, 2], "blocks");
        addsUp(blocks, "blocks");
        addsUp(await kullback.labelContributions(kullback[name], p, q, { ...options, labels: Array.from(p, (_, i) => i % 5) }), "labels");
      }
      // what a cell counts goes with it: the slope by a cell of p is that by p times its weight, times the weight
      const counts = product(weights);
      const [P, Q] = [p, q].map((cells) => Float64Array.from(cells, (x, i) => x * counts[i]));
      for (const by of ["p", "q", "log q"] as const) {
        const { data } = await kullback.gradient(kullback.klDivergence, p, q, { ...options, with: by });
        const plain = await kullback.gradient(kullback.klDivergence, P, Q, { backend, with: by });
        const size = Math.max(...Array.from(plain.data, Math.abs)) * Math.max(...counts);
        for (const [i, slope] of data.entries()) within(slope, plain.data[i] * (by === "log q" ? 1 : counts[i]), size * (Type === Float32Array ? 1e-5 : 1e-12), `the slope by ${by} of cell ${i}, ${rule}`);
      }
    }
  }
}

async function refusesQuadrature({ kullback, backend }: ConformanceContext): Promise<void> {
  const [p, q] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(4, 3, 2, 1)];
  const call = (options: object) => () => kullback.klDivergence(p, q, { ...options, backend } as never) as Promise<number>;
  const refused = async (options: object, kind: typeof RangeError | typeof kullback.ShapeError, wanted: RegExp) => {
    const { message } = await rejects(call(options), kind, JSON.stringify(options));
    check(wanted.test(message), () => `${JSON.stringify(options)}: "${message}" does not say ${wanted}.`);
  };
  await refused({ quadrature: "gauss", spacing: 1 }, RangeError, /"gauss" must be one of riemann, trapezoid, simpson/);
  await refused({ quadrature: "simpson" }, RangeError, /asks for spacing/);
  await refused({ quadrature: "simpson", spacing: [[0, 1, 5, 6]] }, RangeError, /point 0 of axis 0.*"trapezoid"/);
  await refused({ spacing: [[0, 1, 1, 2]] }, RangeError, /rising coordinates/);
  await refused({ spacing: [[0, 1, NaN, 2]] }, RangeError, /rising coordinates/);
  await refused({ spacing: [[0, 1, 2]] }, kullback.ShapeError, /3 coordinates for 4 cells/);
  await refused({ spacing: [0, 1, 2, 3] }, kullback.ShapeError, /4 entries, expected 1/);
  await refused({ spacing: [1, [7]], shape: [4, 1] }, RangeError, /one cell/);
  const own = { quadrature: "trapezoid", spacing: 1 };
  for (const [key, value] of Object.entries({ mask: [1, 1, 1, 0], weights: [1, 2, 3, 4], zeros: { policy: "omit" }, totals: { p: 10, q: 10 } })) await refused({ ...own, [key]: value }, RangeError, new RegExp(`${key} does not go with quadrature`));
  await refused({ ...own, precision: "exact" }, RangeError, /exact precision/);
  await rejects(() => kullback.binaryCrossEntropy([0.5, 0.5, 0.5], [0.1, 0.2, 0.3], { ...own, backend } as MeasureOptions), RangeError, "binaryCrossEntropy");
  // what riemann of even steps takes without detail it takes with it
  const weighted = { quadrature: "riemann", spacing: 1, mask: [1, 1, 1, 0], backend } as const;
  const masked = await kullback.klDivergence(p, q, { ...weighted, detail: true });
  same(masked.value, await kullback.klDivergence(p, q, weighted), "riemann of even steps with a mask");
  same(masked.discretizationError, Infinity, "its estimate");
  same((await kullback.binaryCrossEntropy([0.5, 0.5, 0.5], [0.1, 0.2, 0.3], { quadrature: "riemann", spacing: 1, detail: true, backend })).discretizationError, Infinity, "that of binaryCrossEntropy");
  const estimate = async (options: object) => (await kullback.jensenShannon(p, q, { quadrature: "riemann", spacing: 1, detail: true, backend, ...options })).discretizationError ?? NaN;
  within(await estimate({ totals: { p: 10, q: 10 } }), await estimate({}), 1e-6, "an estimate where totals are given");
  within(await kullback.entropy([1, 2, 3, 4, 5], { spacing: Float64Array.of(0.5) as never, backend }), await kullback.entropy([1, 2, 3, 4, 5], { spacing: [0.5], backend }), 1e-6, "spacing in a typed array");
  same(await kullback.klDivergence(p, q, { quadrature: "riemann", backend }), await kullback.klDivergence(p, q, { backend }), "riemann of masses");
  same(await kullback.klDivergence(p, q, { quadrature: "riemann", spacing: 3, precision: "exact", backend }), await kullback.klDivergence(p, q, { precision: "exact", backend }), "riemann of even steps, exact");
}

export const quadratureCases: readonly ConformanceCase[] = [
  { name: "divergences under every rule are those of cells that count so much, to the promise", throughWindows: true, run: runMeasures },
  { name: "entropies and orders under every rule are integrals, within their bounds", run: runEntropies },
  { name: "rules are exact for the polynomials they are made for", run: runPolynomials },
  { name: "known integrals are met, with errors about as large as discretizationError says", run: runIntegrals },
  { name: "quadrature goes by rows, with compare, and with grids that have coordinates", run: runRows },
  { name: "contributions and gradients count cells as the rule does", throughWindows: true, run: runContributions },
  { name: "rules and coordinates that make no integral are refused", run: refusesQuadrature },
];
