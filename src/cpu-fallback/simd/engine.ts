import type { RowTotals, Term } from "../../backend.js";
import type { Dtype } from "../../grid.js";
import type { Scale } from "../../terms/measure.js";
import { factorsOf } from "../cells.js";
import type { Block } from "../cells.js";

/** As in tile.as.ts. */
const BYTES = 32768;
const ROWS = 1024;

/** The order of terms in doubles.as.ts and, the last two, in orders.as.ts; singles.as.ts has the first two. */
const TERMS = ["kl", "cross-entropy", "js", "tv", "hellinger", "chi-square", "half-order", "affinity", "binary-cross-entropy", "divergence", "powers"] as const;
const SINGLES = 0b11;
/** Those to which a cell with q = 0 < p is infinite. */
const INFINITE = 0b100011;
/** From here on terms are of an order. */
const OF_ORDER = 0b1000000000;
/** Set where these are of p alone. */
const OF_ONE = 1 << TERMS.length;

/** What is summed of which measure, by its id; `null` where that is nothing beside the totals. */
const TERM_OF: Readonly<Record<string, (typeof TERMS)[number] | null>> = {
  kl: "kl", "generalized-kl": "kl", "cross-entropy": "cross-entropy", entropy: "cross-entropy", js: "js", "js-distance": "js", tv: "tv",
  hellinger: "hellinger", "chi-square": "chi-square", "binary-cross-entropy": "binary-cross-entropy", totals: null,
  bhattacharyya: "half-order", "renyi:0.5": "half-order", "tsallis:0.5": "half-order", "alpha:0.5": "half-order", "power:0.5": "affinity",
};

/** The order of `decode` in decode.as.ts. */
const KINDS: readonly Dtype[] = ["float32", "float16", "uint8", "uint16", "uint32", "int8", "int16", "int32"];

/** The columns of the sums in tile.as.ts; `done` is 0 in rows that are left over. */
export const SUMS = ["p", "q", "d", "largestP", "largestQ", "smallestQ", "infiniteCells", "differs", "done", ...TERMS] as const;

/** What kernel.as.ts exports. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly p: WebAssembly.Global<"i32">;
  readonly q: WebAssembly.Global<"i32">;
  readonly d: WebAssembly.Global<"i32">;
  readonly raw: WebAssembly.Global<"i32">;
  readonly sums: WebAssembly.Global<"i32">;
  decode(kind: number, into: number, count: number, toSingles: boolean): void;
  scale(first: number, count: number, p1: number, p2: number, q1: number, q2: number, multiplier: number): number;
  normalize(first: number, count: number, p: number, q: number, d: number, differences: boolean): void;
  /** Of orders.as.ts. */
  setOrder?(order: number): void;
  sumSingles(terms: number, rows: number, cells: number, pRow: number, qRow: number): number;
  sumRows(terms: number, rows: number, cells: number, pRow: number, qRow: number, differences: boolean): number;
  sumColumns(terms: number, rows: number, cells: number, pStep: number, qStep: number): number;
}

/** One call's sums by row; valid until the next. */
export type TileSums = Readonly<Record<(typeof SUMS)[number], Float64Array>>;

/** The columns of sums in a buffer: `rows` doubles each. */
export function sumsIn(buffer: ArrayBufferLike, byteOffset: number, rows: number): TileSums {
  return Object.fromEntries(SUMS.map((name, i) => [name, new Float64Array(buffer, byteOffset + 8 * rows * i, rows)])) as Record<(typeof SUMS)[number], Float64Array>;
}

/** What tells a term: its id or, of one of an order, which it is. */
export type Known = Pick<Term, "id" | "ofOrder">;

function nameOf({ id, ofOrder }: Known): (typeof TERMS)[number] | null {
  return ofOrder ? ofOrder.sum : TERM_OF[id];
}

/** The sums of each term; `null` where one has none. */
export function termsIn(sums: TileSums, terms: readonly Known[]): readonly (Float64Array | null)[] {
  return terms.map((term) => {
    const name = nameOf(term);
    return name && sums[name];
  });
}

/** The first order that one of the terms has. */
export const firstOrder = (terms: readonly Known[]) => terms.find(({ ofOrder }) => ofOrder)?.ofOrder;

/** The order that terms have, 0 where none has one. */
export const orderOf = (terms: readonly Known[]) => firstOrder(terms)?.order ?? 0;

/** Part of the tile's memory. */
export interface Place {
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
}

