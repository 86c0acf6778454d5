import { bytesOf, hasRelaxed } from "./open.js";

/** Logits that the kernel holds at once: `COUNT` of logits.as.ts. */
export const TILE = 2048;

/** What logits.as.ts exports, and its memory. */
export interface LogitKernel {
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** The same memory, for singles. */
  readonly singles: { readonly a: Float32Array; readonly b: Float32Array };
  readonly sums: Float64Array;
  largest(singles: boolean, count: number): void;
  sum(singles: boolean, first: number, end: number, mostA: number, mostB: number, scale: number, isCross: boolean): void;
}

let opened: Promise<LogitKernel | null> | undefined;

/** The kernel of this thread; `null` where the host has no WebAssembly with SIMD, or a page's policy forbids it. */
export function openLogitKernel(): Promise<LogitKernel | null> {
  opened ??= open().catch(() => null);
  return opened;
}

async function open(): Promise<LogitKernel> {
  const { default: code } = await (hasRelaxed() ? import("./logits.as.ts?base64&relaxed") : import("./logits.as.ts?base64"));
  const { instance: { exports } } = await WebAssembly.instantiate(bytesOf(code));
  const { memory: { buffer }, a, b, sums, largest, sum } = exports as unknown as { readonly memory: WebAssembly.Memory } & Record<"a" | "b" | "sums", WebAssembly.Global<"i32">> & Pick<LogitKernel, "largest" | "sum">;
  const doubles = ({ value }: WebAssembly.Global<"i32">, length: number) => new Float64Array(buffer, value, length);
  const singles = ({ value }: WebAssembly.Global<"i32">) => new Float32Array(buffer, value, TILE);
  return { a: doubles(a, TILE), b: doubles(b, TILE), singles: { a: singles(a), b: singles(b) }, sums: doubles(sums, 6), largest, sum };
}
