import type { Dtype } from "../../src/grid";
import { check, keepsPromise, ulp, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { positive, type Random, random } from "../support/random";
import { type ConformanceCase, type ConformanceContext, detailOf, gradeOf, type Floats, type FloatsType } from "./context";
import { MEASURES, truthOf } from "./measures";

/** A cell type, the exponents its values may have, its smallest and (nearly) largest value, how close two of them can be. */
export interface Kind {
  readonly Type: FloatsType;
  readonly dtype: Dtype;
  readonly spreads: readonly number[];
  readonly smallest: number;
  readonly largest: number;
  readonly closest: number;
}

export const SINGLE: Kind = { Type: Float32Array, dtype: "float32", spreads: [0, 3, 10, 40, 120], smallest: 2 ** -149, largest: 2 ** 127, closest: 7 };
export const DOUBLE: Kind = { Type: Float64Array, dtype: "float64", spreads: [0, 3, 10, 60, 300, 1000], smallest: 5e-324, largest: 2 ** 1023, closest: 15 };

/** All exponents, zeros, subnormals, and q near p at every closeness. */
export function randomPair(rng: Random, { Type, spreads, smallest, largest, closest }: Kind): { p: Floats; q: Floats } {
  const n = rng.integer(1, 12);
  const spread = rng.pick(spreads);
  const value = (): number => (rng.unit() < 0.08 ? rng.integer(1, 2 ** 20) * smallest : (1 + rng.unit()) * 2 ** rng.integer(-spread, spread));
  const p = Type.from({ length: n }, (_, i) => (i > 0 && rng.unit() < 0.15 ? 0 : value()));
  const way = rng.pick(["independent", "near", "near", "multiple"] as const);
  const closeness = 10 ** -rng.integer(1, closest);
  const factor = way === "multiple" ? rng.pick([0.5, 3, 1000]) : 1;
  const q = Type.from(p, (x) => {
    if (x === 0) return rng.unit() < 0.5 ? 0 : value();
    return way === "independent" ? value() : Math.min(factor * x * (1 + closeness * (2 * rng.unit() - 1)), largest);
  });
  if (rng.unit() < 0.03) q[rng.integer(0, n - 1)] = 0;
  if (q.every((x) => x === 0)) q[0] = 1;
  return { p, q };
}

function rangeOf(values: Floats): number {
  const positive = [...values].filter((value) => value > 0);
  return Math.max(...positive) / Math.min(...positive);
}

async function runRandom(context: ConformanceContext, kind: Kind, pairs: number, seed: number): Promise<void> {
  const rng = random(seed);
  const failures: string[] = [];
  for (let i = 0; i < pairs; i++) {
    const { p, q } = randomPair(rng, kind);
    for (const measure of i % 5 === 0 ? MEASURES : (["klDivergence"] as const)) {
      try {
        const detail = await detailOf(context, measure, p, q);
        const { truth, promise } = truthOf(measure, p, q, gradeOf(detail, kind.dtype));
        check(measure === "crossEntropy" || detail.value >= 0, () => `${measure} is negative or NaN: ${detail.value}`);
        // a q below 2^-1000 of the largest leaves binary64's range when the totals are matched: the bound must say so
        const denominators = measure === "neymanChiSquare" ? p : q;
        if (rangeOf(denominators) < 2 ** 1000) keepsPromise(detail, truth, promise, measure);
        else if (Number.isFinite(detail.value)) within(detail.value, truth, detail.errorBound + ulp(detail.value), measure);
      } catch (error) {
        failures.push(`pair ${i}: ${(error as Error).message} p = [${p}], q = [${q}]`);
      }
    }
  }
  check(failures.length === 0, () => `${failures.length} failures of ${pairs} pairs; the first:\n${failures.slice(0, 5).join("\n")}`);
}

async function runScaling(context: ConformanceContext, { Type }: Kind, powers: readonly number[]): Promise<void> {
  const rng = random(93);
  const p = Type.from(positive(rng, 300));
  const q = Type.from(positive(rng, 300));
  const truth = oracle.klDivergence(p, q);
  for (const a of powers) {
    for (const b of powers) {
      const detail = await detailOf(context, "klDivergence", p.map((x) => x * 2 ** a) as Floats, q.map((x) => x * 2 ** b) as Floats);
      within(detail.value, truth, detail.errorBound, `D(p·2^${a}, q·2^${b})`);
      check(detail.errorBound < 1e-3, () => `errorBound ${detail.errorBound} for p·2^${a}, q·2^${b} says nothing.`);
    }
  }
}

export const randomCases: readonly ConformanceCase[] = [
  { name: "every measure of 300 random pairs of Float32Arrays keeps the promise", run: (context) => runRandom(context, SINGLE, 300, 94) },
  { name: "every measure of 300 random pairs of Float64Arrays keeps the promise", only: "cpu", run: (context) => runRandom(context, DOUBLE, 300, 95) },
  { name: "powers of two on p and q leave klDivergence within its bound (Float32Array)", run: (context) => runScaling(context, SINGLE, [-90, -20, 0, 20, 110]) },
  { name: "powers of two on p and q leave klDivergence within its bound (Float64Array)", only: "cpu", run: (context) => runScaling(context, DOUBLE, [-980, -100, 0, 300, 1000]) },
];
