import { pairOf } from "./data.js";
import { repeatedly, summaryOf } from "./timing.js";

/*
 * Does a call's time grow as its cells do, and does it take memory beside them? All sizes are windows of the largest arrays, smallest
 * first, so that the most memory that the process has had tells what each of them added.
 */

const SIZES = [20, 22, 24, 26, 28];
const REPETITIONS = 5;

/** Bytes that the process has had at most; a page does not tell. */
const mostBytes = () => (globalThis.process?.resourceUsage?.().maxRSS ?? NaN) * 1024;

/** Hands a row for each size and backend to `report`. */
export async function measureGrowth({ kullback, backends, sizes = SIZES, report }) {
  const { p, q } = pairOf({ data: "random", dtype: "float32", cells: 2 ** Math.max(...sizes) });
  for (const [way, backend] of backends) {
    const before = mostBytes();
    for (const cells of sizes.map((size) => 2 ** size).sort((a, b) => a - b)) {
      const [some, others] = [p.subarray(0, cells), q.subarray(0, cells)];
      const summary = summaryOf(await repeatedly(() => kullback.klDivergence(some, others, { backend }), REPETITIONS));
      report({ growth: way, cells, ...summary, nsPerCell: (summary.medianMs * 1e6) / cells, bytesBeside: mostBytes() - before });
    }
  }
}
