import type { Operand } from "../../backend.js";
import type { CellArray, Dtype, Layout, Stride } from "../../grid.js";
import { innerAxisOf, offsetOf } from "../../grid.js";
import type { Place, Simd } from "./engine.js";

/** Cells from which on the engine's own copy is faster than a loop. */
const RUN = 48;

/** Typed arrays of any element type. */
export interface Cells {
  [index: number]: number;
  readonly BYTES_PER_ELEMENT: number;
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  fill(value: number, from: number, to: number): void;
  set(from: Cells, at: number): void;
  subarray(from: number, to: number): Cells;
}

/** One operand, and how its cells come into the tile. */
export class Source {
  private readonly cells: Cells;
  private readonly Type: new (buffer: ArrayBufferLike, byteOffset?: number, length?: number) => CellArray;
  /** Where the cells of a tile go. */
  readonly tile: Cells;
  private readonly decoded: boolean;
  readonly dtype: Dtype;

  constructor(private readonly simd: Simd, private readonly side: "p" | "q", operand: Operand, private readonly layout: Layout, private readonly singles: boolean) {
    const data = "data" in operand ? operand.data : operand.host;
    if (!data) throw new TypeError("the CPU backend was handed a grid of another device");
    this.dtype = operand.dtype;
    // half floats travel as their bits
    this.Type = (operand.dtype === "float16" ? Uint16Array : data.constructor) as typeof this.Type;
    this.decoded = operand.dtype !== (singles ? "float32" : "float64");
    const place: Place = this.decoded ? simd.raw : simd[side];
    const room = singles ? simd.singles : simd.doubles;
    this.cells = new this.Type(data.buffer, data.byteOffset, data.length) as unknown as Cells;
    this.tile = new this.Type(place.buffer, place.byteOffset, room) as unknown as Cells;
  }

  /** Bytes of a cell. */
  get width(): number {
    return this.cells.BYTES_PER_ELEMENT;
  }

  private get of(): Stride {
    return this.side === "p" ? "strideP" : "strideQ";
  }

  /** A buffer as cells of this type. */
  viewOf(buffer: ArrayBufferLike): Cells {
    return new this.Type(buffer) as unknown as Cells;
  }

  /** Memory that other threads see, where each part of a row is one run of cells in it. */
  get shared(): ArrayBufferLike | null {
    const { layout: { reduced }, cells: { buffer }, of } = this;
    const isShared = typeof SharedArrayBuffer === "function" && buffer instanceof SharedArrayBuffer;
    return isShared && reduced.length === 1 && reduced[0][of] === 1 ? buffer : null;
  }

  /** Where in its buffer a cell of a row lies, in bytes. */
  byteAt(row: number, cell: number): number {
    const { cells, layout: { kept, reduced }, of } = this;
    return cells.byteOffset + cells.BYTES_PER_ELEMENT * (offsetOf(kept, row, of) + offsetOf(reduced, cell, of));
  }

  /** Makes a tile of `count` cells one of `length`, with zeros, and as the engine reads it. */
  complete(count: number, length: number): void {
    if (count < length) this.tile.fill(0, count, length);
    if (this.decoded) this.simd.decode(this.dtype, this.side, length, this.singles);
  }

  private copy(start: number, stride: number, count: number, into: Cells, at: number): void {
    const { cells } = this;
    if (stride === 1 && count >= RUN) into.set(cells.subarray(start, start + count), at);
    else if (stride === 0) into.fill(cells[start], at, at + count);
    else for (let i = 0; i < count; i++) into[at + i] = cells[start + i * stride];
  }

  /** Cells `from` … `from + count` of a row. */
  copyPart(row: number, from: number, count: number, into: Cells, at: number): void {
    const { layout, of } = this;
    const inner = innerAxisOf(layout);
    const start = offsetOf(layout.kept, row, of);
    for (let done = 0; done < count;) {
      const run = Math.min(count - done, inner.size - ((from + done) % inner.size));
      this.copy(start + offsetOf(layout.reduced, from + done, of), inner[of], run, into, at + done);
      done += run;
    }
  }

  /** Whole rows, one after the other. */
  copyRows(first: number, count: number, into: Cells, at: number): void {
    const { layout: { kept, reduced, cells }, of } = this;
    const last = kept.at(-1);
    const follow = last && last[of] === cells && reduced.length === 1 && reduced[0][of] === 1;
    for (let row = first; row < first + count;) {
      const run = follow ? Math.min(first + count - row, last.size - (row % last.size)) : 1;
      if (follow) this.copy(offsetOf(kept, row, of), 1, run * cells, into, at + (row - first) * cells);
      else this.copyPart(row, 0, cells, into, at + (row - first) * cells);
      row += run;
    }
  }

  /** Cells `from` … `from + count` of `rows` neighbouring rows: those of a cell side by side, `width` of them with zeros. */
  copyColumns(first: number, rows: number, width: number, from: number, count: number, into: Cells, at: number): void {
    const { layout: { kept, reduced }, of } = this;
    const start = offsetOf(kept, first, of);
    const stride = (kept.at(-1) as { readonly [key in Stride]: number })[of];
    for (let i = 0; i < count; i++) {
      this.copy(start + offsetOf(reduced, from + i, of), stride, rows, into, at + i * width);
      if (rows < width) into[at + i * width + rows] = 0;
    }
  }
}
