import { useEffect, useState } from "preact/hooks";

/** What the browser says of its GPU, in words; "" until it has said something. */
export function useGpu(): string {
  const [said, setSaid] = useState("");
  useEffect(() => { void describe().then(setSaid); }, []);
  return said;
}

async function describe(): Promise<string> {
  if (!navigator.gpu) return "This browser has no WebGPU: everything is computed on the CPU.";
  const adapter = await navigator.gpu.requestAdapter().catch(() => null);
  if (!adapter) return "WebGPU finds no GPU here: everything is computed on the CPU.";
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const name = description || [vendor, architecture].filter(Boolean).join(" ") || "of no name";
  return /swiftshader|llvmpipe|lavapipe/i.test(name) || isFallbackAdapter ? `No graphics card found, only the software adapter ${name}: computed on the CPU, unless you say “on the GPU”.` : `GPU: ${name}.`;
}
