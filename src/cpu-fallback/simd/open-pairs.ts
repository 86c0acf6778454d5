import { bytesOf, hasRelaxed } from "./open.js";
import { kernelOf } from "./pair-kernel.js";
import type { PairKernel } from "./pair-kernel.js";

let opened: Promise<PairKernel | null> | undefined;

/** The kernel of this thread; `null` where the host has no WebAssembly with SIMD, or a page's policy forbids it. */
export function openPairKernel(): Promise<PairKernel | null> {
  opened ??= open().catch(() => null);
  return opened;
}

async function open(): Promise<PairKernel> {
  const { default: code } = await (hasRelaxed() ? import("./pairs.as.ts?base64&relaxed") : import("./pairs.as.ts?base64"));
  const { module, instance } = await WebAssembly.instantiate(bytesOf(code));
  return kernelOf(module, instance);
}
