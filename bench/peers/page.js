import { candidatesOf } from "./javascript/index.js";
import { measure } from "./measure.js";

const ARRAYS = { float32: Float32Array, float64: Float64Array };

/** One case in a page; its rows. */
async function measureCase({ item, side, peers }) {
  const { dtype, shape } = item;
  const read = async (name) => new ARRAYS[dtype](await (await fetch(`/pair/${name}`)).arrayBuffer());
  const rows = [];
  await measure(candidatesOf({ engine: "chromium", side, peers, ...item }), { p: await read("p"), q: await read("q"), dtype, shape }, (row) => rows.push(row));
  return rows;
}

/** The adapter that WebGPU finds, or null. */
async function adapterOf() {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return null;
  const { vendor, architecture, device, description } = adapter.info;
  return { vendor, architecture, device, description };
}

Object.assign(globalThis, { measureCase, adapterOf });
