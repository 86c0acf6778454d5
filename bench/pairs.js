import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { jensenShannon, klDivergence, openBackend, pairwise } from "kullback";
import { encodeNpy } from "kullback/io";
import { deviceOf, gpuOfNode } from "./device.js";
import { onNodeDevice } from "./node-device.js";
import { summaryOf, timeInTurns } from "./timing.js";

/*
 * How long does a measure of every row with every row take, here and by the usual formulas, and how far off is the worst entry of each? And what
 * memory do many rows take of which only the nearest are wanted: each in a process of its own.
 */

const [ROWS, CELLS] = [256, 1024];
const MANY = [4096, 256];
/** Entries that are looked at, of rows whose numbers have no common factor. */
const LOOKED_AT = 300;

/** Exponential variates, or rows that differ from one of those by 1e-4 at most. */
const DATA = {
  random: (random) => () => -Math.log(1 - random()),
  "1e-4 apart"(random) {
    const common = Float64Array.from({ length: CELLS }, () => -Math.log(1 - random()));
    return (_, i) => common[i % CELLS] * (1 + 1e-4 * (random() - 0.5));
  },
};

function rowsOf(kind, [rows, cells] = [ROWS, CELLS]) {
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  // in its place: what is made on the way would hide what calls take
  const data = new Float32Array(rows * cells);
  const value = DATA[kind](random);
  for (let i = 0; i < data.length; i++) data[i] = value(0, i);
  return data;
}

function masses(data) {
  return Array.from({ length: ROWS }, (_, i) => {
    const row = Float64Array.from(data.subarray(i * CELLS, (i + 1) * CELLS));
    const sum = row.reduce((a, b) => a + b);
    return row.map((x) => x / sum);
  });
}

/** What is written where no library is at hand: logarithms once a row, or one a pair. */
const LOOPS = {
  klDivergence(data) {
    const rows = masses(data);
    const logs = rows.map((row) => row.map(Math.log));
    const own = rows.map((row, i) => row.reduce((sum, p, k) => sum + p * logs[i][k], 0));
    const out = new Float64Array(ROWS * ROWS);
    for (let i = 0; i < ROWS; i++) {
      for (let j = 0; j < ROWS; j++) {
        let sum = own[i];
        for (let k = 0; k < CELLS; k++) sum -= rows[i][k] * logs[j][k];
        out[i * ROWS + j] = sum;
      }
    }
    return out;
  },
  jensenShannon(data) {
    const rows = masses(data);
    const own = rows.map((row) => row.reduce((sum, p) => sum + p * Math.log(p), 0));
    const out = new Float64Array(ROWS * ROWS);
    for (let i = 0; i < ROWS; i++) {
      for (let j = i + 1; j < ROWS; j++) {
        let sum = (own[i] + own[j]) / 2;
        for (let k = 0; k < CELLS; k++) {
          const mean = (rows[i][k] + rows[j][k]) / 2;
          sum -= mean * Math.log(mean);
        }
        out[i * ROWS + j] = out[j * ROWS + i] = sum;
      }
    }
    return out;
  },
};

/** The same in Python: a product of matrices, a row at a time, and SciPy's pdist; each prints milliseconds, and the matrix to a file. */
const PYTHON = `
import sys, time, json, numpy as np
x = np.load(sys.argv[1]).astype(sys.argv[2]); way = sys.argv[3]
def kl():
    p = x / x.sum(1, keepdims=True); l = np.log(p)
    return (p * l).sum(1)[:, None] - p @ l.T
def js():
    p = x / x.sum(1, keepdims=True); h = (p * np.log(p)).sum(1); out = np.empty((len(p), len(p)), p.dtype)
    for i in range(len(p)):
        m = (p[i] + p) / 2
        out[i] = (h[i] + h) / 2 - (m * np.log(m)).sum(1)
    return out
def pdist():
    import scipy.spatial.distance as d
    return d.squareform(d.pdist(x, "jensenshannon")) ** 2
run = dict(kl=kl, js=js, pdist=pdist)[way]
values = run(); times = []
for _ in range(8):
    start = time.perf_counter(); values = run(); times.append((time.perf_counter() - start) * 1e3)
np.ascontiguousarray(values, dtype="float64").tofile(sys.argv[4])
version = np.__version__
if way == "pdist":
    import scipy
    version = scipy.__version__
print(json.dumps(dict(version=version, times=times)))
`;

