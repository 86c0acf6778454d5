import type { CellsJob, RowTotals, ZeroRule } from "../backend.js";
import type { CellArray, DeviceGrid, Dtype, Grid, Layout, Stride } from "../grid.js";
import { halfToNumber, hasNodes, innerAxisOf, offsetOf } from "../grid.js";
import type { Scale } from "../terms/measure.js";
import { scaleBy } from "../terms/scaling.js";

/** Cells that are decoded at once: fits the first-level cache with all three arrays. */
export const BLOCK = 256;

/** A block of cells in binary64, whatever type they came from: twin of `shaders/cell.wgsl`. */
export interface Block {
  readonly p: Float64Array;
  readonly q: Float64Array;
  /** p − q, exact wherever the types allow. */
  readonly d: Float64Array;
  /** The term of each cell, once evaluated; meaningless where p or q is 0. */
  readonly term: Float64Array;
  /** The words of p and q, the high one of each pair at the odd index. */
  readonly pWords: Int32Array;
  readonly qWords: Int32Array;
  /** What each cell counts in an integral; `null` where all count 1. */
  readonly nodes: Float64Array | null;
}

function newBlock(withNodes: boolean): Block {
  const column = () => new Float64Array(BLOCK);
  const p = column();
  const q = column();
  return { p, q, d: column(), term: column(), pWords: new Int32Array(p.buffer), qWords: new Int32Array(q.buffer), nodes: withNodes ? column() : null };
}

export interface Source {
  readonly data: CellArray;
  readonly dtype: Dtype;
  /** 64-bit integers: the same bytes as 32-bit words, low word first. */
  readonly words: Uint32Array | null;
}

export function sourceOf(operand: Grid | DeviceGrid): Source {
  const data = "data" in operand ? operand.data : operand.host;
  if (!data) throw new TypeError("the CPU backend was handed a grid of another device");
  const wide = operand.dtype === "uint64" || operand.dtype === "int64";
  return {
    data,
    dtype: operand.dtype,
    words: wide ? new Uint32Array(data.buffer, data.byteOffset, data.length * 2) : null,
  };
}

function readOne({ data, dtype, words }: Source, at: number): number {
  if (words) return (dtype === "int64" ? words[2 * at + 1] | 0 : words[2 * at + 1]) * 2 ** 32 + words[2 * at];
  const value = data[at] as number;
  return dtype === "float16" && data instanceof Uint16Array ? halfToNumber(value) : value;
}

/** Copies `count` cells from element `start` on, `stride` elements apart. */
export function gather(source: Source, start: number, stride: number, count: number, into: Float64Array, at: number): void {
  const { data, dtype, words } = source;
  if (data instanceof Float32Array && stride === 1) copyFloats(data, start, count, into, at);
  else if (!words && dtype !== "float16" && stride === 1) {
    into.set((data as Float64Array).subarray(start, start + count), at);
  } else if (!words && dtype !== "float16") {
    const cells = data as Float64Array;
    for (let i = 0; i < count; i++) into[at + i] = cells[start + i * stride];
  } else {
    for (let i = 0; i < count; i++) into[at + i] = readOne(source, start + i * stride);
  }
}

/** A loop of one array type: engines compile it to what `set` should be, and three times faster. */
function copyFloats(cells: Float32Array, start: number, count: number, into: Float64Array, at: number): void {
  for (let i = 0; i < count; i++) into[at + i] = cells[start + i];
}

/** p − q where one side has more than 53 bits: high words first, so that close values meet exactly. */
function wideDifference(p: Source, pAt: number, q: Source, qAt: number): number {
  const high = (source: Source, at: number) =>
    source.words ? (source.dtype === "int64" ? source.words[2 * at + 1] | 0 : source.words[2 * at + 1]) * 2 ** 32 : readOne(source, at);
  const low = (source: Source, at: number) => (source.words ? source.words[2 * at] : 0);
  return high(p, pAt) - high(q, qAt) + (low(p, pAt) - low(q, qAt));
}

/** Walks the cells of rows block by block, decoded, scaled and normalised. */
export class CellReader {
  readonly block: Block;
  private readonly p: Source;
  private readonly q: Source;
  private readonly layout: Layout;

  constructor(private readonly job: CellsJob) {
    this.p = sourceOf(job.p);
    this.q = sourceOf(job.q);
    this.layout = job.layout;
    this.block = newBlock(hasNodes(job.layout));
  }

  /** Fills the block with cells `from` … `from + count` of a row. */
  fill(row: number, from: number, count: number): Block {
    const { p, q, layout, block } = this;
    const pBase = offsetOf(layout.kept, row, "strideP");
    const qBase = offsetOf(layout.kept, row, "strideQ");
    const inner = innerAxisOf(layout);
    for (let done = 0; done < count;) {
      const cell = from + done;
      const run = Math.min(count - done, inner.size - (cell % inner.size));
      const pStart = pBase + offsetOf(layout.reduced, cell, "strideP");
      const qStart = qBase + offsetOf(layout.reduced, cell, "strideQ");
      gather(p, pStart, inner.strideP, run, block.p, done);
      gather(q, qStart, inner.strideQ, run, block.q, done);
      if (p.words || q.words) {
        for (let i = 0; i < run; i++) {
          block.d[done + i] = wideDifference(p, pStart + i * inner.strideP, q, qStart + i * inner.strideQ);
        }
      }
      if (block.nodes) fillNodes(layout, cell, run, block.nodes, done);
      done += run;
    }
    if (!p.words && !q.words) subtract(block, count);
    const scale = this.job.scales?.[row];
    if (scale && (scale.p !== 0 || scale.q !== 0 || scale.multiplier !== 1)) applyScale(block, count, scale);
    const { zeros } = this.job;
    if (zeros && zeros.rule !== "floor") applyZeros(block, count, zeros, row);
    const totals = this.job.totals?.[row];
    if (totals) normalize(block, count, totals);
    if (zeros?.rule === "floor") applyZeros(block, count, zeros, row);
    return block;
  }

