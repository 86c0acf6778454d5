import type { Detail, MeasureOptions } from "../../src/options";
import { check, keepsPromise, rejects, within } from "../support/assert";
import * as oracle from "../support/oracle";
import type { Cells } from "../support/oracle";
import { near, positive, random } from "../support/random";
import { add, divide, INFINITE, multiply, type Real, real, subtract, toNumber } from "../support/real";
import { type ConformanceCase, type ConformanceContext, type Floats, type FloatsType, type Grade, gradeOf } from "./context";
import { klPromise, UNITS } from "./promise";

type Family = "renyi" | "tsallis" | "alphaDivergence" | "bhattacharyya" | "renyiEntropy" | "tsallisEntropy";

/** Both sides of ½, of 1 and of 2, the limits, and what is next to 1. */
const ORDERS: readonly (readonly [Family, readonly number[]])[] = [
  ["renyi", [0, 0.001, 0.3, 0.5, 0.999, 1, 1.000001, 2, 10, 60, Infinity]],
  ["tsallis", [0, 0.2, 0.5, 1, 1.5, 5]],
  ["alphaDivergence", [-2, -0.5, 0, 0.25, 0.5, 1, 3]],
  ["bhattacharyya", [0.5]],
  ["renyiEntropy", [0, 0.001, 0.5, 0.999, 1, 2, 40, Infinity]],
  ["tsallisEntropy", [0, 0.5, 1, 1.000001, 2, 7]],
];

const isEntropy = (family: Family) => family.endsWith("Entropy");
const nameOf = (family: Family, order: number) => (family === "bhattacharyya" ? family : `${family}(${order})`);

async function detailOf({ kullback, backend }: ConformanceContext, family: Family, order: number, p: Floats, q: Floats, options: MeasureOptions = {}): Promise<Detail> {
  const all = { ...options, backend, detail: true, axis: undefined } as const;
  if (family === "bhattacharyya") return kullback.bhattacharyya(p, q, all);
  if (family === "renyiEntropy" || family === "tsallisEntropy") return kullback[family](order)(p, all);
  return kullback[family](order)(p, q, all);
}

const ONE = real(1);
const negated = (x: Real): Real => (x.e === Infinity ? x : { m: -x.m, e: x.e });
/** x/(order − 1). */
const overBeta = (x: Real, order: number) => (x.e === Infinity ? x : divide(x, subtract(real(order), ONE)));

export function truthOf(family: Family, order: number, p: Cells, q: Cells): Real {
  if (family === "renyiEntropy") {
    if (order === 1) return oracle.entropy(p);
    if (order === Infinity) return oracle.ln(divide(oracle.sumOf(p), real(Math.max(...Array.from(p, Number)))));
    return negated(overBeta(oracle.ln(oracle.entropyPowerSum(p, order)), order));
  }
  if (family === "tsallisEntropy") return order === 1 ? oracle.entropy(p) : overBeta(subtract(ONE, oracle.entropyPowerSum(p, order)), order);
  if (order === 1) return oracle.klDivergence(p, q);
  if (family === "alphaDivergence" && order === 0) return oracle.klDivergence(q, p);
  if (order === Infinity) return oracle.ln(oracle.greatestRatio(p, q));
  if (order === 0) {
    const [inside, outside] = oracle.insideAndOutside(p, q);
    return family === "tsallis" ? outside : outside.m === 0n ? outside : negated(oracle.ln(inside));
  }
  const powers = oracle.powerSum(p, q, order);
  if (powers.e === Infinity) return INFINITE;
  if (family === "bhattacharyya") return negated(oracle.ln(powers));
  if (family === "renyi") return powers.m === 0n ? INFINITE : overBeta(oracle.ln(powers), order);
  const tsallis = overBeta(subtract(powers, ONE), order);
  return family === "tsallis" ? tsallis : divide(tsallis, real(order));
}

