import type { JointDetail } from "../../src/operations/joint";
import { check, rejects, same, sameList, ulp, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { positive, random } from "../support/random";
import { add, divide, type Real, real, subtract, toNumber } from "../support/real";
import { volume } from "./colin27";
import { type ConformanceCase, type ConformanceContext, FLOATS } from "./context";

/** Counts of which products of three are exact. */
const counts = (seed: number, cells: number, most: number) => {
  const rng = random(seed);
  return Array.from({ length: cells }, () => (rng.unit() < 0.15 ? 0 : rng.integer(1, most)));
};

/** Sums along one axis of a shape. */
function sums(cells: ArrayLike<number>, shape: readonly number[], axis: number): number[] {
  const step = shape.slice(axis + 1).reduce((n, size) => n * size, 1);
  const of = new Array<number>(shape[axis]).fill(0);
  for (let i = 0; i < cells.length; i++) of[Math.floor(i / step) % shape[axis]] += cells[i];
  return of;
}

/** What independent variables of the same distributions would have, times a power of the total. */
function independent(cells: ArrayLike<number>, shape: readonly number[]): number[] {
  const ofAxes = shape.map((_, axis) => sums(cells, shape, axis));
  return Array.from(cells, (_, i) => {
    let [product, rest] = [1, i];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      product *= ofAxes[axis][rest % shape[axis]];
      rest = Math.floor(rest / shape[axis]);
    }
    return product;
  });
}

const TABLES: readonly { readonly name: string; readonly shape: readonly number[]; readonly cells: readonly number[] }[] = [
  { name: "far from independent", shape: [9, 13], cells: counts(1, 117, 1000) },
  { name: "independent but for a few", shape: [12, 10], cells: Array.from({ length: 120 }, (_, i) => 5000 * (1 + Math.floor(i / 10)) * (1 + (i % 10)) + (i % 7)) },
  { name: "independent", shape: [3, 4], cells: [1, 2, 3, 4, 2, 4, 6, 8, 3, 6, 9, 12] },
  { name: "with an empty row and column", shape: [3, 3], cells: [5, 0, 2, 0, 0, 0, 1, 0, 7] },
  { name: "one to one", shape: [4, 4], cells: Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 + i : 0)) },
];
const TYPES = [Float32Array, Float64Array, Uint32Array, Uint16Array] as const;

async function runInformation({ kullback, backend }: ConformanceContext): Promise<void> {
  for (const { name, shape, cells } of TABLES) {
    const truth = oracle.klDivergence(cells, independent(cells, shape));
    for (const Type of TYPES) {
      if (Type === Uint16Array && Math.max(...cells) > 65535) continue;
      for (const precision of ["fast", "exact"] as const) {
        const detail = await kullback.mutualInformation(Type.from(cells), { shape, backend, precision, detail: true });
        const what = `mutualInformation of ${name}, ${Type.name}, ${precision}`;
        within(detail.value, truth, detail.errorBound + ulp(detail.value) / 2, what);
        check(detail.value >= 0, () => `${what}: ${detail.value}`);
        if (precision === "exact") within(detail.value, truth, 2 ** -55 * (toNumber(truth) + 2 ** -20) + ulp(toNumber(truth)), `${what} against the promise`);
        else check(detail.errorBound <= 64 * (detail.backend === "cpu" ? 2 ** -19 : 2 ** -18) * toNumber(truth) + 2 ** -36, () => `${what}: the bound ${detail.errorBound} of ${detail.value} is wide.`);
      }
    }
    const exactBits = await kullback.mutualInformation(Float64Array.from(cells), { shape, backend, base: 2, precision: "exact" });
    within(exactBits, oracle.inBase(truth, 2), 2 ** -54 * toNumber(truth) + ulp(exactBits), `${name} in bits, exact`);
    const bits = await kullback.mutualInformation(Float64Array.from(cells), { shape, backend, base: 2 });
    within(bits, toNumber(truth) / Math.LN2, 1e-14, `${name} in bits`);
    const transposed = Array.from(cells, (_, i) => cells[(i % shape[0]) * shape[1] + Math.floor(i / shape[0])]);
    const other = await kullback.mutualInformation(Float32Array.from(transposed), { shape: [shape[1], shape[0]], backend, detail: true });
    within(other.value, truth, other.errorBound, `${name}, transposed`);
    same(await kullback.mutualInformation(Float32Array.from(transposed), { shape: [shape[1], shape[0]], backend, axis: -1, precision: "exact" }) > 0, toNumber(truth) > 0, `${name}, by the last axis`);
  }
  same(await kullback.mutualInformation(Uint32Array.of(1, 2, 2, 4), { shape: [2, 2], backend, precision: "exact" }), 0, "exactly independent");
}

