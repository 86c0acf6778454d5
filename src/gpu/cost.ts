import type { Work } from "../backend.js";
import { kindOf } from "./kinds.js";
import { MAP_READ, USAGE } from "./device.js";
import { nudged } from "./nudge.js";

/** Nanoseconds a cell that a kernel takes, beside the way of its data: of a small GPU, and of an adapter that computes on the CPU. */
const CELL = { gpu: { fast: 0.2, exact: 5 }, software: { fast: 10, exact: 300 } } as const;
const UPLOADED = 2 ** 20;
const TRIALS = 3;

interface Way {
  /** Milliseconds from a submit to its result on the host. */
  readonly roundTrip: number;
  /** Milliseconds a byte to the device. */
  readonly perByte: number;
}

/** What calls cost on a device: how long the way there and back takes is measured when first asked for, in a few milliseconds. */
export class Costs {
  private way: Promise<Way> | undefined;

  constructor(private readonly device: GPUDevice, private readonly software: boolean) {}

  /** About how many milliseconds a call takes; data that fast precision does not take are computed in integers, where they may be. */
  async estimate({ p, q, rows, cells, bytes, precision }: Work): Promise<number> {
    const narrow = kindOf(p) !== undefined && kindOf(q) !== undefined;
    if (!narrow && precision === "fast") return Infinity;
    const rate = CELL[this.software ? "software" : "gpu"][narrow && precision !== "exact" ? "fast" : "exact"];
    const { roundTrip, perByte } = await (this.way ??= measure(this.device));
    return roundTrip + bytes * perByte + rows * cells * rate * 1e-6;
  }
}

async function measure(device: GPUDevice): Promise<Way> {
  const buffer = device.createBuffer({ label: "way there", size: UPLOADED, usage: USAGE.COPY_DST | USAGE.COPY_SRC });
  const back = device.createBuffer({ label: "way back", size: 64, usage: USAGE.COPY_DST | USAGE.MAP_READ });
  const time = async (bytes: Uint8Array<ArrayBuffer>) => {
    const start = performance.now();
    if (bytes.length > 0) device.queue.writeBuffer(buffer, 0, bytes);
    const encoder = device.createCommandEncoder({ label: "way" });
    encoder.copyBufferToBuffer(buffer, 0, back, 0, 64);
    device.queue.submit([encoder.finish()]);
    await nudged(device.queue, back.mapAsync(MAP_READ));
    back.unmap();
    return performance.now() - start;
  };
  const least = async (bytes: Uint8Array<ArrayBuffer>) => {
    let shortest = Infinity;
    for (let i = 0; i < TRIALS; i++) shortest = Math.min(shortest, await time(bytes));
    return shortest;
  };
  try {
    const roundTrip = await least(new Uint8Array());
    const there = await least(new Uint8Array(UPLOADED));
    return { roundTrip, perByte: Math.max(there - roundTrip, 0) / UPLOADED };
  } finally {
    buffer.destroy();
    back.destroy();
  }
}
