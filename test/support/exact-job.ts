import type { ExactJob } from "../../src/backend";
import { cellsOf, type Dtype, grid, layout } from "../../src/grid";
import type { ExactTerm } from "../../src/terms/exact/measure";
import { ANY_CELLS } from "./bits";
import type { Random } from "./random";

/** Every exact term. */
export const TERMS = ["kl", "jeffreys", "cross-entropy", "jensen-shannon", "total-variation"] as const satisfies readonly ExactTerm[];

/** Weights of every size, many of them 0. */
const WEIGHTS = [
  (n: number, rng: Random) => Uint8Array.from({ length: n }, () => rng.integer(0, 255) * rng.integer(0, 2)),
  (n: number, rng: Random) => Uint16Array.from({ length: n }, () => rng.integer(0, 32767) * rng.integer(0, 2)),
  (n: number, rng: Random) => Uint32Array.from({ length: n }, () => rng.uint32() * rng.integer(0, 1)),
  (n: number, rng: Random) => Uint32Array.from({ length: n }, () => rng.uint32() >>> rng.integer(0, 31)),
] as const;

/** Terms that come with a scale. */
export const NORMALIZED: ReadonlySet<ExactTerm> = new Set(["jensen-shannon", "total-variation"]);

/** A job on cells of any bits, each row in a scale of its own where there are any. */
export function anyJob(rng: Random, term: ExactTerm, dtypes: { readonly p: Dtype; readonly q: Dtype }, shape: readonly number[], axes: readonly number[], weighted = rng.unit() < 0.5): ExactJob {
  const n = cellsOf(shape);
  const gridOf = (dtype: Dtype) => grid(ANY_CELLS[dtype](rng, n), { shape, ...(dtype === "float16" && { dtype }) });
  const shapeW = rng.unit() < 0.5 ? shape : shape.slice(-1);
  const weights = weighted ? grid(rng.pick(WEIGHTS)(cellsOf(shapeW), rng), { shape: shapeW }) : undefined;
  const nest = layout("test", shape, axes, shape, weights?.shape);
  const wide = () => [0, 1, 2, 3].reduce((bits) => (bits << 32n) | BigInt(rng.uint32()), 0n) | (1n << 127n);
  // a scale brings totals to about 1: terms of the largest doubles times 2^40 still fit
  const scaleOf = () => ({ pShift: rng.integer(-230, -90), qShift: rng.integer(-900, -90), pTimes: wide(), qTimes: wide() });
  const scaled = NORMALIZED.has(term) || (term !== "cross-entropy" && rng.unit() < 0.5);
  return { term, layout: nest, p: gridOf(dtypes.p), q: gridOf(dtypes.q), ...(weights && { weights }), totals: true, ...(scaled && { scales: Array.from({ length: nest.rows }, scaleOf) }) };
}
