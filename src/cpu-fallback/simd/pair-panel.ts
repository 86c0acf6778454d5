import { CELLS, ROWS } from "./pair-kernel.js";
import type { PairKernel } from "./pair-kernel.js";

/** What the kernel adds up. */
export type PairKind = "products" | "js" | "tv";

/** Rows in the form that the kernel reads: doubles to be multiplied, or two singles a cell and its logarithm. */
export type PairRows = { readonly doubles: Float64Array } | { readonly high: Float32Array; readonly low: Float32Array; readonly logs: Int32Array };

/** Both sides of a job, whose rows have so many cells. */
export interface PairSides {
  readonly kind: PairKind;
  readonly p: PairRows;
  readonly q: PairRows;
  readonly cells: number;
  readonly half: boolean;
}

/** Some rows of p with some of q. */
export interface Extent {
  readonly firstP: number;
  readonly rowsP: number;
  readonly firstQ: number;
  readonly rowsQ: number;
}

/** What a cell is that a row lacks. */
const NOTHING = { doubles: 0, high: 2 ** -126, low: 0, logs: 0 };

/** Cells in two singles, the second what the first is off by, with their logarithms. */
export function splitOf(cells: Float64Array, { p: { doubles }, q, split }: PairKernel): PairRows {
  const planes = { high: new Float32Array(cells.length), low: new Float32Array(cells.length), logs: new Int32Array(cells.length) };
  for (let first = 0; first < cells.length; first += doubles.length) {
    const count = Math.min(doubles.length, cells.length - first);
    doubles.set(cells.subarray(first, first + count));
    split(count);
    for (const plane of ["high", "low", "logs"] as const) planes[plane].set(q[plane].subarray(0, count), first);
  }
  return planes;
}

type Plane = keyof typeof NOTHING;

/** Brings rows to the kernel, a panel of each side at a time, and reads their sums. */
export class Panel {
  constructor(private readonly kernel: PairKernel, private readonly sides: PairSides) {}

  /** Writes the sums of an extent, row by row. */
  sum({ firstP, rowsP, firstQ, rowsQ }: Extent, into: Float64Array): void {
    const { kernel, sides: { kind } } = this;
    // the kernel's are twice the halves of both sides, of their mean or of the difference
    const factor = kind === "products" ? 1 : 0.5;
    for (let i = 0; i < rowsP; i += ROWS) {
      for (let j = 0; j < rowsQ; j += ROWS) {
        const [countP, countQ] = [Math.min(ROWS, rowsP - i), Math.min(ROWS, rowsQ - j)];
        this.addUp(firstP + i, countP, firstQ + j, countQ);
        for (let row = 0; row < countP; row++) {
          for (let column = 0; column < countQ; column++) into[(i + row) * rowsQ + j + column] = kernel.sums[row * ROWS + column] * factor;
        }
      }
    }
  }

  private addUp(firstP: number, rowsP: number, firstQ: number, rowsQ: number): void {
    const { kernel, sides: { kind, cells, half } } = this;
    kernel.clear();
    for (let from = 0; from < cells; from += CELLS) {
      const count = Math.min(CELLS, cells - from);
      this.load("p", firstP, rowsP, from, count);
      this.load("q", firstQ, rowsQ, from, count);
      if (kind === "products") kernel.addProducts(rowsP, rowsQ, count + (count & 1));
      else kernel[kind === "js" ? "addJensenShannon" : "addDifferences"](rowsP, rowsQ, count + (-count & 3), half && firstP === firstQ);
    }
  }

  private load(side: "p" | "q", first: number, rows: number, from: number, count: number): void {
    const { kernel, sides } = this;
    for (const [plane, cells] of Object.entries(sides[side]) as [Plane, Float64Array][]) {
      const into = kernel[side][plane];
      for (let row = 0; row < rows; row++) {
        const at = (first + row) * sides.cells + from;
        into.set(cells.subarray(at, at + count), row * CELLS);
        // some cells at once
        if (count < CELLS) into.fill(NOTHING[plane], row * CELLS + count, row * CELLS + Math.min(count + 3, CELLS));
      }
    }
  }
}