function python(folder, file, dtype, way) {
  const out = join(folder, "matrix.bin");
  const { status, stdout, stderr } = spawnSync("python3", ["-c", PYTHON, file, dtype, way, out], { encoding: "utf8", env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" } });
  if (status !== 0) throw new Error(stderr.trim().split("\n").pop() ?? "no python3");
  return { ...JSON.parse(stdout), file: out };
}

const PEERS = {
  klDivergence: [["NumPy product, float64", "float64", "kl"], ["NumPy product, float32", "float32", "kl"]],
  jensenShannon: [["NumPy, float64, row by row", "float64", "js"], ["NumPy, float32, row by row", "float32", "js"], ["SciPy pdist", "float64", "pdist"]],
};
const MEASURES = { klDivergence, jensenShannon };

/** How far the entries that are looked at are off, the worst of them relative to itself. */
function worstOf(matrix, truths) {
  return truths.reduce((worst, { at, value }) => Math.max(worst, Math.abs(matrix[at] - value) / value), 0);
}

async function truthsOf(measure, data, backend) {
  const row = (i) => data.subarray(i * CELLS, (i + 1) * CELLS);
  const truths = [];
  for (let n = 0; n < LOOKED_AT; n++) {
    const [i, j] = [(n * 37) % ROWS, (n * 91 + 5) % ROWS];
    if (i !== j) truths.push({ at: i * ROWS + j, value: await measure(row(i), row(j), { backend, precision: "exact" }) });
  }
  return truths;
}

async function measureMatrices(report, { cpu, threads }) {
  let adapter = null;
  const folder = mkdtempSync(join(tmpdir(), "kullback-pairs-"));
  try {
    for (const kind of Object.keys(DATA)) {
      const data = rowsOf(kind);
      const file = join(folder, "rows.npy");
      writeFileSync(file, encodeNpy({ data, dtype: "float32", shape: [ROWS, CELLS] }));
      for (const [name, measure] of Object.entries(MEASURES)) {
        const truths = await truthsOf(measure, data, cpu);
        const pairs = `${name}, ${ROWS} × ${CELLS} ${kind}`;
        const cells = (name === "jensenShannon" ? (ROWS * (ROWS - 1)) / 2 : ROWS ** 2) * CELLS;
        const add = (way, times, matrix, more) => {
          const summary = summaryOf(times);
          report({ pairs, way, cells, ...summary, nsPerCell: (summary.medianMs * 1e6) / cells, relativeError: worstOf(matrix, truths), negative: matrix.reduce((count, value) => count + Number(value < 0), 0), ...more });
        };
        const ours = (backend) => async () => (await pairwise(measure, data, { shape: [ROWS, CELLS], backend })).data;
        const ways = { "kullback, CPU, one thread": ours(cpu), "kullback, CPU, all threads": ours(threads), "JavaScript loop": () => LOOPS[name](data) };
        const times = await timeInTurns(Object.values(ways));
        for (const [i, [way, run]] of Object.entries(ways).entries()) add(way, times[i], await run());
        adapter = await onNodeDevice(async (gpu) => add("kullback, WebGPU, with upload", ...await timeInTurns([ours(gpu)]), await ours(gpu)()));
        for (const [way, dtype, how] of PEERS[name]) {
          try {
            const { times: ofPython, version, file: matrix } = python(folder, file, dtype, how);
            add(way, ofPython, new Float64Array(new Uint8Array(readFileSync(matrix)).buffer), { version });
          } catch (error) {
            report({ pairs, way, notRun: error.message });
          }
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return adapter;
}

const file = fileURLToPath(import.meta.url);

/** Begins the process's peak of memory anew where the system can (Linux), and what it is. */
function resetPeak() {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // the peak of all it did before hides some of what comes
  }
}
function peakBytes() {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

/** The nearest of many rows in this process, and the memory that takes. */
async function measureManyHere(name, way) {
  const { device, adapter } = way === "webgpu" ? await deviceOf(await gpuOfNode()) : { adapter: null };
  const backend = await openBackend(device ? { device } : { prefer: "cpu" });
  const data = rowsOf("random", MANY);
  const run = (rows, shape) => pairwise(MEASURES[name], rows, { shape, top: 8, backend });
  await run(data.subarray(0, 64 * MANY[1]), [64, MANY[1]]);
  resetPeak();
  const before = peakBytes();
  const start = performance.now();
  const { data: nearest, indices } = await run(data, MANY);
  const medianMs = performance.now() - start;
  const bytesBeside = peakBytes() - before - nearest.byteLength - indices.byteLength;
  backend.destroy();
  device?.destroy();
  return { adapter, row: { pairs: `${name}, the 8 nearest of ${MANY[0]} × ${MANY[1]}`, way, cells: MANY[0] ** 2 * MANY[1], medianMs, nsPerCell: (medianMs * 1e6) / (MANY[0] ** 2 * MANY[1]), bytesBeside } };
}

/** Hands a row for each way, measure and kind of data to `report`; resolves to the adapter. */
export async function measurePairs({ report }) {
  const cpu = await openBackend({ prefer: "cpu", threads: 1 });
  const threads = await openBackend({ prefer: "cpu" });
  const adapter = await measureMatrices(report, { cpu, threads });
  for (const backend of [cpu, threads]) backend.destroy();
  for (const name of Object.keys(MEASURES)) {
    for (const way of ["cpu", ...(adapter ? ["webgpu"] : [])]) {
      const { stdout } = await promisify(execFile)(process.execPath, [file, name, way]);
      report(JSON.parse(stdout.slice(stdout.indexOf("{"))).row);
    }
  }
  return adapter;
}

if (process.argv[1] === file) {
  const measured = await measureManyHere(process.argv[2], process.argv[3]);
  console.log(JSON.stringify(measured));
  process.exit(0);
}
