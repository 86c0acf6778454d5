import type { CellsJob, Operand } from "../../backend.js";
import type { CellArray, Dtype, Layout, Stride } from "../../grid.js";
import { innerAxisOf, offsetOf } from "../../grid.js";
import type { CellSums } from "../cell-sums.js";
import type { Totals } from "../totals.js";
import { Simd } from "./engine.js";
import type { Place } from "./engine.js";

/** Cells of a long row that are added up before the compensated total: 128 additions a lane. */
const SINGLES = 512;
const DOUBLES = 256;
/** Neighbouring rows of one tile, where cells of a row are far apart. */
const COLUMNS = 64;
const CELLS_OF_COLUMN = 64;
/** Cells from which on the engine's own copy is faster than a loop. */
const RUN = 48;
/** Totals by which doubles can be divided without leaving their range. */
const [LEAST_TOTAL, LARGEST_TOTAL] = [1e-250, 1e270];

/** Rows of so few cells, histograms of most sizes among them, keep their digits: their terms are taken in doubles. */
const FEW_CELLS = 2048;

/** Types whose terms may be taken in singles: binary32 holds them. */
const NARROW: readonly Dtype[] = ["float32", "float16", "uint8", "int8", "uint16", "int16"];

/** Typed arrays of any element type. */
type Cells = { [index: number]: number; fill(value: number, from: number, to: number): void; set(from: Cells, at: number): void; subarray(from: number, to: number): Cells };

/** One operand, and how its cells come into the tile. */
class Source {
  private readonly cells: Cells;
  private readonly into: Cells;
  private readonly decoded: boolean;

  constructor(private readonly simd: Simd, private readonly side: "p" | "q", operand: Operand, private readonly layout: Layout, private readonly singles: boolean) {
    const data = "data" in operand ? operand.data : operand.host;
    if (!data) throw new TypeError("the CPU backend was handed a grid of another device");
    this.dtype = operand.dtype;
    // half floats travel as their bits
    const Type = (operand.dtype === "float16" ? Uint16Array : data.constructor) as new (buffer: ArrayBufferLike, byteOffset: number, length: number) => CellArray;
    this.decoded = operand.dtype !== (singles ? "float32" : "float64");
    const place: Place = this.decoded ? simd.raw : simd[side];
    const room = singles ? simd.singles : simd.doubles;
    this.cells = new Type(data.buffer, data.byteOffset, data.length) as unknown as Cells;
    this.into = new Type(place.buffer, place.byteOffset, room) as unknown as Cells;
  }

  private readonly dtype: Dtype;

  private get of(): Stride {
    return this.side === "p" ? "strideP" : "strideQ";
  }

  private copy(start: number, stride: number, count: number, at: number): void {
    const { cells, into } = this;
    if (stride === 1 && count >= RUN) into.set(cells.subarray(start, start + count), at);
    else if (stride === 0) into.fill(cells[start], at, at + count);
    else for (let i = 0; i < count; i++) into[at + i] = cells[start + i * stride];
  }

  /** Cells `from` … `from + count` of a row. */
  private copyPart(row: number, from: number, count: number, at: number): void {
    const { layout, of } = this;
    const inner = innerAxisOf(layout);
    const start = offsetOf(layout.kept, row, of);
    for (let done = 0; done < count;) {
      const run = Math.min(count - done, inner.size - ((from + done) % inner.size));
      this.copy(start + offsetOf(layout.reduced, from + done, of), inner[of], run, at + done);
      done += run;
    }
  }

  /** Part of a row, with zeros up to `length`. */
  loadPart(row: number, from: number, count: number, length: number): void {
    this.copyPart(row, from, count, 0);
    this.into.fill(0, count, length);
    this.decode(length);
  }

  /** Whole rows, one after the other. */
  loadRows(first: number, count: number): void {
    const { layout: { kept, reduced, cells }, of } = this;
    const last = kept.at(-1);
    const follow = last && last[of] === cells && reduced.length === 1 && reduced[0][of] === 1;
    for (let row = first; row < first + count;) {
      const run = follow ? Math.min(first + count - row, last.size - (row % last.size)) : 1;
      if (follow) this.copy(offsetOf(kept, row, of), 1, run * cells, (row - first) * cells);
      else this.copyPart(row, 0, cells, (row - first) * cells);
      row += run;
    }
    this.decode(count * cells);
  }

  /** Cells `from` … `from + count` of `rows` neighbouring rows: those of a cell side by side, `width` of them with zeros. */
  loadColumns(first: number, rows: number, width: number, from: number, count: number): void {
    const { layout: { kept, reduced }, of, into } = this;
    const start = offsetOf(kept, first, of);
    const stride = (kept.at(-1) as { readonly [key in Stride]: number })[of];
    for (let i = 0; i < count; i++) {
      this.copy(start + offsetOf(reduced, from + i, of), stride, rows, i * width);
      if (rows < width) into[i * width + rows] = 0;
    }
    this.decode(count * width);
  }

  private decode(count: number): void {
    if (this.decoded) this.simd.decode(this.dtype, this.side, count, this.singles);
  }
}

/** Sums of tiles: as many rows as fit, part of a row, or neighbouring rows side by side. What they leave over goes to `others`. */
export class TileSums {
  private readonly p: Source;
  private readonly q: Source;

  private constructor(
    private readonly job: CellsJob, private readonly simd: Simd, readonly inSingles: boolean, private readonly totals: Totals, private readonly others: CellSums,
  ) {
    this.p = new Source(simd, "p", job.p, job.layout, inSingles);
    this.q = new Source(simd, "q", job.q, job.layout, inSingles);
  }

