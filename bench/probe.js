import { code } from "./plain-read.wgsl.js";
import { repeatedly } from "./timing.js";

/*
 * A plain read of a measure's arrays: the pace that no reduction over them can beat on the same backend. A measure of one
 * distribution is held against a read of one array.
 */

const PAIR = `
  let a = 0, b = 0, c = 0, d = 0;
  for (let i = 0; i < p.length; i += 4) { a += p[i] + q[i]; b += p[i + 1] + q[i + 1]; c += p[i + 2] + q[i + 2]; d += p[i + 3] + q[i + 3]; }
  return a + b + c + d;`;
const SINGLE = `
  let a = 0, b = 0, c = 0, d = 0;
  for (let i = 0; i < p.length; i += 4) { a += p[i]; b += p[i + 1]; c += p[i + 2]; d += p[i + 3]; }
  return a + b + c + d;`;

/**
 * Adds arrays of a multiple of four cells up in JavaScript; four sums, as one alone waits for each addition. Made anew for
 * every case: one function that met several array types reads each of them slower.
 */
export function cpuReader({ p, q }, pair) {
  const read = new Function("p", "q", pair ? PAIR : SINGLE);
  return () => read(p, q);
}

const layout = (entryPoint, THREADS, LOADS, SERIAL) => ({
  name: `${THREADS} threads × ${LOADS}, ${SERIAL ? "serial tiles, " : ""}${entryPoint.replaceAll("_", " ")}`,
  entryPoint, THREADS, LOADS, SERIAL,
});
const LAYOUTS = [
  layout("sum_a_workgroup", 256, 16, 0),
  layout("sum_a_workgroup", 256, 64, 0),
  layout("sum_a_thread", 256, 64, 0),
  layout("sum_a_thread", 16, 256, 1),
  layout("sum_a_thread", 1, 1024, 1),
];
const LARGEST_DISPATCH = 65535;

/** One way to read the buffers: `run` submits, waits and adds the partial sums up, modulo 2³². All it needs is made beforehand. */
function readerOf(device, pipeline, { name, entryPoint, THREADS, LOADS }, { p, q, bytes }) {
  const workgroups = Math.ceil(bytes / (16 * THREADS * LOADS));
  const size = 4 * workgroups * (entryPoint === "sum_a_thread" ? THREADS : 1);
  const columns = Math.min(workgroups, LARGEST_DISPATCH);
  const buffer = (label, bytesOf, usage) => device.createBuffer({ label: `plain read ${label}`, size: bytesOf, usage });
  const [sums, staging, fours] = [buffer("sums", size, 0x84), buffer("staging", size, 0x09), buffer("length", 4, 0x48)];
  device.queue.writeBuffer(fours, 0, Uint32Array.of(bytes / 16));
  const entries = [p, q, sums, fours].map((resource, binding) => ({ binding, resource: { buffer: resource } }));
  const bindGroup = device.createBindGroup({ label: "plain read", layout: pipeline.getBindGroupLayout(0), entries });
  async function run() {
    const encoder = device.createCommandEncoder({ label: "plain read" });
    const pass = encoder.beginComputePass({ label: "plain read" });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(columns, Math.ceil(workgroups / columns));
    pass.end();
    encoder.copyBufferToBuffer(sums, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(1);
    const total = sumOfWords(new Uint32Array(staging.getMappedRange()));
    staging.unmap();
    return total;
  }
  return { name, run, destroy: () => [sums, staging, fours].forEach((made) => made.destroy()) };
}

function sumOfWords(words) {
  let sum = 0;
  for (let i = 0; i < words.length; i++) sum = (sum + words[i]) | 0;
  return sum >>> 0;
}

const wordsOf = ({ buffer, byteOffset, byteLength }) => new Uint32Array(buffer, byteOffset, byteLength / 4);

/** Finds, for buffers with the bytes of `host`, the fastest way to read them. A way that misses a word is an error. */
export function gpuReader(device) {
  const module = device.createShaderModule({ label: "plain read", code });
  const pipelines = new Map();
  async function pipelineOf({ name, entryPoint, THREADS, LOADS, SERIAL }, pair) {
    const key = `${name} ${pair}`;
    const constants = { THREADS, LOADS, SERIAL, PAIR: pair ? 1 : 0 };
    const compute = { module, entryPoint, constants };
    const made = pipelines.get(key) ?? await device.createComputePipelineAsync({ label: `plain read ${name}`, layout: "auto", compute });
    pipelines.set(key, made);
    return made;
  }
  return async (buffers, host, pair) => {
    const bytes = host.p.byteLength;
    const expected = (sumOfWords(wordsOf(host.p)) + (pair ? sumOfWords(wordsOf(host.q)) : 0)) >>> 0;
    let best;
    for (const one of LAYOUTS) {
      const reader = readerOf(device, await pipelineOf(one, pair), one, { ...buffers, bytes });
      const sum = await reader.run();
      if (sum !== expected) throw new Error(`bench: plain read with ${reader.name} gives ${sum}, expected ${expected}.`);
      const ms = Math.min(...(await repeatedly(reader.run)));
      if (best && best.ms <= ms) reader.destroy();
      else {
        best?.destroy();
        best = { ...reader, ms };
      }
    }
    return best;
  };
}
