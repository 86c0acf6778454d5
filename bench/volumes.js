import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as kullback from "kullback";
import { openGrid } from "kullback/io";
import { pairOf } from "./data.js";
import { deviceOf, gpuOfNode } from "./device.js";

/*
 * What does each operation take of two volumes of full size: how long, and how much memory beside the volumes and what it returns? Each in a
 * process of its own, that nothing is left from another.
 */

const SIDE = 256;
const file = fileURLToPath(import.meta.url);

const { klDivergence, ...others } = kullback;
/** By name: what is done with two grids and the options of a backend. */
const OPERATIONS = {
  ...Object.fromEntries(["klDivergence", "jensenShannon", "totalVariation", "hellinger", "chiSquare", "jeffreys", "crossEntropy"].map((name) => [name, (p, q, options) => kullback[name](p, q, options)])),
  "renyi(0.5)": (p, q, options) => others.renyi(0.5)(p, q, options),
  "klDivergence, simpson": (p, q, options) => klDivergence(p, q, { ...options, spacing: 1, quadrature: "simpson", detail: true }),
  "entropy, trapezoid": (p, _q, options) => others.entropy(p, { ...options, spacing: 0.5, quadrature: "trapezoid" }),
  marginal: (p, _q, options) => others.marginal(p, 0, options),
  mutualInformation: (p, _q, options) => others.mutualInformation(p, options),
  entropy: (p, _q, options) => others.entropy(p, options),
  "klDivergence exact": (p, q, options) => klDivergence(p, q, { ...options, precision: "exact" }),
  "klDivergence, zeros epsilon": (p, q, options) => klDivergence(p, q, { ...options, zeros: { policy: "epsilon", value: 1e-9 } }),
  "klDivergence of slices": (p, q, options) => klDivergence(p, q, { ...options, axis: [1, 2], zeros: { policy: "epsilon", value: 1e-9 }, emptyRows: "nan" }),
  "compare of three": (p, q, options) => others.compare([klDivergence, others.jensenShannon, others.totalVariation], p, q, options),
  "generalizedJensenShannon of three": (p, q, options) => others.generalizedJensenShannon([p, q, p], options),
  sliceContributions: (p, q, options) => others.sliceContributions(klDivergence, p, q, { ...options, axis: 0 }),
  blockContributions: (p, q, options) => others.blockContributions(klDivergence, p, q, { ...options, size: 16 }),
  labelContributions: (p, q, options) => others.labelContributions(klDivergence, p, q, { ...options, labels: options.labels }),
  pointwise: (p, q, options) => others.pointwise(klDivergence, p, q, options),
  "pointwise, top 100": (p, q, options) => others.pointwise(klDivergence, p, q, { ...options, top: 100 }),
  "gradient by log q": (p, q, options) => others.gradient(klDivergence, p, q, { ...options, with: "log q" }),
};

const colin = async (name) => openGrid(readFileSync(new URL(`../examples/data/colin27/${name}.nii.gz`, import.meta.url)));

/** Pairs of volumes: random numbers, and a head with and without its skull. */
const VOLUMES = {
  [`${SIDE}³ float32`]: async () => {
    const { p, q } = pairOf({ data: "random", dtype: "float32", cells: SIDE ** 3 });
    return [p, q].map((data) => kullback.grid(data, { shape: [SIDE, SIDE, SIDE] }));
  },
  "Colin27 uint8": async () => Promise.all(["ch2bet", "ch2"].map(colin)),
};

/** Bytes of the arrays in what an operation returned. */
function bytesOf(result) {
  if (typeof result !== "object" || result === null) return 0;
  return ArrayBuffer.isView(result) ? result.byteLength : Object.values(result).reduce((sum, part) => sum + bytesOf(part), 0);
}

/** A label for each of seven neighbours. */
function labelsOf({ data, shape }) {
  const labels = new Uint8Array(data.length);
  for (let i = 0; i < labels.length; i++) labels[i] = i % 7;
  return kullback.grid(labels, { shape });
}

const mostBytes = () => process.resourceUsage().maxRSS * 1024;

/** One operation on one pair in this process. */
async function measureHere(volume, operation, way) {
  const { device, adapter } = way === "webgpu" ? await deviceOf(await gpuOfNode()) : { adapter: null };
  const backend = await kullback.openBackend(device ? { device } : { prefer: "cpu" });
  const [p, q] = await VOLUMES[volume]();
  const labels = operation === "labelContributions" ? labelsOf(p) : undefined;
  const run = (a, b, of) => OPERATIONS[operation](a, b, { backend, ...(of && { labels: of }) });
  // kernels are compiled and modules loaded
  const small = { data: p.data.slice(0, 4096).fill(1), dtype: p.dtype, shape: [16, 16, 16] };
  await run(small, small, labels && { data: new Uint8Array(4096), dtype: "uint8", shape: [16, 16, 16] });
  const before = mostBytes();
  const start = performance.now();
  const result = await run(p, q, labels);
  const medianMs = performance.now() - start;
  const resultBytes = bytesOf(result);
  const row = { volume, operation, way, cells: p.data.length, medianMs, nsPerCell: (medianMs * 1e6) / p.data.length, resultBytes, bytesBeside: mostBytes() - before - resultBytes };
  backend.destroy();
  device?.destroy();
  return { adapter, row };
}

/** Hands a row for each operation, pair and backend to `report`; resolves to the adapter. */
export async function measureVolumes({ backend, only = "", report }) {
  let found = null;
  for (const volume of Object.keys(VOLUMES)) {
    for (const operation of Object.keys(OPERATIONS).filter((name) => name.includes(only))) {
      for (const way of ["cpu", "webgpu"].filter((name) => !backend || name === backend)) {
        const { stdout } = await promisify(execFile)(process.execPath, [file, volume, operation, way]);
        const { adapter, row } = JSON.parse(stdout.slice(stdout.indexOf("{")));
        found ??= adapter;
        report(row);
      }
    }
  }
  return found;
}

if (process.argv[1] === file) {
  const measured = await measureHere(...process.argv.slice(2));
  console.log(JSON.stringify(measured));
  process.exit(0);
}