/** max(1, |α|, |α − 1|·max|ln(p̂/q̂)|) of DESIGN section 4. */
function growthOf(order: number, p: Cells, q: Cells): number {
  const [sumP, sumQ] = [oracle.sumOf(p), oracle.sumOf(q)];
  let most = 0;
  for (let i = 0; i < p.length; i++) {
    if (!(p[i] > 0 && q[i] > 0)) continue;
    most = Math.max(most, Math.abs(toNumber(oracle.ln(divide(multiply(real(p[i]), sumQ), multiply(real(q[i]), sumP))))));
  }
  return Math.max(1, Math.abs(order), Math.abs(order - 1) * most);
}

/** Of an entropy: relative above 1, absolute below, times what the order does to it. */
function entropyPromise(family: Family, order: number, p: Cells, truth: Real, grade: Grade): number {
  const { term, sum } = UNITS[grade];
  const value = Math.max(1, toNumber(truth));
  if (order === 1 || order === Infinity) return 2 * (term + sum) * value;
  const ones = new Float64Array(p.length).fill(1);
  const growth = growthOf(order, p, ones) / Math.abs(order - 1);
  const powers = family === "tsallisEntropy" ? toNumber(oracle.entropyPowerSum(p, order)) : 1;
  return Math.min((term * growthOf(order, p, ones) + sum) * value * 4, (term * growth * Math.abs(order - 1) + sum) / Math.abs(order - 1) * powers + (term + sum) * value);
}

/** What is promised of a divergence: of its non-negative form F/(Σp^α·Σq^(1−α)), or of Σ p̂^α·q̂^(1−α), whichever says more. */
function promiseOf(family: Family, order: number, p: Cells, q: Cells, truth: Real, grade: Grade): number {
  const { term, sum } = UNITS[grade];
  if (isEntropy(family)) return entropyPromise(family, order, p, truth, grade);
  const [sumP, sumQ] = [oracle.sumOf(p), oracle.sumOf(q)];
  const offset = Math.abs(toNumber(subtract(ONE, divide(sumP, sumQ))));
  if (order === 1) return klPromise(oracle.pairSums(p, q), grade);
  if (family === "alphaDivergence" && order === 0) return klPromise(oracle.pairSums(q, p), grade);
  if (order === Infinity) {
    const greatest = toNumber(oracle.greatestRatio(p, q));
    return ((term + 4 * sum) * (greatest - 1) + (term + sum) * Math.min(offset, greatest)) / greatest;
  }
  if (order === 0) {
    const [inside, outside] = oracle.insideAndOutside(p, q).map(toNumber);
    return ((term + sum) * outside) / (family === "renyi" ? inside : 1);
  }
  const growth = growthOf(order, p, q);
  const powers = oracle.powerSum(p, q, order);
  const kept = toNumber(powers);
  // F of the numbers as they are, times what it is divided by
  const divisor = multiply(sumP, oracle.powerOf(divide(sumP, sumQ), order - 1));
  const plain = oracle.powerSum(p, q, order, false);
  const f = divide(subtract(add(multiply(real(order), sumP), multiply(subtract(ONE, real(order)), sumQ)), plain), multiply(multiply(real(order), subtract(ONE, real(order))), divisor));
  const ofForm = (term * growth + sum) * Math.abs(toNumber(f));
  const factor = { renyi: Math.abs(order) / kept, bhattacharyya: 0.25 / kept, tsallis: Math.abs(order), alphaDivergence: 1, renyiEntropy: 0, tsallisEntropy: 0 }[family];
  const beta = Math.abs(order - 1);
  const ofPowers = (term * growth + sum) * { renyi: 1 / beta, bhattacharyya: 1, tsallis: kept / beta, alphaDivergence: kept / beta / Math.abs(order), renyiEntropy: 0, tsallisEntropy: 0 }[family];
  const ofSum = factor * ofForm;
  // where both are beyond doubles their ratio is none
  return Math.min(Number.isNaN(ofSum) ? Infinity : ofSum, ofPowers + 2 ** -50 * toNumber(truth));
}

const CELLS = 40;

interface Drawn {
  readonly name: string;
  readonly only?: "cpu";
  readonly Type: FloatsType;
  readonly draw: (rng: ReturnType<typeof random>) => { readonly p: ArrayLike<number>; readonly q: ArrayLike<number> };
}

