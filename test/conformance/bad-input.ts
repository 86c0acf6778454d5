import type { CellArray } from "../../src/grid";
import type { Input } from "../../src/validate";
import { check, rejects, same, within } from "../support/assert";
import { positive, random } from "../support/random";
import { type ConformanceCase, type ConformanceContext, detailOf, FLOATS } from "./context";
import { MEASURES, truthOf } from "./measures";

const N = 360;
const SHAPE = [3, 10, 12];

/** Bad entries by the array that can hold them; half floats as bits. */
const BAD = {
  Float64Array: [-1, -5e-324, NaN, Infinity, -Infinity],
  Float32Array: [-1, -(2 ** -149), NaN, Infinity, -Infinity],
  "float16 bits": [0xbc00, 0x8001, 0x7e00, 0x7c00, 0xfc00],
  Int8Array: [-1, -128],
  Int16Array: [-1, -32768],
  Int32Array: [-1, -(2 ** 31)],
  BigInt64Array: [-1, -(2 ** 52)],
} as const;

function cellsOf(name: keyof typeof BAD, at: readonly number[], bad: number): CellArray {
  const Type = { Float64Array, Float32Array, "float16 bits": Uint16Array, Int8Array, Int16Array, Int32Array, BigInt64Array }[name];
  const data = new Type(N) as CellArray;
  for (let i = 0; i < N; i++) {
    const value = at.includes(i) ? bad : name === "float16 bits" ? 0x3c00 + i : 1 + (i % 100);
    data[i] = typeof data[i] === "bigint" ? BigInt(value) : value;
  }
  return data;
}

async function runEntries(context: ConformanceContext, name: keyof typeof BAD): Promise<void> {
  const { grid, DomainError } = context.kullback;
  const good = new Float32Array(N).fill(1);
  for (const bad of BAD[name]) {
    for (const at of [[0], [N - 1], [77, 200, 201]]) {
      const cells = grid(cellsOf(name, at, bad), { shape: SHAPE, ...(name === "float16 bits" && { dtype: "float16" as const }) });
      for (const axis of [undefined, [0, 2]]) {
        for (const argument of ["p", "q"] as const) {
          const [p, q] = argument === "p" ? [cells, good] : [grid(good, { shape: SHAPE }), cells];
          const what = `${argument} with ${bad} at ${at} (${name}, axis ${axis})`;
          const options = { backend: context.backend, shape: SHAPE, ...(axis && { axis }) };
          const error = await rejects(() => context.kullback.klDivergence(p, q, options), DomainError, what);
          same(error.argument, argument, `${what}: argument`);
          same(error.count, at.length, `${what}: count`);
          same(error.index, at[0], `${what}: index`);
          check(error.message.startsWith("klDivergence: "), () => `${what}: "${error.message}" does not name the function.`);
        }
      }
    }
  }
}

async function runMeasures(context: ConformanceContext): Promise<void> {
  const { DomainError } = context.kullback;
  for (const Type of FLOATS) {
    const [p, q] = [Type.of(1, NaN, 3, -2), Type.of(1, 2, 3, 4)];
    for (const measure of MEASURES) {
      const error = await rejects(() => detailOf(context, measure, p, q), DomainError, measure);
      same([error.argument, error.count, error.index].join(), "p,2,1", `${measure}: argument, count, index`);
    }
    const { pointwise, klDivergence } = context.kullback;
    const error = await rejects(() => pointwise(klDivergence, q, p, { backend: context.backend }), DomainError, "pointwise");
    same([error.argument, error.count, error.index].join(), "q,2,1", "pointwise: argument, count, index");
  }
}

async function runShapes(context: ConformanceContext): Promise<void> {
  const { ShapeError } = context.kullback;
  const call = (p: Input, q: Input, shape?: readonly number[]) => () => detailOf(context, "klDivergence", p, q, shape && { shape });
  await rejects(call([], []), ShapeError, "empty p and q");
  await rejects(call(new Float32Array(), new Float32Array()), ShapeError, "empty Float32Arrays");
  for (const [q, what] of [[99, "99 cells against 100"], [1000, "1000 cells against 100"]] as const) {
    const error = await rejects(call(new Float32Array(100).fill(1), new Float32Array(q).fill(1)), ShapeError, what);
    check(error.message.includes(String(q)) && error.message.includes("100"), () => `${what}: "${error.message}" lacks a number.`);
  }
  const error = await rejects(call(new Float32Array(100).fill(1), new Float32Array(100).fill(1), [9, 11]), ShapeError, "shape [9, 11] of 100 cells");
  check(error.message.includes("99") && error.message.includes("100"), () => `shape: "${error.message}" lacks a number.`);
  await rejects(call([1, 2], [1, 2], [2 ** 40, 2 ** 40]), ShapeError, "a shape whose product overflows");
  await rejects(call([1, 2], [1, 2], [-1, -2]), ShapeError, "negative sizes");
}

