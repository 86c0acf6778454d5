import type { GradientOptions } from "../../src/operations/gradient";
import { check, rejects, same, sameList, within } from "../support/assert";
import { near, normalized, positive, random } from "../support/random";
import { type ConformanceCase, type ConformanceContext, FLOATS, type Floats, type FloatsType } from "./context";

type Side = "p" | "q" | "log q";
type Of = (p: ArrayLike<number>, q: ArrayLike<number>) => number;

const sumOf = (p: ArrayLike<number>, q: ArrayLike<number>, term: (x: number, y: number) => number) => Array.from(p, (x, i) => term(x, q[i])).reduce((sum, x) => sum + x, 0);
const klOf: Of = (p, q) => sumOf(p, q, (x, y) => (x > 0 ? x * Math.log(x / y) : 0));

/** Textbook formulas of numbers as they are. */
const FORMULAS = {
  klDivergence: klOf,
  generalizedKl: (p, q) => sumOf(p, q, (x, y) => x * Math.log(x / y) - x + y),
  jeffreys: (p, q) => klOf(p, q) + klOf(q, p),
  populationStability: (p, q) => klOf(p, q) + klOf(q, p),
  jensenShannon: (p, q) => sumOf(p, q, (x, y) => (x * Math.log((2 * x) / (x + y)) + y * Math.log((2 * y) / (x + y))) / 2),
  crossEntropy: (p, q) => sumOf(p, q, (x, y) => -x * Math.log(y)),
  chiSquare: (p, q) => sumOf(p, q, (x, y) => (x - y) ** 2 / y),
  neymanChiSquare: (p, q) => sumOf(p, q, (x, y) => (x - y) ** 2 / x),
} as const satisfies Record<string, Of>;
type Name = keyof typeof FORMULAS;
const NAMES = Object.keys(FORMULAS) as Name[];

const gradientOf = async ({ kullback, backend }: ConformanceContext, name: Name, p: Floats, q: Floats, options: Omit<GradientOptions, "backend" | "output">): Promise<Floats> =>
  (await kullback.gradient(kullback[name], p, q, { ...options, backend })).data;

/** Central differences of a formula by an entry of p or q, or by its logarithm. */
function differences(of: Of, p: Floats, q: Floats, side: Side, normalize: boolean): number[] {
  const value: Of = (x, y) => (normalize ? of(normalized(x), normalized(y)) : of(x, y));
  return Array.from(p, (_, i) => {
    const at = (step: number) => {
      const moved = Float64Array.from(side === "p" ? p : q);
      moved[i] *= 1 + step;
      return side === "p" ? value(moved, Float64Array.from(q)) : value(Float64Array.from(p), moved);
    };
    const step = 2 ** -11;
    return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step) / (side === "log q" ? 1 : (side === "p" ? p : q)[i]);
  });
}

function closeTo(found: ArrayLike<number>, expected: readonly number[], relative: number, what: string): void {
  const size = Math.max(...expected.map(Math.abs));
  same(found.length, expected.length, `${what}: cells`);
  for (const [i, value] of expected.entries()) within(found[i], value, relative * size, `${what}[${i}]`);
}

async function runDifferences(context: ConformanceContext): Promise<void> {
  for (const Type of FLOATS) {
    const rng = random(83);
    const p = Type.from(positive(rng, 24).map((x) => 40 * x + 1));
    const q = Type.from(positive(rng, 24).map((x) => 3 * x + 0.1));
    for (const name of NAMES) {
      for (const side of ["p", "q", "log q"] as const) {
        for (const normalize of [true, false]) {
          const expected = differences(FORMULAS[name], p, q, side, normalize && name !== "generalizedKl");
          const found = await gradientOf(context, name, p, q, { with: side, normalize });
          closeTo(found, expected, Type === Float64Array ? 1e-9 : 1e-5, `${name} by ${side}, normalize ${normalize}, ${Type.name}`);
        }
      }
    }
    const { data } = await context.kullback.gradient(context.kullback.entropy, p, { with: "p", base: 2, backend: context.backend });
    closeTo(data, differences((x) => -klOf(x, new Float64Array(x.length).fill(1)) / Math.LN2, p, q, "p", true), Type === Float64Array ? 1e-9 : 1e-5, "entropy");
  }
}

