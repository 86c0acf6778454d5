import type { ReduceJob } from "../../backend.js";
import type { Layout } from "../../grid.js";
import type { CellSums } from "../cell-sums.js";
import type { Totals } from "../totals.js";
import { FEW_CELLS, NARROW } from "../errors.js";
import { Simd, orderOf, termsIn } from "./engine.js";
import type { TileSums as Sums } from "./engine.js";
import { Source } from "./source.js";
import type { Cells } from "./source.js";
import { sumTile } from "./sum-tile.js";
import type { Changes, Way } from "./sum-tile.js";

/** Cells of a long row that are added up before the compensated total: 128 additions a lane. */
const SINGLES = 512;
const DOUBLES = 256;
/** Neighbouring rows of one tile, where cells of a row are far apart. */
const COLUMNS = 64;
const CELLS_OF_COLUMN = 64;
/** Totals by which doubles can be divided without leaving their range. */
const [LEAST_TOTAL, LARGEST_TOTAL] = [1e-250, 1e270];

/** Part of the work: what is copied into a tile, how that lies there, and whose sums it gives. */
export interface Tile {
  /** How many cells of the layout it has. */
  readonly cells: number;
  /** Rows of sums, of `length` cells each. */
  readonly rows: number;
  readonly length: number;
  /** How many cells are copied of either side; what `rows` of `length` have beyond is 0. */
  readonly countP: number;
  readonly countQ: number;
  /** Is there one row of q for all of p? */
  readonly sharesQ: boolean;
  /** Which rows of the layout it has cells of, and from which on. */
  readonly first: number;
  readonly end: number;
  readonly from: number;
}

/** Sums of tiles: as many rows as fit, part of a row, or neighbouring rows side by side. What they leave over goes to `others`. */
export class TileSums {
  readonly p: Source;
  readonly q: Source;
  /** How each tile is summed. */
  readonly way: Way;
  /** Does each row lie in one tile? Then it is all the same which is taken first. */
  readonly wholeRows: boolean;

  private constructor(
    private readonly job: ReduceJob, private readonly simd: Simd, readonly inSingles: boolean, private readonly totals: Totals, private readonly others: CellSums,
  ) {
    const { terms, layout, p, q, scales, totals: rowTotals } = job;
    this.p = new Source(simd, "p", p, layout, inSingles);
    this.q = new Source(simd, "q", q, layout, inSingles);
    const columns = !scales && !rowTotals && areColumns(layout);
    this.wholeRows = !columns && layout.cells <= (inSingles ? SINGLES : DOUBLES);
    this.way = { terms: Simd.termsOf(terms), order: orderOf(terms), p: p.dtype, q: q.dtype, widthP: this.p.width, widthQ: this.q.width, singles: inSingles, columns };
  }

  /** `null` where the job's types or totals ask for the general way. */
  static of(job: ReduceJob, simd: Simd, totals: Totals, others: CellSums): TileSums | null {
    const { terms, p, q, scales, totals: rowTotals, wide = false } = job;
    if (job.zeros || !Simd.takes(p.dtype) || !Simd.takes(q.dtype)) return null;
    if (rowTotals?.some((row) => !(Math.min(row.p, row.q) > LEAST_TOTAL && Math.max(row.p, row.q) < LARGEST_TOTAL))) return null;
    const narrow = [p, q].every(({ dtype }) => NARROW.includes(dtype));
    const plain = !scales && !rowTotals;
    const many = job.layout.cells > FEW_CELLS;
    const inSingles = !wide && many && narrow && plain && !areColumns(job.layout) && Simd.hasSingles(Simd.termsOf(terms));
    return new TileSums(job, simd, inSingles, totals, others);
  }

  /** Sums everything; yields after each tile how many cells it had. */
  *parts(): Generator<number> {
    for (const tile of this.tiles()) {
      this.take(tile, this.sum(tile), 0);
      yield tile.cells;
    }
  }

  /** The work in parts. */
  tiles(): Generator<Tile> {
    if (this.way.columns) return this.columns();
    return this.wholeRows ? this.rows() : this.longRows();
  }

  /** Sums a tile on this thread: the engine's sums. */
  sum(tile: Tile): Sums {
    const { simd, way } = this;
    const length = tile.rows * tile.length;
    this.copy(tile, this.p, this.p.tile, 0);
    this.p.complete(tile.countP, length);
    this.copy(tile, this.q, this.q.tile, 0);
    this.q.complete(tile.countQ, tile.sharesQ ? tile.countQ : length);
    sumTile(simd, way, tile, this.changed ? this.changesOf(tile) : null);
    return simd.sums;
  }

