import type { CellArray, DeviceGrid, Grid, Layout } from "../grid.js";
import type { DetailArray } from "../options.js";
import { isDeviceGrid } from "../validate.js";
import { evaluateCall } from "./evaluate.js";
import type { Masses } from "./masses.js";
import { resultsOf } from "./pair-results.js";
import type { PairResults, Wanted } from "./pair-results.js";
import { isDeviceError } from "./prepare.js";
import type { Call, Place } from "./prepare.js";
import { viewFrom } from "./view-from.js";

/*
 * Pairs that the measure itself computes: those that a sum over many left open, or all of them where there is none.
 */

/** Cells of pairs that are computed alone at a time. */
const AT_ONCE = 2 ** 20;

/** Rows and those they are compared with. */
export interface Pairs {
  readonly call: Call;
  readonly rows: Masses;
  readonly others: Masses;
  readonly wanted: Wanted;
}

/** A matrix, and how it came about. */
export interface Computed {
  readonly results: PairResults;
  readonly place: Place;
  /** Pairs that the measure itself computed. */
  readonly alone: number;
  readonly how: "fast" | "exact";
}

/** Some rows with some others. */
export function layoutOf(rows: number, others: number, cells: number): Layout {
  return {
    kept: [{ size: rows, strideP: cells, strideQ: 0, strideW: 0 }, { size: others, strideP: 0, strideQ: cells, strideW: 0 }],
    reduced: [{ size: cells, strideP: 1, strideQ: 1, strideW: 0 }], rows: rows * others, cells, shape: [rows, others],
  };
}

/** What the measure itself says of some pairs. */
async function evaluated(call: Call, { backend }: Place): Promise<DetailArray> {
  return (await evaluateCall({ ...call, options: { ...call.options, backend } }, 0)) as DetailArray;
}

/** Pairs that are left for the measure itself. */
export class Rest {
  count = 0;
  /** Why here, and where else some of them were computed. */
  readonly reasons: Set<string>;
  private pairs: (readonly [number, number])[] = [];

  constructor(private readonly of: Pairs, private readonly place: Place, private readonly results: PairResults) {
    this.reasons = new Set([place.reason]);
  }

  /** Takes a pair; true when there are enough. */
  add(row: number, other: number): boolean {
    this.pairs.push([row, other]);
    this.count += 1;
    return this.pairs.length * this.of.rows.cells >= AT_ONCE;
  }

  async compute(): Promise<void> {
    const { pairs, of: { call, rows: { cells } }, place, results } = this;
    if (pairs.length === 0) return;
    const gathered = (grid: Grid, side: 0 | 1): Grid => {
      const data = new (grid.data.constructor as new (length: number) => CellArray)(pairs.length * cells);
      for (const [at, pair] of pairs.entries()) data.set(grid.data.subarray(pair[side] * cells, (pair[side] + 1) * cells) as never, at * cells);
      return { data, dtype: grid.dtype, shape: [pairs.length, cells] };
    };
    const row = { strideP: cells, strideQ: cells, strideW: 0 };
    const layout: Layout = { kept: [{ ...row, size: pairs.length }], reduced: [{ size: cells, strideP: 1, strideQ: 1, strideW: 0 }], rows: pairs.length, cells, shape: [pairs.length] };
    const { value, errorBound, reason } = await evaluated({ ...call, p: gathered(call.p as Grid, 0), q: gathered(call.q as Grid, 1), layout }, place);
    if (reason !== place.backend.info.reason) this.reasons.add(`some pairs alone: ${reason}`);
    for (const [at, [i, j]] of pairs.entries()) results.put(i, j, value[at], errorBound[at]);
    this.pairs = [];
  }
}

/** Every pair by the measure itself, some rows at a time, with all others where they are in the backend's memory. */
export async function oneByOne({ call, wanted }: Pairs, place: Place): Promise<Computed> {
  const { rows, others, half } = wanted;
  const { layout: { cells } } = call;
  const results = resultsOf(wanted);
  const onDevice = place.backend.info.kind === "webgpu" ? await held(call.q as Grid, place) : null;
  const [precisions, reasons] = [new Set<Computed["how"]>(), new Set<string>()];
  try {
    const q = onDevice ?? call.q;
    for (let first = 0; first < rows;) {
      // of a half the later rows alone, where their cells are at hand
      const firstOther = half && !isDeviceGrid(q) ? first : 0;
      const count = Math.min(rows - first, Math.max(1, Math.floor(AT_ONCE / ((others - firstOther) * cells))));
      const layout = layoutOf(count, others - firstOther, cells);
      const p = { ...viewFrom(call.p, first * cells), shape: [count, cells] };
      const answer = await evaluated({ ...call, p: upTo(p as Grid, count * cells), q: { ...viewFrom(q, firstOther * cells), shape: [others - firstOther, cells] }, layout }, place);
      for (let i = 0; i < count; i++) {
        for (let j = half ? Math.max(first + i, firstOther) : firstOther; j < others; j++) {
          const at = i * (others - firstOther) + j - firstOther;
          results.put(first + i, j, answer.value[at], answer.errorBound[at]);
        }
      }
      precisions.add(answer.precision);
      reasons.add(answer.reason === place.backend.info.reason ? place.reason : answer.reason);
      first += count;
    }
  } finally {
    onDevice?.destroy();
  }
  return { results, place: { ...place, reason: [...reasons].join("; ") }, alone: half ? (rows * (rows + 1)) / 2 : rows * others, how: precisions.has("fast") ? "fast" : "exact" };
}

const upTo = (grid: Grid, cells: number): Grid => ({ ...grid, data: grid.data.subarray(0, cells) as CellArray });

/** A copy in the backend's memory; `null` where it has no room. */
async function held(q: Grid, { backend }: Place): Promise<DeviceGrid | null> {
  try {
    return backend.upload(q);
  } catch (error) {
    if (!isDeviceError(error, "limit")) throw error;
    return null;
  }
}
