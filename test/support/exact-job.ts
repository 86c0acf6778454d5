import type { ExactJob } from "../../src/backend";
import { type Dtype, grid, layout } from "../../src/grid";
import { EXACT_UNSCALED, type ExactTerm } from "../../src/terms/exact/measure";
import { ANY_CELLS } from "./bits";
import type { Random } from "./random";

/** A job on cells of any bits, each row in a scale of its own. */
export function anyJob(rng: Random, term: ExactTerm, dtypes: { readonly p: Dtype; readonly q: Dtype }, shape: readonly number[], axes: readonly number[]): ExactJob {
  const n = shape.reduce((product, size) => product * size, 1);
  const gridOf = (dtype: Dtype) => grid(ANY_CELLS[dtype](rng, n), { shape, ...(dtype === "float16" && { dtype }) });
  const nest = layout("test", shape, axes, shape);
  const wide = () => (1n << 95n) | (BigInt(rng.uint32()) << 63n) | (BigInt(rng.uint32()) << 32n) | BigInt(rng.uint32());
  // a scale brings totals to about 1: terms of the largest doubles times 2^40 still fit
  const scaleOf = {
    kl: () => ({ pShift: rng.integer(-40, 40), qShift: rng.integer(-900, 40), pTimes: 1n, qTimes: BigInt(rng.integer(1, 1023)) }),
    "jensen-shannon": () => ({ pShift: rng.integer(-200, -60), qShift: rng.integer(-900, -60), pTimes: wide(), qTimes: wide() }),
    "cross-entropy": () => EXACT_UNSCALED,
  }[term];
  return { term, layout: nest, p: gridOf(dtypes.p), q: gridOf(dtypes.q), totals: true, scales: Array.from({ length: nest.rows }, scaleOf) };
}
