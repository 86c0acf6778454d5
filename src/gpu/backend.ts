import type { Arithmetic, Backend, BackendInfo, CountJob, CountLoop, DensityJob, ExactJob, ExactSums, Extent, FitJob, FitLoop, LogitsJob, MapJob, Operand, PairSums, PairsJob, ReduceJob, RowSums, TabulateJob, Work } from "../backend.js";
import { DeviceError } from "../errors.js";
import { ARRAYS, BYTES_PER_CELL, cellsOf, countedErrors } from "../grid.js";
import type { CellArray, DeviceGrid, Dtype, Grid } from "../grid.js";
import { deviceGrid, upload } from "./bind.js";
import { kindOf } from "./kinds.js";
import { Costs } from "./cost.js";
import { extent, openCounts } from "./count.js";
import { density } from "./density.js";
import type { OpenDevice } from "./device.js";
import { reduceExact } from "./exact.js";
import { openFit } from "./fit.js";
import { gpuOf } from "./gpu.js";
import type { Gpu } from "./gpu.js";
import { reduceLogits } from "./logits.js";
import { map } from "./map.js";
import { pairs } from "./pairs.js";
import { SHORT_ROW, reduce } from "./reduce.js";
import { download } from "./run.js";
import { tabulate } from "./tabulate.js";

const UNIT = 2 ** -24;

/** Roundings along the longest path of a sum; a rounding may go either way, so each counts twice. */
function sumDepth(cells: number): number {
  return cells <= SHORT_ROW ? 4 + Math.ceil(cells / 16) : 22;
}

const arithmetic: Arithmetic = {
  multiplierBits: 16,
  largestExponent: 127,
  smallest: 2 ** -126,
  smallestScaled: 2 ** -126,
  multiplies: false,
  errors: (cells) => ({ term: 16 * UNIT, sum: 2 * UNIT * sumDepth(cells), floor: 2 ** -118 }),
};

/** f32 terms and tree sums on a WebGPU device, partial sums finished in binary64 on the host. */
export class WebGpuBackend implements Backend {
  readonly info: BackendInfo;
  readonly arithmetic = arithmetic;
  readonly device: GPUDevice;
  private readonly gpu: Gpu;
  private readonly costs: Costs;
  private state: "open" | "destroyed" | "lost" = "open";
  private lostMessage = "";
  private opened: OpenDevice | null;

  constructor(opened: OpenDevice) {
    const { device, adapterName, software } = opened;
    this.opened = opened;
    this.device = device;
    this.gpu = gpuOf(opened);
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

  reduce(job: ReduceJob): Promise<readonly RowSums[]> {
    const errors = countedErrors(arithmetic.errors(job.layout.cells), job.layout, UNIT);
    return this.guard(job, () => reduce(this.gpu, job, errors));
  }

  reduceExact(job: ExactJob): Promise<ExactSums> {
    return this.guard(job, () => reduceExact(this.gpu, job));
  }

  reduceLogits(job: LogitsJob): ReturnType<Backend["reduceLogits"]> {
    return this.guard(job, () => reduceLogits(this.gpu, job));
  }

  pairs(job: PairsJob): Promise<PairSums | null> {
    return this.guard(job, async () => {
      const sums = await pairs(this.gpu, job);
      return sums && { ...sums, tiles: this.guarded(job, sums.tiles) };
    });
  }

  /** The same of what comes bit by bit. */
  private async *guarded<T>(job: PairsJob, items: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = items[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { value, done } = await this.guard(job, () => iterator.next());
        if (done) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  map(job: MapJob): Promise<Float32Array | DeviceGrid> {
    return this.guard(job, () => map(this.gpu, job));
  }

  density(job: DensityJob): Promise<DeviceGrid | null> {
    return this.guard(job, () => density(this.gpu, job));
  }

  openFit(job: FitJob): Promise<FitLoop> {
    return this.guard(job, async () => {
      const { sum, mass, end } = await openFit(this.gpu, job);
      return { sum: (components, axes) => this.guard(job, () => sum(components, axes)), mass: (components, axes) => this.guard(job, () => mass(components, axes)), end };
    });
  }

  openCounts(job: CountJob): Promise<CountLoop> {
    return this.guard(job, async () => {
      const { add, read, outside, keep, end } = await openCounts(this.gpu, job);
      return {
        add: (columns) => this.guard(job, () => add(columns)), read: () => this.guard(job, read), outside: () => this.guard(job, outside), keep: () => this.guard(job, keep), end,
      };
    });
  }

  extent(samples: Operand, signal?: AbortSignal): Promise<Extent> {
    return this.guard({ ...(signal && { signal }) }, () => extent(this.gpu, samples, signal));
  }

  tabulate(job: TabulateJob): Promise<Float32Array> {
    return this.guard(job, () => tabulate(this.gpu, job));
  }

  estimate(work: Work): Promise<number> {
    return this.costs.estimate(work);
  }

  upload({ data, dtype, shape, spacing }: Grid): DeviceGrid {
    this.checkOpen();
    const { limits: { buffer: most } } = this.gpu;
    if (data.byteLength > most) {
      throw new DeviceError(`upload: the data take ${data.byteLength} bytes, a buffer of this device ${most} at most: pass the host array itself, which goes up in parts.`, "limit");
    }
    return { ...deviceGrid(upload(this.device, data), dtype, shape), ...(spacing && { spacing }) };
  }

  async download({ buffer, byteOffset, dtype, shape }: DeviceGrid): Promise<CellArray> {
    if (!buffer) throw new DeviceError("download: this grid is on the CPU backend.", "unavailable");
    const bytes = cellsOf(shape) * BYTES_PER_CELL[dtype];
    return this.guard({}, async () => new ARRAYS[dtype](await download(this.gpu, buffer, byteOffset, bytes)));
  }

  destroy(): void {
    if (this.state === "open") this.state = "destroyed";
    this.gpu.free();
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
