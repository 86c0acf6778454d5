import type { CellArray } from "../../src/grid";
import type { MeasureOptions } from "../../src/options";
import type { Input } from "../../src/validate";
import { rejects, same, sameList, within } from "../support/assert";
import { type Random, random } from "../support/random";
import { type ConformanceCase, type ConformanceContext, detailArrayOf, detailOf, type ExactName } from "./context";
import { EXACT_MEASURES, valueOf } from "./measures";

type Kullback = ConformanceContext["kullback"];
type Sums = Awaited<ReturnType<Kullback["partialSums"]>>;
type Arrays = Float32Array | Float64Array | Uint32Array;

const TYPES = [Float32Array, Float64Array, Uint32Array] as const;

/** Cells near and far, some empty on one side or on both, with totals that differ. */
function cellsOf(rng: Random, n: number, Type: (typeof TYPES)[number], infinite: boolean): { readonly p: Arrays; readonly q: Arrays } {
  const p = Array.from({ length: n }, () => (rng.unit() < 0.1 ? 0 : rng.uint32() * 2 ** -rng.integer(0, 20)));
  const q = p.map((x, i) => (i % 2 ? x * (1 + 2 ** -rng.integer(1, 30)) : (rng.uint32() + (infinite ? 0 : 1)) * 2 ** -3));
  return { p: Type.from(p), q: Type.from(infinite ? q : q.map((y, i) => (p[i] > 0 && y < 1 ? 1 : y))) };
}

function sumsOf({ kullback, backend }: ConformanceContext, name: ExactName, p: Input, q: Input, totals?: Sums): Promise<Sums> {
  const options = { backend, ...(totals && { totals }) };
  return name === "entropy" ? kullback.partialSums(kullback.entropy, p, options) : kullback.partialSums(kullback[name], p, q, options);
}

