import type { Contributions } from "../../src/operations/contributions";
import { check, rejects, same, sameList, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { positive, random } from "../support/random";
import { add, klDivTerm, multiply, divide, type Real, real, subtract, ZERO } from "../support/real";
import { type ConformanceCase, type ConformanceContext, detailOf, FLOATS, type Floats, type FloatsType } from "./context";

const SHAPE = [5, 6, 7];
const CELLS = 5 * 6 * 7;
const MEASURES = ["klDivergence", "generalizedKl", "jensenShannon", "totalVariation", "chiSquare", "neymanChiSquare", "jeffreys", "crossEntropy"] as const;

function dataOf(Type: FloatsType, times = 1, closeness?: number): { p: Floats; q: Floats } {
  const rng = random(71);
  const p = Type.from(positive(rng, CELLS));
  return { p, q: Type.from(closeness ? Array.from(p, (x) => x * times * (1 + closeness * (rng.unit() - 0.5))) : positive(rng, CELLS).map((x) => x * times)) };
}

/** Contributions add up to the value, within their bounds and its own. */
function addUp({ data, errorBound }: Pick<Contributions, "data" | "errorBound">, { value, errorBound: own }: { value: number; errorBound: number }, what: string): void {
  const sum = (of: Float64Array) => of.reduce((total, x) => total + x, 0);
  within(sum(data), value, sum(errorBound) + own, what);
}

const OPTIONS = [{}, { base: 2 }, { normalize: false }] as const;

async function runParts(context: ConformanceContext): Promise<void> {
  const { kullback, backend } = context;
  for (const Type of FLOATS) {
    for (const { p, q } of [dataOf(Type), dataOf(Type, 300, 1e-3)]) {
      for (const name of MEASURES) {
        for (const options of name === "klDivergence" ? OPTIONS : OPTIONS.slice(0, 1)) {
          const detail = await detailOf(context, name, p, q, { ...options, shape: SHAPE });
          const all = { ...options, shape: SHAPE, backend };
          const slices = await kullback.sliceContributions(kullback[name], p, q, { ...all, axis: 1 });
          sameList(slices.shape, [6], `${name}: shape of slices`);
          addUp(slices, detail, `${name}: Σ of slices, ${JSON.stringify(options)}`);
          const blocks = await kullback.blockContributions(kullback[name], p, q, { ...all, size: [2, 4, 3] });
          sameList(blocks.shape, [3, 2, 3], `${name}: shape of blocks`);
          addUp(blocks, detail, `${name}: Σ of blocks, ${JSON.stringify(options)}`);
          const { labels, ...parts } = await kullback.labelContributions(kullback[name], p, q, { ...all, labels: p.map((_, i) => i % 3) });
          sameList(labels, [0, 1, 2], `${name}: labels`);
          addUp(parts, detail, `${name}: Σ of labels, ${JSON.stringify(options)}`);
        }
      }
    }
  }
}

/** Of some cells, what they contribute to D: Σ p̂·ln(p̂/q̂), or Σ g(p̂, q̂). */
function truthOf(p: Floats, q: Floats, isInside: (i: number) => boolean, form: "signed" | "nonnegative"): Real {
  const [sumP, sumQ] = [oracle.sumOf(p), oracle.sumOf(q)];
  let sum = ZERO;
  for (let i = 0; i < p.length; i++) {
    if (!isInside(i)) continue;
    const [a, b] = [multiply(real(p[i]), sumQ), multiply(real(q[i]), sumP)];
    sum = add(sum, form === "signed" ? add(klDivTerm(a, b), subtract(a, b)) : klDivTerm(a, b));
  }
  return divide(sum, multiply(sumP, sumQ));
}

async function runTruth({ kullback, backend }: ConformanceContext): Promise<void> {
  const blockOf = (i: number) => [Math.floor(i / 42 / 2), Math.floor((Math.floor(i / 7) % 6) / 4), Math.floor((i % 7) / 3)] as const;
  for (const Type of FLOATS) {
    for (const { p, q } of [dataOf(Type), dataOf(Type, 1, 1e-4), dataOf(Type, 1000, 1e-3)]) {
      for (const form of ["signed", "nonnegative"] as const) {
        const all = { shape: SHAPE, backend, form };
        const blocks = await kullback.blockContributions(kullback.klDivergence, p, q, { ...all, size: [2, 4, 3] });
        for (const [k, value] of blocks.data.entries()) {
          const inBlock = (i: number) => { const [a, b, c] = blockOf(i); return (a * 2 + b) * 3 + c === k; };
          within(value, truthOf(p, q, inBlock, form), blocks.errorBound[k], `${form} block ${k} against its bound (${Type.name})`);
          if (form === "nonnegative") check(blocks.errorBound[k] <= value * 2 ** -14 + 2 ** -34, () => `the bound ${blocks.errorBound[k]} of ${value} is wide.`);
        }
        const slices = await kullback.sliceContributions(kullback.klDivergence, p, q, { ...all, axis: [0, 2] });
        sameList(slices.shape, [5, 7], "shape of slices along two axes");
        within(slices.data[8], truthOf(p, q, (i) => Math.floor(i / 42) === 1 && i % 7 === 1, form), slices.errorBound[8], `${form} slice (1, 1)`);
        const { data, errorBound, cells } = await kullback.labelContributions(kullback.klDivergence, p, q, { ...all, labels: Int32Array.from(p, (_, i) => -(i % 4)) });
        within(data[3], truthOf(p, q, (i) => i % 4 === 0, form), errorBound[3], `${form} label 0 against its bound (${Type.name})`);
        same(cells[3], 53, "cells of a label");
      }
    }
  }
}

async function runTop({ kullback, backend }: ConformanceContext): Promise<void> {
  const { p, q } = dataOf(Float32Array);
  q[100] = 0;
  const all = { shape: SHAPE, backend };
  const { data: every } = await kullback.pointwise(kullback.klDivergence, p, q, all);
  const { data, indices, positions } = await kullback.pointwise(kullback.klDivergence, p, q, { ...all, top: 5 });
  const order = [...every.keys()].sort((a, b) => every[b] - every[a] || a - b).slice(0, 5);
  sameList(indices, order, "indices");
  sameList(data, order.map((i) => every[i]), "contributions");
  same(indices[0], 100, "the infinite one is first");
  sameList(positions[0], [2, 2, 2], "position");
  await rejects(() => kullback.pointwise(kullback.klDivergence, p, q, { ...all, top: 0 }), RangeError, "top: 0");
}

async function runEdges({ kullback, backend }: ConformanceContext): Promise<void> {
  const { p, q } = dataOf(Float32Array);
  const all = { shape: SHAPE, backend };
  q[0] = 0;
  const { data } = await kullback.sliceContributions(kullback.klDivergence, p, q, { ...all, axis: 0 });
  same(data[0], Infinity, "a slice with q = 0 < p");
  check(data.slice(1).every(Number.isFinite), () => "other slices are finite.");
  // one reference for all slices
  const reference = q.slice(0, 42).map((x) => x + 1);
  const shared = await kullback.sliceContributions(kullback.klDivergence, p, reference, { ...all, axis: 0 });
  const tiled = Float32Array.from(p, (_, i) => reference[i % 42]);
  sameList(shared.data, (await kullback.sliceContributions(kullback.klDivergence, p, tiled, { ...all, axis: 0 })).data, "a reference that is repeated");
  const entropies = await kullback.blockContributions(kullback.entropy, p, { ...all, size: 3 });
  addUp(entropies, await kullback.entropy(p, { backend, detail: true }), "entropy: Σ of blocks");
  const along = { ...all, axis: 0 };
  await rejects(() => kullback.blockContributions(kullback.klDivergence, p, q, { ...along, size: 3 }), RangeError, "blocks along an axis");
  await rejects(() => kullback.labelContributions(kullback.klDivergence, p, q, { ...along, labels: p.map(() => 1) }), RangeError, "labels along an axis");
  // a q that binary32 holds as a subnormal alone
  const [few, tiny] = [Float32Array.of(1, 2, 3), Float32Array.of(2 ** -140, 1, 2)];
  const raw = { backend, normalize: false } as const;
  addUp(await kullback.blockContributions(kullback.crossEntropy, few, tiny, { ...raw, size: 1 }), await kullback.crossEntropy(few, tiny, { ...raw, detail: true }), "crossEntropy of subnormals");
  await rejects(() => kullback.sliceContributions(kullback.hellinger, p, q, { ...all, axis: 0 }), RangeError, "a root");
  await rejects(() => kullback.blockContributions(kullback.klDivergence, p, q, { ...all, size: [1, 2] }), kullback.ShapeError, "too few sizes");
  await rejects(() => kullback.blockContributions(kullback.klDivergence, p, q, { ...all, size: 0 }), RangeError, "no size");
  await rejects(() => kullback.labelContributions(kullback.klDivergence, p, q, { ...all, labels: [1, 2] }), kullback.ShapeError, "too few labels");
  await rejects(() => kullback.labelContributions(kullback.klDivergence, p, q, { ...all, labels: p }), TypeError, "labels that are no integers");
}

export const contributionCases: readonly ConformanceCase[] = [
  { name: "slices, blocks and labels of every measure add up to its value", run: runParts },
  { name: "what slices, blocks and labels contribute to klDivergence is right to their bounds", run: runTruth },
  { name: "pointwise gives the cells that contribute most", run: runTop },
  { name: "contributions: infinite parts, shared references, entropies and wrong options", run: runEdges },
];
