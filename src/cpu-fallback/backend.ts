import type { Arithmetic, Backend, BackendInfo, CountJob, CountLoop, ExactJob, ExactSums, Extent, FitJob, FitLoop, LogitSums, LogitsJob, MapJob, Operand, PairSums, PairsJob, ReduceJob, Work } from "../backend.js";
import { DeviceError } from "../errors.js";
import type { CellArray, DeviceGrid, Grid } from "../grid.js";
import { estimate } from "./cost.js";
import { binary64Errors } from "./errors.js";
import { Threads } from "./workers/threads.js";

const arithmetic: Arithmetic = {
  multiplierBits: 26,
  largestExponent: 1023,
  smallest: 2 ** -1074,
  smallestScaled: 2 ** -1022,
  multiplies: true,
  errors: binary64Errors,
};

/** Loaded by the first call that is computed here, and kept: short calls would feel another import. */
let loops: Promise<typeof import("./reduce.js")> | undefined;

/** The path that needs no GPU: WebAssembly where there is some, with workers for long calls where they gain, else plain TypeScript. */
export class CpuBackend implements Backend {
  readonly info: BackendInfo;
  readonly arithmetic = arithmetic;
  private destroyed = false;

  private readonly threads: Threads;

  /** `threads`: how many work at most, the caller's among them; left out: all that gain. */
  constructor(reason: string, threads?: number) {
    const info = { kind: "cpu" as const, adapter: null, software: false, reason, faults: [] };
    this.info = info;
    this.threads = new Threads(threads, (count) => { info.reason = count > 1 ? `${reason}; long calls on ${count} threads` : reason; });
  }

  refuses(): null {
    return null;
  }

  async reduce(job: ReduceJob) {
    this.checkOpen();
    const { reduce } = await (loops ??= import("./reduce.js"));
    return reduce(job, this.threads);
  }

  async reduceExact(job: ExactJob): Promise<ExactSums> {
    this.checkOpen();
    const { reduceExact } = await import("./exact/reduce.js");
    return reduceExact(job);
  }

  async reduceLogits(job: LogitsJob): Promise<LogitSums> {
    this.checkOpen();
    const { reduceLogits } = await import("./logits.js");
    return reduceLogits(job, this.threads);
  }

  async pairs(job: PairsJob): Promise<PairSums | null> {
    this.checkOpen();
    const { pairs } = await import("./pairs.js");
    return pairs(job, this.threads);
  }

  async map(job: MapJob): Promise<Float64Array | DeviceGrid> {
    this.checkOpen();
    const { map } = await import("./map.js");
    const data = await map(job);
    return job.output === "device" ? this.upload({ data, dtype: "float64", shape: job.p.shape }) : data;
  }

  /** A density is as soon evaluated by whoever asks. */
  async density(): Promise<null> {
    return null;
  }

  async openFit(job: FitJob): Promise<FitLoop> {
    this.checkOpen();
    const { openFit } = await import("./fit.js");
    return openFit(job, this.threads);
  }

  async openCounts(job: CountJob): Promise<CountLoop> {
    this.checkOpen();
    return (await import("./count.js")).openCounts(job);
  }

  /** What asks for it has loops of its own, in binary64. */
  async tabulate(): Promise<null> {
    return null;
  }

  async extent(samples: Operand, signal?: AbortSignal): Promise<Extent> {
    this.checkOpen();
    return (await import("./count.js")).extent(samples, signal);
  }

  async estimate(work: Work): Promise<number> {
    const ms = estimate(work);
    // integers are added on one thread
    return work.precision === "exact" ? ms : this.threads.estimate(ms);
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
    this.threads.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
  }

  private checkOpen(): void {
    if (this.destroyed) throw new DeviceError("this backend was destroyed: open another with openBackend().", "lost");
  }
}
