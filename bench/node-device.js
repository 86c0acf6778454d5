import { openBackend } from "kullback";
import { deviceOf, gpuOfNode } from "./device.js";

/** Runs with a backend on Node's adapter, and resolves to that; where there is none, not. Its device polls on a core of its own: the CPU is timed before. */
export async function onNodeDevice(run) {
  const opened = await gpuOfNode().then(deviceOf).catch(() => null);
  if (!opened) return null;
  const backend = await openBackend({ device: opened.device });
  try {
    await run(backend);
  } finally {
    backend.destroy();
    opened.device.destroy();
  }
  return opened.adapter;
}
