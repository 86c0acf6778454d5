import type { MeasureOptions } from "../../src/options";
import { check, rejects, same, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { positive, random } from "../support/random";
import type { Real } from "../support/real";
import { type ConformanceCase, type ConformanceContext, detailArrayOf, detailOf, type Floats, FLOATS, type MeasureName } from "./context";

type Zeros = NonNullable<MeasureOptions["zeros"]>;

const NAMES = ["klDivergence", "jeffreys", "jensenShannon", "totalVariation", "crossEntropy", "chiSquare", "neymanChiSquare", "hellinger", "generalizedKl"] as const satisfies readonly MeasureName[];
const POLICIES: readonly Zeros[] = [{ policy: "omit" }, { policy: "epsilon", value: 1e-5 }, { policy: "laplace", value: 0.5 }, { policy: "clip", value: 1e-7 }];
const CELLS = 400;

/** The cells as a policy leaves them, in binary64, and whether they are normalised after that. */
function treated(p: Floats, q: Floats, zeros: Zeros, normalize: boolean): { p: Float64Array; q: Float64Array; normalize: boolean } {
  const sum = (cells: Floats) => (normalize ? Array.from(cells).reduce((a, b) => a + b, 0) : 1);
  const [sumP, sumQ] = [sum(p), sum(q)];
  const both = (ofP: (x: number, i: number) => number, ofQ: (x: number, i: number) => number) => ({ p: Float64Array.from(p, ofP), q: Float64Array.from(q, ofQ), normalize });
  switch (zeros.policy) {
    case "infinite":
      return both((x) => x, (y) => y);
    case "omit":
      return both((x, i) => (q[i] === 0 ? 0 : x), (y) => y);
    case "epsilon":
      return both((x) => x, (y) => (y === 0 ? zeros.value * sumQ : y));
    case "laplace":
      return both((x) => x + zeros.value, (y) => y + zeros.value);
    case "clip":
      return { ...both((x) => Math.max(x / sumP, zeros.value), (y) => Math.max(y / sumQ, zeros.value)), normalize: false };
    default:
      return zeros satisfies never;
  }
}

function truthOf(name: (typeof NAMES)[number], p: Float64Array, q: Float64Array, normalize: boolean): Real {
  if (name === "generalizedKl") return oracle.generalizedKl(p, q);
  if (name === "neymanChiSquare") return oracle.chiSquare(q, p, normalize);
  return oracle[name](p, q, normalize);
}

async function runPolicy(context: ConformanceContext, zeros: Zeros): Promise<void> {
  for (const Type of FLOATS) {
    const rng = random(101);
    const p = Type.from(positive(rng, CELLS), (x, i) => (i % 7 === 3 ? 0 : x));
    const q = Type.from(positive(rng, CELLS), (x, i) => (i % 11 < 2 ? 0 : 3 * x));
    for (const name of NAMES) {
      for (const normalize of [true, false]) {
        const after = treated(p, q, zeros, normalize && name !== "generalizedKl");
        const truth = truthOf(name, after.p, after.q, after.normalize);
        const { value, errorBound, backend, zeros: audit } = await detailOf(context, name, p, q, { zeros, normalize });
        const what = `${name}, ${zeros.policy}, normalize: ${normalize}, ${Type.name}`;
        // what a policy puts in place of 0 is rounded to the type once more
        const slack = Type === Float32Array && backend === "webgpu" ? 2 ** -21 : 2 ** -46;
        within(value, truth, errorBound + slack * Math.max(1, Math.abs(value)), what);
        if (value !== Infinity) check(errorBound <= 2 ** -11 * Math.max(1, Math.abs(value)), () => `${what}: the bound ${errorBound} of ${value} is wide.`);
        const missing = [...p.keys()].filter((i) => p[i] > 0 && q[i] === 0);
        same(audit?.cells, missing.length, `${what}: cells that were touched`);
        within(audit?.mass ?? NaN, missing.reduce((sum, i) => sum + p[i], 0) / Array.from(p).reduce((a, b) => a + b, 0), 1e-5, `${what}: their mass`);
      }
    }
  }
}

async function runRows(context: ConformanceContext): Promise<void> {
  const rng = random(102);
  const shape = [70, 30];
  const p = Float32Array.from(positive(rng, 2100));
  const q = Float32Array.from(positive(rng, 2100), (x, i) => (i % 5 === 0 ? 0 : x * (1 + Math.floor(i / 30))));
  for (const zeros of POLICIES) {
    for (const name of ["klDivergence", "jensenShannon"] as const) {
      const { value, errorBound, zeros: audit } = await detailArrayOf(context, name, p, q, { shape, axis: 1, zeros });
      for (const row of [0, 33, 69]) {
        const after = treated(p.subarray(30 * row, 30 * row + 30), q.subarray(30 * row, 30 * row + 30), zeros, true);
        within(value[row], truthOf(name, after.p, after.q, after.normalize), errorBound[row] + 2 ** -21 * Math.max(1, value[row]), `${name}, ${zeros.policy}, row ${row}`);
        same(audit?.cells[row], 6, "cells that were touched");
      }
    }
  }
}

async function runPeers({ kullback, backend }: ConformanceContext): Promise<void> {
  const { compare, crossEntropy, klDivergence } = kullback;
  const [a, b] = [Float32Array.of(0, 0.25, 0.25, 0, 0.25, 0.25), Float32Array.of(0, 0, 0.25, 0.25, 0.25, 0.25)];
  within(await klDivergence(a, b, { backend, normalize: false, zeros: { policy: "epsilon", value: 1e-5 } }), 2.5316577759625845, 1e-5, "philentropy's KL(A, B)");
  // tfjs-layers' test: ln 4 and ln(1/0.9), to its 1e-5
  for (const [q, expected] of [[[0.25, 0.75], Math.log(4)], [[0.9, 0.1], Math.log(1 / 0.9)]] as const) {
    within(await klDivergence([1, 0], q, { backend, zeros: { policy: "clip", value: 1e-7 } }), expected, 1e-5, `Keras' kl_divergence([1, 0], ${q})`);
  }
  same(await klDivergence(a, b, { backend, zeros: { policy: "infinite" } }), Infinity, "policy infinite");
  const zeros = { policy: "laplace", value: 1 } as const;
  const [kl, cross] = await compare([klDivergence, crossEntropy], a, b, { backend, zeros });
  within(kl, await klDivergence(a, b, { backend, zeros }), 1e-6, "compare, klDivergence");
  within(cross, await crossEntropy(a, b, { backend, zeros }), 1e-6, "compare, crossEntropy");
}

async function runWrong({ kullback: { klDivergence, pointwise }, backend }: ConformanceContext): Promise<void> {
  const call = (zeros: unknown, more: MeasureOptions = {}) => klDivergence([1, 2], [2, 1], { ...more, backend, zeros: zeros as Zeros });
  for (const zeros of [{ policy: "ignore" }, { policy: "epsilon" }, { policy: "clip", value: 0 }, { policy: "laplace", value: NaN }]) {
    await rejects(() => call(zeros), RangeError, JSON.stringify(zeros));
  }
  await rejects(() => call({ policy: "omit" }, { precision: "exact" }), RangeError, "exact");
  await rejects(() => call({ policy: "omit" }, { mask: [1, 1] }), RangeError, "a mask");
  await rejects(() => pointwise(klDivergence, [1, 2], [2, 1], { backend, zeros: { policy: "omit" } } as never), RangeError, "pointwise");
}

export const zeroCases: readonly ConformanceCase[] = [
  ...POLICIES.map((zeros): ConformanceCase => ({ name: `zeros: ${JSON.stringify(zeros)} is what it says, for every measure`, run: (context) => runPolicy(context, zeros) })),
  { name: "zeros: every policy, row by row", run: runRows },
  { name: "zeros: philentropy's and Keras' numbers, and compare", run: runPeers },
  { name: "zeros: what is no policy is refused", run: runWrong },
];
