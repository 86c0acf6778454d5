import fc from "fast-check";
import type { Grid } from "../../src/grid";
import type { Detail } from "../../src/options";
import { check, keepsPromise, same, ulp, within } from "../support/assert";
import { fromHalf } from "../support/oracle";
import { floats, integers, type Kind, type Pair, type PairOptions, pairs, SHORT } from "../support/random";
import { type ConformanceCase, type ConformanceContext, detailOf, gradeOf, type MeasureName } from "./context";
import { MEASURES, PURE_NUMBERS, truthOf } from "./measures";

/** Every run draws the same pairs. */
const SEED = 20260;
/** A call costs a small part of one on a software adapter. */
const RUNS_ON_CPU = 20;
/** Keeps a failure's search for a smaller one below the runner's time limit. */
const SHRINKS = 300;

type Kinds = Record<"webgpu" | "cpu", readonly Kind[]>;

const singles = floats("float32", [0, 3, 10, 40, 120], { subnormals: true });
const doubles = floats("float64", [0, 3, 10, 60, 300, 1000], { subnormals: true });
const counts = integers("uint32", 2 ** 32 - 1);
/** Few on WebGPU, where every type is a pipeline to compile; a Float64Array is computed in integers there: exact.ts. */
const ANY: Kinds = { webgpu: [singles, counts], cpu: [singles, doubles, counts, integers("uint8", 255), integers("float16", 0x7bff)] };
/** Multiplied by 2^±100 and 2^±850 these are still normal numbers. */
const single = floats("float32", [0, 3, 10], { subnormals: false });
const SCALABLE: Kinds = { webgpu: [single], cpu: [single, floats("float64", [0, 10, 60], { subnormals: false })] };
/** Products of two are exact. */
const FACTORS: Kinds = {
  webgpu: [integers("float32", 2 ** 12), integers("uint8", 15), integers("uint32", 2 ** 16 - 1)],
  cpu: [integers("float32", 2 ** 12), integers("float64", 2 ** 26), integers("uint16", 255), integers("uint32", 2 ** 16 - 1)],
};

/** A case that holds for whatever `drawn` makes of the kinds of cells that the backend takes. */
function holds<Value>(name: string, runs: number, drawn: (kinds: keyof Kinds) => fc.Arbitrary<Value>, property: (context: ConformanceContext, value: Value) => Promise<void>, only?: "cpu"): ConformanceCase {
  return {
    name,
    ...(only && { only }),
    run(context) {
      const { kind } = context.backend.info;
      const numRuns = kind === "cpu" ? runs * RUNS_ON_CPU : runs;
      const values = fc.limitShrink(drawn(kind), SHRINKS);
      return fc.assert(fc.asyncProperty(values, (value) => property(context, value)), { seed: SEED, numRuns, includeErrorInReport: true });
    },
  };
}

const pairsOf = (kinds: Kinds, options?: PairOptions) => (kind: keyof Kinds) => pairs(kinds[kind], options);

/** Two pairs of one kind: their outer product is of that kind. */
const factors = (kind: keyof Kinds) => fc.oneof(...FACTORS[kind].map((cells) => {
  const lengths = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 130 }));
  return fc.tuple(pairs([cells], { lengths }), pairs([cells], { lengths }));
}));

/** A grid of the same type. */
function gridLike({ data, dtype }: Grid, shape: readonly number[], cell: (i: number) => number): Grid {
  const cells = new (data.constructor as new (length: number) => Float64Array)(shape.reduce((n, size) => n * size));
  for (let i = 0; i < cells.length; i++) cells[i] = cell(i);
  return { data: cells, dtype, shape };
}

function numbersOf({ data, dtype }: Grid): Float64Array {
  return dtype === "float16" ? fromHalf(data as Uint16Array) : (data as Float64Array);
}

const detailsOf = (context: ConformanceContext, { p, q }: Pick<Pair, "p" | "q">, measures: readonly MeasureName[]) =>
  Promise.all(measures.map((measure) => detailOf(context, measure, p, q)));

async function keepsPromises(context: ConformanceContext, { p, q }: Pick<Pair, "p" | "q">): Promise<void> {
  const [x, y] = [numbersOf(p), numbersOf(q)];
  const positive = [...x, ...y].filter((value) => value > 0);
  for (const [i, detail] of (await detailsOf(context, { p, q }, MEASURES)).entries()) {
    const { truth, promise } = truthOf(MEASURES[i], x, y, gradeOf(detail, p.dtype));
    // what is further apart leaves binary64's range when scaled or divided: the bound must say so
    if (Math.max(...positive) / Math.min(...positive) < 2 ** 900) keepsPromise(detail, truth, promise || 0, MEASURES[i]); // for a distance of 0 it is 0/0
    else if (Number.isFinite(detail.value)) within(detail.value, truth, detail.errorBound + ulp(detail.value), MEASURES[i]);
  }
}

