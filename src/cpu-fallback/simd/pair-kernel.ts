import { bytesOf, hasRelaxed } from "./open.js";

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
  readonly p: PairSide;
  readonly q: PairSide;
  /** `ROWS` for each row of p. */
  readonly sums: Float64Array;
  clear(): void;
  addProducts(rowsP: number, rowsQ: number, cells: number): void;
  addJensenShannon(rowsP: number, rowsQ: number, cells: number, half: boolean): void;
}

let opened: Promise<PairKernel | null> | undefined;

/** The kernel of this thread; `null` where the host has no WebAssembly with SIMD, or a page's policy forbids it. */
export function openPairKernel(): Promise<PairKernel | null> {
  opened ??= open().catch(() => null);
  return opened;
}

async function open(): Promise<PairKernel> {
  const { default: code } = await (hasRelaxed() ? import("./pairs.as.ts?base64&relaxed") : import("./pairs.as.ts?base64"));
  const { instance: { exports } } = await WebAssembly.instantiate(bytesOf(code));
  const { memory: { buffer }, p, q, sums, ...functions } = exports as unknown as { readonly memory: WebAssembly.Memory } & Record<"p" | "q" | "sums", WebAssembly.Global<"i32">> & Pick<PairKernel, "clear" | "addProducts" | "addJensenShannon">;
  const side = ({ value }: WebAssembly.Global<"i32">): PairSide => {
    const cells = ROWS * CELLS;
    return {
      doubles: new Float64Array(buffer, value, cells),
      high: new Float32Array(buffer, value, cells),
      low: new Float32Array(buffer, value + 4 * cells, cells),
      logs: new Int32Array(buffer, value + 8 * cells, cells),
    };
  };
  return { p: side(p), q: side(q), sums: new Float64Array(buffer, sums.value, ROWS * ROWS), ...functions };
}
