import type { MapJob } from "../backend.js";
import { DeviceError } from "../errors.js";
import type { DeviceGrid } from "../grid.js";
import { bindPair, deviceGrid, loadOf, parametersOf, roomOf, rowTableOf, takeNodes } from "./bind.js";
import { needsMantissas } from "./kinds.js";
import { USAGE } from "./device.js";
import { paceOf } from "./gpu.js";
import type { Gpu } from "./gpu.js";
import { partsOf, spanOf, wholeOf } from "./parts.js";
import type { Part, Room } from "./parts.js";
import { constantsOf } from "./pipelines.js";
import { LARGEST_DISPATCH, runPass, whole } from "./run.js";
import type { Binding } from "./queue.js";
import { runSteps } from "./steps.js";
import type { Step } from "./steps.js";

const THREADS = 64;

/** Where the values of a part go. */
type Sink = { readonly host: Float32Array } | { readonly buffer: GPUBuffer };

/** One value a cell, in p's order. */
export async function map(gpu: Gpu, job: MapJob): Promise<Float32Array | DeviceGrid> {
  const { layout: { rows, cells }, output, term, signal } = job;
  if (output === "host") {
    const host = new Float32Array(rows * cells);
    await runSteps(stepsOf(gpu, job, { host }), signal);
    return host;
  }
  const size = rows * cells * 4;
  if (size > gpu.limits.buffer) {
    throw new DeviceError(`the result takes ${size} bytes, a buffer of this device ${gpu.limits.buffer} at most: use output "host".`, "limit");
  }
  const buffer = gpu.device.createBuffer({ label: `${term.id} values`, size, usage: USAGE.STORAGE | USAGE.COPY_SRC });
  try {
    await runSteps(stepsOf(gpu, job, { buffer }), signal);
    return deviceGrid(buffer, "float32", job.p.shape);
  } catch (error) {
    buffer.destroy();
    throw error;
  }
}

async function* stepsOf(gpu: Gpu, job: MapJob, sink: Sink): AsyncGenerator<Step<ArrayBuffer>> {
  const mantissas = needsMantissas(job.p.dtype, job.q.dtype);
  const label = `${job.term.id} map`;
  const pace = paceOf(gpu, `${label} ${Boolean(job.scales || mantissas)}`);
  const given = roomOf(gpu, job);
  // p's cells are those of the result
  const values = Math.floor(Math.min(gpu.limits.binding, "host" in sink ? gpu.limits.upload : Infinity) / 4) - 64;
  const room: Room = { ...given, strideP: Math.min(given.strideP, values), get cells() { return pace.cells; } };
  for (const part of partsOf(wholeOf(job.layout), room)) {
    let ended: Promise<unknown> = Promise.resolve();
    const bound = await bindPair(gpu, job, part, label);
    const rowTable = gpu.tables.take(rowTableOf(job, part, mantissas), USAGE.STORAGE, `${label} rows`);
    const nodes = takeNodes(gpu, part, label);
    try {
      const load = loadOf(part, bound.p, bound.q);
      const pipeline = await gpu.pipelines.get("map", load, nodes ? "nodes" : "one", [job.term], constantsOf({ WORKGROUP_SIZE: THREADS, OF_ROWS: job.rows ? 1 : 0, PER_Q: job.rows?.isPerQ ? 1 : 0, SAYS_ZEROS: job.term.saysZeros ? 1 : 0 }, job, [job.term], { load, mantissas, checked: true }));
      const { binding, first } = windowOf(sink, part);
      const workgroups = Math.ceil((part.rows * Math.ceil(part.cells / 4)) / THREADS);
      const columns = Math.min(workgroups, LARGEST_DISPATCH);
      const pass = {
        label,
        pipeline,
        grids: [bound.p.resource, bound.q.resource, whole(rowTable.buffer)],
        ...(nodes && { more: [whole(nodes.buffer)] }),
        parameters: parametersOf(job, part, { p: bound.p.first, q: bound.q.first, index: first }),
        bytes: spanOf(part, "strideP") * 4,
        workgroups: [columns, Math.ceil(workgroups / columns), 1],
        theirs: "buffer" in job.p || "buffer" in job.q,
      } as const;
      yield {
        cells: part.rows * part.cells,
        pace,
        run() {
          const result = runPass(gpu, pass, binding);
          ended = result;
          return result;
        },
        take(read) {
          if ("host" in sink) sink.host.set(new Float32Array(read), part.starts.strideP);
        },
      };
    } finally {
      void Promise.allSettled([ended]).then(() => {
        bound.release();
        gpu.tables.give(rowTable);
        if (nodes) gpu.tables.give(nodes);
      });
    }
  }
}

/** The part of a buffer of results that a part writes, and which of the window's values is its first. */
function windowOf(sink: Sink, part: Part): { readonly binding?: Binding; readonly first: number } {
  if ("host" in sink) return { first: 0 };
  // bindings begin at multiples of 256 bytes
  const first = part.starts.strideP % 64;
  return { binding: { buffer: sink.buffer, offset: (part.starts.strideP - first) * 4, size: (first + spanOf(part, "strideP")) * 4 }, first };
}