/** H(X) + H(Y) − H(X, Y), H(Y | X) + H(X) = H(X, Y), and the chain rule of three variables. */
async function runIdentities({ kullback, backend }: ConformanceContext): Promise<void> {
  const shape = [5, 6, 7];
  const cells = counts(3, 210, 60);
  const correlation = oracle.klDivergence(cells, independent(cells, shape));
  for (const Type of TYPES) {
    const joint = Type.from(cells);
    const options = { shape, backend, detail: true } as const;
    const holds = (detail: JointDetail, truth: Real, what: string) => within(detail.value, truth, detail.errorBound, `${what}, ${Type.name}`);
    holds(await kullback.totalCorrelation(joint, options), correlation, "totalCorrelation");
    const twoAxes = { shape: [5, 42], backend, detail: true } as const;
    const flat = cells;
    const [x, both] = [oracle.entropy(sums(flat, [5, 42], 0)), oracle.entropy(flat)];
    const y = oracle.entropy(sums(flat, [5, 42], 1));
    holds(await kullback.mutualInformation(joint, options), subtract(add(x, y), both), "mutualInformation of the first axis");
    holds(await kullback.conditionalEntropy(joint, { ...options, given: 0 }), subtract(both, x), "conditionalEntropy given the first axis");
    holds(await kullback.conditionalEntropy(joint, { ...twoAxes, given: [1] }), subtract(both, y), "conditionalEntropy given the others");
    const last = await kullback.mutualInformation(joint, { ...options, axis: [0, 1] });
    const first = await kullback.mutualInformation((await kullback.marginal(joint, [0, 1], { shape, backend })).data, { shape: [5, 6], backend, detail: true });
    within(first.value + last.value, correlation, first.errorBound + last.errorBound, `the chain rule, ${Type.name}`);
    const means = { arithmetic: divide(add(x, y), real(2)), min: toNumber(x) < toNumber(y) ? x : y, max: toNumber(x) < toNumber(y) ? y : x, joint: both } as const;
    for (const [normalization, mean] of Object.entries(means)) {
      const detail = await kullback.normalizedMutualInformation(joint, { ...options, normalization: normalization as keyof typeof means });
      holds(detail, divide(subtract(add(x, y), both), mean), `normalizedMutualInformation, ${normalization}`);
      same(detail.unit, "1", "its unit");
    }
    const rng = random(4);
    const order = Array.from({ length: 42 }, (_, i) => i).sort(() => rng.unit() - 0.5);
    const permuted = Type.from(Array.from(cells, (_, i) => cells[Math.floor(i / 42) * 42 + order[i % 42]]));
    same(await kullback.mutualInformation(permuted, { ...twoAxes, detail: false, precision: "exact" }), await kullback.mutualInformation(joint, { ...twoAxes, detail: false, precision: "exact" }), "permuted bins");
    const device = await kullback.upload(kullback.grid(joint, { shape }), { backend });
    within(await kullback.totalCorrelation(device, { backend }), correlation, (await kullback.totalCorrelation(joint, options)).errorBound, "a grid on the device");
    device.destroy();
  }
}

