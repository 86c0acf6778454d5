import type { CellsJob, RowSums, Term } from "../backend.js";
import { blockTermOf } from "./block-terms.js";
import { BLOCK, CellReader } from "./cells.js";
import type { Block } from "./cells.js";
import { Float32Runs } from "./float32-runs.js";
import type { Run } from "./float32-runs.js";
import { Pacer } from "./pause.js";

/** Serial additions before a sum moves on to the compensated total. */
export const SERIAL = 128;
const LARGEST = Number.MAX_VALUE;
/** Blocks that go the general way after a zero was met: where one is, more are. */
const CAREFUL_BLOCKS = 16;

/** Σ by Neumaier 1974, doi:10.1002/zamm.19740540106: JavaScript's binary64 is strict, so the lost parts are kept. */
class Total {
  private sum = 0;
  private lost = 0;
  add(x: number): void {
    const sum = this.sum + x;
    this.lost += Math.abs(this.sum) >= Math.abs(x) ? this.sum - sum + x : x - sum + this.sum;
    this.sum = sum;
  }
  get value(): number {
    return Number.isFinite(this.lost) ? this.sum + this.lost : this.sum;
  }
}

/** Sums cells `from` … `to` of a block. Edges and what does not belong there are rare and cost a branch. */
function sumRun({ edges }: Term, { p: ps, q: qs, d: ds, term: terms }: Block, from: number, to: number, row: Run): void {
  let sum = 0;
  let p = 0;
  let q = 0;
  let d = 0;
  let { largestP, largestQ, smallestQ, infinite, differs } = row;
  for (let i = from; i < to; i++) {
    const x = ps[i];
    const y = qs[i];
    const difference = ds[i];
    if (x > 0 && y > 0) {
      sum += terms[i];
      if (y < smallestQ) smallestQ = y;
    } else if (x > 0) {
      if (edges.qZero === Infinity) infinite += 1;
      else sum += edges.qZero * x;
    } else if (y > 0) {
      if (edges.pZero === Infinity) infinite += 1;
      else sum += edges.pZero * y;
    }
    p += x;
    q += y;
    d += difference;
    if (x > largestP) largestP = x;
    if (y > largestQ) largestQ = y;
    if (difference !== 0) differs = true;
  }
  row.term = sum;
  row.p = p;
  row.q = q;
  row.d = d;
  row.largestP = largestP;
  row.largestQ = largestQ;
  row.smallestQ = smallestQ;
  row.infinite = infinite;
  row.differs = differs;
}

/** False when the block holds a negative, NaN or infinite entry. */
function isValid({ p, q }: Block, count: number): boolean {
  let valid = true;
  for (let i = 0; i < count; i++) {
    if (!(p[i] >= 0 && p[i] <= LARGEST && q[i] >= 0 && q[i] <= LARGEST)) valid = false;
  }
  return valid;
}

class Invalid {
  count = 0;
  first = -1;
  note(values: Float64Array, count: number, indexOf: (i: number) => number): void {
    for (let i = 0; i < count; i++) {
      if (values[i] >= 0 && values[i] <= LARGEST) continue;
      const index = indexOf(i);
      if (this.count === 0 || index < this.first) this.first = index;
      this.count += 1;
      values[i] = 0;
    }
  }
}

/** One read of the cells: block by block into binary64, then serial runs into compensated totals. */
export async function reduce(job: CellsJob): Promise<RowSums> {
  const { rows, cells } = job.layout;
  const column = () => new Float64Array(rows);
  const sums = {
    term: column(), p: column(), q: column(), d: column(), largestP: column(), largestQ: column(),
    infiniteCells: column(), differs: new Uint8Array(rows), smallestQ: column(),
  };
  const reader = new CellReader(job);
  const evaluate = blockTermOf(job.term);
  const invalidP = new Invalid();
  const invalidQ = new Invalid();
  const runs = Float32Runs.of(job);
  let careful = 0;
  const pacer = new Pacer(job.signal);
  for (let r = 0; r < rows; r++) {
    const total = { term: new Total(), p: new Total(), q: new Total(), d: new Total() };
    const row: Run = { term: 0, p: 0, q: 0, d: 0, largestP: 0, largestQ: 0, smallestQ: Infinity, infinite: 0, differs: false };
    const addRun = () => {
      total.term.add(row.term);
      total.p.add(row.p);
      total.q.add(row.q);
      total.d.add(row.d);
    };
    for (let first = 0; first < cells; first += BLOCK) {
      const end = Math.min(first + BLOCK, cells);
      let from = first;
      if (runs && careful === 0) {
        while (from < end && runs.sum(r, from, Math.min(from + SERIAL, end), row)) {
          addRun();
          from = Math.min(from + SERIAL, end);
        }
        if (from < end) careful = CAREFUL_BLOCKS;
      } else if (careful > 0) careful -= 1;
      if (from < end) {
        const count = end - from;
        const block = reader.fill(r, from, count);
        if (!isValid(block, count)) {
          invalidP.note(block.p, count, (i) => reader.indexOf(r, from + i, "strideP"));
          invalidQ.note(block.q, count, (i) => reader.indexOf(r, from + i, "strideQ"));
        }
        evaluate(block, count);
        for (let start = 0; start < count; start += SERIAL) {
          sumRun(job.term, block, start, Math.min(start + SERIAL, count), row);
          addRun();
        }
      }
      if (pacer.isDue(end - first)) await pacer.pause();
    }
    sums.term[r] = total.term.value;
    sums.p[r] = total.p.value;
    sums.q[r] = total.q.value;
    sums.d[r] = total.d.value;
    sums.largestP[r] = row.largestP;
    sums.largestQ[r] = row.largestQ;
    sums.smallestQ[r] = row.smallestQ;
    sums.infiniteCells[r] = row.infinite;
    sums.differs[r] = row.differs ? 1 : 0;
  }
  return { ...sums, invalidP, invalidQ };
}