async function isNotNegative(context: ConformanceContext, pair: Pair): Promise<void> {
  const y = numbersOf(pair.q);
  const infinite = numbersOf(pair.p).filter((x, i) => x > 0 && !(y[i] > 0)).length;
  for (const [i, { value, errorBound, infiniteCells }] of (await detailsOf(context, pair, MEASURES)).entries()) {
    const measure = MEASURES[i];
    check(value >= 0 && !Object.is(value, -0), () => `${measure} is ${Object.is(value, -0) ? "-0" : value}.`);
    check(errorBound >= 0, () => `${measure}: errorBound is ${errorBound}.`);
    if (measure === "hellinger" || measure === "totalVariation") check(value <= 1, () => `${measure} is ${value}.`);
    if (measure !== "klDivergence" && measure !== "crossEntropy") continue;
    same(infiniteCells, infinite, `${measure}: infiniteCells`);
    same(value === Infinity, infinite > 0, `${measure} is Infinity`);
  }
}

/** Pinsker; Hellinger² ≤ TV ≤ √2·Hellinger; D ≤ ln(1 + χ²): each up to the bounds of both sides. */
async function keepsOrder(context: ConformanceContext, pair: Pair): Promise<void> {
  const [kl, tv, h, chi] = await detailsOf(context, pair, ["klDivergence", "totalVariation", "hellinger", "chiSquare"]);
  const [low, high] = [({ value, errorBound }: Detail) => Math.max(value - errorBound, 0), ({ value, errorBound }: Detail) => value + errorBound];
  const least = [[2 * low(tv) ** 2, high(kl)], [low(h) ** 2, high(tv)], [low(tv), Math.SQRT2 * high(h)], [low(kl), Math.log1p(high(chi))]] as const;
  for (const [i, [a, b]] of least.entries()) check(a <= b * (1 + 2 ** -50), () => `inequality ${i}: ${a} is above ${b}.`);
}

const ORDERS = [0, 0.25, 0.5, 0.875, 1, 1.25, 3, Infinity];

/** Rényi's rise with the order and are D at 1; Tsallis', alpha and Rényi's say the same; Bhattacharyya's is half of that of ½: each up to the bounds. */
async function ordersAgree({ kullback, backend }: ConformanceContext, { p, q }: Pair): Promise<void> {
  const { alphaDivergence, bhattacharyya, compare, hellinger, klDivergence, renyi, tsallis } = kullback;
  const options = { backend, detail: true } as const;
  const rising = await compare(ORDERS.map(renyi), p, q, options);
  for (const [i, { value, errorBound }] of rising.entries()) {
    check(value >= 0 && errorBound >= 0, () => `renyi(${ORDERS[i]}) is ${value} with a bound of ${errorBound}.`);
    if (i === 0) continue;
    const below = rising[i - 1];
    check(below.value - below.errorBound <= (value + errorBound) * (1 + 2 ** -50), () => `renyi(${ORDERS[i - 1]}) is ${below.value} ± ${below.errorBound}, renyi(${ORDERS[i]}) ${value} ± ${errorBound}.`);
  }
  const [kl, half, distance] = await compare([klDivergence, bhattacharyya, hellinger], p, q, options);
  agree(rising[4], kl, 1, "renyi(1) and klDivergence");
  agree(rising[2], half, 2, "renyi(0.5) and bhattacharyya");
  const least = Math.sqrt(-Math.expm1(-Math.max(half.value - half.errorBound, 0)));
  const most = Math.sqrt(-Math.expm1(-(half.value + half.errorBound)));
  check(distance.value + distance.errorBound >= least * (1 - 2 ** -50) && distance.value - distance.errorBound <= most * (1 + 2 ** -50), () => `hellinger ${distance.value} is not between ${least} and ${most}.`);
  for (const order of [0.25, 3]) {
    const [t, a] = await compare([tsallis(order), alphaDivergence(order)], p, q, options);
    agree(t, a, order, `tsallis(${order}) and alphaDivergence(${order})`);
  }
  const [there, back] = [await renyi(0.25)(p, q, options), await renyi(0.75)(q, p, options)];
  agree(there, back, 1 / 3, "(1 − α)·R_α(p‖q) and α·R_(1−α)(q‖p)");
}

/** a = factor·b, within both bounds. */
function agree(a: Detail, b: Detail, factor: number, what: string): void {
  if (a.value === factor * b.value) return;
  within(a.value, factor * b.value, (a.errorBound + factor * b.errorBound) * (1 + 2 ** -40) + ulp(a.value), what);
}

