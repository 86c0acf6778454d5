import type { Arithmetic, Backend, BackendInfo, CellsJob, ExactJob, ExactSums, MapJob, RowSums, Work } from "../backend.js";
import { DeviceError } from "../errors.js";
import { ARRAYS, BYTES_PER_CELL, cellsOf } from "../grid.js";
import type { CellArray, DeviceGrid, Dtype, Grid, Layout } from "../grid.js";
import { checkSize, kindOf, uploadBytes } from "./bind.js";
import { Costs } from "./cost.js";
import { USAGE } from "./device.js";
import type { OpenDevice } from "./device.js";
import { reduceExact } from "./exact.js";
import { Pipelines } from "./pipelines.js";
import { RECORD_BYTES, finishRecords, needCheck } from "./records.js";
import { readBack, runKernel } from "./run.js";
import type { Run } from "./run.js";

const UNIT = 2 ** -24;
const CELLS_PER_TURN = 256;
/** Enough for all threads of a processor with four times the cells each. */
const MANY_CELLS = 2 ** 18;
/** Rows up to this length are summed by one thread each, where there are enough of them to fill a device. */
const SHORT_ROW = 256;
const MANY_ROWS = 64;

/** Roundings along the longest path of a sum; a rounding may go either way, so each counts twice. */
function sumDepth(cells: number): number {
  return cells <= SHORT_ROW ? 4 + Math.ceil(cells / 16) : 22;
}

type Plan = Pick<Run, "kernel" | "threads" | "turns" | "workgroups" | "tiles"> & { readonly records: number };

/** Which kernel reduces these rows, in workgroups of how many threads, and how many records it writes for each row. */
function planOf({ rows, cells }: Layout, software: boolean): Plan {
  if (cells <= SHORT_ROW && rows >= MANY_ROWS) {
    return { kernel: "reduce-row", threads: 64, turns: 1, workgroups: Math.ceil(rows / 64), tiles: 1, records: 1 };
  }
  // a software adapter writes a record a thread: few threads with long tiles, but no longer than the row
  const threads = !software ? 64 : cells <= 4 * CELLS_PER_TURN ? 4 : 16;
  const turns = software && cells >= 4 * CELLS_PER_TURN * threads && rows * cells >= MANY_CELLS ? 4 : 1;
  const tiles = Math.ceil(cells / (CELLS_PER_TURN * turns * threads));
  const kernel = software ? "reduce-tile-each" : "reduce-tile";
  return { kernel, threads, turns, workgroups: rows * tiles, tiles, records: software ? tiles * threads : tiles };
}

const arithmetic: Arithmetic = {
  multiplierBits: 16,
  largestExponent: 127,
  smallest: 2 ** -126,
  smallestScaled: 2 ** -126,
  errors: (cells) => ({ term: 16 * UNIT, sum: 2 * UNIT * sumDepth(cells), floor: 2 ** -118 }),
};

/** f32 terms and tree sums on a WebGPU device, partial sums finished in binary64 on the host. */
export class WebGpuBackend implements Backend {
  readonly info: BackendInfo;
  readonly arithmetic = arithmetic;
  readonly device: GPUDevice;
  private readonly pipelines: Pipelines;
  private readonly costs: Costs;
  private state: "open" | "destroyed" | "lost" = "open";
  private lostMessage = "";
  private opened: OpenDevice | null;

  constructor(opened: OpenDevice) {
    const { device, adapterName, software } = opened;
    this.opened = opened;
    this.device = device;
    this.pipelines = new Pipelines(device);
    this.costs = new Costs(device, software);
    this.info = { kind: "webgpu", adapter: adapterName, software, reason: opened.owned ? "WebGPU adapter found" : "the caller's device", faults: [] };
    void device.lost.then(({ message }) => {
      if (this.state === "open") this.state = "lost";
      this.lostMessage = message;
    });
  }

  refuses(p: Dtype, q: Dtype, precision: "fast" | "exact"): string | null {
    if (precision === "exact") return null;
    const wide = [p, q].find((dtype) => kindOf(dtype) === undefined);
    return wide ? `${wide} does not fit binary32` : null;
  }

