/** Logits that the kernel holds at once: `COUNT` of logits.as.ts. */
export const TILE = 2048;

/** What logits.as.ts exports, and its memory. */
export interface LogitKernel {
  /** What this is an instance of, for other threads. */
  readonly module: WebAssembly.Module;
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** The same memory, for singles. */
  readonly singles: { readonly a: Float32Array; readonly b: Float32Array };
  readonly sums: Float64Array;
  largest(singles: boolean, count: number): void;
  /** `inSingles`: are singles summed in them? Their scale is 1 then. */
  sum(singles: boolean, inSingles: boolean, first: number, end: number, mostA: number, mostB: number, scale: number, isCross: boolean): void;
}

/** An instance of logits.as.ts as what it exports. */
export function logitKernelOf(module: WebAssembly.Module, { exports }: WebAssembly.Instance): LogitKernel {
  const { memory: { buffer }, a, b, sums, largest, sum } = exports as unknown as { readonly memory: WebAssembly.Memory } & Record<"a" | "b" | "sums", WebAssembly.Global<"i32">> & Pick<LogitKernel, "largest" | "sum">;
  const doubles = ({ value }: WebAssembly.Global<"i32">, length: number) => new Float64Array(buffer, value, length);
  const singles = ({ value }: WebAssembly.Global<"i32">) => new Float32Array(buffer, value, TILE);
  return { module, a: doubles(a, TILE), b: doubles(b, TILE), singles: { a: singles(a), b: singles(b) }, sums: doubles(sums, 7), largest, sum };
}
