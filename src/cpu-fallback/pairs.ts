import type { PairSums, PairTile, PairsJob } from "../backend.js";
import { UNIT } from "./errors.js";
import { Pacer } from "./pause.js";
import { CELLS, ROWS, RUN, openPairKernel } from "./simd/pair-kernel.js";
import type { PairKernel, PairSide } from "./simd/pair-kernel.js";

/** What is below is as good as 0 in a sum of singles. */
const LEAST = 2 ** -126;
/** A logarithm's unit. */
const LOG = 2 ** 24;

/** How one kind of sums is done: rows in the form that it reads, and what adds some of their cells up. */
interface Way {
  /** Brings cells of a row to a place in the kernel's memory. */
  readonly load: (of: "p" | "q", row: number, from: number, to: number, at: number) => void;
  /** Adds up cells of rows, that many of each side. */
  readonly add: (rowsP: number, rowsQ: number, cells: number, half: boolean) => void;
  /** What sums are multiplied by. */
  readonly factor: number;
}

/** Sums of pairs: products, and in singles the term of Jensen-Shannon. */
export async function pairs(job: PairsJob): Promise<PairSums | null> {
  const { term, cells } = job;
  const isJs = term?.id === "js";
  if (term && !isJs) return null;
  const kernel = await openPairKernel();
  if (!kernel) return isJs ? null : { tiles: tilesOf(job, plainProducts(job)), errors: errorsOfProducts(cells), rounding: 0 };
  const panel = new Panel(kernel, job, isJs ? splitOf(job, kernel) : productsOf(job, kernel));
  const errors = isJs ? { term: 2 ** -20, sum: (RUN / 4 + 2) * 2 ** -24, floor: 2 ** -120 } : errorsOfProducts(cells);
  return { tiles: tilesOf(job, (tile) => panel.sum(tile)), errors, rounding: isJs ? 2 ** -48 : 0 };
}

/** A product's rounding, runs of half of the cells at once, and one addition for each of these. */
const errorsOfProducts = (cells: number) => ({ term: UNIT, sum: (CELLS / 2 + 1 + Math.ceil(cells / CELLS)) * UNIT, floor: 2 ** -1074 });

type Extent = Omit<PairTile, "sums">;

/** All pairs, or of a half those of which some are in order. */
async function* tilesOf({ p, q, cells, half, signal }: PairsJob, sum: (tile: Extent) => Float64Array): AsyncGenerator<PairTile> {
  const [rowsOfP, rowsOfQ] = [p.length / cells, q.length / cells];
  const pacer = new Pacer(signal);
  for (let firstP = 0; firstP < rowsOfP; firstP += ROWS) {
    for (let firstQ = half ? firstP : 0; firstQ < rowsOfQ; firstQ += ROWS) {
      const tile = { firstP, rowsP: Math.min(ROWS, rowsOfP - firstP), firstQ, rowsQ: Math.min(ROWS, rowsOfQ - firstQ) };
      yield { ...tile, sums: sum(tile) };
      if (pacer.isDue(tile.rowsP * tile.rowsQ * cells)) await pacer.pause();
    }
  }
}

/** For hosts without WebAssembly. */
function plainProducts({ p, q, cells }: PairsJob): (tile: Extent) => Float64Array {
  return ({ firstP, rowsP, firstQ, rowsQ }) => {
    const sums = new Float64Array(rowsP * rowsQ);
    for (let i = 0; i < rowsP; i++) {
      for (let j = 0; j < rowsQ; j++) {
        const [atP, atQ] = [(firstP + i) * cells, (firstQ + j) * cells];
        let sum = 0;
        for (let from = 0; from < cells; from += CELLS / 2) {
          let run = 0;
          for (let k = from; k < Math.min(from + CELLS / 2, cells); k++) run += p[atP + k] * q[atQ + k];
          sum += run;
        }
        sums[i * rowsQ + j] = sum;
      }
    }
    return sums;
  };
}

/** The rows that the kernel has, and their sums. */
class Panel {
  constructor(private readonly kernel: PairKernel, private readonly job: PairsJob, private readonly way: Way) {}

  sum({ firstP, rowsP, firstQ, rowsQ }: Extent): Float64Array {
    const { kernel, way, job: { cells, half } } = this;
    kernel.clear();
    for (let from = 0; from < cells; from += CELLS) {
      const to = Math.min(from + CELLS, cells);
      for (let i = 0; i < rowsP; i++) way.load("p", firstP + i, from, to, i * CELLS);
      for (let j = 0; j < rowsQ; j++) way.load("q", firstQ + j, from, to, j * CELLS);
      way.add(rowsP, rowsQ, to - from, half && firstP === firstQ);
    }
    const sums = new Float64Array(rowsP * rowsQ);
    for (let i = 0; i < rowsP; i++) {
      for (let j = 0; j < rowsQ; j++) sums[i * rowsQ + j] = way.factor * kernel.sums[i * ROWS + j];
    }
    return sums;
  }
}

function productsOf({ p, q, cells }: PairsJob, kernel: PairKernel): Way {
  const rows = { p, q };
  return {
    load(of, row, from, to, at) {
      const { doubles } = kernel[of];
      doubles.set(rows[of].subarray(row * cells + from, row * cells + to), at);
      if ((to - from) % 2 === 1) doubles[at + to - from] = 0;
    },
    add: (rowsP, rowsQ, count) => kernel.addProducts(rowsP, rowsQ, count + (count % 2)),
    factor: 1,
  };
}

/** Cells in two singles, the second what the first is off by, with their logarithms. */
function splitOf({ p, q, cells }: PairsJob, kernel: PairKernel): Way {
  const split = (side: Float64Array) => {
    const [high, low, logs] = [new Float32Array(side.length), new Float32Array(side.length), new Int32Array(side.length)];
    for (let i = 0; i < side.length; i++) {
      const cell = Math.max(side[i], LEAST);
      high[i] = cell;
      low[i] = cell - high[i];
      logs[i] = Math.round(Math.log(cell) * LOG);
    }
    return { high, low, logs };
  };
  const ofP = split(p);
  const rows = { p: ofP, q: q === p ? ofP : split(q) };
  const nothing = { high: LEAST, low: 0, logs: 0 };
  return {
    load(of, row, from, to, at) {
      const side: PairSide = kernel[of];
      for (const name of ["high", "low", "logs"] as const) {
        side[name].set(rows[of][name].subarray(row * cells + from, row * cells + to), at);
        // four cells at once
        side[name].fill(nothing[name], at + to - from, at + CELLS);
      }
    },
    add: (rowsP, rowsQ, count, half) => kernel.addJensenShannon(rowsP, rowsQ, count + (-count & 3), half),
    // the kernel's are twice the half of both sides, of their mean
    factor: 0.5,
  };
}
