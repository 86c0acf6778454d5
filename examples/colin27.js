// The main job of `npm start`: how far apart are a head with and without its skull?
import { blockContributions, crossEntropy, entropy, jensenShannon, klDivergence, openBackend } from "kullback";
import { openGrid } from "kullback/io";

const data = new URL("./data/colin27/", import.meta.url);
const p = await openGrid(new URL("ch2bet.nii.gz", data));
const q = await openGrid(new URL("ch2.nii.gz", data));
const backend = await openBackend();

const rows = [
  ["D(p ‖ q)", klDivergence, [p, q]],
  ["D(q ‖ p)", klDivergence, [q, p]],
  ["Jensen-Shannon", jensenShannon, [p, q]],
  ["entropy of p", entropy, [p]],
  ["entropy of q", entropy, [q]],
  ["cross entropy", crossEntropy, [p, q]],
];

console.log(`Colin27, ${p.shape.join(" × ")} = ${p.data.length} cells: p without the skull (ch2bet), q with it (ch2)\n`);
console.log(`${"".padEnd(16)}${"nats".padStart(18)}${"±".padStart(10)}${"bits".padStart(18)}${"±".padStart(10)}${"cells/s".padStart(12)}`);
let ran = backend.info.kind;
for (const [name, measure, grids] of rows) {
  const nats = await measure(...grids, { backend, detail: true });
  const bits = await measure(...grids, { backend, detail: true, base: 2 });
  ran = bits.backend;
  const cells = [value(nats), value(bits)].map(([number, bound]) => number.padStart(18) + bound.padStart(10)).join("");
  console.log(`${name.padEnd(16)}${cells}${(p.data.length / (bits.elapsedMs / 1000)).toExponential(1).padStart(12)}`);
}

const SIZE = 16;
const { data: parts, shape } = await blockContributions(jensenShannon, p, q, { backend, size: SIZE, base: 2, form: "nonnegative" });
const largest = [...parts.keys()].sort((a, b) => parts[b] - parts[a]).slice(0, 5);
const whole = parts.reduce((sum, part) => sum + part, 0);
console.log(`\nwhere the skull costs most: of ${whole.toFixed(4)} bits (Jensen-Shannon), by blocks of ${SIZE}³ cells, slowest axis first`);
for (const block of largest) {
  const at = shape.map((size, i) => SIZE * (Math.floor(block / shape.slice(i + 1).reduce((n, inner) => n * inner, 1)) % size));
  console.log(`${`[${at.join(", ")}]`.padEnd(16)}${parts[block].toFixed(6).padStart(18)}`);
}
const { adapter, reason } = backend.info;
backend.destroy();

console.log(`\nran on ${ran === "webgpu" ? `WebGPU: ${adapter}` : `the CPU path: ${reason}`}`);
console.log(`D(q ‖ p) is infinite: q has mass in cells where p has none (the skull).

data: T1 image of one subject (ch2) and its brain (ch2bet), from Debian's mricron-data, BSD-3-Clause, © 2006-2010 Chris Rorden;
the average is the Montreal Neurological Institute's Colin27 (Holmes et al., J. Comput. Assist. Tomogr. 22(2), 1998).

next:
  node dist/cli.js compare examples/data/colin27/ch2bet.nii.gz examples/data/colin27/ch2.nii.gz --measure kl,js --base 2
  node dist/cli.js compare examples/data/colin27/ch2bet.nii.gz examples/data/colin27/ch2.nii.gz --measure js --axis 1,2 --json
  node dist/cli.js info
  npm test`);

/** Digits that the bound vouches for, and the bound. */
function value({ value: number, errorBound }) {
  if (number === Infinity) return ["Infinity", "0"];
  const digits = Math.min(12, Math.max(1, Math.ceil(-Math.log10(errorBound))));
  return [number.toFixed(digits), errorBound.toExponential(1)];
}
