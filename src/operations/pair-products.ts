import type { Bilinear, Finished, Measure } from "../terms/measure.js";
import { lnRatio } from "../terms/log.js";
import { CompensatedSum } from "./compensated-sum.js";
import type { Masses } from "./masses.js";

/*
 * A divergence of many pairs as a product of matrices, around the mean c of all rows (`Bilinear` in terms/measure.ts): what a row adds on its own is summed
 * once, the rest is the product. All of it is of second order in what rows are apart from their mean, so that rows that are all close lose nothing.
 * docs/numerics.md has the bounds.
 */

/** Relative error of a factor, and of a row's own sum. */
const FACTOR = 16 * 2 ** -53;
const OWN = (24 + 64) * 2 ** -53;
/** And of a cell that is divided by its row's sum. */
export const NORMALIZED = 2 ** -51;

/** Cells that are added up without compensation. */
const RUN = 64;

/** What some cells of a row add. */
type Run = Readonly<Record<"own" | "ownSize" | "norm", number>>;

/** In which of a term's places a row is. */
type Place = "p" | "q";

/** What rows are in a product. */
export interface Factors {
  /** Row by row. */
  readonly values: Float64Array;
  /** What each adds on its own, and the size of what was added for that. */
  readonly own: Float64Array;
  readonly ownSize: Float64Array;
  /** Σ|value·value| of two rows is at most the product of theirs. */
  readonly norm: Float64Array;
}

/** Is the value of a row with itself 0? */
export const isDivergence = ({ cpu }: Pick<Measure, "cpu">) => cpu(0.5, 0.5, 0) === 0;

/** Powers up to e^8 are as sure as `FACTOR` says; beyond, what the logarithm lost counts as often. */
const SURE = 8;

/** How far a sum of terms may be off where each cell is by so much of itself, of a divergence whose terms are of second order. */
export function perturbation(sum: number, relative: number): number {
  return relative * (2 * sum + 3 * Math.sqrt(Math.max(sum, 0)));
}

/** A bilinear measure of each row with each, its value M(row, other), or M(other, row) where it is `reversed`, or both. */
export class Products {
  readonly rows: Factors;
  readonly others: Factors;
  /** Factors a row. */
  readonly width: number;
  private readonly edges: Measure["edges"];
  /** How many times as much powers are rounded by. */
  private readonly growth: number = 1;

  constructor(private readonly measure: Measure, private readonly bilinear: Bilinear, rows: Masses, others: Masses, ways: readonly ("forward" | "reversed")[]) {
    this.edges = bilinear.edges ?? measure.edges;
    this.width = ways.length * rows.cells;
    const mean = meanOf(rows, others);
    const places = (first: Place, second: Place) => ways.map((way) => (way === "forward" ? first : second));
    const ofOthers = bilinear.logs ? logsOf(others, mean) : null;
    const ofRows = others === rows ? ofOthers : bilinear.logs ? logsOf(rows, mean) : null;
    const { order } = bilinear;
    if (order !== undefined) this.growth = Math.max(1, (Math.max(order, Math.abs(1 - order)) * Math.max(largestOf(ofRows), largestOf(ofOthers))) / SURE);
    this.rows = this.factorsOf(rows, mean, ofRows, places("p", "q"));
    // in their place, where each is used once more
    this.others = this.factorsOf(others, mean, ofOthers, places("q", "p"), ways.length === 1 ? ofOthers : null);
  }

  private factorsOf({ values: cells, rows, cells: width }: Masses, mean: Float64Array, logs: Float64Array | null, places: readonly Place[], values = null as Float64Array | null): Factors {
    const column = () => new Float64Array(rows);
    const factors = { values: values ?? new Float64Array(rows * this.width), own: column(), ownSize: column(), norm: column() };
    for (let row = 0; row < rows; row++) {
      const sums = { own: new CompensatedSum(), ownSize: new CompensatedSum(), norm: new CompensatedSum() };
      for (const [i, place] of places.entries()) {
        for (let from = 0; from < width; from += RUN) {
          const to = Math.min(from + RUN, width);
          const into = factors.values.subarray(row * this.width + i * width + from, row * this.width + i * width + to);
          const [first, end] = [row * width + from, row * width + to];
          const run = (place === "p" ? this.asP : this.asQ).call(this, cells.subarray(first, end), mean.subarray(from, to), logs?.subarray(first, end), into);
          sums.own.add(run.own);
          sums.ownSize.add(run.ownSize);
          sums.norm.add(run.norm);
        }
      }
      [factors.own[row], factors.ownSize[row], factors.norm[row]] = [sums.own.value, sums.ownSize.value, Math.sqrt(sums.norm.value)];
    }
    return factors;
  }

