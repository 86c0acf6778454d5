import type { Dtype } from "../../grid.js";
import { FitSummer } from "../fit-rows.js";
import { Simd, sumsIn } from "../simd/engine.js";
import { fitKernelOf } from "../simd/fit-kernel.js";
import { logitKernelOf } from "../simd/logit-kernel.js";
import { ROW_SUMS, sumLogitRow } from "../simd/logit-row.js";
import { pairKernelOf } from "../simd/pair-kernel.js";
import { Panel } from "../simd/pair-panel.js";
import { sumTile } from "../simd/sum-tile.js";
import { HEAD, copySums } from "./window.js";
import type { FitSetup, LogitSetup, Reply, Setup, Task, Window } from "./window.js";

/** The other end, in a browser's worker and in one of Node. */
interface Port {
  onmessage: ((event: { readonly data: WebAssembly.Module | { readonly orders: WebAssembly.Module } | Window | Setup | (Task & { readonly id: number }) | { readonly forget: number } }) => void) | null;
  postMessage(message: Reply | "ready", transfer?: readonly ArrayBuffer[]): void;
}

const port = (globalThis.process?.getBuiltinModule?.("node:worker_threads").parentPort ?? globalThis) as unknown as Port;
let simd: Simd;
/** The same with orders, once it is asked for. */
let orders: Simd;
/** By number, what is done with tasks. */
const setups = new Map<number, (task: Task) => void>();

/** Brings one side's cells into the tile, with zeros up to `length`. */
function load(engine: Simd, side: "p" | "q", dtype: Dtype, singles: boolean, cells: Uint8Array, length: number, width: number): void {
  const decoded = dtype !== (singles ? "float32" : "float64");
  const { buffer, byteOffset } = decoded ? engine.raw : engine[side];
  const tile = new Uint8Array(buffer, byteOffset, length * width);
  tile.set(cells);
  tile.fill(0, cells.length);
  if (decoded) engine.decode(dtype, side, length, singles);
}

/** Sums a window's tile in an engine; how many rows it has. */
function sum(engine: Simd, { way, p, q, buffer, changes }: Window, tile: number): number {
  const [rows, length, shares, pAt, pBytes, qAt, qBytes] = new Float64Array(buffer, 8 * HEAD * tile, HEAD);
  const sharesQ = shares === 1;
  load(engine, "p", way.p, way.singles, new Uint8Array(p ?? buffer, pAt, pBytes), rows * length, way.widthP);
  load(engine, "q", way.q, way.singles, new Uint8Array(q ?? buffer, qAt, qBytes), sharesQ ? length : rows * length, way.widthQ);
  sumTile(engine, way, { rows, length, sharesQ }, changes && changes[tile]);
  return rows;
}

function logitsOf({ module, way }: LogitSetup["logits"]): (task: Task) => void {
  const kernel = logitKernelOf(module, new WebAssembly.Instance(module));
  const { cells, areSingles } = way;
  return ({ buffer }) => {
    const view = (first: number, count: number) => (areSingles ? new Float32Array(buffer, 4 * first, count) : new Float64Array(buffer, 8 * first, count));
    const row = sumLogitRow(kernel, way, ({ a, b, singles }, first, count, asSingles) => {
      (asSingles ? singles.a : a).set(view(first, count));
      (asSingles ? singles.b : b).set(view(cells + first, count));
    });
    new Float64Array(buffer, 0, ROW_SUMS.length).set(row ? ROW_SUMS.map((name) => row[name]) : [NaN]);
  };
}

function fitOf({ module, axes, ...rows }: FitSetup["fit"]): (task: Task) => void {
  const summer = new FitSummer(rows, axes, fitKernelOf(module, new WebAssembly.Instance(module)));
  return ({ piece, buffer }) => {
    if (!piece) return;
    const sums = summer.sum(piece.first, piece.end, piece.components);
    const into = new Float64Array(buffer);
    into[0] = sums.length;
    into.set(sums, 1);
  };
}

port.onmessage = ({ data }) => {
  if (data instanceof WebAssembly.Module) {
    simd = new Simd(data, new WebAssembly.Instance(data));
    port.postMessage("ready");
    return;
  }
  if ("orders" in data) {
    orders = new Simd(data.orders, new WebAssembly.Instance(data.orders));
    return;
  }
  if ("forget" in data) {
    setups.delete(data.forget);
    return;
  }
  if ("pairs" in data) {
    const panel = new Panel(pairKernelOf(data.pairs.module, new WebAssembly.Instance(data.pairs.module)), data.pairs);
    setups.set(data.setup, ({ extent, buffer }) => { if (extent) panel.sum(extent, new Float64Array(buffer)); });
    return;
  }
  if ("logits" in data) {
    setups.set(data.setup, logitsOf(data.logits));
    return;
  }
  if ("fit" in data) {
    setups.set(data.setup, fitOf(data.fit));
    return;
  }
  if ("setup" in data) {
    const work = setups.get(data.setup);
    // whoever sent it goes on without this worker
    if (!work) throw new Error("kullback: a worker was asked for what it was not given");
    work(data);
    port.postMessage({ id: data.id, buffer: data.buffer }, [data.buffer]);
    return;
  }
  const { id, way, tiles, buffer, sumsAt, rows } = data;
  const engine = way.order > 0 ? orders : simd;
  const sums = sumsIn(buffer, sumsAt, rows);
  for (let tile = 0, at = 0; tile < tiles; tile++) {
    const count = sum(engine, data, tile);
    copySums(engine.sums, count, sums, at);
    at += count;
  }
  port.postMessage({ id, buffer }, [buffer]);
};
