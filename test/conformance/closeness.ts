import { check, keepsPromise } from "../support/assert";
import * as oracle from "../support/oracle";
import { near, normalized, positive, random } from "../support/random";
import { type ConformanceCase, detailOf, gradeOf } from "./context";
import { truthOf } from "./measures";

const CELLS_F32 = 65536;
const CELLS_F64 = 16384;

function pairF32(closeness: number): { p: Float32Array; q: Float32Array } {
  const rng = random(2026);
  const p = Float32Array.from(normalized(positive(rng, CELLS_F32)));
  return { p, q: Float32Array.from(normalized(near(rng, p, closeness))) };
}

function pairF64(closeness: number): { p: Float64Array; q: Float64Array } {
  const rng = random(2027);
  const p = normalized(positive(rng, CELLS_F64));
  return { p, q: normalized(near(rng, p, closeness)) };
}

/** The same truth for every backend of a run. */
const truths = new Map<string, number>();

function truthFor(key: string, p: oracle.Cells, q: oracle.Cells): number {
  const truth = truths.get(key) ?? oracle.toNumber(oracle.klDivergence(p, q));
  truths.set(key, truth);
  return truth;
}

function closeCase(name: string, pair: () => { p: Float32Array | Float64Array; q: Float32Array | Float64Array }, relative: number, only?: "cpu"): ConformanceCase {
  return {
    name,
    ...(only && { only }),
    async run(context) {
      const { p, q } = pair();
      const truth = truthFor(name, p, q);
      const detail = await detailOf(context, "klDivergence", p, q);
      const error = Math.abs(detail.value - truth);
      check(error < relative * truth, () => `got ${detail.value}, expected ${truth}: relative error ${error / truth}, at most ${relative} allowed.`);
      check(error <= detail.errorBound, () => `the error ${error} is above the errorBound ${detail.errorBound}.`);
    },
  };
}

export const closenessCases: readonly ConformanceCase[] = [
  closeCase("klDivergence of 65536 f32 cells a factor 1 ± 1e-6 apart has a relative error below 1e-5", () => pairF32(1e-6), 1e-5),
  closeCase("klDivergence of 65536 f32 cells a factor 1 ± 1e-4 apart has a relative error below 1e-5", () => pairF32(1e-4), 1e-5),
  closeCase("klDivergence of 16384 f64 cells a factor 1 ± 1e-12 apart keeps 13 digits", () => pairF64(1e-12), 1e-13, "cpu"),
  closeCase("klDivergence of 16384 f64 cells a factor 1 ± 1e-8 apart keeps 13 digits", () => pairF64(1e-8), 1e-13, "cpu"),
  {
    name: "jensenShannon of 4096 f32 cells a factor 1 ± 1e-5 apart keeps the promise",
    async run(context) {
      const { p, q } = pairF32(1e-5);
      const [a, b] = [p.subarray(0, 4096), q.subarray(0, 4096)];
      const detail = await detailOf(context, "jensenShannon", a, b);
      const { truth, promise } = truthOf("jensenShannon", a, b, gradeOf(detail, "float32"));
      keepsPromise(detail, truth, promise, "value");
    },
  },
];
