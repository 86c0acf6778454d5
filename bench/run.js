import { pairOf } from "./data.js";
import { NoDevice } from "./device.js";
import { cpuReader, gpuReader } from "./probe.js";
import { measureGrowth } from "./growth.js";
import { measureTransfers } from "./transfers.js";
import { summaryOf, timeInTurns } from "./timing.js";

/** Bytes of what the measure is given: of both arrays, or of the one that a measure of one distribution takes. */
const bytesOf = ({ pair }, { p, q }) => p.byteLength + (pair ? q.byteLength : 0);

/** What an exact case's row says of the fast calls between its own. */
function besideFast({ minMs, medianMs }, fastTimes) {
  const { minMs: fastMinMs, medianMs: fastMedianMs } = summaryOf(fastTimes);
  return { fastMinMs, fastMedianMs, timesFast: medianMs / fastMedianMs, leastTimesFast: minMs / fastMinMs };
}

/** What a comparison's row says of its measures, called one by one. */
function besideApart({ medianMs }, apartTimes) {
  const { medianMs: apartMedianMs } = summaryOf(apartTimes);
  return { apartMedianMs, timesApart: medianMs / apartMedianMs };
}

/** What a call that names no backend takes, beside the better of both. */
function besideBetter(times, others) {
  const medianOf = (list) => summaryOf(list).medianMs;
  const betterMs = Math.min(...others.map(medianOf));
  return { betterMs, timesBetter: medianOf(times) / betterMs, microsecondsMore: (medianOf(times) - betterMs) * 1000 };
}

function rowOf(item, way, bytes, [times, otherTimes], read, readTimes) {
  const summary = summaryOf(times);
  const { minMs: readMinMs, medianMs: readMedianMs } = summaryOf(readTimes);
  return {
    case: item.name, way, cells: item.cells, ...summary,
    nsPerCell: (summary.medianMs * 1e6) / item.cells,
    gbPerS: bytes / (summary.medianMs * 1e6),
    read, readMinMs, readMedianMs,
    readGbPerS: bytes / (readMedianMs * 1e6),
    timesPlainRead: summary.medianMs / readMedianMs,
    // on a busy machine a median may have met other work; the least has met the least of it
    leastTimesPlainRead: summary.minMs / readMinMs,
    ...(otherTimes && (item.of ? besideApart : besideFast)(summary, otherTimes)),
  };
}

/** The measure on its arguments; after an exact case's the fast one, which for 64-bit types is the CPU's; after a comparison its measures. */
function callsOf(kullback, { measure, of, pair, shape, axis, precision }, p, q, backend) {
  const callOf = (more) => {
    const options = { backend, shape, ...(axis !== undefined && { axis }), ...more };
    return pair ? () => kullback[measure](p, q, options) : () => kullback[measure](p, options);
  };
  if (of) {
    const measures = of.map((name) => kullback[name]);
    const apart = async () => { for (const one of measures) await one(p, q, { backend, shape }); };
    return [() => kullback.compare(measures, p, q, { backend, shape }), apart];
  }
  return precision ? [callOf({ precision }), callOf({ precision: "fast" })] : [callOf()];
}

/** Cells from which on a CPU backend shares a call with workers. */
const CELLS_OF_THREADS = 2 ** 21;

/** Rows of the CPU as it is opened and, where that makes a difference, of one thread alone. */
async function onCpu(kullback, item, host, { cpu, alone }) {
  const calls = callsOf(kullback, item, host.p, host.q, cpu);
  const differs = item.cells >= CELLS_OF_THREADS && !item.precision;
  const others = differs ? callsOf(kullback, item, host.p, host.q, alone) : [];
  const [readTimes, ...times] = await timeInTurns([cpuReader(host, item.pair), ...calls, ...others]);
  const row = (way, times) => rowOf(item, way, bytesOf(item, host), times, "four sums", readTimes);
  const rows = [row("cpu", times.slice(0, calls.length))];
  // a host without workers, or with one core
  if (differs && / threads$/.test(cpu.info.reason)) rows.push(row("cpu, 1 thread", times.slice(calls.length)));
  return rows;
}

async function onGpu(kullback, item, host, { backend, cpu, readerFor }) {
  const resident = [];
  let reader;
  try {
    for (const data of [host.p, host.q]) resident.push(await kullback.upload(kullback.grid(data, { shape: item.shape }), { backend }));
    const [p, q] = resident;
    reader = await readerFor({ p: p.buffer, q: q.buffer }, host, item.pair);
    const [onDevice, onHost] = [callsOf(kullback, item, p, q, backend), callsOf(kullback, item, host.p, host.q, backend)];
    // the last two: where a call goes that names no backend, and where it might have gone
    const [chosen] = callsOf(kullback, item, host.p, host.q);
    const [onCpu] = callsOf(kullback, item, host.p, host.q, cpu);
    const [readTimes, ...times] = await timeInTurns([reader.run, ...onDevice, ...onHost, chosen, onCpu]);
    const row = (way, times) => rowOf(item, way, bytesOf(item, host), times, reader.name, readTimes);
    const [autoTimes, cpuTimes] = times.splice(-2);
    const uploaded = times.slice(onDevice.length);
    return [
      row("webgpu, resident", times.slice(0, onDevice.length)),
      row("webgpu, with upload", uploaded),
      { ...row("auto", [autoTimes]), ...besideBetter(autoTimes, [cpuTimes, uploaded[0]]) },
    ];
  } finally {
    reader?.destroy();
    for (const grid of resident) grid.destroy();
  }
}

