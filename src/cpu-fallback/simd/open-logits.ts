import { logitKernelOf } from "./logit-kernel.js";
import type { LogitKernel } from "./logit-kernel.js";
import { bytesOf, hasRelaxed } from "./open.js";

let opened: Promise<LogitKernel | null> | undefined;

/** The kernel of this thread; `null` where the host has no WebAssembly with SIMD, or a page's policy forbids it. */
export function openLogitKernel(): Promise<LogitKernel | null> {
  opened ??= open().catch(() => null);
  return opened;
}

async function open(): Promise<LogitKernel> {
  const { default: code } = await (hasRelaxed() ? import("./logits.as.ts?base64&relaxed") : import("./logits.as.ts?base64"));
  const { module, instance } = await WebAssembly.instantiate(bytesOf(code));
  return logitKernelOf(module, instance);
}
