/** Most rows a side that the kernel takes at once, and cells of them: `ROWS` and `CELLS` of pairs.as.ts. */
export const ROWS = 64;
export const CELLS = 256;
/** Cells whose terms are added in singles, four at a time. */
export const RUN = 32;

/** A side's memory: doubles, or planes of singles and their logarithms. */
export interface PairSide {
  readonly doubles: Float64Array;
  readonly high: Float32Array;
  readonly low: Float32Array;
  readonly logs: Int32Array;
}

/** What pairs.as.ts exports, and its memory. */
export interface PairKernel {
  /** What this is an instance of, for other threads. */
  readonly module: WebAssembly.Module;
  readonly p: PairSide;
  readonly q: PairSide;
  /** `ROWS` for each row of p. */
  readonly sums: Float64Array;
  clear(): void;
  /** Brings doubles of p to planes of q. */
  split(count: number): void;
  addProducts(rowsP: number, rowsQ: number, cells: number): void;
  addDifferences(rowsP: number, rowsQ: number, cells: number, half: boolean): void;
  addJensenShannon(rowsP: number, rowsQ: number, cells: number, half: boolean): void;
}

/** An instance of pairs.as.ts as what it exports. */
export function pairKernelOf(module: WebAssembly.Module, { exports }: WebAssembly.Instance): PairKernel {
  const { memory: { buffer }, p, q, sums, ...functions } = exports as unknown as { readonly memory: WebAssembly.Memory } & Record<"p" | "q" | "sums", WebAssembly.Global<"i32">> & Pick<PairKernel, "clear" | "split" | "addProducts" | "addDifferences" | "addJensenShannon">;
  const side = ({ value }: WebAssembly.Global<"i32">): PairSide => {
    const cells = ROWS * CELLS;
    return {
      doubles: new Float64Array(buffer, value, cells),
      high: new Float32Array(buffer, value, cells),
      low: new Float32Array(buffer, value + 4 * cells, cells),
      logs: new Int32Array(buffer, value + 8 * cells, cells),
    };
  };
  return { module, p: side(p), q: side(q), sums: new Float64Array(buffer, sums.value, ROWS * ROWS), ...functions };
}
