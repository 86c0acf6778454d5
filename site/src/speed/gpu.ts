import { openBackend } from "kullback";
import type { Backend } from "kullback";
import { gpuReader } from "../../../bench/probe.js";
import { nudged } from "./nudge";

interface Reader {
  readonly name: string;
  readonly run: () => Promise<number>;
  readonly destroy: () => void;
}

/** A device with the library on it, and a plain read of the same memory. */
export interface Gpu {
  readonly backend: Backend;
  /** Finds the fastest way to read two buffers that hold the pair. */
  readonly readerFor: (...of: Parameters<ReturnType<typeof gpuReader>>) => Promise<Reader>;
  /** What the device reported to nobody. */
  readonly errors: readonly string[];
  readonly close: () => void;
}

/** Opens a device with all that the library would ask for; or says why there is none. */
export async function openGpu(): Promise<Gpu | string> {
  if (!navigator.gpu) return "this browser has no WebGPU";
  try {
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) return "WebGPU found no adapter";
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    const device = await adapter.requestDevice({
      label: "speed", requiredLimits: { maxBufferSize, maxStorageBufferBindingSize }, requiredFeatures: adapter.features.has("subgroups") ? ["subgroups"] : [],
    });
    const errors: string[] = [];
    device.addEventListener("uncapturederror", ({ error }) => errors.push(error.message));
    const backend = await openBackend({ device });
    const find = gpuReader(device);
    const readerFor: Gpu["readerFor"] = async (...of) => {
      const { name, run, destroy } = await nudged(device.queue, find(...of));
      return { name, run: () => nudged(device.queue, run()), destroy };
    };
    return { backend, readerFor, errors, close: () => { backend.destroy(); device.destroy(); } };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
