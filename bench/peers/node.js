// One case in Node: node bench/peers/node.js '{"item", "side", "peers", "folder"}'; prints a JSON row a line.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { candidatesOf } from "./javascript/index.js";
import { measure } from "./measure.js";

const ARRAYS = { float32: Float32Array, float64: Float64Array };
const { item, side, peers, folder } = JSON.parse(process.argv[2]);
const { dtype, shape } = item;

function read(name) {
  const bytes = readFileSync(join(folder, name));
  return new ARRAYS[dtype](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

const host = { p: read("p"), q: read("q"), dtype, shape };
await measure(candidatesOf({ engine: "node", side, peers, ...item }), host, (row) => console.log(JSON.stringify(row)));
// workers of a peer may still wait
process.exit(0);