async function runMasses(context: ConformanceContext): Promise<void> {
  const { DomainError } = context.kullback;
  const [zeros, ones] = [new Float32Array(5), new Float32Array(5).fill(1)];
  for (const measure of ["klDivergence", "crossEntropy", "jensenShannon", "jensenShannonDistance"] as const) {
    const p = await rejects(() => detailOf(context, measure, zeros, ones), DomainError, `${measure} of p without mass`);
    same(p.argument, "p", "argument");
    const q = await rejects(() => detailOf(context, measure, ones, zeros), DomainError, `${measure} of q without mass`);
    same(q.argument, "q", "argument");
  }
  await rejects(() => detailOf(context, "entropy", zeros, zeros), DomainError, "entropy of no mass");
  const row = { shape: [2, 5], axis: 1, backend: context.backend };
  await rejects(() => context.kullback.klDivergence(Float32Array.of(...ones, ...zeros), ones, row), DomainError, "a row without mass");
  same((await detailOf(context, "generalizedKl", zeros, ones)).value, 5, "generalizedKl(0, 1)");
  same((await detailOf(context, "generalizedKl", ones, zeros)).value, Infinity, "generalizedKl(1, 0)");
}

async function runOptions(context: ConformanceContext): Promise<void> {
  const { klDivergence } = context.kullback;
  const [p, q] = [[1, 2, 3, 4], [4, 3, 2, 1]];
  const call = (options: object) => () => klDivergence(p, q, { backend: context.backend, ...options });
  for (const base of [0, 1, -2, NaN]) await rejects(call({ base }), RangeError, `base ${base}`);
  await rejects(call({ precision: "exactly" }), RangeError, "precision exactly");
  await rejects(() => context.kullback.pointwise(klDivergence, p, q, { backend: context.backend, precision: "exact" }), RangeError, "pointwise, precision exact");
  for (const rtol of [0, -1, NaN]) await rejects(call({ rtol }), RangeError, `rtol ${rtol}`);
  await rejects(call({ bose: 2 }), TypeError, "unknown option");
  for (const axis of [2, -3, [0, 0], [1, -1], 0.5]) {
    const error = await rejects(call({ shape: [2, 2], axis }), Error, `axis ${axis}`);
    check(error instanceof RangeError || error instanceof context.kullback.ShapeError, () => `axis ${axis}: ${error}.`);
  }
  for (const spacing of [0, -1, NaN]) await rejects(call({ spacing }), RangeError, `spacing ${spacing}`);
  await rejects(call({ shape: [2, 2], spacing: [1, 1, 1] }), context.kullback.ShapeError, "three spacings of two axes");
  await rejects(() => klDivergence("data" as unknown as Input, q, { backend: context.backend }), TypeError, "a string");
}

async function runAbort(context: ConformanceContext): Promise<void> {
  const reason = new Error("no longer needed");
  const { klDivergence, pointwise } = context.kullback;
  const [p, q] = [new Float32Array(100).fill(1), new Float32Array(100).fill(2)];
  const options = { backend: context.backend, signal: AbortSignal.abort(reason) };
  same(await rejects(() => klDivergence(p, q, options), Error, "klDivergence"), reason, "klDivergence: reason");
  same(await rejects(() => pointwise(klDivergence, p, q, options), Error, "pointwise"), reason, "pointwise: reason");
}

async function runTotals(context: ConformanceContext): Promise<void> {
  const rng = random(81);
  const p = Float32Array.from(positive(rng, 1000), (value) => Math.ceil(value * 1000));
  const q = Float32Array.from(positive(rng, 1000), (value) => Math.ceil(value * 3000));
  const totals = { p: p.reduce((a, b) => a + b, 0), q: q.reduce((a, b) => a + b, 0) };
  for (const measure of MEASURES) {
    const [without, given] = [await detailOf(context, measure, p, q), await detailOf(context, measure, p, q, { totals })];
    const { truth } = truthOf(measure, p, q, "narrow");
    within(given.value, truth, given.errorBound, `${measure} with totals`);
    within(given.value, without.value, given.errorBound + without.errorBound, `${measure} with and without totals`);
  }
}

export const badInputCases: readonly ConformanceCase[] = [
  ...(Object.keys(BAD) as (keyof typeof BAD)[]).map((name): ConformanceCase => ({
    // how types are decoded is no plan's affair
    ...(name !== "Float32Array" && { sameOnAnyPlan: true }),
    name: `klDivergence rejects negative, NaN and infinite entries of ${name} with argument, count and first index`,
    run: (context) => runEntries(context, name),
  })),
  { name: "every measure and pointwise reject bad entries", run: runMeasures },
  { name: "klDivergence rejects empty input and lengths that disagree, with both numbers", run: runShapes },
  { name: "every measure that normalises rejects masses that are all zero", run: runMasses },
  { name: "klDivergence rejects bases, axes, spacings, precisions and options it does not know", run: runOptions },
  { name: "an aborted signal rejects with its reason", run: runAbort },
  { name: "every measure gives the same with its totals as without", run: runTotals },
];
