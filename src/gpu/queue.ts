import { DeviceError } from "../errors.js";
import { MAP_READ, USAGE } from "./device.js";
import type { Groups } from "./groups.js";
import { nudged } from "./nudge.js";
import type { Pool } from "./pool.js";

export type Binding = Required<GPUBufferBinding>;

/** A dispatch, and a range of a buffer to be read after it. */
export interface Work {
  readonly label: string;
  readonly pass?: {
    readonly pipeline: GPUComputePipeline;
    /** In the order of the pipeline's bindings. */
    readonly bindings: readonly Binding[];
    readonly workgroups: readonly [number, number, number];
    /** To be filled with zeros before. */
    readonly zeroed?: Binding;
  };
  /** Nothing where the work is only to be waited for. */
  readonly read?: Binding;
  /** Is a buffer among them that may be another device's, or destroyed? */
  readonly theirs: boolean;
}

interface Waiting {
  readonly work: Work;
  resolve(bytes: ArrayBuffer): void;
  reject(reason: unknown): void;
}

/** Turns of the microtask queue without more work after which what has gathered is submitted: calls of one turn differ by few. */
const QUIET_TURNS = 8;
/** Bytes that are mapped together, unless one work has more. */
const MOST_BYTES = 2 ** 26;

/** Submits the work of calls that were made in the same turn of the event loop together, and maps what it gives once. */
export class Queue {
  private waiting: Waiting[] = [];

  constructor(private readonly device: GPUDevice, private readonly pool: Pool, private readonly groups: Groups) {}

  /** The bytes read, once the work is done; rejects with DeviceError where a buffer of the caller's cannot be used. */
  run(work: Work): Promise<ArrayBuffer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ work, resolve, reject });
      if (this.waiting.length === 1) void this.flush();
    });
  }

  private async flush(): Promise<void> {
    for (let seen = 0; seen < this.waiting.length;) {
      seen = this.waiting.length;
      for (let turn = 0; turn < QUIET_TURNS; turn++) await null;
    }
    const all = this.waiting;
    this.waiting = [];
    let together: Waiting[] = [];
    let bytes = 0;
    for (const one of all) {
      const size = one.work.read?.size ?? 0;
      if (together.length > 0 && bytes + size > MOST_BYTES) {
        void this.submit(together);
        [together, bytes] = [[], 0];
      }
      together.push(one);
      bytes += size;
    }
    void this.submit(together);
  }

  /** Submits works; where one of the callers' buffers spoils the lot, each of them by itself. */
  private async submit(waiting: readonly Waiting[]): Promise<void> {
    const works = waiting.map(({ work }) => work);
    const bytes = works.reduce((sum, { read }) => sum + (read?.size ?? 0), 0);
    const staging = bytes > 0 ? this.pool.take(bytes, USAGE.COPY_DST | USAGE.MAP_READ, "readback") : null;
    try {
      const theirs = works.some((work) => work.theirs);
      if (theirs) this.device.pushErrorScope("validation");
      this.encode(works, staging);
      // both at once: neither is to cost a round trip of its own
      const failed = theirs ? this.device.popErrorScope() : null;
      const { queue } = this.device;
      const done = staging ? staging.mapAsync(MAP_READ, 0, bytes) : queue.onSubmittedWorkDone().then(() => {});
      const [error] = await Promise.all([failed, nudged(queue, done)]);
      if (error) this.refuse(waiting, error);
      else deliver(waiting, staging?.getMappedRange(0, bytes));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    } finally {
      staging?.unmap();
      if (staging) this.pool.give(staging);
    }
  }

  private encode(works: readonly Work[], staging: GPUBuffer | null): void {
    const label = works.length === 1 ? works[0].label : `${works.length} calls`;
    const encoder = this.device.createCommandEncoder({ label });
    const passes = works.flatMap(({ pass, label: of }) => (pass ? [{ pass, of }] : []));
    for (const { pass: { zeroed } } of passes) if (zeroed) encoder.clearBuffer(zeroed.buffer, zeroed.offset, zeroed.size);
    if (passes.length > 0) {
      const encoded = encoder.beginComputePass({ label });
      for (const { pass: { pipeline, bindings, workgroups }, of } of passes) {
        encoded.setPipeline(pipeline);
        encoded.setBindGroup(0, this.groups.get(pipeline, bindings, of));
        encoded.dispatchWorkgroups(...workgroups);
      }
      encoded.end();
    }
    let at = 0;
    for (const { read } of works) {
      if (!read || !staging) continue;
      encoder.copyBufferToBuffer(read.buffer, read.offset, staging, at, read.size);
      at += read.size;
    }
    this.device.queue.submit([encoder.finish()]);
  }

  private refuse(waiting: readonly Waiting[], { message }: GPUError): void {
    // one of them may be no group at all
    this.groups.clear();
    if (waiting.length > 1) for (const one of waiting) void this.submit([one]);
    else waiting[0].reject(new DeviceError(`${waiting[0].work.label}: a grid does not belong to this backend's device, or was destroyed (${message}).`, "unavailable"));
  }
}

function deliver(waiting: readonly Waiting[], mapped = new ArrayBuffer()): void {
  let at = 0;
  for (const { work: { read }, resolve } of waiting) {
    const size = read?.size ?? 0;
    resolve(mapped.slice(at, at + size));
    at += size;
  }
}