/** Where p and q are close every entry keeps its digits, also with totals that differ. */
async function runNear(context: ConformanceContext, Type: FloatsType, closeness: number): Promise<void> {
  const wide = Type === Float64Array;
  const rng = random(84);
  const p = Type.from(positive(rng, 512));
  for (const times of [1, 8]) {
    const q = Type.from(near(rng, p, closeness).map((x) => x * times));
    const [sumP, sumQ] = [sumOf(p, p, (x) => x), sumOf(q, q, (x) => x)];
    // times is a power of two, so that the differences are exact
    const gap = sumOf(p, q, (x, y) => x - y / times);
    const expected = Array.from(p, (x, i) => {
      const [y, total] = [q[i] / times, sumP - gap];
      const difference = (x - y - x * (gap / sumP)) / total;
      return -difference / (y / total) / sumQ;
    });
    closeTo(await gradientOf(context, "klDivergence", p, q, { with: "q" }), expected, wide ? 1e-3 * closeness + 1e-9 : 1e-4, `closeness ${closeness}, totals 1 : ${times}`);
    const { data } = await context.kullback.gradient(context.kullback.klDivergence, p, q, { with: "log q", backend: context.backend });
    const [sum, size] = [sumOf(data, data, (x) => x), sumOf(data, data, Math.abs)];
    check(Math.abs(sum) <= size * (wide ? 1e-9 : 1e-4), () => `gradients by logits sum to ${sum}, their sizes to ${size}.`);
  }
}

const UP = Infinity;
const HALF = Math.LN2 / 2;
/** p and q are 0 together, p alone, q alone; one cell more, so that there is mass. Of numbers as they are, by p, by q and by ln q. */
const ZEROS: Partial<Record<Name, Record<Side, readonly number[]>>> = {
  klDivergence: { p: [UP, -UP, UP, 1 + Math.LN2], q: [0, 0, -UP, -2], "log q": [0, 0, -1, -2] },
  generalizedKl: { p: [UP, -UP, UP, Math.LN2], q: [1, 1, -UP, -1], "log q": [0, 1, -1, -1] },
  jeffreys: { p: [UP, -UP, UP, Math.LN2 + 0.5], q: [UP, UP, -UP, -Math.LN2 - 1], "log q": [0, UP, -1, -Math.LN2 - 1] },
  jensenShannon: { p: [HALF, -UP, HALF, Math.log(4 / 3) / 2], q: [HALF, HALF, -UP, Math.log(2 / 3) / 2], "log q": [0, HALF, 0, Math.log(2 / 3) / 2] },
  crossEntropy: { p: [UP, 0, UP, 0], q: [0, 0, -UP, -2], "log q": [0, 0, -1, -2] },
  chiSquare: { p: [UP, -2, UP, 2], q: [1, 1, -UP, -3], "log q": [0, 1, -UP, -3] },
  neymanChiSquare: { p: [1, -UP, 1, 0.75], q: [UP, UP, -2, -1], "log q": [0, UP, 0, -1] },
};

async function runZeros(context: ConformanceContext): Promise<void> {
  for (const Type of FLOATS) {
    const [p, q] = [Type.of(0, 0, 1, 2), Type.of(0, 1, 0, 1)];
    for (const [name, sides] of Object.entries(ZEROS) as [Name, Record<Side, readonly number[]>][]) {
      for (const side of ["p", "q", "log q"] as const) {
        const found = await gradientOf(context, name, p, q, { with: side, normalize: false });
        for (const [i, value] of sides[side].entries()) within(found[i], value, 1e-6, `${name} by ${side} at p = ${p[i]}, q = ${q[i]}`);
      }
    }
    const error = await rejects(() => gradientOf(context, "klDivergence", p, q, { with: "p" }), context.kullback.DomainError, "by p where the divergence is infinite");
    check(error.message.includes("klDivergence is infinite"), () => error.message);
    // by logits it is q̂ − p̂ all the same
    closeTo(await gradientOf(context, "klDivergence", p, q, { with: "log q" }), [0, 1 / 2, -1 / 3, 1 / 2 - 2 / 3], 1e-6, "by log q where it is infinite");
  }
}

