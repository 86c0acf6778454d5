import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { histogram, openBackend } from "kullback";
import { calibrate } from "kullback/calibration";
import { encodeNpy } from "kullback/io";
import { onNodeDevice } from "./node-device.js";
import { repeatedly, summaryOf } from "./timing.js";

/*
 * Samples counted in bins, beside NumPy, and a tensor's histogram calibrated by each convention.
 */

const SAMPLES = 2 ** 24;
const BINS = [256, 4096, 2 ** 18];

/** A sum of four uniform numbers. */
function activations(count) {
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  return Float32Array.from({ length: count }, () => random() + random() + random() + random() - 2);
}

const PYTHON = `
import sys, time, json, numpy as np
x = np.load(sys.argv[1])
for bins in json.loads(sys.argv[2]):
    times = []
    for _ in range(5):
        start = time.perf_counter(); counts, _ = np.histogram(x, bins, (-2, 2)); times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"bins": bins, "times": times, "version": np.__version__, "first": counts[:4].tolist(), "middle": int(counts[bins // 2])}))
`;

/** Times of NumPy, where there is some. */
function measureNumpy(samples, row) {
  const folder = mkdtempSync(join(tmpdir(), "kullback-bench-"));
  try {
    const file = join(folder, "samples.npy");
    writeFileSync(file, encodeNpy({ data: samples, dtype: "float32", shape: [samples.length] }));
    const { status, stdout } = spawnSync("python3", ["-c", PYTHON, file, JSON.stringify(BINS)], { encoding: "utf8" });
    if (status !== 0) return;
    for (const { bins, times, version } of stdout.trim().split("\n").map((line) => JSON.parse(line))) row(`2²⁴ float32 in ${bins} bins`, `NumPy ${version}`, times);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureCounting(samples, way, backend, row) {
  const on = backend.info.kind === "webgpu" ? backend.upload({ data: samples, dtype: "float32", shape: [samples.length] }) : samples;
  for (const bins of BINS) row(`2²⁴ float32 in ${bins} bins`, way, await repeatedly(() => histogram(on, { bins, range: [-2, 2], backend })));
  if (on !== samples) on.destroy();
}

/** Counts as a half-normal has them, in so many bins, of |x| or of x. */
const halfNormal = (bins, isSymmetric) => Float64Array.from({ length: bins }, (_, k) => Math.round((4e6 / bins) * Math.exp(-0.5 * (6 * ((isSymmetric ? 2 * Math.abs(k - (bins - 1) / 2) : k) / bins)) ** 2)));

async function measureCalibration(row) {
  for (const [method, bins, isSymmetric] of [["kullback", 2048], ["nvidia", 2048], ["onnxruntime", 2049, true], ["mxnet", 2049, true], ["ncnn", 2048], ["mse", 2048], ["nvidia", 8192], ["kullback", 8192]]) {
    const counts = halfNormal(bins, isSymmetric);
    // as often as a small network has tensors: the first few are compiled meanwhile
    row(`${bins} bins, ${method}`, "cpu", await repeatedly(() => calibrate({ counts, range: [isSymmetric ? -6 : 0, 6] }, { method }), 41));
  }
}

const LAYERS = 1000;

/** A network's histograms together; on a GPU in one submission. */
async function measureLayers(way, backend, row) {
  const counts = halfNormal(2048);
  const layers = Array.from({ length: LAYERS }, (_, layer) => ({ counts: counts.map((count, k) => count + ((k * layer) % 7)), range: [0, 6] }));
  for (const method of ["kullback", "nvidia"]) row(`${LAYERS} layers of 2048 bins, ${method}`, way, await repeatedly(() => calibrate(layers, { method, backend }), 3));
}

/** Hands a row for each to `report`; resolves to the adapter. */
export async function measureCalibrations({ backend: asked, only = "", report }) {
  const samples = activations(SAMPLES);
  const row = (what, way, times) => {
    const { medianMs } = summaryOf(times);
    if (what.includes(only)) report({ counting: what, way, medianMs, ...(what.startsWith("2") && what.includes("float32") && { cells: SAMPLES, nsPerCell: (medianMs * 1e6) / SAMPLES }) });
  };
  if (asked !== "webgpu") {
    // first: what a thousand layers leave behind is collected for seconds
    await measureCalibration(row);
    const backend = await openBackend({ prefer: "cpu" });
    await measureCounting(samples, "cpu", backend, row);
    await measureLayers("cpu", backend, row);
    backend.destroy();
    measureNumpy(samples, row);
  }
  return asked === "cpu" ? null : onNodeDevice(async (backend) => {
    await measureCounting(samples, "webgpu", backend, row);
    await measureLayers("webgpu", backend, row);
  });
}
