import { compare, crossEntropy, entropy, grid, hellinger, jensenShannon, klDivergence, linspace, pointwise, totalVariation } from "kullback";
import type { Grid } from "kullback";
import { klBetween } from "kullback/distributions";
import type { Tools } from "../jobs";
import type { Measured } from "../measures-table";
import { axisOf, heightAt } from "./axis";
import { densities } from "./densities";
import { isBins, isOutcomes } from "./sides";
import type { BinsSide, FamilySide, OutcomesSide, Side } from "./sides";

export interface Question {
  readonly p: Side;
  readonly q: Side;
  /** Base of the logarithm. */
  readonly base: number;
}

export interface Answer {
  /** Coordinates of cells; the outcomes' numbers from 1 on where there are outcomes. */
  readonly x: Float64Array;
  /** Densities, or probabilities of outcomes. */
  readonly p: Float64Array;
  readonly q: Float64Array;
  /** p·log(p/q) of each cell, times its length. */
  readonly terms: Float64Array;
  readonly isDensity: boolean;
  /** Length of a cell; 1 for outcomes. */
  readonly width: number;
  readonly measured: readonly Measured[];
  /** D(P ‖ Q) of the distributions themselves, where there is a closed form. */
  readonly closed: number | null;
  /** Shares of P and Q that lie beyond the axis. */
  readonly beyond: readonly [number, number];
  readonly ranOn: string;
}

const PAIRS = [
  ["D(P ‖ Q), forward", "kl-divergence", "Σ p·log(p/q)", klDivergence, false],
  ["D(Q ‖ P), reverse", "kl-divergence", "Σ q·log(q/p)", klDivergence, true],
  ["Jensen-Shannon", "jensen-shannon", "½·D(P ‖ M) + ½·D(Q ‖ M), M = ½(P + Q)", jensenShannon, false],
  ["Hellinger", "hellinger", "√(½·Σ (√p − √q)²)", hellinger, false],
  ["total variation", "total-variation", "½·Σ |p − q|", totalVariation, false],
  ["cross entropy", "cross-entropy", "−Σ p·log q", crossEntropy, false],
] as const;

interface Cells {
  readonly x: Float64Array;
  readonly p: Grid;
  readonly q: Grid;
  readonly width: number;
  readonly isDensity: boolean;
}

function outcomesOf(p: OutcomesSide, q: OutcomesSide): Cells {
  if (p.weights.length !== q.weights.length) throw new RangeError(`P has ${p.weights.length} outcomes and Q ${q.weights.length}: a count for each outcome on both sides, 0 where it never came.`);
  const [a, b] = [p, q].map(({ weights }) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return grid(Float64Array.from(weights, (weight) => weight / total));
  });
  return { x: Float64Array.from(a.data as Float64Array, (_, i) => i + 1), p: a, q: b, width: 1, isDensity: false };
}

function onLine(side: FamilySide | BinsSide, x: Float64Array, width: number): Grid {
  if (!isBins(side)) return densities[side.family](side.values).onGrid(x) as Grid;
  const mass = side.heights.reduce((sum, height) => sum + height, 0) * ((side.to - side.from) / side.heights.length);
  return grid(Float64Array.from(x, (at) => heightAt(side, at) / mass), { spacing: width });
}

function cellsOf(p: Side, q: Side): Cells {
  if (isOutcomes(p) && isOutcomes(q)) return outcomesOf(p, q);
  if (isOutcomes(p) || isOutcomes(q)) throw new RangeError("outcomes are compared with outcomes, densities with densities.");
  const { first, last, cells, width } = axisOf(p, q);
  const x = linspace(first, last, cells);
  const [a, b] = [p, q].map((side) => onLine(side, x, width));
  return { x, p: a, q: b, width, isDensity: true };
}

function closedForm(p: Side, q: Side, base: number): number | null {
  if (!("family" in p) || !("family" in q)) return null;
  try {
    return klBetween(densities[p.family](p.values), densities[q.family](q.values), { base });
  } catch {
    // there is none for these two
    return null;
  }
}

/** Everything the page says of two distributions. */
export async function evaluate({ p, q, base }: Question, { backend, signal }: Tools): Promise<Answer> {
  const cells = cellsOf(p, q);
  const options = { base, detail: true, backend, signal } as const;
  const forward = PAIRS.filter(([, , , , isReverse]) => !isReverse);
  const [details, reverse, ofP, ofQ] = [
    await compare(forward.map(([, , , measure]) => measure), cells.p, cells.q, options),
    await klDivergence(cells.q, cells.p, options), await entropy(cells.p, options), await entropy(cells.q, options),
  ];
  const terms = await pointwise(klDivergence, cells.p, cells.q, { base, backend, signal });
  const rows = [
    ...PAIRS.map(([name, word, formula, measure, isReverse]) => ({ name, word, formula, ...(isReverse ? reverse : details[forward.findIndex(([, , , one]) => one === measure)]) })),
    { name: "entropy of P", word: "entropy" as const, formula: "−Σ p·log p", ...ofP }, { name: "entropy of Q", word: "entropy" as const, formula: "−Σ q·log q", ...ofQ },
  ];
  return {
    x: cells.x, p: Float64Array.from(cells.p.data as Float64Array), q: Float64Array.from(cells.q.data as Float64Array), terms: Float64Array.from(terms.data as Float64Array),
    isDensity: cells.isDensity, width: cells.width,
    measured: rows.map(({ name, word, formula, value, errorBound, unit }) => ({ name, word, formula, value, errorBound, unit })),
    closed: closedForm(p, q, base), beyond: cells.isDensity ? [1 - reverse.totalQ * cells.width, 1 - reverse.totalP * cells.width] : [0, 0],
    ranOn: reverse.reason,
  };
}
