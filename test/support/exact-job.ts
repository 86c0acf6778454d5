import type { ExactJob } from "../../src/backend";
import { type Dtype, grid, layout } from "../../src/grid";
import type { ExactTerm } from "../../src/terms/exact/measure";
import { ANY_CELLS } from "./bits";
import type { Random } from "./random";

/** A job on cells of any bits, each row in a scale of its own. */
export function anyJob(rng: Random, term: ExactTerm, dtypes: { readonly p: Dtype; readonly q: Dtype }, shape: readonly number[], axes: readonly number[]): ExactJob {
  const n = shape.reduce((product, size) => product * size, 1);
  const gridOf = (dtype: Dtype) => grid(ANY_CELLS[dtype](rng, n), { shape, ...(dtype === "float16" && { dtype }) });
  const nest = layout("test", shape, axes, shape);
  // a scale brings totals to about 1: terms of the largest doubles times 2^40 still fit
  const scales = term === "cross-entropy" ? undefined : Array.from({ length: nest.rows }, () => ({ p: rng.integer(-40, 40), q: rng.integer(-900, 40), multiplier: rng.integer(1, 1023) }));
  return { term, layout: nest, p: gridOf(dtypes.p), q: gridOf(dtypes.q), totals: true, ...(scales && { scales }) };
}
