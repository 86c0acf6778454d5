import type { Backend } from "../backend.js";
import { WebGpuBackend } from "./backend.js";
import { adoptDevice, openDevice } from "./device.js";

/** A WebGPU backend on a device of the caller's or a new one; `software` allows adapters that compute on the CPU. */
export async function openWebGpu({ device, software }: { readonly device?: GPUDevice; readonly software: boolean }): Promise<Backend> {
  return new WebGpuBackend(device ? adoptDevice(device) : await openDevice(software));
}