/** An exact cell takes a software adapter at least as long as so many fast ones. */
const FAST_CELLS = 4;

/** Why a case is not run on the device, or `null`. */
function reasonAgainst({ dtype, cells, precision = "fast" }, backend, largestOnSoftware) {
  const largest = precision === "exact" ? largestOnSoftware / FAST_CELLS : largestOnSoftware;
  if (backend.info.software && cells > largest) return `over ${largest} cells on a software adapter: name its size with --sizes`;
  return backend.refuses(dtype, dtype, precision);
}

/** Each case with its data; those on the same data share them. */
function* withData(cases) {
  let last = { key: "" };
  for (const item of cases) {
    const key = `${item.data} ${item.dtype} ${item.cells}`;
    if (key !== last.key) last = { key, host: pairOf(item) };
    yield { item, host: last.host };
  }
}

/** A case's rows, or why it has none: data beyond the device are a fact about the device, all else is a fault. */
async function rowsOnGpu(kullback, item, host, { errors, ...tools }) {
  const before = errors.length;
  try {
    const rows = await onGpu(kullback, item, host, tools);
    if (errors.length === before) return rows;
  } catch (error) {
    if (!(error instanceof kullback.DeviceError) || error.reason === "lost") throw error;
    return [{ case: item.name, way: "webgpu", notRun: error.message }];
  }
  return [{ case: item.name, way: "webgpu", notRun: `GPU error: ${errors[before]}` }];
}

async function runOnGpu({ kullback, cases, transfers, growth, sizes, openDevice, largestOnSoftware, report }) {
  const { device, adapter, errors, close } = await openDevice();
  const backend = await kullback.openBackend({ device });
  try {
    if (transfers) {
      await measureTransfers({ kullback, device, backend, report });
      return { ...adapter, software: backend.info.software };
    }
    if (growth) {
      await measureGrowth({ kullback, backends: [["webgpu, with upload", backend]], sizes, report });
      return { ...adapter, software: backend.info.software };
    }
    const cpu = await kullback.openBackend({ prefer: "cpu" });
    const tools = { backend, cpu, readerFor: gpuReader(device), errors };
    const chosen = cases.filter((item) => {
      const notRun = reasonAgainst(item, backend, largestOnSoftware);
      if (notRun) report({ case: item.name, way: "webgpu", notRun });
      return !notRun;
    });
    for (const { item, host } of withData(chosen)) for (const row of await rowsOnGpu(kullback, item, host, tools)) report(row);
    return { ...adapter, software: backend.info.software };
  } finally {
    backend.destroy();
    close();
  }
}

/**
 * Runs cases on the CPU and then on a device (which, open, would disturb the CPU), and hands each row to `report`.
 *
 * @param kullback - The package.
 * @param backend - `"cpu"` or `"webgpu"` for one of them alone.
 * @param transfers - What a call costs beside its cells, and the ways up, in place of the cases.
 * @param growth - One measure of more and more cells, in place of the cases: so many as `sizes` say, powers of two.
 * @param openDevice - Opens the device to measure; it rejects where there is none, and that is reported.
 * @param largestOnSoftware - Most cells of a case on an adapter that computes on the CPU.
 * @returns The adapter, or `null`.
 */
export async function runCases({ kullback, cases, backend, transfers, growth, sizes, openDevice, largestOnSoftware, report }) {
  if (backend !== "webgpu") {
    const [cpu, alone] = await Promise.all([kullback.openBackend({ prefer: "cpu" }), kullback.openBackend({ prefer: "cpu", threads: 1 })]);
    if (growth) await measureGrowth({ kullback, backends: [["cpu, 1 thread", alone], ["cpu", cpu]], sizes, report });
    else for (const { item, host } of withData(cases)) for (const row of await onCpu(kullback, item, host, { cpu, alone })) report(row);
    cpu.destroy();
    alone.destroy();
  }
  if (backend === "cpu") return null;
  try {
    return await runOnGpu({ kullback, cases, transfers, growth, sizes, openDevice, largestOnSoftware, report });
  } catch (error) {
    if (!(error instanceof NoDevice)) throw error;
    report({ way: "webgpu", notRun: error.message });
    return null;
  }
}
