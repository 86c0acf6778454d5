/** There is no WebGPU here, or no adapter. */
export class NoDevice extends Error {
  name = "NoDevice";
}

/** Dawn's WebGPU, through the optional package `webgpu`. */
export async function gpuOfNode() {
  try {
    const { create } = await import("webgpu");
    return create([]);
  } catch (cause) {
    throw new NoDevice("the optional package webgpu is not installed or does not load here", { cause });
  }
}

/**
 * A device of an adapter with all that it can hold. `errors` receives what nobody caught. `close` ends the device; until
 * then it keeps the adapter, whose collection ends the process in Dawn.
 */
export async function deviceOf(gpu) {
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new NoDevice(gpu ? "WebGPU found no adapter" : "this engine has no WebGPU");
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({ label: "bench", requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
  const errors = [];
  device.addEventListener("uncapturederror", ({ error }) => errors.push(error.message));
  const { vendor, architecture, device: name, description } = adapter.info;
  const keep = [gpu, adapter];
  const close = () => {
    device.destroy();
    keep.length = 0;
  };
  return { device, adapter: { vendor, architecture, device: name, description }, errors, close };
}
