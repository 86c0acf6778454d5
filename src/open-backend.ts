import type { Backend, Work } from "./backend.js";
import { CpuBackend } from "./cpu-fallback/backend.js";
import { DeviceError, checkOptions } from "./errors.js";

/** `GPUDevice`, where the reader's project has WebGPU's types; elsewhere as much of it as tells one apart. */
export type CallerDevice = typeof globalThis extends { GPUDevice: { prototype: infer Device } } ? Device
  : { readonly limits: object; readonly queue: object; destroy(): void };

const MOST_THREADS = 64;

/** How to choose a backend. */
export interface OpenBackendOptions {
  /** `"auto"` (default): WebGPU on a real adapter, else the CPU. `"webgpu"` takes a software adapter too. */
  readonly prefer?: "auto" | "webgpu" | "cpu";
  /** A device of yours: used as it is and never destroyed. */
  readonly device?: CallerDevice;
  /** How many threads the CPU backend may use, the caller's among them: 1 for no workers. Default: one a core, at most 8. */
  readonly threads?: number;
}

/**
 * Opens a place to compute. Keep it and pass it as `backend`; `destroy()` it, or open it with `await using`, when done.
 *
 * @param options - `prefer` defaults to `"auto"`: WebGPU if there is a real adapter, else the CPU, with the reason in
 *   `backend.info.reason`. In Node WebGPU needs the optional package `webgpu`. `threads` is for the CPU backend: where workers
 *   can be had, what would take one thread 5 ms, or in a browser 20, is shared with them while that gains, with the same bits
 *   whatever their number.
 * @throws DeviceError with reason "unavailable" if `prefer: "webgpu"` finds no adapter; RangeError for another `prefer`, or for
 *   `threads` that is no integer from 1 to 64; TypeError for an unknown option.
 */
export async function openBackend(options: OpenBackendOptions = {}): Promise<Backend> {
  checkOptions("openBackend", options, ["prefer", "device", "threads"] satisfies readonly (keyof OpenBackendOptions)[]);
  const { prefer = "auto", device, threads } = options;
  if (prefer !== "auto" && prefer !== "webgpu" && prefer !== "cpu") {
    throw new RangeError(`openBackend: prefer "${String(prefer)}" must be "auto", "webgpu" or "cpu".`);
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0 && threads <= MOST_THREADS)) {
    throw new RangeError(`openBackend: threads ${threads} must be an integer from 1 to ${MOST_THREADS}.`);
  }
  if (prefer === "cpu" && !device) return new CpuBackend("the CPU was asked for", threads);
  const { openWebGpu } = await import("./gpu/open.js");
  if (device) return openWebGpu({ device, software: true });
  try {
    return await openWebGpu({ software: prefer === "webgpu" });
  } catch (error) {
    if (prefer === "webgpu" || !(error instanceof DeviceError)) throw error;
    return new CpuBackend(error.message, threads);
  }
}

/** A backend that was chosen, and why. */
export interface Choice {
  readonly backend: Backend;
  readonly reason: string;
}

let opened: Promise<Backend> | undefined;
let users = 0;
let idle: ReturnType<typeof setTimeout> | undefined;

/** Milliseconds without a call after which Node's default device is closed: an open one would keep the process alive. */
const IDLE_MS = 250;
/** Milliseconds on the CPU for which no GPU is looked for: to open one takes longer. */
const LEAST_MS = 2;

/** The CPU's part of the default backend. */
const onThread = new CpuBackend("no backend was named");

/**
 * Runs `use` on the backend that calls without one share: a GPU, or the CPU where there is none, or where `work`, on data in host
 * memory, is done there before it would be on the GPU.
 */
export async function withDefaultBackend<T>(work: Work | null, use: (choice: Choice) => Promise<T>): Promise<T> {
  const ms = work && (await onThread.estimate(work));
  if (ms !== null && ms <= LEAST_MS) {
    return use({ backend: onThread, reason: `about ${rounded(ms)} ms on the CPU: less than the way to a GPU` });
  }
  clearTimeout(idle);
  users += 1;
  opened ??= openBackend();
  opened.catch(() => { opened = undefined; });
  try {
    return await use(await faster(await opened, work, ms));
  } catch (error) {
    if (error instanceof DeviceError && error.reason === "lost") opened = undefined;
    throw error;
  } finally {
    users -= 1;
    if (users === 0 && opened && typeof process === "object" && process.versions?.node) idle = setTimeout(closeIdle, IDLE_MS);
    (idle as { unref?: () => void } | undefined)?.unref?.();
  }
}

/** The backend that was opened, or the CPU where that is faster. */
export async function faster(backend: Backend, work: Work | null, cpuMs: number | null): Promise<Choice> {
  if (backend.info.kind === "cpu" || !work || cpuMs === null) return { backend, reason: backend.info.reason };
  const gpuMs = await backend.estimate(work);
  const both = `about ${rounded(cpuMs)} ms on the CPU, ${rounded(gpuMs)} ms on the GPU with the way there`;
  return cpuMs < gpuMs ? { backend: onThread, reason: both } : { backend, reason: both };
}

const rounded = (ms: number) => Number(ms.toPrecision(2));

async function closeIdle(): Promise<void> {
  if (users > 0 || !opened) return;
  const backend = await opened;
  if (users > 0 || backend.info.kind === "cpu") return;
  opened = undefined;
  backend.destroy();
}

/** Where data go that the opened backend cannot compute to its promise. */
export function cpuBackend(): Backend {
  return onThread;
}