  private asP(cells: Float64Array, mean: Float64Array, logs: Float64Array | undefined, into: Float64Array): Run {
    const { edges: { pZero }, bilinear: { own: ownOf, ofP } } = this;
    let own = 0;
    let ownSize = 0;
    let norm = 0;
    for (let k = 0; k < cells.length; k++) {
      const p = cells[k];
      const c = mean[k];
      if (c === 0) continue;
      const log = logs ? logs[k] : 0;
      const added = p > 0 ? ownOf(p, c, p - c, log) : pZero * c;
      own += added;
      ownSize += Math.abs(added);
      const factor = into[k] = p > 0 ? ofP(p, c, p - c, log) : -c;
      norm += factor * (factor / c);
    }
    return { own, ownSize, norm };
  }

  private asQ(cells: Float64Array, mean: Float64Array, logs: Float64Array | undefined, into: Float64Array): Run {
    const { edges: { pZero, qZero }, bilinear: { ofQ } } = this;
    const ofZero = qZero === Infinity ? 0 : -(pZero + qZero);
    let own = 0;
    let ownSize = 0;
    let norm = 0;
    for (let k = 0; k < cells.length; k++) {
      const q = cells[k];
      const c = mean[k];
      if (c === 0) continue;
      const factor = into[k] = q > 0 ? ofQ(q, c, q - c, logs ? logs[k] : 0) : ofZero;
      const added = pZero * (q - c) - c * factor;
      own += added;
      ownSize += Math.abs(added);
      norm += factor * factor * c;
    }
    return { own, ownSize, norm };
  }

  /** Of a pair and its product the value; the errors of the products are relative to the sizes of what was multiplied. */
  finisher(relative: number): (row: number, other: number, product: number) => Finished {
    // numbers that a hot loop reads from objects are boxed by the thread that compiles it, for which Node 20 may wait for ever as it ends (nodejs/node issue 54918)
    const { rows, others, measure: { fromSum = (sum: Finished) => sum } } = this;
    const { growth } = this;
    const ofNorms = (relative + 2 * FACTOR * growth) * 1.01;
    const ofParts = NORMALIZED + FACTOR * growth;
    const ofOwn = OWN * growth;
    const rounding = NORMALIZED * Math.max(this.bilinear.order ?? 1, 1);
    // of what is no divergence a common factor of p̂ remains
    const plain = isDivergence(this.measure) ? 0 : NORMALIZED;
    const floor = this.width * 2 ** -1000 + plain;
    return (row, other, product) => {
      const sum = rows.own[row] + others.own[other] - product;
      const ofRows = ofOwn * (rows.ownSize[row] + others.ownSize[other]) + ofParts * (rows.norm[row] + others.norm[other]);
      return fromSum({ value: sum, errorBound: ofRows + ofNorms * rows.norm[row] * others.norm[other] + perturbation(sum, rounding) + plain * Math.abs(sum) + floor });
    };
  }
}

/** ln(cell/mean) of cells that are not 0. */
function logsOf({ values, cells }: Masses, mean: Float64Array): Float64Array {
  const logs = new Float64Array(values.length);
  for (let at = 0; at < values.length; at += cells) {
    for (let k = 0; k < cells; k++) if (values[at + k] > 0) logs[at + k] = lnRatio(values[at + k], mean[k]);
  }
  return logs;
}

const largestOf = (logs: Float64Array | null) => logs?.reduce((largest, log) => Math.max(largest, Math.abs(log)), 0) ?? 0;

/** Mean of all rows: positive wherever one of them is. */
function meanOf(...sides: readonly Masses[]): Float64Array {
  const distinct = [...new Set(sides)];
  const mean = new Float64Array(sides[0].cells);
  const count = distinct.reduce((n, { rows }) => n + rows, 0);
  for (const { values, cells } of distinct) {
    for (let at = 0; at < values.length; at += cells) for (let k = 0; k < cells; k++) mean[k] += values[at + k];
  }
  return mean.map((sum) => (sum > 0 ? Math.max(sum / count, Number.MIN_VALUE) : 0));
}
