import fc from "fast-check";
import type { CellArray } from "../../src/grid";
import { check, same, within } from "../support/assert";
import { type ConformanceCase, type ConformanceContext, detailOf } from "./context";

/** One seed for all engines: a failure on one is found again on the others. */
const SETTINGS = { seed: 20261121, numRuns: 40, endOnFailure: false } as const;

/** A cell type and the cells worth a try: [p, q]. */
interface Kind {
  readonly name: string;
  readonly from: (values: readonly number[]) => CellArray;
  readonly pair: fc.Arbitrary<readonly [number, number]>;
}

/** (1 + i·2^−23)·2^exponent. */
const float = (exponent: fc.Arbitrary<number>) => fc.tuple(fc.nat(2 ** 23 - 1), exponent).map(([i, power]) => (1 + i * 2 ** -23) * 2 ** power);

const binary32 = fc.oneof(
  { weight: 6, arbitrary: float(fc.integer({ min: -10, max: 10 })) },
  { weight: 1, arbitrary: float(fc.integer({ min: -120, max: 110 })) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.nat(2 ** 20).map((i) => i * 2 ** -149) },
);
const counts: fc.Arbitrary<number> = fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: fc.nat(65535) });

/** Independent, equal, or one step of 2^−20 apart. */
function pairOf(value: fc.Arbitrary<number>, close: (x: number) => number): Kind["pair"] {
  return fc.oneof(fc.tuple(value, value), value.map((x) => [x, x] as const), value.map((x) => [x, close(x)] as const));
}

const closeFloat = (x: number) => Math.fround(x * (1 + 2 ** -20));
const KINDS: readonly Kind[] = [
  { name: "Float32Array", from: (values) => Float32Array.from(values), pair: pairOf(binary32, closeFloat) },
  { name: "Uint16Array", from: (values) => Uint16Array.from(values), pair: pairOf(counts, (x) => Math.min(x + 1, 65535)) },
  { name: "Float64Array", from: (values) => Float64Array.from(values), pair: pairOf(binary32, (x) => x * (1 + 2 ** -40)) },
];

interface Cells {
  readonly p: CellArray;
  readonly q: CellArray;
}

/** Two arrays that have mass, of lengths on both sides of the blocks and tiles that backends work in. */
function cells({ from, pair }: Kind): fc.Arbitrary<Cells> {
  const long = fc.constantFrom(127, 128, 129, 511, 513, 1023, 1025, 4097, 16385);
  const repeated = fc.tuple(fc.array(pair, { minLength: 1, maxLength: 40 }), long).map(([pairs, n]) => (
    Array.from({ length: n }, (_, i) => pairs[(i * 7 + (i >> 5)) % pairs.length])));
  return fc.oneof({ weight: 3, arbitrary: fc.array(pair, { minLength: 1, maxLength: 70 }) }, { weight: 1, arbitrary: repeated }).map((pairs) => {
    const sides = [0, 1].map((side) => pairs.map((both) => both[side]));
    for (const side of sides) if (!side.some((x) => x > 0)) side[0] = 1;
    return { p: from(sides[0]), q: from(sides[1]) };
  });
}

const assertAll = <Value>(values: fc.Arbitrary<Value>, holds: (value: Value) => Promise<void>) => fc.assert(fc.asyncProperty(values, holds), SETTINGS);

async function runSigns(context: ConformanceContext, kind: Kind): Promise<void> {
  await assertAll(cells(kind), async ({ p, q }) => {
    for (const measure of ["klDivergence", "generalizedKl", "jensenShannon", "jensenShannonDistance"] as const) {
      const { value, infiniteCells, errorBound } = await detailOf(context, measure, p, q);
      check(value >= 0 && !Object.is(value, -0), () => `${measure} is ${value}`);
      check(errorBound >= 0, () => `${measure}: errorBound is ${errorBound}`);
      const infinite = measure.startsWith("jensen") ? 0 : infiniteCells;
      check((value === Infinity) === (infinite > 0), () => `${measure} is ${value} with ${infinite} infinite cells`);
      const own = (await detailOf(context, measure, p, p.slice() as CellArray)).value;
      check(Object.is(own, 0), () => `${measure}(p, p) is ${own}`);
    }
  });
}