/** scikit-learn's own tests: mutual_info_score, and normalised where nothing varies or everything agrees. */
async function runPublished({ kullback, backend }: ConformanceContext): Promise<void> {
  const [a, b] = [[1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3], [1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 1, 3, 3, 3, 2, 2]];
  const table = new Uint32Array(9);
  a.forEach((label, i) => { table[3 * (label - 1) + b[i] - 1] += 1; });
  within(await kullback.mutualInformation(table, { shape: [3, 3], backend, precision: "exact" }), 0.4102186227404535, 1e-15, "mutual_info_score");
  const normalized = (cells: number[], shape: number[]) => kullback.normalizedMutualInformation(cells, { shape, backend });
  within(await normalized([2, 0, 0, 2], [2, 2]), 1, 1e-15, "normalized_mutual_info_score([0, 0, 1, 1], [0, 0, 1, 1])");
  same(await normalized([1, 1, 1, 1], [1, 4]), 0, "normalized_mutual_info_score([0, 0, 0, 0], [0, 1, 2, 3])");
  // entropies that are rounded to nothing do not make a ratio sure
  const far = await kullback.normalizedMutualInformation([1, 1e-10, 0, 1e-20], { shape: [2, 2], normalization: "min", backend, detail: true });
  check(Math.abs(far.value - 0.5) <= far.errorBound, () => `${far.value} ± ${far.errorBound} is not about a half.`);
  const apart = await kullback.mutualInformation([1e300, 1e-300, 1e-300, 0], { shape: [2, 2], backend, detail: true });
  check(apart.value >= 0 && apart.value <= 1e-200 && apart.errorBound < 1e-20, () => `${apart.value} ± ${apart.errorBound}`);
  const diagonal = (size: number) => Float64Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0));
  same(await kullback.mutualInformation(diagonal(8), { shape: [8, 8], base: 2, precision: "exact", backend }), 3, "three bits, exactly");
  same(await kullback.conditionalEntropy(Float64Array.from({ length: 64 }, () => 1), { shape: [8, 8], given: 0, base: 2, precision: "exact", backend }), 3, "three bits of the other, exactly");
  same(await normalized([4], [1, 1]), 1, "normalized_mutual_info_score of constants");
}

async function runColin(context: ConformanceContext): Promise<void> {
  const { kullback, backend } = context;
  const [x, y] = [await volume(context, "ch2"), await volume(context, "ch2bet")];
  const joint = new Uint32Array(65536);
  for (let i = 0; i < x.length; i++) joint[256 * x[i] + y[i]] += 1;
  const truth = oracle.parse("1.33134195834281023871");
  for (const precision of ["fast", "exact"] as const) {
    const detail = await kullback.mutualInformation(joint, { shape: [256, 256], backend, precision, detail: true });
    within(detail.value, truth, detail.errorBound, `mutual information of both volumes, ${precision}`);
    check(detail.errorBound < (precision === "exact" ? 2e-15 : 1e-4), () => `the bound ${detail.errorBound} is wide.`);
  }
}

async function runMarginals({ kullback, backend }: ConformanceContext): Promise<void> {
  const shape = [4, 5, 6];
  const rng = random(5);
  for (const Type of FLOATS) {
    const p = Type.from(positive(rng, 120).map((x, i) => (i % 11 === 0 ? 0 : x * 2 ** rng.integer(-30, 30))));
    for (const [axes, rest] of [[0, [4]], [[0, 2], [4, 6]], [-1, [6]], [[], []], [[0, 1, 2], shape]] as const) {
      const kept = (typeof axes === "number" ? [axes] : axes).map((a) => (a + 3) % 3);
      const exact = await kullback.marginal(p, axes, { shape, backend });
      sameList(exact.shape, rest, "shape of a marginal");
      const fast = await kullback.marginal(p, axes, { shape, backend, precision: "fast" });
      const groups = Array.from({ length: exact.data.length }, () => [] as number[]);
      p.forEach((x: number, i: number) => {
        const at = [Math.floor(i / 30), Math.floor(i / 6) % 5, i % 6];
        groups[kept.reduce((row, axis) => row * shape[axis] + at[axis], 0)].push(x);
      });
      groups.forEach((cells, i) => {
        same(exact.data[i], toNumber(oracle.sumOf(cells)), `sum ${i} along all but [${axes}] of ${Type.name}`);
        within(fast.data[i], exact.data[i], exact.data[i] * (Type === Float64Array ? 2 ** -50 : 2 ** -19), `sum ${i} along all but [${axes}] of ${Type.name}, fast`);
      });
    }
  }
  const density = await kullback.marginal(kullback.grid([1, 2, 3, 4, 5, 6], { shape: [2, 3], spacing: [0.5, 0.25] }), 1, { backend });
  sameList(density.data, [2.5, 3.5, 4.5], "a density's marginal");
  sameList(density.spacing as number[], [0.25], "its spacing");
  const simpson = await kullback.marginal([0, 1, 4, 1, 2, 5], 0, { shape: [2, 3], spacing: [1, 0.5], quadrature: "simpson", backend });
  within(simpson.data[0], 8 / 6, 1e-6, "∫x² from 0 to 2 by Simpson's rule, halved");
  await rejects(() => kullback.marginal([1, 2], 1, { backend }), RangeError, "an axis that is not there");
  await rejects(() => kullback.marginal([1, -2], 0, { backend }), kullback.DomainError, "a negative entry");
}

