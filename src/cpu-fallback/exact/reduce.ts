import type { ExactJob, ExactSums } from "../../backend.js";
import type { CellArray, DeviceGrid, Dtype, Grid, Stride } from "../../grid.js";
import { innerAxisOf, offsetOf } from "../../grid.js";
import { mergeRows, NO_CELLS } from "../../terms/exact/measure.js";
import type { ExactRow } from "../../terms/exact/measure.js";
import { Pacer } from "../pause.js";
import { BigIntEngine } from "./bigint.js";
import { BLOCK } from "./engine.js";
import type { Engine } from "./engine.js";
import { openWasm } from "./wasm.js";

/** Typed arrays of any element type. */
type Cells = { [index: number]: number | bigint; set(from: Cells, at: number): void; subarray(from: number, to: number): Cells };

/** A grid's cells as they lie in memory, and a block of an engine's that takes them, as bytes or as numbers. */
class Source {
  private readonly cells: Cells;
  private readonly block: Cells;
  readonly dtype: Dtype;

  constructor(operand: Grid | DeviceGrid, to: Uint32Array | { readonly buffer: ArrayBuffer; readonly byteOffset: number }) {
    const data = "data" in operand ? operand.data : operand.host;
    if (!data) throw new TypeError("the CPU backend was handed a grid of another device");
    this.dtype = operand.dtype;
    // half floats travel as their bits
    const Type = (operand.dtype === "float16" ? Uint16Array : data.constructor) as new (buffer: ArrayBufferLike, byteOffset: number, length: number) => CellArray;
    this.cells = new Type(data.buffer, data.byteOffset, data.length) as unknown as Cells;
    this.block = (to instanceof Uint32Array ? to : new Type(to.buffer, to.byteOffset, BLOCK)) as unknown as Cells;
  }

  copy(start: number, stride: number, count: number, at: number): void {
    const { cells, block } = this;
    if (stride === 1) block.set(cells.subarray(start, start + count), at);
    else for (let i = 0; i < count; i++) block[at + i] = cells[start + i * stride];
  }
}

/** An engine's counters hold 2^31 additions; two weighted terms a cell are eight at most. */
const CELLS_PER_TAKE = 2 ** 28;

const idle: Engine[] = [];

async function openEngine(): Promise<Engine> {
  return openWasm().catch(() => new BigIntEngine());
}

/** Exact sums of every row, in integers; raw bytes go in, whatever the type. */
export async function reduceExact(job: ExactJob): Promise<ExactSums> {
  // calls that overlap must not share sums
  const engine = idle.pop() ?? (await openEngine());
  try {
    return await sumRows(job, engine);
  } finally {
    engine.take();
    idle.push(engine);
  }
}

/** The same with an engine of the caller's, whose sums are taken every `cellsPerTake` cells. */
export async function sumRows(job: ExactJob, engine: Engine, cellsPerTake = CELLS_PER_TAKE): Promise<ExactSums> {
  const { layout, p, q, weights, totals, term, scales, signal } = job;
  const { first, end } = job.rows ?? { first: 0, end: layout.rows };
  const sourceP = new Source(p, engine.p);
  const sourceQ = new Source(q, engine.q);
  const sourceW = weights && new Source(weights, engine.weights);
  engine.weights.fill(1);
  const inner = innerAxisOf(layout);
  const invalidP = { count: 0, first: -1 };
  const invalidQ = { count: 0, first: -1 };
  const pacer = new Pacer(signal);
  const rows: ExactRow[] = [];
  for (let row = first; row < end; row++) {
    const startOf = (cell: number, of: Stride) => offsetOf(layout.kept, row, of) + offsetOf(layout.reduced, cell, of);
    let sums = NO_CELLS;
    for (let from = 0; from < layout.cells; from += BLOCK) {
      const count = Math.min(BLOCK, layout.cells - from);
      for (let done = 0; done < count;) {
        const cell = from + done;
        const run = Math.min(count - done, inner.size - (cell % inner.size));
        sourceP.copy(startOf(cell, "strideP"), inner.strideP, run, done);
        sourceQ.copy(startOf(cell, "strideQ"), inner.strideQ, run, done);
        sourceW?.copy(startOf(cell, "strideW"), inner.strideW, run, done);
        done += run;
      }
      note(invalidP, engine.read("p", sourceP.dtype, count), (i) => startOf(from + i, "strideP"));
      note(invalidQ, engine.read("q", sourceQ.dtype, count), (i) => startOf(from + i, "strideQ"));
      if (totals) engine.addTotals(count);
      if (term) engine.addTerms(term, count, scales?.[row - first] ?? null);
      if (pacer.isDue(8 * count)) await pacer.pause();
      if ((from + count) % cellsPerTake === 0) sums = mergeRows(sums, engine.take());
    }
    rows.push(mergeRows(sums, engine.take()));
  }
  return { rows, invalidP, invalidQ };
}

function note(invalid: { count: number; first: number }, found: { readonly count: number; readonly first: number }, indexOf: (i: number) => number): void {
  if (found.count === 0) return;
  const index = indexOf(found.first);
  invalid.first = invalid.count === 0 ? index : Math.min(invalid.first, index);
  invalid.count += found.count;
}