function shuffled<Item>(rng: Random, items: readonly Item[]): Item[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = rng.integer(0, i);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

/** Both rounds over `count` pieces of random lengths, merged in random order after a passage through JSON. */
async function finishedOf(context: ConformanceContext, rng: Random, name: ExactName, p: Arrays, q: Arrays, count: number) {
  const ends = shuffled(rng, Array.from({ length: p.length - 1 }, (_, i) => i + 1)).slice(0, count - 1).sort((a, b) => a - b);
  const pieces = [0, ...ends].map((start, i) => [start, ends[i] ?? p.length] as const);
  let totals: Sums | undefined;
  for (let round = 0; round < 2; round++) {
    const parts: Sums[] = [];
    for (const [start, end] of shuffled(rng, pieces)) {
      parts.push(JSON.parse(JSON.stringify(await sumsOf(context, name, p.subarray(start, end), q.subarray(start, end), totals))));
    }
    // grouped as a tree of machines would
    const [first, ...others] = parts;
    const half = others.length >> 1;
    const left = context.kullback.mergeSums(first, ...others.slice(0, half));
    totals = half < others.length ? context.kullback.mergeSums(context.kullback.mergeSums(others[half], ...others.slice(half + 1)), left) : left;
  }
  return context.kullback.finishSums(context.kullback[name], totals as Sums, { detail: true });
}

async function keepsBitsInParts(context: ConformanceContext, name: ExactName): Promise<void> {
  const rng = random(31);
  const counts = context.backend.info.kind === "cpu" ? [1, 7, 1000] : [3, 20];
  for (const [i, count] of counts.entries()) {
    const { p, q } = cellsOf(rng, 3000, TYPES[i], false);
    const whole = await detailOf(context, name, p, q, { precision: "exact" });
    const finished = await finishedOf(context, rng, name, p, q, count);
    for (const field of ["value", "errorBound", "totalP", "totalQ", "cells", "infiniteCells", "unit"] as const) {
      same(finished[field], whole[field], `${name} in ${count} pieces: ${field}`);
    }
  }
}

async function keepsBitsShuffled(context: ConformanceContext): Promise<void> {
  const rng = random(32);
  for (const Type of TYPES) {
    const { p, q } = cellsOf(rng, 2000, Type, false);
    const order = shuffled(rng, Array.from({ length: p.length }, (_, i) => i));
    for (const name of EXACT_MEASURES) {
      const [plain, other] = await Promise.all([[p, q], [p.map((_, i) => p[order[i]]), q.map((_, i) => q[order[i]])]].map(([x, y]) => detailOf(context, name, x, y, { precision: "exact" })));
      same(other.value, plain.value, `${name} of shuffled cells`);
      same(other.errorBound, plain.errorBound, `${name} of shuffled cells: errorBound`);
    }
  }
}

/** What does not go together is refused, with an error that says why. */
async function refusesToMerge(context: ConformanceContext): Promise<void> {
  const { kullback, backend } = context;
  const { klDivergence, totalVariation, partialSums, mergeSums, finishSums } = kullback;
  const [p, q, other] = [Float64Array.of(1, 2, 3), Float64Array.of(3, 2, 1), Float64Array.of(1, 1, 5)];
  const sums = await partialSums(klDivergence, p, q, { backend });
  const rounds = await partialSums(totalVariation, p, q, { backend });
  const second = await partialSums(totalVariation, p, q, { backend, totals: rounds });
  const apart = await partialSums(totalVariation, p, q, { backend, totals: await partialSums(totalVariation, p, other, { backend }) });
  const refused: Readonly<Record<string, () => unknown>> = {
    "another measure": () => mergeSums(sums, rounds),
    "another setting": async () => mergeSums(sums, await partialSums(klDivergence, p, q, { backend, normalize: false })),
    "another spacing": async () => mergeSums(sums, await partialSums(klDivergence, p, q, { backend, spacing: 0.5 })),
    "another shape": async () => mergeSums(sums, await partialSums(klDivergence, p, q, { backend, shape: [3, 1], axis: 1 })),
    "another round": () => mergeSums(rounds, second),
    "other totals": () => mergeSums(second, apart),
    "totals of another measure": () => partialSums(klDivergence, p, q, { backend, totals: rounds }),
    "a missing round": () => finishSums(totalVariation, rounds),
    "a missing part": () => finishSums(totalVariation, apart),
    "another measure's finish": () => finishSums(totalVariation, sums),
    "one round where totals differ": async () => finishSums(klDivergence, await partialSums(klDivergence, p, Float64Array.of(1, 1, 1), { backend })),
  };
  for (const [what, call] of Object.entries(refused)) await rejects(async () => call(), RangeError, what);
  const nonsense: Readonly<Record<string, () => unknown>> = {
    "a list of sums": () => mergeSums([sums, sums] as never),
    "no sums": () => mergeSums(undefined as never),
    "text": () => finishSums(klDivergence, JSON.stringify(sums) as never),
    "a promise": () => finishSums(klDivergence, partialSums(klDivergence, p, q, { backend }) as never),
    "a base for sums": () => partialSums(klDivergence, p, q, { backend, base: 2 } as never),
    "an axis for the finish": () => finishSums(klDivergence, sums, { axis: 0 } as never),
    "a number for options": () => klDivergence(p, q, 2 as never),
  };
  for (const [what, call] of Object.entries(nonsense)) await rejects(async () => call(), TypeError, what);
  // one round is enough where totals agree, and with its bound elsewhere
  same(await finishSums(klDivergence, sums), await klDivergence(p, q, { backend, precision: "exact" }), "one round, totals that agree");
  const unequal = await partialSums(klDivergence, p, Float64Array.of(1, 1, 1), { backend });
  const { value, errorBound } = await finishSums(klDivergence, unequal, { detail: true });
  within(value as number, valueOf("klDivergence", p, Float64Array.of(1, 1, 1)), errorBound as number, "one round, with its bound");
}

/** The cells as often as their weights say. */
function repeated(cells: Arrays, weights: ArrayLike<number>): Arrays {
  const list = Array.from(cells).flatMap((x, i) => new Array<number>(weights[i]).fill(x));
  return (cells.constructor as typeof Float64Array).from(list);
}

async function countsWeights(context: ConformanceContext, name: ExactName): Promise<void> {
  const rng = random(33);
  const n = 600;
  for (const [i, Type] of TYPES.entries()) {
    // each is a few pipelines to compile
    if (context.backend.info.kind === "webgpu" && i !== EXACT_MEASURES.indexOf(name) % TYPES.length) continue;
    const { p, q } = cellsOf(rng, n, Type, false);
    const weights = Array.from({ length: n }, () => Math.max(rng.integer(-1, 4), 0));
    const as: readonly MeasureOptions["weights"][] = [Uint8Array.from(weights), Uint16Array.from(weights), weights];
    const expected = await detailOf(context, name, repeated(p, weights), repeated(q, weights), { precision: "exact" });
    const detail = await detailOf(context, name, p, q, { weights: as[i] });
    same(detail.precision, "exact", "precision");
    for (const field of ["value", "errorBound", "totalP", "totalQ"] as const) same(detail[field], expected[field], `${name} of weighted ${Type.name}: ${field}`);
    // a mask is weights of 0 and 1, whatever its numbers, and what lies outside does not matter
    const inside = weights.map((weight) => weight > 1);
    const masked = await detailOf(context, name, repeated(p, inside.map(Number)), repeated(q, inside.map(Number)), { precision: "exact" });
    const outside = (cells: Arrays): Arrays => (cells instanceof Uint32Array ? cells : cells.map((x, at) => (inside[at] ? x : [NaN, -1, Infinity][at % 3])));
    same((await detailOf(context, name, outside(p), outside(q), { mask: inside })).value, masked.value, `${name} inside a mask`);
    same((await detailOf(context, name, outside(p), outside(q), { mask: Uint8Array.from(inside, (x) => 200 * Number(x)) })).value, masked.value, `${name} inside a mask of 200`);
    same((await detailOf(context, name, p, q, { mask: inside, weights: weights.map((weight) => Math.max(weight, 1)) })).value,
      (await detailOf(context, name, p, q, { weights: weights.map((weight) => (weight > 1 ? weight : 0)) })).value, `${name} with both`);
  }
}

/** Weights broadcast as q does: one list for every row, and one number a row. */
async function broadcastsWeights(context: ConformanceContext): Promise<void> {
  const rng = random(34);
  const shape = [4, 30];
  const { p, q } = cellsOf(rng, 120, Float64Array, false);
  const weights = Uint32Array.from({ length: 30 }, () => rng.integer(0, 70000));
  const every = Uint32Array.from({ length: 120 }, (_, i) => weights[i % 30]);
  for (const name of ["klDivergence", "jensenShannon", "crossEntropy"] as const) {
    const [one, all] = await Promise.all([weights, every].map((list) => detailArrayOf(context, name, p, q, { shape, axis: 1, weights: list })));
    sameList(Array.from(one.value), Array.from(all.value), `${name} with weights that repeat`);
    const rows = Uint8Array.of(1, 0, 2, 3);
    const across = await detailArrayOf(context, name, p, q, { shape, axis: 0, weights: context.kullback.grid(rows, { shape: [4, 1] }) });
    const spread = await detailArrayOf(context, name, p, q, { shape, axis: 0, weights: Uint8Array.from({ length: 120 }, (_, i) => rows[Math.floor(i / 30)]) });
    sameList(Array.from(across.value), Array.from(spread.value), `${name} with a weight a row`);
  }
}

async function refusesWeights(context: ConformanceContext): Promise<void> {
  const { backend, kullback } = context;
  const [p, q] = [Float64Array.of(1, 2, 3), Float64Array.of(3, 2, 1)];
  const call = (options: object) => () => kullback.klDivergence(p, q, { backend, ...options });
  for (const weights of [[0.5, 1, 1], [1, -1, 1], [1, NaN, 1], [1, 2 ** 32, 1], BigInt64Array.of(1n, 1n, -1n) as CellArray]) {
    await rejects(call({ weights }), RangeError, `weights [${weights}]`);
  }
  await rejects(call({ weights: [1, 1] }), kullback.ShapeError, "two weights for three cells");
  await rejects(call({ mask: [true] }), kullback.ShapeError, "a mask of one for three cells");
  await rejects(call({ weights: [0, 0, 0] }), kullback.DomainError, "nothing that counts");
  await rejects(call({ quadrature: "simpson", precision: "exact" }), RangeError, "another rule");
  await rejects(() => kullback.pointwise(kullback.klDivergence, p, q, { backend, mask: [1, 1, 0] } as never), RangeError, "pointwise with a mask");
  const device = await kullback.upload(Uint8Array.of(0, 1, 2), { backend });
  same(await kullback.klDivergence(p, q, { backend, weights: device }), await kullback.klDivergence(p, q, { backend, weights: [0, 1, 2] }), "weights on the device");
  device.destroy();
}

export const partCases: readonly ConformanceCase[] = [
  ...EXACT_MEASURES.map((name): ConformanceCase => ({
    name: `finishSums(${name}, sums) has the bits of the whole for any pieces, in any order`,
    run: (context) => keepsBitsInParts(context, name),
  })),
  { name: "measures in exact precision keep every bit when cells are shuffled", run: keepsBitsShuffled },
  { name: "mergeSums and finishSums refuse what does not go together", run: refusesToMerge },
  ...EXACT_MEASURES.map((name): ConformanceCase => ({
    name: `${name}(p, q, { weights, mask }) is that of cells repeated and left out`,
    run: (context) => countsWeights(context, name),
  })),
  { name: "weights broadcast as q does", run: broadcastsWeights },
  { name: "weights that are no counts, masks of another length and other quadratures are refused", run: refusesWeights },
];
