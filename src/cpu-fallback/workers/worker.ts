import type { Dtype } from "../../grid.js";
import { SUMS, Simd, sumsIn } from "../simd/engine.js";
import { sumTile } from "../simd/sum-tile.js";
import type { Reply, Span, TileInWindow, Window } from "./window.js";

/** The other end, in a browser's worker and in one of Node. */
interface Port {
  onmessage: ((event: { readonly data: WebAssembly.Module | Window }) => void) | null;
  postMessage(message: Reply | "ready", transfer?: readonly ArrayBuffer[]): void;
}

const port = (globalThis.process?.getBuiltinModule?.("node:worker_threads").parentPort ?? globalThis) as unknown as Port;
let simd: Simd;

/** Brings one side's cells into the tile, with zeros up to `length`. */
function load(side: "p" | "q", dtype: Dtype, singles: boolean, cells: ArrayBufferLike, { at, bytes }: Span, length: number, width: number): void {
  const decoded = dtype !== (singles ? "float32" : "float64");
  const { buffer, byteOffset } = decoded ? simd.raw : simd[side];
  const tile = new Uint8Array(buffer, byteOffset, length * width);
  tile.set(new Uint8Array(cells, at, bytes));
  tile.fill(0, bytes);
  if (decoded) simd.decode(dtype, side, length, singles);
}

function sum({ way, p, q }: Window, tile: TileInWindow): void {
  const { rows, length, sharesQ } = tile;
  load("p", way.p, way.singles, p, tile.p, rows * length, way.widthP);
  load("q", way.q, way.singles, q, tile.q, sharesQ ? length : rows * length, way.widthQ);
  sumTile(simd, way, tile, tile.changes);
}

port.onmessage = ({ data }) => {
  if (data instanceof WebAssembly.Module) {
    simd = new Simd(data, new WebAssembly.Instance(data));
    port.postMessage("ready");
    return;
  }
  const { id, tiles, buffer, sumsAt, rows } = data;
  const sums = sumsIn(buffer, sumsAt, rows);
  let at = 0;
  for (const tile of tiles) {
    sum(data, tile);
    for (const name of SUMS) sums[name].set(simd.sums[name].subarray(0, tile.rows), at);
    at += tile.rows;
  }
  port.postMessage({ id, buffer }, [buffer]);
};
