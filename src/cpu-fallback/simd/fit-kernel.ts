/** Cells and components that the kernel holds at once: `COUNT` and `MOST` of fit.as.ts. */
export const TILE = 2048;
export const MOST_COMPONENTS = 16;
/** Sums before those of the components. */
export const HEAD = 3;

/** What fit.as.ts exports, and its memory. */
export interface FitKernel {
  /** What this is an instance of, for other threads. */
  readonly module: WebAssembly.Module;
  /** p or ln p; NaN where a cell is left out. */
  readonly values: Float64Array;
  readonly f: Float64Array;
  readonly g: Float64Array;
  readonly lengths: Float64Array;
  /** Σ p·ln q or Σ q·ln(q/p), Σq, 0, and of each component six sums. */
  readonly sums: Float64Array;
  /** Makes cells ready, and sums them and p·ln p; false where that takes loops. */
  prepare(count: number, scale: number, logs: boolean): boolean;
  /** One component, over an even number of cells from `first` on; features are those of the first of them. */
  sumOne(reverse: boolean, first: number, count: number, a: number, b: number, c: number): void;
  /** Several: each is evaluated, the slope shared (false where loops are wanted), and each added up. */
  evaluate(k: number, count: number, a: number, b: number, c: number): void;
  share(reverse: boolean, first: number, count: number): boolean;
  addUp(k: number, count: number): void;
}

/** An instance of fit.as.ts as what it exports. */
export function fitKernelOf(module: WebAssembly.Module, { exports }: WebAssembly.Instance): FitKernel {
  const { memory: { buffer }, values, f, g, lengths, sums, ...functions } = exports as unknown as { readonly memory: WebAssembly.Memory }
    & Record<"values" | "f" | "g" | "lengths" | "sums", WebAssembly.Global<"i32">> & Pick<FitKernel, "prepare" | "sumOne" | "evaluate" | "share" | "addUp">;
  const doubles = ({ value }: WebAssembly.Global<"i32">, length = TILE) => new Float64Array(buffer, value, length);
  return { module, values: doubles(values), f: doubles(f), g: doubles(g), lengths: doubles(lengths), sums: doubles(sums, HEAD + 6 * MOST_COMPONENTS), ...functions };
}
