import type { ReduceJob } from "../../backend.js";
import type { Layout } from "../../grid.js";
import type { CellSums } from "../cell-sums.js";
import type { Totals } from "../totals.js";
import { FEW_CELLS, NARROW } from "../errors.js";
import { Simd, termsIn } from "./engine.js";
import type { TileSums as Sums } from "./engine.js";
import { Source } from "./source.js";
import type { Copy } from "./source.js";
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
  readonly copy: Copy;
  /** The row of the layout, and which cells of it. */
  readonly rowOf: (i: number) => number;
  readonly cellsOf: (i: number) => readonly [number, number];
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
    private readonly job: ReduceJob, private readonly ids: readonly string[], private readonly simd: Simd, readonly inSingles: boolean, private readonly totals: Totals, private readonly others: CellSums,
  ) {
    const { layout, p, q, scales, totals: rowTotals } = job;
    this.p = new Source(simd, "p", p, layout, inSingles);
    this.q = new Source(simd, "q", q, layout, inSingles);
    const columns = !scales && !rowTotals && areColumns(layout);
    this.wholeRows = !columns && layout.cells <= (inSingles ? SINGLES : DOUBLES);
    this.way = { terms: Simd.termsOf(ids), p: p.dtype, q: q.dtype, widthP: this.p.width, widthQ: this.q.width, singles: inSingles, columns };
  }

  /** `null` where the job's types or totals ask for the general way. */
  static of(job: ReduceJob, simd: Simd, totals: Totals, others: CellSums): TileSums | null {
    const { terms, p, q, scales, totals: rowTotals, wide = false } = job;
    if (job.zeros || !Simd.takes(p.dtype) || !Simd.takes(q.dtype)) return null;
    if (rowTotals?.some((row) => !(Math.min(row.p, row.q) > LEAST_TOTAL && Math.max(row.p, row.q) < LARGEST_TOTAL))) return null;
    const narrow = [p, q].every(({ dtype }) => NARROW.includes(dtype));
    const plain = !scales && !rowTotals;
    const many = job.layout.cells > FEW_CELLS;
    const ids = terms.map(({ id }) => id);
    const inSingles = !wide && many && narrow && plain && !areColumns(job.layout) && Simd.hasSingles(Simd.termsOf(ids));
    return new TileSums(job, ids, simd, inSingles, totals, others);
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
    this.p.load(tile.copy, tile.countP, tile.rows * tile.length);
    this.q.load(tile.copy, tile.countQ, tile.sharesQ ? tile.countQ : tile.rows * tile.length);
    sumTile(simd, way, tile, this.changed ? this.changesOf(tile) : null);
    return simd.sums;
  }

  private* rows(): Generator<Tile> {
    const { job: { layout: { rows, cells, kept } }, simd } = this;
    const most = Math.min(simd.rows, Math.floor((this.inSingles ? simd.singles : simd.doubles) / cells));
    // one reference for all rows
    const sharesQ = !this.changed && kept.length > 0 && kept.every(({ strideQ }) => strideQ === 0);
    for (let first = 0; first < rows; first += most) {
      const count = Math.min(most, rows - first);
      yield {
        cells: count * cells, rows: count, length: cells, countP: count * cells, countQ: sharesQ ? cells : count * cells, sharesQ,
        copy: (source, into, at) => source.copyRows(first, sharesQ && source === this.q ? 1 : count, into, at),
        rowOf: (i) => first + i,
        cellsOf: () => [0, cells],
      };
    }
  }

  private* longRows(): Generator<Tile> {
    const { job: { layout: { rows, cells } }, simd, inSingles } = this;
    const [most, longest] = inSingles ? [simd.singles, SINGLES] : [simd.doubles, DOUBLES];
    for (let row = 0; row < rows; row++) {
      for (let from = 0; from < cells; from += most) {
        const count = Math.min(most, cells - from);
        const pieces = Math.ceil(count / longest);
        const length = 4 * Math.ceil(count / pieces / 4);
        yield {
          cells: count, rows: pieces, length, countP: count, countQ: count, sharesQ: false,
          copy: (source, into, at) => source.copyPart(row, from, count, into, at),
          rowOf: () => row,
          cellsOf: (i) => [from + i * length, Math.min(from + (i + 1) * length, from + count)],
        };
      }
    }
  }

  private* columns(): Generator<Tile> {
    const { job: { layout: { rows, cells, kept } } } = this;
    const { size } = kept[kept.length - 1];
    for (let next = 0; next < rows;) {
      const first = next;
      const count = Math.min(COLUMNS, size - (first % size));
      const width = count + (count % 2);
      for (let from = 0; from < cells; from += CELLS_OF_COLUMN) {
        const deep = Math.min(CELLS_OF_COLUMN, cells - from);
        yield {
          cells: count * deep, rows: width, length: deep, countP: width * deep, countQ: width * deep, sharesQ: false,
          copy: (source, into, at) => source.copyColumns(first, count, width, from, deep, into, at),
          rowOf: (i) => (i < count ? first + i : -1),
          cellsOf: () => [from, from + deep],
        };
      }
      next += count;
    }
  }

  /** Are cells scaled or normalised? */
  get changed(): boolean {
    return this.job.scales !== undefined || this.job.totals !== undefined;
  }

  /** Scales and totals of a tile's rows: one of them where all are parts of one row. */
  changesOf({ rows, rowOf }: Tile): Changes {
    const { job: { scales, totals }, wholeRows } = this;
    const [first, end] = [rowOf(0), rowOf(0) + (wholeRows ? rows : 1)];
    return { scales: scales?.slice(first, end), totals: totals?.slice(first, end) };
  }

  /** Adds a tile's sums, which lie from `at` on; the cells of a row that is left over go the general way, once all sums are read. */
  take({ rows, rowOf, cellsOf }: Tile, sums: Sums, at: number): void {
    const { ids, totals, others } = this;
    const terms = termsIn(sums, ids);
    const leftOver: number[] = [];
    if (this.wholeRows && isAllDone(sums, at, rows)) {
      totals.set(rowOf(0), rows, sums, terms, at);
      return;
    }
    for (let i = 0; i < rows; i++) {
      if (rowOf(i) < 0) continue;
      if (sums.done[at + i] === 1) totals.add(rowOf(i), sums, terms, at + i);
      else leftOver.push(i);
    }
    for (const i of leftOver) others.add(rowOf(i), ...cellsOf(i));
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
