import { USAGE } from "./device.js";
import { nudged } from "./nudge.js";

const BUFFERS = 4;
const BYTES = 2 ** 22;
const MAP_WRITE = 2;

/** Mapped buffers through which long host arrays go up: docs/benchmarks.md, uploads. */
export class Ring {
  private readonly mapped: GPUBuffer[] = [];
  private readonly waiting: { resolve(buffer: GPUBuffer): void; reject(reason: unknown): void }[] = [];
  private readonly made = new Set<GPUBuffer>();

  constructor(private readonly device: GPUDevice) {}

  /** Writes bytes, in whole words, to the start of a buffer, before whatever is submitted once this resolves. */
  async write(target: GPUBuffer, bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; from += BYTES) {
      const slice = bytes.subarray(from, from + BYTES);
      const buffer = await this.take();
      new Uint8Array(buffer.getMappedRange(0, slice.length)).set(slice);
      buffer.unmap();
      const encoder = this.device.createCommandEncoder({ label: "upload" });
      encoder.copyBufferToBuffer(buffer, 0, target, from, slice.length);
      this.device.queue.submit([encoder.finish()]);
      void this.mapAgain(buffer);
    }
  }

  destroy(): void {
    for (const buffer of this.made) buffer.destroy();
  }

  private take(): GPUBuffer | Promise<GPUBuffer> {
    const ready = this.mapped.pop();
    if (ready) return ready;
    if (this.made.size < BUFFERS) {
      const buffer = this.device.createBuffer({ label: "upload ring", size: BYTES, usage: MAP_WRITE | USAGE.COPY_SRC, mappedAtCreation: true });
      this.made.add(buffer);
      return buffer;
    }
    return new Promise((resolve, reject) => { this.waiting.push({ resolve, reject }); });
  }

  private async mapAgain(buffer: GPUBuffer): Promise<void> {
    try {
      await nudged(this.device.queue, buffer.mapAsync(MAP_WRITE));
      const next = this.waiting.shift();
      if (next) next.resolve(buffer);
      else this.mapped.push(buffer);
    } catch (error) {
      // the device is gone, or the ring
      this.made.delete(buffer);
      for (const { reject } of this.waiting.splice(0)) reject(error);
    }
  }
}