  reduce(job: CellsJob): Promise<RowSums> {
    return this.guard(job, async () => {
      const plan = planOf(job.layout, this.info.software);
      const size = job.layout.rows * plan.records * RECORD_BYTES;
      checkSize(this.device, size, "the partial sums");
      const output = this.device.createBuffer({ label: `${job.term.id} partials`, size, usage: USAGE.STORAGE | USAGE.COPY_SRC });
      const recordsOf = async (checked: boolean) => {
        await runKernel(this.device, this.pipelines, { ...plan, job, checked, output });
        return readBack(this.device, output, 0, size);
      };
      try {
        const records = await recordsOf(false);
        const sums = finishRecords(needCheck(records) ? await recordsOf(true) : records, job, plan.records);
        return { ...sums, errors: arithmetic.errors(job.layout.cells) };
      } finally {
        output.destroy();
      }
    });
  }

  reduceExact(job: ExactJob): Promise<ExactSums> {
    return this.guard(job, () => reduceExact(this.device, this.pipelines, job, this.info.software));
  }

  map(job: MapJob): Promise<Float32Array | DeviceGrid> {
    return this.guard(job, async () => {
      const { rows, cells } = job.layout;
      const size = rows * cells * 4;
      const workgroups = Math.ceil((rows * Math.ceil(cells / 4)) / 64);
      checkSize(this.device, size, "the result");
      const output = this.device.createBuffer({ label: `${job.term.id} values`, size, usage: USAGE.STORAGE | USAGE.COPY_SRC });
      let kept = false;
      try {
        await runKernel(this.device, this.pipelines, { kernel: "map", job, threads: 64, turns: 1, workgroups, tiles: 0, checked: true, output });
        if (job.output === "host") return new Float32Array(await readBack(this.device, output, 0, size));
        kept = true;
        return deviceGrid(output, "float32", job.p.shape);
      } finally {
        if (!kept) output.destroy();
      }
    });
  }

  estimate(work: Work): Promise<number> {
    return this.costs.estimate(work);
  }

  upload({ data, dtype, shape, spacing }: Grid): DeviceGrid {
    this.checkOpen();
    return { ...deviceGrid(uploadBytes(this.device, data, "upload"), dtype, shape), ...(spacing && { spacing }) };
  }

  async download({ buffer, byteOffset, dtype, shape }: DeviceGrid): Promise<CellArray> {
    if (!buffer) throw new DeviceError("download: this grid is on the CPU backend.", "unavailable");
    const bytes = cellsOf(shape) * BYTES_PER_CELL[dtype];
    const padded = Math.ceil(bytes / 4) * 4;
    return this.guard({}, async () => new ARRAYS[dtype]((await readBack(this.device, buffer, byteOffset, padded)).slice(0, bytes)));
  }

  destroy(): void {
    if (this.state === "open") this.state = "destroyed";
    if (this.opened?.owned) this.device.destroy();
    this.opened = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
  }

  private checkOpen(): void {
    if (this.state === "destroyed") throw new DeviceError("this backend was destroyed: open another with openBackend().", "lost");
    if (this.state === "lost") throw new DeviceError(`the GPU device was lost (${this.lostMessage}): open another with openBackend().`, "lost");
  }

  /** Runs GPU work; whatever fails because the device went away says so. */
  private async guard<T>({ signal }: { readonly signal?: AbortSignal }, work: () => Promise<T>): Promise<T> {
    this.checkOpen();
    signal?.throwIfAborted();
    try {
      const result = await work();
      signal?.throwIfAborted();
      return result;
    } catch (error) {
      if (!signal?.aborted) this.checkOpen();
      throw error;
    }
  }
}

function deviceGrid(buffer: GPUBuffer, dtype: Dtype, shape: readonly number[]): DeviceGrid {
  return { dtype, shape, buffer, host: null, byteOffset: 0, destroy: () => buffer.destroy() };
}