  /** `null` where the job's types or totals ask for the general way. */
  static of(job: CellsJob, simd: Simd, wide: boolean, totals: Totals, others: CellSums): TileSums | null {
    const { term, p, q, scales, totals: rowTotals } = job;
    if (!Simd.takes(p.dtype) || !Simd.takes(q.dtype)) return null;
    if (rowTotals?.some((row) => !(Math.min(row.p, row.q) > LEAST_TOTAL && Math.max(row.p, row.q) < LARGEST_TOTAL))) return null;
    const narrow = [p, q].every(({ dtype }) => NARROW.includes(dtype));
    const plain = !scales && !rowTotals;
    const many = job.layout.cells > FEW_CELLS;
    return new TileSums(job, simd, !wide && many && narrow && plain && !areColumns(job.layout) && Simd.hasSingles(term.id), totals, others);
  }

  /** Sums everything; yields after each tile how many cells it had. */
  parts(): Generator<number> {
    const { job: { layout }, changed, inSingles } = this;
    if (!changed && areColumns(layout)) return this.columns();
    return layout.cells <= (inSingles ? SINGLES : DOUBLES) ? this.rows() : this.longRows();
  }

  private* rows(): Generator<number> {
    const { job: { layout: { rows, cells, kept } }, simd } = this;
    const most = Math.min(simd.rows, Math.floor((this.inSingles ? simd.singles : simd.doubles) / cells));
    // one reference for all rows
    const shared = !this.changed && kept.length > 0 && kept.every(({ strideQ }) => strideQ === 0);
    for (let first = 0; first < rows; first += most) {
      const count = Math.min(most, rows - first);
      this.p.loadRows(first, count);
      this.q.loadRows(first, shared ? 1 : count);
      const lost = this.change(count, (i) => first + i, cells);
      if (this.sum(count, cells, shared ? 0 : cells) + lost.length === 0) this.totals.set(first, count, simd.sums);
      else this.take(count, (i) => first + i, () => [0, cells], lost);
      yield count * cells;
    }
  }

  private* longRows(): Generator<number> {
    const { job: { layout: { rows, cells } }, simd, inSingles } = this;
    const [most, longest] = inSingles ? [simd.singles, SINGLES] : [simd.doubles, DOUBLES];
    for (let row = 0; row < rows; row++) {
      for (let from = 0; from < cells; from += most) {
        const count = Math.min(most, cells - from);
        const pieces = Math.ceil(count / longest);
        const length = 4 * Math.ceil(count / pieces / 4);
        this.p.loadPart(row, from, count, pieces * length);
        this.q.loadPart(row, from, count, pieces * length);
        const lost = this.change(pieces, () => row, length);
        this.sum(pieces, length, length);
        this.take(pieces, () => row, (i) => [from + i * length, Math.min(from + (i + 1) * length, from + count)], lost);
        yield count;
      }
    }
  }

  private* columns(): Generator<number> {
    const { job: { layout: { rows, cells, kept }, term }, simd } = this;
    const { size } = kept[kept.length - 1];
    for (let first = 0; first < rows;) {
      const count = Math.min(COLUMNS, size - (first % size));
      const width = count + (count % 2);
      for (let from = 0; from < cells; from += CELLS_OF_COLUMN) {
        const deep = Math.min(CELLS_OF_COLUMN, cells - from);
        this.p.loadColumns(first, count, width, from, deep);
        this.q.loadColumns(first, count, width, from, deep);
        simd.sumColumns(term.id, width, deep);
        const start = first;
        this.take(count, (i) => start + i, () => [from, from + deep]);
        yield count * deep;
      }
      first += count;
    }
  }

  private sum(rows: number, cells: number, qRow: number): number {
    const { job: { term }, simd } = this;
    return this.inSingles ? simd.sumSingles(term.id, rows, cells, cells, qRow) : simd.sumRows(term.id, rows, cells, cells, qRow, this.changed);
  }

  /** Are cells scaled or normalised? */
  private get changed(): boolean {
    return this.job.scales !== undefined || this.job.totals !== undefined;
  }

  /** Scales and normalises the cells of the tile; which of its rows cannot be. */
  private change(count: number, rowOf: (i: number) => number, cells: number): readonly number[] {
    const { job: { scales, totals }, simd } = this;
    const lost: number[] = [];
    for (let i = 0; this.changed && i < count; i++) {
      const row = rowOf(i);
      if (scales && !simd.scale(i * cells, cells, scales[row])) lost.push(i);
      if (totals) simd.normalize(i * cells, cells, totals[row], scales !== undefined);
    }
    return lost;
  }

  /** Adds what was summed; the cells of a row that is left over go the general way, once the tile's sums are read. */
  private take(count: number, rowOf: (i: number) => number, cellsOf: (i: number) => readonly [number, number], lost: readonly number[] = []): void {
    const { simd, totals, others } = this;
    const leftOver: number[] = [];
    for (let i = 0; i < count; i++) {
      if (simd.sums.done[i] === 1 && !lost.includes(i)) totals.add(rowOf(i), simd.partAt(i));
      else leftOver.push(i);
    }
    for (const i of leftOver) others.add(rowOf(i), ...cellsOf(i));
  }
}

/** Are neighbouring rows neighbours in memory, while the cells of a row are far apart? */
function areColumns({ kept, reduced }: Layout): boolean {
  const last = kept.at(-1);
  return last !== undefined && last.size >= 8 && last.strideP === 1 && last.strideQ <= 1 && reduced.every(({ strideP }) => strideP > 1);
}
