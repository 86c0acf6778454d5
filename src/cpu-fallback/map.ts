import type { MapJob } from "../backend.js";
import { offsetOf } from "../grid.js";
import { blockTermOf } from "./block-terms.js";
import { BLOCK, CellReader } from "./cells.js";
import { INFINITE } from "../terms/measure.js";
import { Pacer } from "./pause.js";

/** One value a cell, in p's order. */
export async function map(job: MapJob): Promise<Float64Array> {
  const { term: { edges, saysZeros = false }, layout, factor, perP, rows: own } = job;
  const result = new Float64Array(layout.rows * layout.cells);
  const reader = new CellReader(job);
  const evaluate = blockTermOf(job.term);
  const inner = layout.reduced.at(-1) ?? { size: 1, strideP: 1, strideQ: 0 };
  const pacer = new Pacer(job.signal);
  for (let r = 0; r < layout.rows; r++) {
    const base = offsetOf(layout.kept, r, "strideP");
    const [plus, times] = own ? [own.plus[r], own.times[r] * factor] : [0, factor];
    for (let from = 0; from < layout.cells; from += BLOCK) {
      const count = Math.min(BLOCK, layout.cells - from);
      const block = reader.fill(r, from, count);
      evaluate(block, count);
      const { p, q, term, nodes } = block;
      for (let i = 0, at = 0; i < count; i++, at += inner.strideP) {
        if (i === 0 || (from + i) % inner.size === 0) at = base + offsetOf(layout.reduced, from + i, "strideP");
        const isInfinite = saysZeros && Math.abs(term[i]) === INFINITE;
        const value = isInfinite ? term[i] * Infinity : saysZeros || (p[i] > 0 && q[i] > 0) ? term[i] : p[i] > 0 ? edges.qZero * p[i] : q[i] > 0 ? edges.pZero * q[i] : 0;
        result[at] = (value + perP * p[i] + (own?.isPerQ ? plus * q[i] : plus)) * times * (nodes?.[i] ?? 1);
      }
      if (pacer.isDue(count)) await pacer.pause();
    }
  }
  return result;
}
