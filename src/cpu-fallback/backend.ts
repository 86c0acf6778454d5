import type { Arithmetic, Backend, BackendInfo, CellsJob, ExactJob, ExactSums, MapJob } from "../backend.js";
import { DeviceError } from "../errors.js";
import type { CellArray, DeviceGrid, Grid } from "../grid.js";
import { map } from "./map.js";
import { SERIAL, reduce } from "./reduce.js";

const UNIT = 2 ** -53;

/** Binary64 throughout: terms within 16 units, runs of 128 serial additions into compensated totals. */
const arithmetic: Arithmetic = {
  multiplierBits: 26,
  largestExponent: 1023,
  smallest: 2 ** -1074,
  smallestScaled: 2 ** -1022,
  errors: (cells) => ({ term: 16 * UNIT, sum: (Math.min(cells, SERIAL) + 2) * UNIT, floor: 2 ** -1060 }),
};

/** The path that needs no GPU: plain TypeScript in binary64, on the thread that calls it. */
export class CpuBackend implements Backend {
  readonly info: BackendInfo;
  readonly arithmetic = arithmetic;
  private destroyed = false;

  constructor(reason: string) {
    this.info = { kind: "cpu", adapter: null, software: false, reason, faults: [] };
  }

  refuses(): null {
    return null;
  }

  async reduce(job: CellsJob) {
    this.checkOpen();
    return reduce(job);
  }

  async reduceExact(job: ExactJob): Promise<ExactSums> {
    this.checkOpen();
    const { reduceExact } = await import("./exact/reduce.js");
    return reduceExact(job);
  }

  async map(job: MapJob): Promise<Float64Array | DeviceGrid> {
    this.checkOpen();
    const data = await map(job);
    return job.output === "device" ? this.upload({ data, dtype: "float64", shape: job.p.shape }) : data;
  }

  upload({ data, dtype, shape, spacing }: Grid): DeviceGrid {
    this.checkOpen();
    return { dtype, shape, ...(spacing && { spacing }), buffer: null, host: data, byteOffset: 0, destroy() {} };
  }

  async download({ host }: DeviceGrid): Promise<CellArray> {
    if (!host) throw new TypeError("the CPU backend was handed a grid of another device");
    return host;
  }

  destroy(): void {
    this.destroyed = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
  }

  private checkOpen(): void {
    if (this.destroyed) throw new DeviceError("this backend was destroyed: open another with openBackend().", "lost");
  }
}
