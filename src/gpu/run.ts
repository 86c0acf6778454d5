import { USAGE } from "./device.js";
import type { Gpu } from "./gpu.js";
import type { Binding } from "./queue.js";

export const LARGEST_DISPATCH = 65535;

/** One compute pass over grids; what is bound is in the order of the pipeline's bindings. */
export interface Pass {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly grids: readonly Binding[];
  /** The uniform. */
  readonly parameters: ArrayBuffer;
  /** Of the result. */
  readonly bytes: number;
  /** Is the result added to what is there, and so to begin with zeros? */
  readonly adds?: boolean;
  /** How much cells count. */
  readonly more?: readonly Binding[];
  readonly workgroups: readonly [number, number, number];
  /** Is a grid among them that may be another device's, or destroyed? */
  readonly theirs: boolean;
}

/** The first bytes of a buffer. */
export function whole(buffer: GPUBuffer, bytes = buffer.size): Binding {
  return { buffer, offset: 0, size: bytes };
}

/** Runs a pass and reads its result back; where it has a place to stay, it stays there and nothing is read. */
export async function runPass({ pool, tables, queue }: Gpu, pass: Pass, place?: Binding): Promise<ArrayBuffer> {
  const { label, pipeline, grids, parameters, bytes, adds, more = [], workgroups, theirs } = pass;
  const uniform = tables.take(parameters, USAGE.UNIFORM, `${label} parameters`);
  const made = place ? null : pool.take(bytes, USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST, "result");
  const output = place ?? whole(made as GPUBuffer, bytes);
  try {
    const bindings = [...grids, whole(uniform.buffer), output, ...more];
    return await queue.run({ label, pass: { pipeline, bindings, workgroups, zeroed: adds ? output : undefined }, read: made ? output : undefined, theirs });
  } finally {
    tables.give(uniform);
    if (made) pool.give(made);
  }
}

/** Bytes that come down together. */
const CHUNK = 2 ** 24;

/** Bytes of a buffer of any length, on the host. */
export async function download({ queue }: Gpu, buffer: GPUBuffer, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
  const all = new Uint8Array(bytes);
  // copies begin and end between words
  const skipped = byteOffset % 4;
  for (let from = 0; from < bytes; from += CHUNK) {
    const length = Math.min(CHUNK, bytes - from);
    const read = await queue.run({ label: "download", read: { buffer, offset: byteOffset - skipped + from, size: Math.ceil((skipped + length) / 4) * 4 }, theirs: true });
    all.set(new Uint8Array(read, skipped, length), from);
  }
  return all.buffer;
}
