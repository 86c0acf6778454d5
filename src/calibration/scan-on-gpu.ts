import type { Backend } from "../index.js";
import type { Candidates } from "./choose.js";

/*
 * The candidates of many histograms at once: a row each of a table on the GPU, in singles. What is near the least there is looked at in binary64 here, so that thresholds are
 * those of the CPU.
 */

/** Samples of a histogram that 32 bits count. */
const MOST_SAMPLES = 2 ** 32;
/** Bins times groups, up to which a single tells where every group ends. */
const MOST_PLACES = 2 ** 24;

const HEAD = /* wgsl */ `
const INFINITE = 3e38;
fn count_below(bin: u32) -> u32 { return word(bin); }
fn filled_below(bin: u32) -> u32 { return word(tabulation.own.x + 1u + bin); }
// a sum by sixteens: one after the other a hundred terms lose four times as much
var<private> summed: f32;
var<private> latest: f32;
var<private> terms: u32;
fn add(term: f32) {
  latest += term;
  terms += 1u;
  if ((terms & 15u) == 0u) {
    summed += latest;
    latest = 0.0;
  }
}
fn sum() -> f32 { return summed + latest; }
`;

/** Histograms of one length by one method. */
export type Alike = Candidates & Required<Pick<Candidates, "gpu">>;

/** Can these be scanned by a GPU? */
export function isForGpu(candidates: Candidates): candidates is Alike {
  const { gpu } = candidates;
  if (!gpu) return false;
  const { bins: { counts: { length }, sums }, groups } = gpu;
  return sums[length] < MOST_SAMPLES && length * groups <= MOST_PLACES;
}

/** What a GPU finds of all candidates, a row each; `null` where the backend has none. */
export async function scanOnGpu(backend: Backend, method: string, list: readonly Alike[], signal?: AbortSignal): Promise<readonly Float32Array[] | null> {
  const [{ first, thresholds: { length: columns }, gpu: { wgsl, own, shared, groups, bins: { counts: { length: bins } } } }] = list;
  const perRow = 2 * (bins + 1);
  const words = new Uint32Array(list.length * perRow);
  list.forEach(({ gpu: { bins: { sums, filled } } }, row) => {
    words.set(sums, row * perRow);
    words.set(filled, row * perRow + bins + 1);
  });
  const [ofOwn = 0] = own;
  const values = await backend.tabulate({
    id: `calibrate ${method}`, wgsl: HEAD + wgsl, words, perRow, shared, firstColumn: first, columns, own: [bins, ofOwn, 0, 0], cost: groups, ...(signal && { signal }),
  });
  return values && list.map((_, row) => values.subarray(row * columns, (row + 1) * columns));
}
