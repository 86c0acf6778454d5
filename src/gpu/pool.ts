/** What is kept idle at most. */
const MOST_BUFFERS = 256;
const MOST_BYTES = 2 ** 26;
const SMALLEST = 256;

/** Sizes four to a power of two, so that one buffer serves many lengths. */
function roundedUp(bytes: number): number {
  const step = Math.max(2 ** (Math.floor(Math.log2(Math.max(bytes, 1))) - 2), SMALLEST);
  return Math.ceil(Math.max(bytes, 1) / step) * step;
}

/** Buffers of a device that are taken, given back and taken again; their bytes are whatever they were. */
export class Pool {
  /** The last one given back at the end. */
  private readonly idle: GPUBuffer[] = [];
  private idleBytes = 0;
  private open = true;

  constructor(private readonly device: GPUDevice) {}

  /** A buffer of at least so many bytes. */
  take(bytes: number, usage: number, label: string): GPUBuffer {
    const size = roundedUp(bytes);
    const at = this.idle.findLastIndex((buffer) => buffer.size === size && buffer.usage === usage);
    if (at < 0) return this.device.createBuffer({ label, size: size > this.device.limits.maxBufferSize ? bytes : size, usage });
    this.idleBytes -= size;
    return this.idle.splice(at, 1)[0];
  }

  /** Takes a buffer back, unmapped and with nothing to come that uses it. */
  give(buffer: GPUBuffer): void {
    this.idle.push(buffer);
    this.idleBytes += buffer.size;
    while (this.idle.length > 0 && (!this.open || this.idle.length > MOST_BUFFERS || this.idleBytes > MOST_BYTES)) {
      const [oldest] = this.idle.splice(0, 1);
      this.idleBytes -= oldest.size;
      oldest.destroy();
    }
  }

  /** Frees what is idle, and what is still in use when it is given back. */
  destroy(): void {
    this.open = false;
    for (const buffer of this.idle.splice(0)) buffer.destroy();
    this.idleBytes = 0;
  }
}