  /** Flat index of a cell in p or q. */
  indexOf(row: number, cell: number, of: Stride): number {
    return offsetOf(this.layout.kept, row, of) + offsetOf(this.layout.reduced, cell, of);
  }
}

/** What `count` cells count from cell `first` of a row on, all in one run along the innermost axis. */
function fillNodes({ reduced }: Layout, first: number, count: number, into: Float64Array, at: number): void {
  const inner = reduced[reduced.length - 1];
  let outer = 1;
  for (let i = reduced.length - 2, rest = Math.floor(first / inner.size); i >= 0; i--) {
    const { size, nodes } = reduced[i];
    if (nodes) outer *= nodes[rest % size];
    rest = Math.floor(rest / size);
  }
  const start = first % inner.size;
  for (let i = 0; i < count; i++) into[at + i] = inner.nodes ? outer * inner.nodes[start + i] : outer;
}

function subtract({ p, q, d }: Block, count: number): void {
  for (let i = 0; i < count; i++) d[i] = p[i] - q[i];
}

/** A power of two in two factors, so that neither over- nor underflows before the product does. */
function powersOf(exponent: number): readonly [number, number] {
  const half = Math.trunc(exponent / 2);
  return [scaleBy(1, half), scaleBy(1, exponent - half)];
}

/** What p and q are multiplied by, and q then once more: a number in [1, 2), so that what comes before is no larger than the product. */
export function factorsOf(scale: Scale): { readonly p: readonly [number, number]; readonly q: readonly [number, number]; readonly multiplier: number } {
  const bits = Math.floor(Math.log2(scale.multiplier));
  return { p: powersOf(scale.p), q: powersOf(scale.q + bits), multiplier: scale.multiplier * 2 ** -bits };
}

/** p·2^a and c·q, with p − c·q from the two exact halves of c·q: q splits into 26 and 27 bits, c has at most 26. */
function applyScale({ p, q, d }: Block, count: number, scale: Scale): void {
  const { p: [p1, p2], q: [q1, q2], multiplier: c } = factorsOf(scale);
  if (scale.multiplier === 1 && scale.p === scale.q) {
    for (let i = 0; i < count; i++) {
      p[i] = kept(p[i] * p1 * p2, p[i]);
      q[i] = kept(q[i] * q1 * q2, q[i]);
      d[i] = kept(d[i] * p1 * p2, d[i]);
    }
    return;
  }
  const ratio = Math.min(scaleBy(scale.multiplier, scale.q - scale.p), Number.MAX_VALUE);
  for (let i = 0; i < count; i++) {
    const x = p[i] * p1 * p2;
    const y = q[i] * q1 * q2;
    const high = upperHalf(y);
    const low = y - high;
    d[i] = kept(x - c * high - c * low, p[i] - ratio * q[i]);
    p[i] = kept(x, p[i]);
    q[i] = kept(c * y, q[i]);
  }
}

/** The upper 26 bits of a number: Veltkamp's split, kept from overflowing. */
function upperHalf(y: number): number {
  if (y > 2 ** 900) return upperHalf(y * 2 ** -200) * 2 ** 200;
  const spread = 134217729 * y;
  return spread - (spread - y);
}

/** p/Sp, q/Sq and their difference (d − p·Sd/Sp)/Sq, which keeps the digits of d. */
function normalize({ p, q, d }: Block, count: number, totals: RowTotals): void {
  const offset = totals.d / totals.p;
  for (let i = 0; i < count; i++) {
    const difference = d[i] - p[i] * offset;
    d[i] = kept(difference / totals.q, difference);
    p[i] = kept(p[i] / totals.p, p[i]);
    q[i] = kept(q[i] / totals.q, q[i]);
  }
}

/** Twin: `without_zeros` in shaders/cell.wgsl. */
function applyZeros({ p, q, d }: Block, count: number, { rule, side, p: ofP, q: ofQ }: ZeroRule, row: number): void {
  const looked = side === "p" ? p : q;
  const value = (side === "p" ? ofP : ofQ)[row];
  for (let i = 0; i < count; i++) {
    if (rule === "add") {
      p[i] += ofP[row];
      q[i] += ofQ[row];
      d[i] += ofP[row] - ofQ[row];
    } else if (rule === "floor") {
      if (p[i] >= ofP[row] && q[i] >= ofQ[row]) continue;
      p[i] = Math.max(p[i], ofP[row]);
      q[i] = Math.max(q[i], ofQ[row]);
      d[i] = p[i] - q[i];
    } else if (looked[i] === 0) {
      if (rule === "omit") p[i] = q[i] = 0;
      else looked[i] = value;
      d[i] = p[i] - q[i];
    }
  }
}

/** A value keeps its sign when it underflows: only true zeros decide about Infinity, and about p = q. */
function kept(scaled: number, value: number): number {
  return scaled === 0 ? Math.sign(value) * Number.MIN_VALUE : scaled;
}
