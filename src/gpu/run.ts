import { DeviceError } from "../errors.js";
import { MAP_READ, USAGE } from "./device.js";
import type { Gpu } from "./gpu.js";
import { nudged } from "./nudge.js";

export const LARGEST_DISPATCH = 65535;

/** One compute pass over grids, with what is bound in the order of the pipeline's bindings. */
export interface Pass {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly grids: readonly GPUBufferBinding[];
  /** The uniform. */
  readonly parameters: ArrayBuffer;
  /** Of the result. */
  readonly bytes: number;
  /** Weights. */
  readonly more?: readonly GPUBufferBinding[];
  readonly workgroups: readonly [number, number];
  /** Is a grid among them that may be another device's, or destroyed? */
  readonly theirs: boolean;
}

/** A buffer of a call's own, for a table or the uniform. */
export function small(device: GPUDevice, bytes: ArrayBuffer, what: "rows" | "segments" | "parameters", label: string): GPUBuffer {
  const usage = (what === "parameters" ? USAGE.UNIFORM : USAGE.STORAGE) | USAGE.COPY_DST;
  const buffer = device.createBuffer({ label: `${label} ${what}`, size: bytes.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, bytes);
  return buffer;
}

/** Runs a pass and reads its result back. */
export async function runPass(gpu: Gpu, pass: Pass): Promise<ArrayBuffer> {
  const output = gpu.device.createBuffer({ label: `${pass.label} result`, size: pass.bytes, usage: USAGE.STORAGE | USAGE.COPY_SRC });
  try {
    await dispatch(gpu, pass, { buffer: output });
    return await readBack(gpu, output, 0, pass.bytes);
  } finally {
    output.destroy();
  }
}

/** Encodes and submits a pass that writes to `output`; rejects with DeviceError where a grid of the caller's cannot be bound. */
export async function dispatch({ device }: Gpu, { label, pipeline, grids, parameters, more = [], workgroups, theirs }: Pass, output: GPUBufferBinding): Promise<void> {
  const uniform = small(device, parameters, "parameters", label);
  try {
    if (theirs) device.pushErrorScope("validation");
    const resources = [...grids, { buffer: uniform }, output, ...more];
    const bindGroup = device.createBindGroup({ label, layout: pipeline.getBindGroupLayout(0), entries: resources.map((resource, binding) => ({ binding, resource })) });
    const encoder = device.createCommandEncoder({ label });
    const pass = encoder.beginComputePass({ label });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...workgroups);
    pass.end();
    device.queue.submit([encoder.finish()]);
    const error = theirs ? await device.popErrorScope() : null;
    if (error) throw new DeviceError(`${label}: a grid does not belong to this backend's device, or was destroyed (${error.message}).`, "unavailable");
  } finally {
    uniform.destroy();
  }
}

/** Bytes of a buffer, on the host. */
export async function readBack({ device }: Gpu, buffer: GPUBuffer, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
  const staging = device.createBuffer({ label: "readback", size: bytes, usage: USAGE.COPY_DST | USAGE.MAP_READ });
  try {
    const encoder = device.createCommandEncoder({ label: "readback" });
    encoder.copyBufferToBuffer(buffer, byteOffset, staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await nudged(device.queue, staging.mapAsync(MAP_READ));
    return staging.getMappedRange().slice(0);
  } finally {
    staging.destroy();
  }
}

/** Resolves once all that was submitted is done. */
export function done({ device }: Gpu): Promise<void> {
  return nudged(device.queue, device.queue.onSubmittedWorkDone().then(() => {}));
}

/** Bytes that come down together. */
const CHUNK = 2 ** 24;

/** Bytes of a buffer of any length, on the host. */
export async function download(gpu: Gpu, buffer: GPUBuffer, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
  const all = new Uint8Array(bytes);
  for (let from = 0; from < bytes; from += CHUNK) {
    const length = Math.min(CHUNK, bytes - from);
    const read = await readBack(gpu, buffer, byteOffset + from, Math.ceil(length / 4) * 4);
    all.set(new Uint8Array(read, 0, length), from);
  }
  return all.buffer;
}
