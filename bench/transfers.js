import { gpuReader } from "./probe.js";
import { summaryOf, timeInTurns } from "./timing.js";

/*
 * What a call costs beside its cells, and how host data go up fastest. Every way ends with a copy of 64 bytes that is mapped,
 * so that it is done when it says so.
 */

const [MAP_READ, MAP_WRITE, COPY_SRC, COPY_DST, STORAGE] = [1, 2, 4, 8, 128];
const MIB = 2 ** 20;
const BYTES = 64 * MIB;
const CELLS = 2 ** 12;
const AT_ONCE = 100;
const RING = 4;

const EMPTY = "@group(0) @binding(0) var<storage, read_write> words: array<u32>; @compute @workgroup_size(4) fn main() { words[0] = 0u; }";

/** One thread's work: what a dispatch itself takes. */
function emptyPassOf(device, buffer) {
  const module = device.createShaderModule({ label: "empty", code: EMPTY });
  const pipeline = device.createComputePipeline({ label: "empty", layout: "auto", compute: { module } });
  const bindGroup = device.createBindGroup({ label: "empty", layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer } }] });
  return (encoder) => {
    const pass = encoder.beginComputePass({ label: "empty" });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(1);
    pass.end();
  };
}

/** Copies 64 bytes of a buffer and maps them: the least that an answer from the device takes; `before` comes first. */
function roundTripOf(device, source, before = () => {}) {
  const staging = device.createBuffer({ label: "round trip", size: 64, usage: MAP_READ | COPY_DST });
  return async () => {
    const encoder = device.createCommandEncoder();
    before(encoder);
    encoder.copyBufferToBuffer(source, 0, staging, 0, 64);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(1);
    const bytes = staging.getMappedRange().slice(0);
    staging.unmap();
    return bytes;
  };
}

const slicesOf = (bytes, slice) => Array.from({ length: Math.ceil(bytes.length / slice) }, (_, i) => bytes.subarray(i * slice, (i + 1) * slice));

/** Ways to bring bytes into a buffer. */
function waysUp(device, bytes, target) {
  const written = (slice) => () => slicesOf(bytes, slice).forEach((part, i) => device.queue.writeBuffer(target, i * slice, part));
  const ring = (slice) => {
    const buffers = Array.from({ length: RING }, () => device.createBuffer({ label: "ring", size: slice, usage: MAP_WRITE | COPY_SRC, mappedAtCreation: true }));
    const mapped = buffers.map(() => Promise.resolve());
    return async () => {
      for (const [i, part] of slicesOf(bytes, slice).entries()) {
        const buffer = buffers[i % RING];
        await mapped[i % RING];
        new Uint8Array(buffer.getMappedRange()).set(part);
        buffer.unmap();
        const encoder = device.createCommandEncoder();
        encoder.copyBufferToBuffer(buffer, 0, target, i * slice, slice);
        device.queue.submit([encoder.finish()]);
        mapped[i % RING] = buffer.mapAsync(MAP_WRITE);
      }
      await Promise.all(mapped);
    };
  };
  const fresh = () => {
    const buffer = device.createBuffer({ label: "fresh", size: BYTES, usage: STORAGE, mappedAtCreation: true });
    new Uint8Array(buffer.getMappedRange()).set(bytes);
    buffer.unmap();
    buffer.destroy();
  };
  return [
    ["writeBuffer, all at once", written(BYTES)],
    ...[1, 4, 16].map((mib) => [`writeBuffer, slices of ${mib} MiB`, written(mib * MIB)]),
    ...[1, 4, 16].map((mib) => [`ring of ${RING} mapped buffers of ${mib} MiB`, ring(mib * MIB)]),
    ["a new buffer mapped at creation", fresh],
  ];
}

/** Rows of ways that are timed in turns, with the median of the first. */
async function timed(transfer, ways) {
  const summaries = (await timeInTurns(ways.map(([, run]) => run))).map(summaryOf);
  return ways.map(([way], i) => ({ transfer, way, ...summaries[i], roundTripMs: summaries[0].medianMs }));
}

/** Hands a row a way to `report`. */
export async function measureTransfers({ kullback, device, backend, report }) {
  const bytes = new Uint8Array(BYTES).fill(1);
  const target = device.createBuffer({ label: "upload", size: BYTES, usage: STORAGE | COPY_SRC | COPY_DST });
  const roundTrip = roundTripOf(device, target);
  const cells = Float32Array.from({ length: CELLS }, (_, i) => 1 + (i % 7));
  const others = cells.toReversed();
  const [p, q] = [await kullback.upload(cells, { backend }), await kullback.upload(others, { backend })];
  const plainRead = await gpuReader(device)({ p: p.buffer, q: q.buffer }, { p: cells, q: others }, true);
  const call = () => kullback.klDivergence(p, q, { backend });
  const trip = ["round trip of 64 bytes", roundTrip];
  const calls = [
    trip,
    ["the same after an empty dispatch", roundTripOf(device, target, emptyPassOf(device, target))],
    [`a plain read of ${CELLS} cells of both grids`, plainRead.run],
    [`klDivergence, resident, ${CELLS} cells`, call],
  ];
  const atOnce = [`the same, ${AT_ONCE} calls at once`, () => Promise.all(Array.from({ length: AT_ONCE }, call))];
  const uploads = waysUp(device, bytes, target).map(([name, up]) => [name, async () => {
    await up();
    return roundTrip();
  }]);
  // what comes between calls is not to disturb them
  for (const row of [...await timed("call", calls), (await timed("call", [trip, atOnce]))[1]]) report({ ...row, timesRoundTrip: row.medianMs / row.roundTripMs });
  for (const row of (await timed("upload", [trip, ...uploads])).slice(1)) report({ ...row, gbPerS: BYTES / (row.medianMs * 1e6) });
  plainRead.destroy();
  for (const grid of [p, q]) grid.destroy();
}