async function runRows(context: ConformanceContext): Promise<void> {
  const { kullback, backend } = context;
  for (const Type of FLOATS) {
    const rng = random(85);
    const [p, q] = [Type.from(positive(rng, 60)), Type.from(positive(rng, 60).map((x, i) => x * 10 ** (i % 3)))];
    for (const side of ["p", "q", "log q"] as const) {
      const found = await gradientOf(context, "jeffreys", p, q, { with: side, shape: [4, 5, 3], axis: 1, base: 2 });
      for (const row of [0, 4, 11]) {
        const inRow = (_: number, i: number) => Math.floor(i / 15) === Math.floor(row / 3) && i % 3 === row % 3;
        const own = await gradientOf(context, "jeffreys", p.filter(inRow), q.filter(inRow), { with: side, base: 2 });
        closeTo(found.filter(inRow), [...own], 1e-6, `row ${row} by ${side}`);
      }
    }
    // a total far away, and densities
    const scaled = await gradientOf(context, "klDivergence", p.map((x) => x * 2 ** 90), q.map((x) => x * 2 ** -90), { with: "q" });
    const plain = await gradientOf(context, "klDivergence", p, q, { with: "q" });
    closeTo(scaled.map((x) => x * 2 ** -90), [...plain], 1e-6, "of other units");
    closeTo(await gradientOf(context, "klDivergence", p, q, { with: "q", spacing: [0.5] }), [...plain], 1e-6, "of densities");
    const raw = await gradientOf(context, "generalizedKl", p, q, { with: "q" });
    closeTo(await gradientOf(context, "generalizedKl", p, q, { with: "q", spacing: [0.5] }), [...raw].map((x) => x / 2), 1e-6, "of densities as they are");
  }
  // counts against probabilities: the difference is of cells that are divided by their totals
  for (const [Type, count] of [[Float32Array, 3e8], [Float64Array, 3e17]] as const) {
    for (const name of ["crossEntropy", "klDivergence"] as const) {
      closeTo(await gradientOf(context, name, Type.of(count, 2 * count), Type.of(0.25, 0.75), { with: "log q" }), [-1 / 12, 1 / 12], 1e-5, `${name} of counts, ${Type.name}`);
    }
  }
  const [p, q] = [Float32Array.of(1, 2, 3), Float32Array.of(3, 2, 1)];
  const call = (options: object) => () => kullback.gradient(kullback.klDivergence, p, q, { with: "q", backend, ...options });
  await rejects(call({ with: "r" }), RangeError, "with r");
  await rejects(call({ with: undefined }), RangeError, "without with");
  await rejects(call({ output: "file" }), RangeError, "output file");
  await rejects(call({ precision: "exact" }), RangeError, "exact");
  await rejects(call({ mask: [1, 1, 0] }), RangeError, "mask");
  await rejects(call({ detail: true }), RangeError, "detail");
  await rejects(call({ with: "log q", signal: AbortSignal.abort() }), DOMException, "aborted");
  await rejects(() => kullback.gradient(kullback.klDivergence, p, Float32Array.of(1), { with: "q", shape: [3, 1], axis: 0, backend }), kullback.ShapeError, "q that broadcasts");
  await rejects(() => kullback.gradient(kullback.hellinger, p, q, { with: "q", backend }), RangeError, "a root");
  await rejects(() => kullback.gradient(kullback.klDivergence, p, Float32Array.of(1, -1, 1), { with: "q", backend }), kullback.DomainError, "a negative entry");
}

async function runDevice({ kullback, backend }: ConformanceContext): Promise<void> {
  const [p, q] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(3, 2, 1, 4)];
  const all = { with: "log q", backend } as const;
  const left = await kullback.gradient(kullback.klDivergence, p, q, { ...all, output: "device" });
  try {
    check(left.buffer !== null, () => "the result is not in GPU memory.");
    sameList(await backend.download(left), (await kullback.gradient(kullback.klDivergence, p, q, all)).data, "downloaded");
  } finally {
    left.destroy();
  }
}

export const gradientCases: readonly ConformanceCase[] = [
  { name: "gradients by p, q and log q are what differences of the formulas say", run: runDifferences },
  { name: "gradients of close f32 cells keep their digits", run: (context) => runNear(context, Float32Array, 1e-5) },
  { name: "gradients of close f64 cells keep their digits", run: (context) => runNear(context, Float64Array, 1e-12) },
  { name: "gradients at zeros are the limits from above", run: runZeros },
  { name: "gradients row by row, of other units, of densities, and what is refused", run: runRows },
  { name: "a gradient stays in GPU memory where it is asked to", only: "webgpu", run: runDevice },
];