  /** Brings a tile's cells of one side to a place. */
  copy({ rows, length, cells, sharesQ, first, end, from }: Tile, source: Source, into: Cells, at: number): void {
    if (this.way.columns) source.copyColumns(first, end - first, rows, from, length, into, at);
    else if (this.wholeRows) source.copyRows(first, sharesQ && source === this.q ? 1 : rows, into, at);
    else source.copyPart(first, from, cells, into, at);
  }

  private* rows(): Generator<Tile> {
    const { job: { layout: { rows, cells, kept } }, simd } = this;
    const most = Math.min(simd.rows, Math.floor((this.inSingles ? simd.singles : simd.doubles) / cells));
    // one reference for all rows
    const sharesQ = !this.changed && kept.length > 0 && kept.every(({ strideQ }) => strideQ === 0);
    for (let first = 0; first < rows; first += most) {
      const count = Math.min(most, rows - first);
      yield { cells: count * cells, rows: count, length: cells, countP: count * cells, countQ: sharesQ ? cells : count * cells, sharesQ, first, end: first + count, from: 0 };
    }
  }

  private* longRows(): Generator<Tile> {
    const { job: { layout: { rows, cells } }, simd, inSingles } = this;
    const [most, longest] = inSingles ? [simd.singles, SINGLES] : [simd.doubles, DOUBLES];
    for (let row = 0; row < rows; row++) {
      for (let from = 0; from < cells; from += most) {
        const count = Math.min(most, cells - from);
        const pieces = Math.ceil(count / longest);
        yield { cells: count, rows: pieces, length: 4 * Math.ceil(count / pieces / 4), countP: count, countQ: count, sharesQ: false, first: row, end: row + 1, from };
      }
    }
  }

  private* columns(): Generator<Tile> {
    const { job: { layout: { rows, cells, kept } } } = this;
    const { size } = kept[kept.length - 1];
    for (let first = 0, count = 0; first < rows; first += count) {
      count = Math.min(COLUMNS, size - (first % size));
      const width = count + (count % 2);
      for (let from = 0; from < cells; from += CELLS_OF_COLUMN) {
        const deep = Math.min(CELLS_OF_COLUMN, cells - from);
        yield { cells: count * deep, rows: width, length: deep, countP: width * deep, countQ: width * deep, sharesQ: false, first, end: first + count, from };
      }
    }
  }

  /** Are cells scaled or normalised? */
  get changed(): boolean {
    return this.job.scales !== undefined || this.job.totals !== undefined;
  }

  /** Scales and totals of a tile's rows. */
  changesOf({ first, end }: Tile): Changes {
    const { scales, totals } = this.job;
    return { scales: scales?.slice(first, end), totals: totals?.slice(first, end) };
  }

  /** Adds a tile's sums, which lie from `at` on; the cells of a row that is left over go the general way, once all sums are read. */
  take(tile: Tile, sums: Sums, at: number): void {
    const { job, totals, others, wholeRows, way: { columns } } = this;
    const { rows, length, cells, first, end, from } = tile;
    const terms = termsIn(sums, job.terms);
    // one row is added sooner than copied
    if (wholeRows && rows > 1 && isAllDone(sums, at, rows)) {
      totals.set(first, rows, sums, terms, at);
      return;
    }
    const areParts = !wholeRows && !columns;
    const leftOver: number[] = [];
    for (let i = 0; i < rows; i++) {
      const row = areParts ? first : first + i;
      if (row >= end) break;
      if (sums.done[at + i] === 1) totals.add(row, sums, terms, at + i);
      else leftOver.push(i);
    }
    for (const i of leftOver) {
      if (areParts) others.add(first, from + i * length, from + Math.min((i + 1) * length, cells));
      else others.add(first + i, from, from + length);
    }
  }
}

function isAllDone({ done }: Sums, at: number, rows: number): boolean {
  for (let i = at; i < at + rows; i++) if (done[i] !== 1) return false;
  return true;
}

/** Are neighbouring rows neighbours in memory, while the cells of a row are far apart? */
function areColumns({ kept, reduced }: Layout): boolean {
  const last = kept.at(-1);
  return last !== undefined && last.size >= 8 && last.strideP === 1 && last.strideQ <= 1 && reduced.every(({ strideP }) => strideP > 1);
}