async function isZeroForItself(context: ConformanceContext, { p }: Pair): Promise<void> {
  const divergences = ["klDivergence", "generalizedKl", "jensenShannon", "jensenShannonDistance", "hellinger", "chiSquare", "neymanChiSquare"] as const;
  for (const q of [p, { ...p, data: p.data.slice() }]) {
    for (const [i, { value, errorBound }] of (await detailsOf(context, { p, q }, divergences)).entries()) {
      same(value, 0, `${divergences[i]}(p, ${q === p ? "p" : "a copy of p"})`);
      same(errorBound, 0, `${divergences[i]}: errorBound`);
    }
  }
}

async function isSymmetric(context: ConformanceContext, { p, q }: Pair): Promise<void> {
  const [js, distance] = await detailsOf(context, { p, q }, ["jensenShannon", "jensenShannonDistance"]);
  const sj = await detailOf(context, "jensenShannon", q, p);
  within(js.value, sj.value, js.errorBound + sj.errorBound, "JS(p, q) against JS(q, p)");
  const squareBound = distance.errorBound * (2 * distance.value + distance.errorBound);
  within(distance.value ** 2, js.value, js.errorBound + squareBound + ulp(js.value), "the squared distance against JS");
  check(Math.max(js.value, sj.value) <= Math.LN2, () => `JS ${Math.max(js.value, sj.value)} is above ln 2.`);
}

async function splitsIntoEntropies(context: ConformanceContext, pair: Pair): Promise<void> {
  const [ce, h, kl] = await detailsOf(context, pair, ["crossEntropy", "entropy", "klDivergence"]);
  within(ce.value, h.value + kl.value, ce.errorBound + h.errorBound + kl.errorBound + ulp(ce.value), "cross entropy against entropy + D");
}

async function addsOverFactors(context: ConformanceContext, [first, second]: readonly [Pair, Pair]): Promise<void> {
  const [n, m] = [first.p.shape[0], second.p.shape[0]];
  const outer = (a: Grid, b: Grid): Grid => gridLike(a, [n, m], (i) => Number(a.data[Math.floor(i / m)]) * Number(b.data[i % m]));
  const joint = { p: outer(first.p, second.p), q: outer(first.q, second.q) };
  const [whole, a, b] = await Promise.all([joint, first, second].map(({ p, q }) => detailOf(context, "klDivergence", p, q)));
  within(whole.value, a.value + b.value, whole.errorBound + a.errorBound + b.errorBound + ulp(whole.value), "D of the product against D of the factors");
}

/** D of a grid [rows, columns] is that of the rows' totals and, weighted by p, those of the rows. */
async function addsOverRows(context: ConformanceContext, [{ p, q }, size]: readonly [Pair, number]): Promise<void> {
  const rows = Math.min(size, p.shape[0]);
  const columns = Math.floor(p.shape[0] / rows);
  const cut = (grid: Grid): Grid => gridLike(grid, [rows, columns], (i) => Number(grid.data[i]));
  const [whole, inner] = [{ p: cut(p), q: cut(q) }, { backend: context.backend, axis: 1, detail: true } as const];
  const totals = ({ data }: Grid): Float64Array => Float64Array.from({ length: rows }, (_, i) => (data as Float64Array).subarray(i * columns, (i + 1) * columns).reduce((a, b) => a + b, 0));
  const [all, between, each] = [
    await detailOf(context, "klDivergence", whole.p, whole.q),
    await detailOf(context, "klDivergence", totals(whole.p), totals(whole.q)),
    await context.kullback.klDivergence(whole.p, whole.q, inner),
  ];
  const weighted = (values: Float64Array): number => values.reduce((sum, value, i) => sum + (value * each.totalP[i]) / all.totalP, 0);
  const bound = all.errorBound + between.errorBound + weighted(each.errorBound) + (rows + 2) * ulp(all.value);
  within(all.value, between.value + weighted(each.value), bound, `D of [${rows}, ${columns}] cells against totals and rows`);
}

const powersOf = ({ p }: Pair, power: number): number => Math.trunc(power * (p.dtype === "float64" ? 850 : 100));
const scaled = (grid: Grid, power: number): Grid => gridLike(grid, grid.shape, (i) => Number(grid.data[i]) * 2 ** power);

async function ignoresPowers(context: ConformanceContext, [pair, a, b]: readonly [Pair, number, number]): Promise<void> {
  const { p, q } = pair;
  const [plain, other] = [await detailOf(context, "klDivergence", p, q), await detailOf(context, "klDivergence", scaled(p, powersOf(pair, a)), scaled(q, powersOf(pair, b)))];
  within(other.value, plain.value, other.errorBound + plain.errorBound, `D(p·2^${powersOf(pair, a)}, q·2^${powersOf(pair, b)}) against D(p, q)`);
}

