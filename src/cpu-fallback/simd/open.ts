import { Simd } from "./engine.js";

let opened: Promise<Simd | null> | undefined;

/** The engine of this thread; `null` where the host has no WebAssembly with SIMD, or a page's policy forbids it. */
export function openSimd(): Promise<Simd | null> {
  opened ??= open().catch(() => null);
  return opened;
}

/** A module of one function, f32x4.relaxed_madd. */
const RELAXED = "AGFzbQEAAAABBgFgAXsBewMCAQAKDQELACAAIAAgAP2FAgs=";

export const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

export const hasRelaxed = () => WebAssembly.validate(bytesOf(RELAXED));

async function open(): Promise<Simd> {
  const { default: code } = await (hasRelaxed() ? import("./kernel.as.ts?base64&relaxed") : import("./kernel.as.ts?base64"));
  const { module, instance } = await WebAssembly.instantiate(bytesOf(code));
  return new Simd(module, instance);
}
