import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { klFromLogits, openBackend } from "kullback";
import { encodeNpy } from "kullback/io";
import { onNodeDevice } from "./node-device.js";
import { logitModel } from "./peers/javascript/onnx.js";
import { summaryOf, timeInTurns } from "./timing.js";

/*
 * How long do rows of a language model's logits take, here and by the usual formulas, and how far off is the mean of each?
 */

const [ROWS, CELLS] = [64, 128_256];
/** By how much another model's logits differ: one quantised to few bits, and one that nearly agrees. */
const NOISES = [0.3, 1.4e-3];

/** A sum of four uniform numbers. */
function noise(random) {
  return random() + random() + random() + random() - 2;
}

function modelsOf(spread) {
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const p = Float32Array.from({ length: ROWS * CELLS }, () => 5 * noise(random));
  return [p, p.map((x) => x + spread * noise(random))];
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rowsOf = (logits) => Array.from({ length: ROWS }, (_, row) => logits.subarray(row * CELLS, (row + 1) * CELLS));

/** Both softmaxes by their largest, and Σ p·(ln p − ln q): what is written where no library is at hand. */
function loop(a, b) {
  let [A, B] = [-Infinity, -Infinity];
  for (let i = 0; i < a.length; i++) {
    if (a[i] > A) A = a[i];
    if (b[i] > B) B = b[i];
  }
  let [sumA, sumB] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    sumA += Math.exp(a[i] - A);
    sumB += Math.exp(b[i] - B);
  }
  const [lnA, lnB] = [A + Math.log(sumA), B + Math.log(sumB)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.exp(a[i] - lnA) * (a[i] - lnA - (b[i] - lnB));
  return sum;
}

/** E[e − c] + ln E[exp(c − e)] of e = a − b, c its mean: in binary64 right to 1e-12 where no e is large. */
function truth(a, b) {
  const meanOf = (of) => {
    let [sum, total] = [0, 0];
    for (let i = 0; i < a.length; i++) {
      const p = Math.exp(a[i]);
      sum += p * of(a[i] - b[i]);
      total += p;
    }
    return sum / total;
  };
  const c = meanOf((e) => e);
  const rest = (x) => (Math.abs(x) < 0.05 ? x * x * (1 / 2 - x * (1 / 6 - x * (1 / 24 - x * (1 / 120 - x / 720)))) : Math.exp(-x) - 1 + x);
  const left = meanOf((e) => e - c);
  return Math.log1p(meanOf((e) => rest(e - c)) - left) + left;
}

/** NumPy's time, all rows at once and one by one; each prints milliseconds and its mean. */
const PYTHON = `
import sys, time, json, numpy as np
p, q = (np.load(f).astype(sys.argv[3]) for f in sys.argv[1:3])
def kl(a, b):
    a = a - a.max(1, keepdims=True); b = b - b.max(1, keepdims=True)
    la = a - np.log(np.exp(a).sum(1, keepdims=True)); lb = b - np.log(np.exp(b).sum(1, keepdims=True))
    return (np.exp(la) * (la - lb)).sum(1)
def timed(run):
    values = run(); times = []
    for _ in range(12):
        start = time.perf_counter(); values = run(); times.append((time.perf_counter() - start) * 1e3)
    return dict(times=times, mean=float(np.mean(values, dtype=np.float64)))
print(json.dumps(dict(version=np.__version__, together=timed(lambda: kl(p, q)), alone=timed(lambda: np.concatenate([kl(p[i:i+1], q[i:i+1]) for i in range(len(p))])))))
`;

function numpy(p, q, dtype) {
  const folder = mkdtempSync(join(tmpdir(), "kullback-logits-"));
  try {
    const files = [p, q].map((data, i) => {
      const file = join(folder, `${i}.npy`);
      writeFileSync(file, encodeNpy({ data, dtype: "float32", shape: [ROWS, CELLS] }));
      return file;
    });
    const { status, stdout, stderr } = spawnSync("python3", ["-c", PYTHON, ...files, dtype], { encoding: "utf8", env: { ...process.env, OMP_NUM_THREADS: "1" } });
    if (status !== 0) throw new Error(stderr.trim().split("\n").pop() ?? "no python3");
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** onnxruntime-web in WebAssembly on one thread, where `npm run bench:peers` has installed it. */
async function onnxruntime() {
  const ort = await import(new URL("./peers/node_modules/onnxruntime-web/dist/ort.node.min.mjs", import.meta.url).href);
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(logitModel("float32", [ROWS, CELLS]), { executionProviders: ["wasm"] });
  return async (p, q) => {
    const tensor = (data) => new ort.Tensor("float32", data, [ROWS, CELLS]);
    return mean([...(await session.run({ p: tensor(p), q: tensor(q) })).sum.data]);
  };
}

/** Hands a row for each way and each pair of models to `report`; resolves to the adapter. */
export async function measureLogits({ report }) {
  const cpu = await openBackend({ prefer: "cpu", threads: 1 });
  const threads = await openBackend({ prefer: "cpu" });
  let adapter = null;
  const [ort, fault] = await onnxruntime().then((run) => [run], (error) => [null, error.message.split("\n")[0]]);
  for (const spread of NOISES) {
    const [p, q] = modelsOf(spread);
    const [rowsP, rowsQ] = [rowsOf(p), rowsOf(q)];
    const exact = mean(rowsP.map((row, i) => truth(row, rowsQ[i])));
    const add = (way, times, found, version) => {
      const summary = summaryOf(times);
      report({ logits: `KL ${exact.toExponential(1)}`, way, cells: ROWS * CELLS, ...summary, nsPerCell: (summary.medianMs * 1e6) / (ROWS * CELLS), relativeError: Math.abs(found - exact) / exact, ...(version && { version }) });
    };
    const ours = (backend) => async () => (await klFromLogits(p, q, { shape: [ROWS, CELLS], backend })).mean;
    const ways = { "kullback, CPU, one thread": ours(cpu), "kullback, CPU, all threads": ours(threads), ...(ort && { "onnxruntime-web, wasm, one thread": () => ort(p, q) }), "JavaScript loop": () => mean(rowsP.map((row, i) => loop(row, rowsQ[i]))) };
    const times = await timeInTurns(Object.values(ways));
    for (const [i, [way, run]] of Object.entries(ways).entries()) add(way, times[i], await run());
    adapter = await onNodeDevice(async (gpu) => add("kullback, WebGPU, with upload", ...await timeInTurns([ours(gpu)]), await ours(gpu)()));
    if (fault) report({ logits: `KL ${exact.toExponential(1)}`, way: "onnxruntime-web", notRun: fault });
    for (const dtype of ["float32", "float64"]) {
      try {
        const { version, together, alone } = numpy(p, q, dtype);
        add(`NumPy, ${dtype}, all rows at once`, together.times, together.mean, version);
        add(`NumPy, ${dtype}, row by row`, alone.times, alone.mean, version);
      } catch (error) {
        report({ logits: `KL ${exact.toExponential(1)}`, way: `NumPy, ${dtype}`, notRun: error.message });
      }
    }
  }
  for (const backend of [cpu, threads]) backend.destroy();
  return adapter;
}
