import { Simd } from "./engine.js";

/** A module of one function, f32x4.relaxed_madd. */
const RELAXED = "AGFzbQEAAAABBgFgAXsBewMCAQAKDQELACAAIAAgAP2FAgs=";

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

type Code = Promise<{ readonly default: string }>;

/** What opens a kernel of this thread, once; it gives `null` where the host has no WebAssembly with SIMD, or a page's policy forbids it. */
export function openerOf<Kernel>(plain: () => Code, relaxed: () => Code, kernelOf: (module: WebAssembly.Module, instance: WebAssembly.Instance) => Kernel): () => Promise<Kernel | null> {
  let opened: Promise<Kernel | null> | undefined;
  const open = async () => {
    const { default: code } = await (WebAssembly.validate(bytesOf(RELAXED)) ? relaxed() : plain());
    const { module, instance } = await WebAssembly.instantiate(bytesOf(code));
    return kernelOf(module, instance);
  };
  return () => (opened ??= open().catch(() => null));
}

/** The same with sums of powers, which few calls want. */
export const openOrders = /* @__PURE__ */ openerOf(() => import("./orders.as.ts?base64"), () => import("./orders.as.ts?base64&relaxed"), (module, instance) => new Simd(module, instance));

export const openSimd = /* @__PURE__ */ openerOf(() => import("./kernel.as.ts?base64"), () => import("./kernel.as.ts?base64&relaxed"), (module, instance) => new Simd(module, instance));
