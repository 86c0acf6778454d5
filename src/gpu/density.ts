import type { DensityJob } from "../backend.js";
import { DeviceError } from "../errors.js";
import { cellsOf } from "../grid.js";
import type { DeviceGrid } from "../grid.js";
import { deviceGrid } from "./bind.js";
import { axisTable, componentTable } from "./density-tables.js";
import { USAGE } from "./device.js";
import { paceOf } from "./gpu.js";
import type { Gpu } from "./gpu.js";
import { LARGEST_DISPATCH, runPass, whole } from "./run.js";
import { runSteps } from "./steps.js";
import type { Step } from "./steps.js";

const THREADS = 64;
/** Bindings begin at multiples of 256 bytes. */
const ALIGNED = 64;

/** A density in a buffer of its own; `null` where binary32 does not hold it. */
export async function density(gpu: Gpu, job: DensityJob): Promise<DeviceGrid | null> {
  const { axes, components, signal } = job;
  const shape = axes.map(({ length }) => length);
  const table = componentTable(components);
  if (axes.length > 3 || !table) return null;
  const size = 4 * cellsOf(shape);
  if (size > gpu.limits.buffer) throw new DeviceError(`onGrid: the density takes ${size} bytes, a buffer of this device ${gpu.limits.buffer} at most.`, "limit");
  const buffer = gpu.device.createBuffer({ label: "density", size: Math.ceil(size / 16) * 16, usage: USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST });
  try {
    await runSteps(stepsOf(gpu, job, shape, table, buffer), signal);
    return deviceGrid(buffer, "float32", shape);
  } catch (error) {
    buffer.destroy();
    throw error;
  }
}

async function* stepsOf(gpu: Gpu, { kind, components, axes }: DensityJob, shape: readonly number[], table: Float32Array<ArrayBuffer>, buffer: GPUBuffer): AsyncGenerator<Step<ArrayBuffer>> {
  const label = "density";
  const pace = paceOf(gpu, `${label} ${components.length}`);
  const [n0, n1 = 1, n2 = 1] = shape;
  const lanes = (n1 * n2) % 4 === 0 ? 4 : 1;
  const pipeline = await gpu.pipelines.getDensity(lanes, { WORKGROUP_SIZE: THREADS, IS_BETA: kind === "beta" ? 1 : 0 });
  const axesTaken = gpu.tables.take(axisTable(kind, axes.map((at) => ({ at: Float64Array.from(at) }))).buffer, USAGE.STORAGE, `${label} axes`);
  const taken = gpu.tables.take(table.buffer, USAGE.STORAGE, `${label} components`);
  const ended: Promise<unknown>[] = [];
  try {
    const cells = cellsOf(shape);
    for (let first = 0; first < cells;) {
      const most = Math.min(pace.cells, Math.floor(gpu.limits.binding / 4), LARGEST_DISPATCH ** 2 * THREADS);
      const count = Math.min(Math.max(Math.floor(most / ALIGNED), 1) * ALIGNED, cells - first);
      const workgroups = Math.ceil(count / (lanes * THREADS));
      const columns = Math.min(workgroups, LARGEST_DISPATCH);
      const place = { buffer, offset: 4 * first, size: Math.min(Math.ceil(count / 4) * 16, buffer.size - 4 * first) };
      const parameters = Uint32Array.of(n0, n1, n2, components.length, first, count, 0, 0).buffer;
      yield {
        cells: count, pace,
        run() {
          const result = runPass(gpu, { label, pipeline, grids: [whole(axesTaken.buffer), whole(axesTaken.buffer), whole(taken.buffer)], parameters, bytes: 0, workgroups: [columns, Math.ceil(workgroups / columns), 1], theirs: false }, place);
          ended.push(result);
          return result;
        },
        take() {},
      };
      first += count;
    }
  } finally {
    void Promise.allSettled(ended).then(() => [axesTaken, taken].forEach((one) => gpu.tables.give(one)));
  }
}
