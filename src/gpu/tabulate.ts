import type { TabulateJob } from "../backend.js";
import { DeviceError } from "../errors.js";
import { USAGE } from "./device.js";
import { paceOf } from "./gpu.js";
import type { Gpu } from "./gpu.js";
import { LARGEST_DISPATCH, runPass, whole } from "./run.js";
import { runSteps } from "./steps.js";
import type { Step } from "./steps.js";

const THREADS = 64;

/** All rows' values, some rows a dispatch. */
export async function tabulate(gpu: Gpu, job: TabulateJob): Promise<Float32Array> {
  const rows = job.words.length / job.perRow;
  const values = new Float32Array(rows * job.columns);
  const shared = gpu.tables.take(job.shared.slice().buffer, USAGE.STORAGE, `${job.id} shared`);
  try {
    await runSteps(stepsOf(gpu, job, rows, shared.buffer, values), job.signal);
  } finally {
    gpu.tables.give(shared);
  }
  return values;
}

async function* stepsOf(gpu: Gpu, { id, wgsl, words, perRow, firstColumn, columns, own, cost }: TabulateJob, rows: number, shared: GPUBuffer, values: Float32Array): AsyncGenerator<Step<ArrayBuffer>> {
  const { limits: { binding }, software } = gpu;
  const most = Math.min(Math.floor(binding / (4 * Math.max(perRow, columns))), LARGEST_DISPATCH);
  if (most < 1) throw new DeviceError(`${id}: ${perRow} words a row are more than one binding of this device holds.`, "limit");
  const pipeline = await gpu.pipelines.getTabulate(id, wgsl, { WORKGROUP_SIZE: THREADS });
  const pace = paceOf(gpu, `tabulate ${id}`);
  for (let first = 0; first < rows;) {
    // no driver ends what takes long on a processor
    const count = Math.max(1, Math.min(most, rows - first, software ? Infinity : Math.floor(pace.cells / (columns * cost))));
    const table = gpu.tables.take(words.slice(first * perRow, (first + count) * perRow).buffer, USAGE.STORAGE, `${id} rows`);
    const parameters = Uint32Array.of(count, perRow, firstColumn, columns, ...own);
    const from = first;
    yield {
      cells: count * columns * cost, pace,
      run: () => runPass(gpu, {
        label: id, pipeline, grids: [whole(table.buffer), whole(shared), whole(shared)], parameters: parameters.buffer, bytes: 4 * count * columns,
        workgroups: [Math.ceil(columns / THREADS), count, 1], theirs: false,
      }).finally(() => gpu.tables.give(table)),
      take: (read) => values.set(new Float32Array(read, 0, count * columns), from * columns),
    };
    first += count;
  }
}