const close = (closeness: number, times = 1) => (rng: ReturnType<typeof random>) => {
  const p = positive(rng, CELLS);
  return { p, q: near(rng, p, closeness).map((x) => x * times) };
};
const spread = (exponent: number) => (rng: ReturnType<typeof random>) => {
  const one = () => Array.from({ length: CELLS }, () => (1 + rng.unit()) * 2 ** rng.integer(-exponent, exponent));
  return { p: one(), q: one() };
};
const zeroed = (side: "p" | "q" | "both") => (rng: ReturnType<typeof random>) => {
  const { p, q } = spread(3)(rng);
  return { p: p.map((x, i) => (side !== "q" && i % 3 === 0 ? 0 : x)), q: q.map((x, i) => (side !== "p" && i % 5 === 1 ? 0 : x)) };
};

const PAIRS: readonly Drawn[] = [
  ...[1e-3, 1e-5, 1e-7].map((closeness) => ({ name: `f32 cells a factor 1 ± ${closeness} apart`, Type: Float32Array, draw: close(closeness) })),
  { name: "f32 cells a factor 1 ± 1e-4 apart with totals 1 to 1000", Type: Float32Array, draw: close(1e-4, 1000) },
  { name: "f32 cells of some exponents", Type: Float32Array, draw: spread(4) },
  { name: "f32 cells of many exponents", Type: Float32Array, draw: spread(20) },
  { name: "f32 cells of which p has zeros", Type: Float32Array, draw: zeroed("p") },
  { name: "f32 cells of which q has zeros", Type: Float32Array, draw: zeroed("q") },
  { name: "f32 cells with hardly anything in common", Type: Float32Array, draw: () => ({ p: Array.from({ length: CELLS }, (_, i) => (i < 20 ? 1 : 1e-18)), q: Array.from({ length: CELLS }, (_, i) => (i < 20 ? 1e-17 : 2)) }) },
  { name: "f32 cells with nothing in common", Type: Float32Array, draw: () => ({ p: Array.from({ length: CELLS }, (_, i) => (i < 20 ? 1 : 0)), q: Array.from({ length: CELLS }, (_, i) => (i < 20 ? 0 : 2)) }) },
  { name: "f64 cells a factor 1 ± 1e-12 apart", only: "cpu", Type: Float64Array, draw: close(1e-12) },
  { name: "f64 cells of very many exponents", only: "cpu", Type: Float64Array, draw: spread(200) },
];

async function keepsItsPromise(context: ConformanceContext, family: Family, orders: readonly number[], { Type, draw }: Drawn): Promise<void> {
  const { p: ps, q: qs } = draw(random(2027));
  const [p, q] = [Type.from(ps), Type.from(qs)];
  for (const order of orders) {
    const name = nameOf(family, order);
    const detail = await detailOf(context, family, order, p, q);
    const grade = gradeOf(detail, Type.BYTES_PER_ELEMENT === 4 ? "float32" : "float64");
    const truth = truthOf(family, order, p, q);
    keepsPromise(detail, truth, toNumber(truth) < Infinity ? promiseOf(family, order, p, q, truth, grade) : 0, name);
    check(detail.value >= 0, () => `${name}: ${detail.value} is negative or NaN.`);
  }
}

/** The same of the numbers as they are, by the formulas of the docstrings. */
function plainTruthOf(family: Family, order: number, p: Cells, q: Cells): Real {
  const [one, alpha] = [real(1), real(order)];
  const [sumP, sumQ] = [oracle.sumOf(p), oracle.sumOf(q)];
  if (family === "renyiEntropy" || family === "tsallisEntropy") {
    if (order === 1) return oracle.entropy(p, false);
    if (order === Infinity) return negated(oracle.ln(real(Math.max(...Array.from(p, Number)))));
    const powers = multiply(oracle.entropyPowerSum(p, order), oracle.powerOf(sumP, order));
    return family === "renyiEntropy" ? negated(overBeta(oracle.ln(divide(powers, sumP)), order)) : overBeta(subtract(sumP, powers), order);
  }
  if (order === 1) return oracle.klDivergence(p, q, false);
  if (family === "alphaDivergence" && order === 0) return oracle.klDivergence(q, p, false);
  if (order === Infinity) return oracle.ln(divide(multiply(oracle.greatestRatio(p, q), sumP), sumQ));
  const powers = order === 0 ? multiply(oracle.insideAndOutside(p, q)[0], sumQ) : oracle.powerSum(p, q, order, false);
  if (family === "bhattacharyya") return negated(oracle.ln(powers));
  if (family === "renyi") return overBeta(oracle.ln(divide(powers, sumP)), order);
  const tsallis = overBeta(subtract(powers, sumP), order);
  if (family === "tsallis") return tsallis;
  return divide(subtract(powers, add(multiply(alpha, sumP), multiply(subtract(one, alpha), sumQ))), multiply(alpha, subtract(alpha, one)));
}