/** Sums of tiles of cells in WebAssembly, two or four cells at a time. A tile is filled and summed without a pause: calls share it. */
export class Simd {
  readonly sums: TileSums;
  readonly p: Place;
  readonly q: Place;
  readonly d: Place;
  readonly raw: Place;
  private readonly views: Readonly<Record<"p" | "q" | "d", Float64Array>>;
  /** Most cells and most rows that a tile holds. */
  readonly singles = BYTES / 4;
  readonly doubles = BYTES / 8;
  readonly rows = ROWS;
  private readonly kernel: Kernel;
  /** Are cells with q = 0 < p infinite to what has an order? */
  private isInfinite = false;

  /** `module`: what `instance` is of, for other threads. */
  constructor(readonly module: WebAssembly.Module, { exports }: WebAssembly.Instance) {
    const kernel = this.kernel = exports as unknown as Kernel;
    const { memory: { buffer } } = kernel;
    const place = ({ value }: WebAssembly.Global<"i32">): Place => ({ buffer, byteOffset: value });
    [this.p, this.q, this.d, this.raw] = [kernel.p, kernel.q, kernel.d, kernel.raw].map(place);
    const view = ({ byteOffset }: Place) => new Float64Array(buffer, byteOffset, BYTES / 8);
    this.views = { p: view(this.p), q: view(this.q), d: view(this.d) };
    this.sums = sumsIn(buffer, kernel.sums.value, ROWS);
  }

  static has({ id, ofOrder }: Known): boolean {
    return ofOrder !== undefined || id in TERM_OF;
  }

  /** Are there sums in singles of all these terms? */
  static hasSingles(terms: number): boolean {
    return (terms & ~SINGLES) === 0;
  }

  /** A bit each. */
  static termsOf(all: readonly Known[]): number {
    return all.reduce((terms, term) => {
      const name = nameOf(term);
      return (name ? terms | (1 << TERMS.indexOf(name)) : terms) | (term.ofOrder?.arity === "single" ? OF_ONE : 0);
    }, 0);
  }

  /** Above 0: of what order the next sums are, in an engine that has orders. */
  set order(order: number) {
    this.kernel.setOrder?.(order);
    this.isInfinite = order > 1;
  }

  /** Sums a block of doubles with their differences; false where it is left over. */
  sumBlock(terms: number, order: number, { nodes, ...block }: Pick<Block, "p" | "q" | "d" | "nodes">, count: number): boolean {
    for (const name of ["p", "q", "d"] as const) {
      const [view, cells] = [this.views[name], block[name]];
      if (nodes) for (let i = 0; i < count; i++) view[i] = cells[i] * nodes[i];
      else view.set(cells.length === count ? cells : cells.subarray(0, count));
    }
    if (order > 0) this.order = order;
    return this.sumRows(terms, 1, count, 0, 0, true) === 0;
  }

  /** Can cells of this type be decoded, or taken as they are? */
  static takes(dtype: Dtype): boolean {
    return dtype === "float64" || KINDS.includes(dtype);
  }

  /** Brings `count` cells from `raw` to p or q. */
  decode(dtype: Dtype, side: "p" | "q", count: number, toSingles: boolean): void {
    this.kernel.decode(KINDS.indexOf(dtype), this[side].byteOffset, count, toSingles);
  }

  /** Multiplies doubles, in their place, and sets their differences; false where one would be lost. */
  scale(first: number, count: number, scale: Scale): boolean {
    const { p, q, multiplier } = factorsOf(scale);
    return this.kernel.scale(first, count, ...p, ...q, multiplier) !== 0;
  }

  /** Divides doubles by their totals, in their place, and sets their differences, from those there are where they were scaled. */
  normalize(first: number, count: number, { p, q, d }: RowTotals, differences: boolean): void {
    this.kernel.normalize(first, count, p, q, d, differences);
  }

  /** Sums of rows in `sums`; how many of them are left over. Row steps in cells. */
  sumSingles(terms: number, rows: number, cells: number, pRow: number, qRow: number): number {
    return this.counted(terms, rows, this.kernel.sumSingles(terms, rows, cells, 4 * pRow, 4 * qRow));
  }

  sumRows(terms: number, rows: number, cells: number, pRow: number, qRow: number, differences: boolean): number {
    return this.counted(terms, rows, this.kernel.sumRows(terms, rows, cells, 8 * pRow, 8 * qRow, differences));
  }

  /** Rows side by side, an even number of them. */
  sumColumns(terms: number, rows: number, cells: number): number {
    return this.counted(terms, rows, this.kernel.sumColumns(terms, rows, cells, 8 * rows, 8 * rows));
  }

  private counted(terms: number, rows: number, leftOver: number): number {
    if ((terms & INFINITE) === 0 && !(terms >= OF_ORDER && this.isInfinite)) this.sums.infiniteCells.fill(0, 0, rows);
    return leftOver;
  }
}
