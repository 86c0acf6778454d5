/** There is no WebGPU here, or no adapter. */
export class NoDevice extends Error {
  name = "NoDevice";
}

/** Never let go: Dawn in Node, collected before its devices, destroyed ones too, crashes the process. */
const kept = [];

/** Dawn's WebGPU, through the optional package `webgpu`. */
export async function gpuOfNode() {
  try {
    const { create } = await import("webgpu");
    return create([]);
  } catch (cause) {
    throw new NoDevice("the optional package webgpu is not installed or does not load here", { cause });
  }
}

/** A device of an adapter with all that it can hold. `errors` receives what nobody caught; `close` ends the device. */
export async function deviceOf(gpu) {
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  kept.push(gpu, adapter);
  if (!adapter) throw new NoDevice(gpu ? "WebGPU found no adapter" : "this engine has no WebGPU");
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({ label: "bench", requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
  const errors = [];
  device.addEventListener("uncapturederror", ({ error }) => errors.push(error.message));
  const { vendor, architecture, device: name, description } = adapter.info;
  return { device, adapter: { vendor, architecture, device: name, description }, errors, close: () => device.destroy() };
}
