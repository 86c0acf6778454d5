import type { CellsJob } from "../backend.js";
import type { Layout } from "../grid.js";
import { offsetOf } from "../grid.js";
import { LN2_HIGH, LN2_LOW, atanhTail } from "../terms/log.js";

/** What one serial run adds up, and the extremes so far. */
export interface Run {
  term: number;
  p: number;
  q: number;
  d: number;
  largestP: number;
  largestQ: number;
  smallestQ: number;
  infinite: number;
  differs: boolean;
}

/** Adds up the cells `from` … `to` of two arrays, or returns false where one of them is not a normal number. */
type FloatLoop = (p: Cells, q: Cells, from: number, to: number, offset: number, run: Run) => boolean;

/** The same memory twice: an engine reads the bits of a number faster from there than it converts. */
interface Cells {
  readonly values: Float32Array;
  readonly bits: Int32Array;
}

/** Bits of the smallest normal number, of 1 and of the largest. */
const NORMAL = 0x00800000;
const ONE = 0x3f800000;
const LARGEST = 0x7f7fffff;
/** 2^(i − 256). */
const POWERS = Float64Array.from({ length: 512 }, (_, i) => 2 ** (i - 256));

/** klBlock of block-terms.ts with decoding, sums and checks in one loop. */
function klLoop({ values: ps, bits: pBits }: Cells, { values: qs, bits: qBits }: Cells, from: number, to: number, offset: number, run: Run): boolean {
  let { largestP, largestQ, smallestQ } = run;
  let sum = 0;
  let p = 0;
  let q = 0;
  let d = 0;
  let odd = 0;
  let differs = 0;
  for (let i = from; i < to; i++) {
    const a = pBits[i];
    const b = qBits[i + offset];
    odd |= (a - NORMAL) | (b - NORMAL) | (LARGEST - a) | (LARGEST - b);
    differs |= a ^ b;
    // log2(p/q) towards zero
    const k = (a - b + (((a - b) >> 31) & 0x7fffff)) >> 23;
    const x = ps[i];
    const y = qs[i + offset];
    const m = y * POWERS[(k + 256) & 511];
    const gap = y - m;
    const t = (x - m) / (x + m);
    const z = t * t;
    sum += (x - m) * t * (1 + (t + z) * atanhTail(z)) + (k * Math.LN2 * x + gap);
    p += x;
    q += y;
    d += x - y;
    if (x > largestP) largestP = x;
    if (y > largestQ) largestQ = y;
    if (y < smallestQ) smallestQ = y;
  }
  return odd >= 0 && keep(run, sum, p, q, d, largestP, largestQ, smallestQ, differs);
}

/** selfInformation of block-terms.ts, likewise: −p·ln q. The entropy of one grid sees q = p. */
function crossEntropyLoop({ values: ps, bits: pBits }: Cells, { values: qs, bits: qBits }: Cells, from: number, to: number, offset: number, run: Run): boolean {
  let { largestP, largestQ, smallestQ } = run;
  let sum = 0;
  let p = 0;
  let q = 0;
  let d = 0;
  let odd = 0;
  let differs = 0;
  for (let i = from; i < to; i++) {
    const a = pBits[i];
    const b = qBits[i + offset];
    odd |= (a - NORMAL) | (b - NORMAL) | (LARGEST - a) | (LARGEST - b);
    differs |= a ^ b;
    // log2(q) towards zero
    const k = (b - ONE + (((b - ONE) >> 31) & 0x7fffff)) >> 23;
    const x = ps[i];
    const y = qs[i + offset];
    const m = y * POWERS[(256 - k) & 511];
    const t = (m - 1) / (m + 1);
    const z = t * t;
    sum -= x * (k * LN2_HIGH + (k * LN2_LOW + (2 * t + 2 * t * (z * atanhTail(z)))));
    p += x;
    q += y;
    d += x - y;
    if (x > largestP) largestP = x;
    if (y > largestQ) largestQ = y;
    if (y < smallestQ) smallestQ = y;
  }
  return odd >= 0 && keep(run, sum, p, q, d, largestP, largestQ, smallestQ, differs);
}

function keep(run: Run, term: number, p: number, q: number, d: number, largestP: number, largestQ: number, smallestQ: number, differs: number): true {
  run.term = term;
  run.p = p;
  run.q = q;
  run.d = d;
  run.largestP = largestP;
  run.largestQ = largestQ;
  run.smallestQ = smallestQ;
  if (differs !== 0) run.differs = true;
  return true;
}

/** Loops by measure id. */
const LOOPS: Partial<Record<string, FloatLoop>> = { kl: klLoop, "generalized-kl": klLoop, entropy: crossEntropyLoop, "cross-entropy": crossEntropyLoop };

/** Runs of neighbouring binary32 cells, read where they lie. */
export class Float32Runs {
  private constructor(private readonly loop: FloatLoop, private readonly p: Cells, private readonly q: Cells, private readonly layout: Layout) {}

  /** `null` where the job's data, layout or term ask for the general way. */
  static of({ term, p, q, layout, scales, totals }: CellsJob): Float32Runs | null {
    const loop = LOOPS[term.id];
    const [pCells, qCells] = [p, q].map((operand) => cellsOf("data" in operand ? operand.data : operand.host));
    const [axis, ...others] = layout.reduced;
    const contiguous = axis && others.length === 0 && axis.strideP === 1 && axis.strideQ === 1;
    return loop && pCells && qCells && contiguous && !scales && !totals ? new Float32Runs(loop, pCells, qCells, layout) : null;
  }

  /** Sums cells `from` … `to` of a row into `run`; false, and nothing done, where a cell is 0, subnormal or invalid. */
  sum(row: number, from: number, to: number, run: Run): boolean {
    const start = offsetOf(this.layout.kept, row, "strideP");
    return this.loop(this.p, this.q, start + from, start + to, offsetOf(this.layout.kept, row, "strideQ") - start, run);
  }
}

function cellsOf(data: unknown): Cells | null {
  return data instanceof Float32Array ? { values: data, bits: new Int32Array(data.buffer, data.byteOffset, data.length) } : null;
}