async function isAsItSaysPlainly(context: ConformanceContext): Promise<void> {
  const pairs: readonly (readonly [FloatsType, number])[] = [[Float32Array, 1], [Float64Array, 1], [Float32Array, 900]];
  for (const [Type, times] of pairs) {
    const rng = random(2028);
    // numbers on both sides of 1, and zeros of p
    const p = Type.from(positive(rng, CELLS).map((x, i) => (i % 9 === 4 ? 0 : times * 3 * x)));
    const q = Type.from(positive(rng, CELLS).map((x) => 2 * x));
    for (const [family, orders] of ORDERS) {
      for (const order of orders) {
        const detail = await detailOf(context, family, order, p, q, { normalize: false });
        const what = `${nameOf(family, order)}, normalize: false, ${Type.name}, times ${times}`;
        const truth = plainTruthOf(family, order, p, q);
        if (toNumber(truth) === Infinity) {
          check(detail.value === Infinity, () => `${what}: got ${detail.value}, expected Infinity.`);
          continue;
        }
        within(detail.value, truth, detail.errorBound + 2 ** -52 * Math.abs(detail.value), what);
        check(detail.errorBound <= 2 ** -9 * Math.max(1, Math.abs(detail.value)), () => `${what}: the bound ${detail.errorBound} of ${detail.value} is wide.`);
      }
    }
  }
}

/** Errors of powers grow with the exponent: where numbers are far above 1 the sums are next to nothing but the largest. */
async function keepsItsBoundsAboveOne(context: ConformanceContext): Promise<void> {
  const rng = random(2029);
  for (const [Type, most] of [[Float64Array, 40], [Float32Array, 8]] as const) {
    for (let draw = 0; draw < 20; draw++) {
      const p = Type.from(Array.from({ length: 3 }, () => 2 ** (most * rng.unit())));
      for (const order of [0.3, 2, 6, 20]) {
        for (const family of ["renyiEntropy", "tsallisEntropy"] as const) {
          const detail = await detailOf(context, family, order, p, p, { normalize: false });
          within(detail.value, plainTruthOf(family, order, p, p), detail.errorBound + 2 ** -52 * Math.abs(detail.value), `${nameOf(family, order)} of ${p}`);
        }
      }
    }
  }
}

export const orderCases: readonly ConformanceCase[] = [
  ...PAIRS.flatMap((drawn) => ORDERS.map(([family, orders]) => ({
    name: `${family} of ${orders.length} orders of ${drawn.name} keeps the promise`,
    ...(drawn.only && { only: drawn.only }),
    run: (context: ConformanceContext) => keepsItsPromise(context, family, orders, drawn),
  }))),
  { name: "families of the numbers as they are are what their docstrings say", run: isAsItSaysPlainly },
  { name: "entropies of an order of numbers far above 1, as they are, are within their bounds", run: keepsItsBoundsAboveOne },
  {
    name: "families say that they take an order first",
    async run({ kullback }) {
      for (const family of ["renyi", "tsallis", "alphaDivergence", "renyiEntropy", "tsallisEntropy"] as const) {
        const { message } = await rejects(async () => kullback[family]([1, 2] as unknown as number), TypeError, family);
        check(message.includes(`${family}(0.5)`), () => message);
        await rejects(async () => kullback[family](NaN), RangeError, family);
      }
      await rejects(async () => kullback.renyi(-1), RangeError, "renyi(-1)");
      await rejects(async () => kullback.tsallis(Infinity), RangeError, "tsallis(Infinity)");
    },
  },
];
