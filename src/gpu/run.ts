import type { CellsJob, MapJob } from "../backend.js";
import { DeviceError } from "../errors.js";
import { bind, kindOf, loadOf, needsMantissas, parametersOf, rowTableOf } from "./bind.js";
import { MAP_READ, USAGE } from "./device.js";
import type { Constants, Pipelines } from "./pipelines.js";
import { nudged } from "./nudge.js";
import type { Kernel, Load } from "./shaders.js";

const LARGEST_DISPATCH = 65535;

/** What a kernel is run on. */
export interface Run {
  readonly kernel: Kernel;
  readonly job: CellsJob | MapJob;
  readonly threads: number;
  readonly turns: number;
  readonly workgroups: number;
  /** Tiles a row, for the kernel that has them. */
  readonly tiles: number;
  /** Entries are looked at one by one: see cell.wgsl. */
  readonly checked: boolean;
  readonly output: GPUBuffer;
}

function constantsOf({ job: { term, p, q, scales, totals, layout }, checked, threads, turns, kernel }: Run, load: Load, mantissas: boolean): Constants {
  return {
    WORKGROUP_SIZE: threads,
    ...(kernel.startsWith("reduce-tile") && { TURNS: turns }),
    P_TYPE: kindOf(p.dtype) ?? 0,
    Q_TYPE: kindOf(q.dtype) ?? 0,
    ...(load === "each" && { ONE_AXIS: layout.reduced.length <= 1 ? 1 : 0 }),
    CHECKED: checked ? 1 : 0,
    SCALED: scales || mantissas ? 1 : 0,
    NORMALIZED: totals ? 1 : 0,
    COUNT_INFINITE: term.edges.qZero === Infinity ? 1 : 0,
    COUNT_INFINITE_Q: term.edges.pZero === Infinity ? 1 : 0,
  };
}

/** Encodes and submits one kernel; what was made for it is freed once the queue is done with it. */
export async function runKernel(device: GPUDevice, pipelines: Pipelines, run: Run): Promise<void> {
  const { kernel, job, workgroups, tiles, output } = run;
  const { term, p, q, layout } = job;
  const mantissas = needsMantissas(p.dtype, q.dtype);
  const label = `${term.id} ${kernel}`;
  const made: { destroy(): void }[] = [];
  const own = <T extends { destroy(): void }>(resource: T): T => {
    made.push(resource);
    return resource;
  };
  const small = (bytes: ArrayBuffer, usage: number, what: string): GPUBuffer => {
    const buffer = own(device.createBuffer({ label: `${label} ${what}`, size: bytes.byteLength, usage: usage | USAGE.COPY_DST }));
    device.queue.writeBuffer(buffer, 0, bytes);
    return buffer;
  };
  try {
    const boundP = own(bind(device, p, `${label} p`));
    const boundQ = q === p ? boundP : own(bind(device, q, `${label} q`));
    const load = loadOf(layout, boundP, boundQ);
    const pipeline = await pipelines.get(kernel, load, term, constantsOf(run, load, mantissas));
    const rowTable = small(rowTableOf(job, mantissas), USAGE.STORAGE, "rows");
    const parameters = small(parametersOf(job, boundP.first, boundQ.first, tiles), USAGE.UNIFORM, "parameters");
    const resources = [boundP.resource, boundQ.resource, { buffer: rowTable }, { buffer: parameters }, { buffer: output }];
    const columns = Math.min(workgroups, LARGEST_DISPATCH);
    await dispatch(device, { label, pipeline, resources, workgroups: [columns, Math.ceil(workgroups / columns)], theirs: "buffer" in p || "buffer" in q });
  } finally {
    for (const resource of made) resource.destroy();
  }
}

/** One compute pass: what is bound in the order of the pipeline's bindings, in how many workgroups. */
export interface Dispatch {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly resources: readonly GPUBufferBinding[];
  readonly workgroups: readonly [number, number];
  /** Is a grid among them that may be another device's, or destroyed? */
  readonly theirs: boolean;
}

/** Encodes and submits a pass; rejects with DeviceError where a grid of the caller's cannot be bound. */
export async function dispatch(device: GPUDevice, { label, pipeline, resources, workgroups, theirs }: Dispatch): Promise<void> {
  if (theirs) device.pushErrorScope("validation");
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
}

/** The first `bytes` of a buffer, on the host. */
export async function readBack(device: GPUDevice, buffer: GPUBuffer, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
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
