import { pairOf } from "./data.js";
import { readOnCpu, readerOn } from "./probe.js";

const WARM_UP = 3;
const LEAST = 10;
const MOST = 200;
/** Milliseconds after which a case with enough repetitions ends. */
const ENOUGH = 400;

/** Milliseconds that one measurement lasts at least: a page's clock has steps of up to a tenth of one. */
const TURN = 3;

/** How often to run a function in one measurement, after warming it up. */
async function timesPerTurn(run) {
  for (let i = 0; i < WARM_UP; i++) await run();
  const start = performance.now();
  await run();
  let times = 1;
  while (performance.now() - start < TURN && times < 10_000) {
    await run();
    times += 1;
  }
  return times;
}

/** Times the functions in turns, so that what disturbs one disturbs all; milliseconds a run, one list a function. */
async function timeInTurns(functions) {
  const turns = [];
  for (const run of functions) turns.push({ run, repeat: await timesPerTurn(run), times: [] });
  const end = performance.now() + ENOUGH * functions.length;
  for (let i = 0; i < MOST && (i < LEAST || performance.now() < end); i++) {
    for (const { run, repeat, times } of turns) {
      const start = performance.now();
      for (let k = 0; k < repeat; k++) await run();
      times.push((performance.now() - start) / repeat);
    }
  }
  return turns.map(({ times }) => times);
}

/** Least, median, and half of the distance between the quartiles in per cent of the median. */
function summaryOf(times) {
  const sorted = Float64Array.from(times).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { repetitions: times.length, minMs: sorted[0], medianMs: at(0.5), spreadPercent: (50 * (at(0.75) - at(0.25))) / at(0.5) };
}

const bytesOf = ({ measure }, { p, q }) => p.byteLength + (measure === "entropy" ? 0 : q.byteLength);

function rowOf({ name }, way, cells, bytes, times, readTimes) {
  const summary = summaryOf(times);
  const read = summaryOf(readTimes);
  return {
    case: name, way, cells, ...summary,
    nsPerCell: (summary.medianMs * 1e6) / cells,
    gbPerS: bytes / (summary.medianMs * 1e6),
    readMedianMs: read.medianMs,
    timesPlainRead: summary.medianMs / read.medianMs,
  };
}

/** The measure on its arguments; entropy takes p alone. */
function callOf(kullback, { measure, shape, axis }, p, q, backend) {
  const options = { backend, shape, ...(axis !== undefined && { axis }) };
  return measure === "entropy" ? () => kullback.entropy(p, options) : () => kullback[measure](p, q, options);
}

async function onCpu(kullback, item, pair, backend) {
  const [times, readTimes] = await timeInTurns([callOf(kullback, item, pair.p, pair.q, backend), () => readOnCpu(pair)]);
  return [rowOf(item, "cpu", pair.p.length, bytesOf(item, pair), times, readTimes)];
}

async function onGpu(kullback, item, pair, backend, read) {
  const [p, q] = await Promise.all([pair.p, pair.q].map((data) => kullback.upload(kullback.grid(data, { shape: item.shape }), { backend })));
  try {
    const functions = [callOf(kullback, item, p, q, backend), callOf(kullback, item, pair.p, pair.q, backend), () => read({ p: p.buffer, q: q.buffer })];
    const [resident, uploaded, readTimes] = await timeInTurns(functions);
    const [cells, bytes] = [pair.p.length, bytesOf(item, pair)];
    return [rowOf(item, "webgpu, resident", cells, bytes, resident, readTimes), rowOf(item, "webgpu, with upload", cells, bytes, uploaded, readTimes)];
  } finally {
    p.destroy();
    q.destroy();
  }
}

/**
 * Runs cases on the CPU and then on a device (which, open, would disturb the CPU), and hands each row to `report`.
 *
 * @param kullback - The package.
 * @param openDevice - Opens the device to measure; `null` leaves it out.
 */
export async function runCases({ kullback, cases, openDevice, report }) {
  const cpu = await kullback.openBackend({ prefer: "cpu" });
  for (const item of cases) for (const row of await onCpu(kullback, item, pairOf(item, cellsOf(item)), cpu)) report(row);
  if (!openDevice) return;
  const opened = await openDevice();
  const backend = await kullback.openBackend({ device: opened.device });
  try {
    const read = await readerOn(opened.device);
    // binary64 leaves the GPU: its row would be the CPU's
    for (const item of cases.filter(({ dtype }) => dtype !== "float64")) {
      for (const row of await onGpu(kullback, item, pairOf(item, cellsOf(item)), backend, read)) report(row);
    }
  } finally {
    backend.destroy();
    opened.close();
  }
}

export function cellsOf({ shape }) {
  return shape.reduce((product, size) => product * size, 1);
}

/** A device of an adapter with all that it can hold. `close` ends it; until then it keeps what Dawn needs alive. */
export async function deviceOf(gpu) {
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Error("WebGPU found no adapter");
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({ label: "bench", requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
  const { vendor, architecture, device: name, description } = adapter.info;
  return { device, adapter: { vendor, architecture, device: name, description }, keep: [gpu, adapter], close: () => device.destroy() };
}