async function runJensenShannon(context: ConformanceContext, kind: Kind): Promise<void> {
  await assertAll(cells(kind), async ({ p, q }) => {
    const [js, mirrored] = [await detailOf(context, "jensenShannon", p, q), await detailOf(context, "jensenShannon", q, p)];
    within(js.value, mirrored.value, js.errorBound + mirrored.errorBound, "JS(p, q) against JS(q, p)");
    check(js.value <= Math.LN2, () => `JS ${js.value} is above ln 2.`);
    const distance = await detailOf(context, "jensenShannonDistance", p, q);
    within(distance.value ** 2, js.value, js.errorBound + 3 * distance.errorBound, "the squared distance against JS");
  });
}

async function runCrossEntropy(context: ConformanceContext, kind: Kind): Promise<void> {
  await assertAll(cells(kind), async ({ p, q }) => {
    const kl = await detailOf(context, "klDivergence", p, q);
    const crossEntropy = await detailOf(context, "crossEntropy", p, q);
    if (kl.value === Infinity) return same(crossEntropy.value, Infinity, "cross entropy where D is infinite");
    const entropy = await detailOf(context, "entropy", p, p);
    const bounds = crossEntropy.errorBound + entropy.errorBound + kl.errorBound;
    within(crossEntropy.value, entropy.value + kl.value, bounds, "cross entropy against entropy + D");
    const bits = await detailOf(context, "klDivergence", p, q, { base: 2 });
    within(bits.value * Math.LN2, kl.value, bits.errorBound + kl.errorBound, "bits against nats");
  });
}

/** D of a product grid is the sum of the D of its factors: cells of at most 8 bits, so that the products are exact. */
async function runChain(context: ConformanceContext, { from }: Kind): Promise<void> {
  const factor = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 60 }).map((pairs) => ({
    p: pairs.map(([x], i) => (i === 0 ? x + 1 : x)).map((x) => Math.min(x, 255)),
    q: pairs.map(([, y]) => y),
  }));
  await assertAll(fc.tuple(factor, factor), async ([a, b]) => {
    const outer = (x: readonly number[], y: readonly number[]) => from(x.flatMap((left) => y.map((right) => left * right)));
    const joint = await detailOf(context, "klDivergence", outer(a.p, b.p), outer(a.q, b.q), { shape: [a.p.length, b.p.length] });
    const [first, second] = [await detailOf(context, "klDivergence", from(a.p), from(a.q)), await detailOf(context, "klDivergence", from(b.p), from(b.q))];
    within(joint.value, first.value + second.value, joint.errorBound + first.errorBound + second.errorBound, "D of the product grid");
  });
}

/** Masses in any unit: a power of two on either side changes D by no more than its bound. */
async function runScaling(context: ConformanceContext, kind: Kind): Promise<void> {
  const narrow = { ...kind, pair: pairOf(float(fc.integer({ min: -10, max: 10 })), closeFloat) };
  const power = fc.integer({ min: -60, max: 60 });
  await assertAll(fc.tuple(cells(narrow), power, power), async ([{ p, q }, a, b]) => {
    const times = (values: CellArray, exponent: number) => kind.from(Array.from(values as Float64Array, (x) => x * 2 ** exponent));
    const [own, scaled] = [await detailOf(context, "klDivergence", p, q), await detailOf(context, "klDivergence", times(p, a), times(q, b))];
    within(scaled.value, own.value, own.errorBound + scaled.errorBound, `D(p·2^${a}, q·2^${b})`);
  });
}

const PROPERTIES = [
  ["klDivergence and its relatives are never negative, NaN or −0, infinite only by count, and 0 for p = q", runSigns],
  ["jensenShannon is symmetric and at most ln 2", runJensenShannon],
  ["cross entropy is entropy + D, and base only divides", runCrossEntropy],
  ["the chain rule holds on product grids", runChain],
] as const;

export const propertyCases: readonly ConformanceCase[] = KINDS.flatMap((kind) => {
  const of = (name: string, run: (context: ConformanceContext, kind: Kind) => Promise<void>): ConformanceCase => (
    { name: `${name} (${kind.name})`, ...(kind.name === "Float64Array" && { only: "cpu" }), run: (context) => run(context, kind) });
  const properties = PROPERTIES.map(([name, run]) => of(name, run));
  return kind.name === "Uint16Array" ? properties : [...properties, of("powers of two on p and q leave D within its bound", runScaling)];
});
