import { DeviceError } from "../errors.js";

/** Numbers of the specification: Node has no `GPUBufferUsage`. */
export const USAGE = { MAP_READ: 0x1, COPY_SRC: 0x4, COPY_DST: 0x8, UNIFORM: 0x40, STORAGE: 0x80 } as const;
export const MAP_READ = 0x1;

/** How much is taken at a time, in bytes but for the cells. */
export interface Limits {
  /** Of one binding. */
  readonly binding: number;
  /** Of one buffer. */
  readonly buffer: number;
  /** Of host data that go up together. */
  readonly upload: number;
  /** Of the first dispatch of a kind, before it is known how long it takes. */
  readonly cells: number;
}

/** A device with what must stay referenced as long as it is in use: Dawn in Node crashes when the adapter is collected. */
export interface OpenDevice {
  readonly device: GPUDevice;
  readonly adapterName: string;
  readonly software: boolean;
  /** Threads that every subgroup has; 1 where there are no subgroups. */
  readonly lanes: number;
  readonly keep: readonly unknown[];
  readonly owned: boolean;
  readonly limits: Limits;
}

const UPLOAD = 2 ** 24;
const FIRST_CELLS = 2 ** 20;
/** Shaders count bytes and elements in 32 bits. */
const ADDRESSABLE = 2 ** 32 - 4;

function limitsOf({ limits: { maxStorageBufferBindingSize, maxBufferSize } }: GPUDevice): Limits {
  return { binding: Math.min(maxStorageBufferBindingSize, maxBufferSize, ADDRESSABLE), buffer: maxBufferSize, upload: UPLOAD, cells: FIRST_CELLS };
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i;

/** Dawn in Node, once a process and never let go: collected before its devices, destroyed ones too, it crashes the process. */
let dawn: GPU | undefined;

/** Is there no Vulkan on this Linux? Asked beforehand, since Dawn would complain on the user's terminal. */
function lacksVulkan(): boolean {
  if (process.platform !== "linux") return false;
  try {
    process.dlopen({ exports: {} }, "libvulkan.so.1");
    return false;
  } catch (error) {
    // what can be loaded is refused all the same: it is no module of Node's
    return /No such file/.test(String(error));
  }
}

/** Device files of Linux GPU drivers: Mesa's and most others', NVIDIA's, Tegra's, WSL's, Mali's, Adreno's, PowerVR's. */
const GPU_FILES = /^(dri|nvidia.*|nvhost.*|dxg|mali.*|kgsl.*|pvr.*)$/;

/** Is there no GPU on this Linux? Then software drivers are all that Dawn could find, and it may complain about those. */
function lacksGpu(): boolean {
  if (process.platform !== "linux") return false;
  try {
    // no import: bundlers for the browser would stumble over it
    return !process.getBuiltinModule("node:fs").readdirSync("/dev").some((name) => GPU_FILES.test(name));
  } catch {
    // Node before 22.3 has no such function, and a sandbox may hide /dev: Dawn is asked then
    return false;
  }
}

/** The browser's `navigator.gpu`, or Dawn's through the optional package `webgpu`. */
async function findGpu(allowSoftware: boolean): Promise<GPU> {
  const here = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
  if (here) return here;
  if (typeof process !== "object" || !process.versions?.node) throw new DeviceError("this browser has no WebGPU", "unavailable");
  if (!allowSoftware && lacksGpu()) throw new DeviceError("this system has no GPU", "unavailable");
  if (!dawn && lacksVulkan()) throw new DeviceError("this system has no Vulkan loader (libvulkan.so.1)", "unavailable");
  const name = "webgpu"; // a variable, so that bundlers leave the optional package alone
  try {
    const { create } = (await import(/* @vite-ignore */ name)) as { create(flags: readonly string[]): GPU };
    dawn ??= create([]);
    return dawn;
  } catch (cause) {
    throw new DeviceError("the optional package webgpu is not installed or does not run here", "unavailable", { cause });
  }
}

function nameOf(info: GPUAdapterInfo | undefined): string {
  if (!info) return "unnamed adapter";
  const parts = [info.vendor, info.architecture, info.device, info.description].filter(Boolean);
  return [...new Set(parts)].join(" ") || "unnamed adapter";
}

function isSoftware(info: GPUAdapterInfo | undefined, name: string): boolean {
  return info?.isFallbackAdapter === true || SOFTWARE.test(name);
}

function lanesOf({ features, adapterInfo }: GPUDevice): number {
  return features.has("subgroups") ? (adapterInfo?.subgroupMinSize ?? 1) : 1;
}

/** Opens a device with the adapter's own limits. */
export async function openDevice(allowSoftware: boolean): Promise<OpenDevice> {
  const gpu = await findGpu(allowSoftware);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new DeviceError("WebGPU found no adapter", "unavailable");
  const adapterName = nameOf(adapter.info);
  const software = isSoftware(adapter.info, adapterName);
  if (software && !allowSoftware) throw new DeviceError(`no GPU, only the software adapter ${adapterName}`, "unavailable");
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    label: "kullback",
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
    requiredFeatures: adapter.features.has("subgroups") ? ["subgroups"] : [],
  });
  return { device, adapterName, software, lanes: lanesOf(device), keep: [gpu, adapter], owned: true, limits: limitsOf(device) };
}

/** A caller's device, never to be destroyed by us. */
export function adoptDevice(device: GPUDevice): OpenDevice {
  const adapterName = nameOf(device.adapterInfo);
  return { device, adapterName, software: isSoftware(device.adapterInfo, adapterName), lanes: lanesOf(device), keep: [], owned: false, limits: limitsOf(device) };
}
