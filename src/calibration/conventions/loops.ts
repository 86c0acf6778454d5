import { openerOf } from "../../cpu-fallback/simd/open.js";

/** As in loops.as.ts. */
export const MOST_BINS = 16384;

/** What loops.as.ts exports, and its memory: what is there is one histogram's until another is made ready. */
export interface Loops {
  readonly singles: Float32Array;
  readonly cells: Float64Array;
  readonly sums: Float64Array;
  readonly filled: Int32Array;
  readonly scanned: Float64Array;
  readonly totalP: WebAssembly.Global<"f32">;
  readonly totalQ: WebAssembly.Global<"f32">;
  scanNcnn(first: number, count: number, levels: number, n: number): void;
  loopNcnn(kept: number, levels: number, n: number): number;
  readyMxnet(start: number, stop: number, levels: number, n: number, low: number, takenP: number, takenQ: number): void;
  loopMxnet(): number;
}

/** An instance of loops.as.ts as what it exports. */
function loopsOf(_: WebAssembly.Module, { exports }: WebAssembly.Instance): Loops {
  const { memory: { buffer }, singles, cells, sums, filled, scanned, ...others } = exports as unknown as { readonly memory: WebAssembly.Memory }
    & Record<"singles" | "cells" | "sums" | "filled" | "scanned", WebAssembly.Global<"i32">> & Omit<Loops, "singles" | "cells" | "sums" | "filled" | "scanned">;
  const doubles = ({ value }: WebAssembly.Global<"i32">) => new Float64Array(buffer, value, MOST_BINS + 2);
  return {
    singles: new Float32Array(buffer, singles.value, MOST_BINS + 2), cells: doubles(cells), sums: doubles(sums), filled: new Int32Array(buffer, filled.value, MOST_BINS + 2), scanned: doubles(scanned),
    ...others,
  };
}

const code = () => import("./loops.as.ts?base64");
/** Without relaxed instructions, which round as the machine likes. */
export const openLoops = /* @__PURE__ */ openerOf(code, code, loopsOf);
