import { compare, crossEntropy, entropy, hellinger, jensenShannon, klDivergence, linspace, pointwise, totalVariation } from "kullback";
import type { Grid } from "kullback";
import type { FamilyId } from "../families";
import { axisOf } from "./axis";
import { densities } from "./densities";

/** What stands on one side: a density by its family's numbers, or what outcomes weigh. */
export type Side = { readonly family: FamilyId; readonly values: readonly number[] } | { readonly weights: readonly number[] };

export interface Question {
  readonly p: Side;
  readonly q: Side;
  /** Base of the logarithm. */
  readonly base: number;
}

export interface Measured {
  readonly name: string;
  readonly formula: string;
  readonly value: number;
  readonly errorBound: number;
  /** nat, bit, dit or 1. */
  readonly unit: string;
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
  readonly ranOn: string;
}

const PAIRS = [
  ["D(P ‖ Q), forward", "Σ p·log(p/q)", klDivergence, false],
  ["D(Q ‖ P), reverse", "Σ q·log(q/p)", klDivergence, true],
  ["Jensen-Shannon", "½·D(P ‖ M) + ½·D(Q ‖ M), M = ½(P + Q)", jensenShannon, false],
  ["Hellinger", "√(½·Σ (√p − √q)²)", hellinger, false],
  ["total variation", "½·Σ |p − q|", totalVariation, false],
  ["cross entropy", "−Σ p·log q", crossEntropy, false],
] as const;

interface Cells {
  readonly x: Float64Array;
  readonly p: Grid;
  readonly q: Grid;
  readonly width: number;
  readonly isDensity: boolean;
}

function cellsOf(p: Side, q: Side): Cells {
  if ("weights" in p && "weights" in q) {
    if (p.weights.length !== q.weights.length) throw new RangeError(`P has ${p.weights.length} outcomes and Q ${q.weights.length}: a count for each outcome on both sides, 0 where it never came.`);
    const [a, b] = [p, q].map(({ weights }) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const data = Float64Array.from(weights, (weight) => weight / total);
      return { data, dtype: "float64", shape: [data.length] } as const;
    });
    return { x: a.data.map((_, i) => i + 1), p: a, q: b, width: 1, isDensity: false };
  }
  if ("weights" in p || "weights" in q) throw new RangeError("outcomes are compared with outcomes, densities with densities.");
  const { first, last, cells, width } = axisOf(p.family, q.family);
  const x = linspace(first, last, cells);
  const [a, b] = [p, q].map(({ family, values }) => densities[family](values).onGrid(x) as Grid);
  return { x, p: a, q: b, width, isDensity: true };
}

/** Everything the page says of two distributions. */
export async function evaluate({ p, q, base }: Question): Promise<Answer> {
  const cells = cellsOf(p, q);
  const options = { base, detail: true } as const;
  const forward = PAIRS.filter(([, , , isReverse]) => !isReverse);
  const [details, reverse, ofP, ofQ] = [
    await compare(forward.map(([, , measure]) => measure), cells.p, cells.q, options),
    await klDivergence(cells.q, cells.p, options), await entropy(cells.p, options), await entropy(cells.q, options),
  ];
  const terms = await pointwise(klDivergence, cells.p, cells.q, { base });
  const rows = [
    ...PAIRS.map(([name, formula, measure, isReverse]) => ({ name, formula, ...(isReverse ? reverse : details[forward.findIndex(([, , one]) => one === measure)]) })),
    { name: "entropy of P", formula: "−Σ p·log p", ...ofP }, { name: "entropy of Q", formula: "−Σ q·log q", ...ofQ },
  ];
  return {
    x: cells.x, p: Float64Array.from(cells.p.data as Float64Array), q: Float64Array.from(cells.q.data as Float64Array), terms: Float64Array.from(terms.data as Float64Array),
    isDensity: cells.isDensity, width: cells.width,
    measured: rows.map(({ name, formula, value, errorBound, unit }) => ({ name, formula, value, errorBound, unit })),
    ranOn: reverse.reason,
  };
}