/** On the CPU: WGSL's division may be off by 2.5 ulp, and f32's range is narrow enough for the scale of a second read to change. */
async function keepsBits(context: ConformanceContext, [pair, power]: readonly [Pair, number]): Promise<void> {
  const k = powersOf(pair, power);
  const [plain, other] = [await detailOf(context, "klDivergence", pair.p, pair.q), await detailOf(context, "klDivergence", scaled(pair.p, k), scaled(pair.q, k))];
  same(other.value, plain.value, `D(p·2^${k}, q·2^${k}) against D(p, q)`);
}

async function isDividedByBase(context: ConformanceContext, [{ p, q }, base]: readonly [Pair, number]): Promise<void> {
  for (const measure of MEASURES) {
    const [nats, units] = [await detailOf(context, measure, p, q), await detailOf(context, measure, p, q, { base })];
    const divisor = Math.log(base) ** (measure === "jensenShannonDistance" ? 0.5 : PURE_NUMBERS.includes(measure) ? 0 : 1);
    within(units.value, nats.value / divisor, 2 * ulp(units.value), `${measure} in base ${base}`);
    within(units.errorBound, nats.errorBound / divisor, units.errorBound * 2 ** -40 + ulp(units.errorBound), `${measure}: errorBound in base ${base}`);
  }
}

async function forgetsPlaces(context: ConformanceContext, [{ p, q }, empty]: readonly [Pair, number]): Promise<void> {
  const n = p.shape[0];
  const moved = (grid: Grid): Grid => gridLike(grid, [empty + n], (i) => (i < empty ? 0 : Number(grid.data[empty + n - 1 - i])));
  for (const measure of ["klDivergence", "jensenShannon", "crossEntropy"] as const) {
    const [plain, other] = [await detailOf(context, measure, p, q), await detailOf(context, measure, moved(p), moved(q))];
    within(other.value, plain.value, other.errorBound + plain.errorBound, `${measure} of the cells reversed after ${empty} empty ones`);
  }
}

/** Where a `differs`, a bound or a total was once lost below 2^-1022. */
const FOUND = [
  [[2.1738e-318, 1.314827e-318], [5e-324, 3.47284e-318]], [[2, 5e-324], [1, 5e-324]], [[2 ** 65, 0], [2 ** 65, 5e-324]],
  [[0, 2 ** 80], [5e-324, 2 ** 79]], [[0, 2 ** 231], [2 ** -907, 2 ** 230]], [[1.5e-323, 2 ** 81], [5e-324, 2 ** 80]],
];
const power = fc.double({ min: -1, max: 1, noNaN: true });

export const propertyCases: readonly ConformanceCase[] = [
  ...FOUND.map(([p, q]): ConformanceCase => ({
    name: `every measure of [${p}] and [${q}] keeps the promise`,
    only: "cpu",
    run: (context) => keepsPromises(context, { p: context.kullback.grid(p), q: context.kullback.grid(q) }),
  })),
  holds("every measure of any pair keeps the promise", 50, pairsOf(ANY, { lengths: SHORT }), keepsPromises),
  holds("every measure of any pair is at least 0, and never -0 or NaN", 30, pairsOf(ANY), isNotNegative),
  holds("klDivergence, totalVariation, hellinger and chiSquare keep the inequalities between them", 30, pairsOf(ANY), keepsOrder),
  holds("divergences of an order rise with it and agree with each other", 3, pairsOf(ANY), ordersAgree),
  holds("every divergence of p from itself or its copy is 0 with a bound of 0", 25, pairsOf(ANY), isZeroForItself),
  holds("jensenShannon is symmetric within its bounds and at most ln 2", 40, pairsOf(ANY), isSymmetric),
  holds("crossEntropy is entropy + klDivergence within their bounds", 40, pairsOf(ANY), splitsIntoEntropies),
  holds("klDivergence of a product grid adds over its factors", 25, factors, addsOverFactors),
  holds("klDivergence of a grid adds over its rows and their totals", 25, (kind) => fc.tuple(pairs(FACTORS[kind], { zeros: false }), fc.constantFrom(1, 2, 3, 64, 65)), addsOverRows),
  holds("klDivergence(p·2^a, q·2^b) is klDivergence(p, q) within their bounds", 40, (kind) => fc.tuple(pairs(SCALABLE[kind]), power, power), ignoresPowers),
  holds("klDivergence(p·2^k, q·2^k) is klDivergence(p, q) to the last bit", 40, (kind) => fc.tuple(pairs(SCALABLE[kind]), power), keepsBits, "cpu"),
  holds("every measure in another base is the nats divided by its logarithm", 12, (kind) => fc.tuple(pairs(ANY[kind]), fc.constantFrom(2, 10, 1.5, 1000)), isDividedByBase),
  holds("klDivergence, jensenShannon and crossEntropy forget where cells lie and which are empty", 20, (kind) => fc.tuple(pairs(ANY[kind]), fc.integer({ min: 0, max: 9 })), forgetsPlaces),
];
