import type { Dtype } from "../../grid.js";
import { Simd, sumsIn } from "../simd/engine.js";
import { kernelOf } from "../simd/pair-kernel.js";
import { Panel } from "../simd/pair-panel.js";
import { sumTile } from "../simd/sum-tile.js";
import { HEAD, copySums } from "./window.js";
import type { PairSetup, PairWindow, Reply, Window } from "./window.js";

/** The other end, in a browser's worker and in one of Node. */
interface Port {
  onmessage: ((event: { readonly data: WebAssembly.Module | Window | PairSetup | PairWindow | { readonly forget: number } }) => void) | null;
  postMessage(message: Reply | "ready", transfer?: readonly ArrayBuffer[]): void;
}

const port = (globalThis.process?.getBuiltinModule?.("node:worker_threads").parentPort ?? globalThis) as unknown as Port;
let simd: Simd;
const panels = new Map<number, Panel>();

/** Brings one side's cells into the tile, with zeros up to `length`. */
function load(side: "p" | "q", dtype: Dtype, singles: boolean, cells: Uint8Array, length: number, width: number): void {
  const decoded = dtype !== (singles ? "float32" : "float64");
  const { buffer, byteOffset } = decoded ? simd.raw : simd[side];
  const tile = new Uint8Array(buffer, byteOffset, length * width);
  tile.set(cells);
  tile.fill(0, cells.length);
  if (decoded) simd.decode(dtype, side, length, singles);
}

/** Sums a window's tile in the engine; how many rows it has. */
function sum({ way, p, q, buffer, changes }: Window, tile: number): number {
  const [rows, length, shares, pAt, pBytes, qAt, qBytes] = new Float64Array(buffer, 8 * HEAD * tile, HEAD);
  const sharesQ = shares === 1;
  load("p", way.p, way.singles, new Uint8Array(p ?? buffer, pAt, pBytes), rows * length, way.widthP);
  load("q", way.q, way.singles, new Uint8Array(q ?? buffer, qAt, qBytes), sharesQ ? length : rows * length, way.widthQ);
  sumTile(simd, way, { rows, length, sharesQ }, changes && changes[tile]);
  return rows;
}

port.onmessage = ({ data }) => {
  if (data instanceof WebAssembly.Module) {
    simd = new Simd(data, new WebAssembly.Instance(data));
    port.postMessage("ready");
    return;
  }
  if ("forget" in data) {
    panels.delete(data.forget);
    return;
  }
  if ("module" in data) {
    panels.set(data.setup, new Panel(kernelOf(data.module, new WebAssembly.Instance(data.module)), data));
    return;
  }
  if ("extent" in data) {
    const { id, setup, extent, buffer } = data;
    const panel = panels.get(setup);
    if (!panel) return;
    panel.sum(extent, new Float64Array(buffer));
    port.postMessage({ id, buffer }, [buffer]);
    return;
  }
  const { id, tiles, buffer, sumsAt, rows } = data;
  const sums = sumsIn(buffer, sumsAt, rows);
  for (let tile = 0, at = 0; tile < tiles; tile++) {
    const count = sum(data, tile);
    copySums(simd.sums, count, sums, at);
    at += count;
  }
  port.postMessage({ id, buffer }, [buffer]);
};