/** Fewer axes tell no more: no divergence of marginals exceeds that of the whole. */
async function runDataProcessing({ kullback, backend }: ConformanceContext): Promise<void> {
  const shape = [6, 7, 5];
  const rng = random(6);
  const { renyi, tsallis, alphaDivergence } = kullback;
  const measures = [kullback.klDivergence, kullback.jensenShannon, kullback.totalVariation, kullback.hellinger, kullback.chiSquare, kullback.neymanChiSquare, kullback.jeffreys, kullback.bhattacharyya, renyi(0.5), renyi(2), tsallis(3), alphaDivergence(-1)];
  for (const Type of FLOATS) {
    for (const closeness of [1, 1e-4]) {
      const p = Type.from(positive(rng, 210));
      const q = Type.from(p, (x) => x * (1 + closeness * (rng.unit() - 0.5)));
      for (const axes of [0, [1, 2]] as const) {
        const [partP, partQ] = [await kullback.marginal(p, axes, { shape, backend }), await kullback.marginal(q, axes, { shape, backend })];
        for (const measure of measures) {
          const [whole, part] = [await measure(p, q, { backend, detail: true }), await measure(partP, partQ, { backend, detail: true })];
          check(part.value <= whole.value + part.errorBound + whole.errorBound, () => `${measure.measure.name} of marginals ${part.value} exceeds ${whole.value}.`);
          check(part.value > 0, () => `${measure.measure.name} of marginals is ${part.value}.`);
        }
      }
    }
  }
}

async function refusesJoints({ kullback, backend }: ConformanceContext): Promise<void> {
  const { mutualInformation, conditionalEntropy, normalizedMutualInformation } = kullback;
  await rejects(() => mutualInformation([1, 2, 3, 4], { backend }), kullback.ShapeError, "one axis");
  await rejects(() => mutualInformation([1, 2, 3, 4], { shape: [2, 2], axis: [0, 1], backend }), RangeError, "all axes on one side");
  const { message, argument } = await rejects(() => mutualInformation([1, -2, 3, 4], { shape: [2, 2], backend }), kullback.DomainError, "a negative entry");
  same(message, "mutualInformation: joint has 1 entry that is negative, NaN or infinite, the first at index 1.", "its message");
  same(argument, "joint", "its argument");
  for (const precision of ["fast", "exact"] as const) await rejects(() => mutualInformation([1e308, 1e308, 1e308, 1], { shape: [2, 2], precision, backend }), RangeError, "more than a double holds");
  await rejects(() => mutualInformation([0, 0, 0, 0], { shape: [2, 2], backend }), kullback.DomainError, "nothing");
  await rejects(() => conditionalEntropy([0, 0, 0, 0], { shape: [2, 2], given: 0, backend }), kullback.DomainError, "nothing given nothing");
  await rejects(() => conditionalEntropy([1, 2, 3, 4], { shape: [2, 2], backend } as never), TypeError, "nothing given");
  await rejects(() => normalizedMutualInformation([1, 2, 3, 4], { shape: [2, 2], normalization: "median", backend } as never), RangeError, "another mean");
  await rejects(() => mutualInformation([1, 2, 3, 4], { shape: [2, 2], zeros: { policy: "omit" }, backend } as never), TypeError, "an option of others");
}

export const jointCases: readonly ConformanceCase[] = [
  { name: "mutualInformation is within its bound, near independence too", run: runInformation },
  { name: "information, conditional entropy and total correlation hold their identities", run: runIdentities },
  { name: "mutual information has scikit-learn's values", run: runPublished },
  { name: "mutual information of the Colin27 intensities is 1.33134195834281023871", run: runColin },
  { name: "marginal sums are rounded once, of densities integrals", throughWindows: true, run: runMarginals },
  { name: "no divergence of marginals exceeds that of the whole", run: runDataProcessing },
  { name: "joints that are none are refused", run: refusesJoints },
];
