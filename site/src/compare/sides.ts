import { isFamily, startOf } from "../families";
import type { FamilyId } from "../families";

/** What stands on one side: a density by its family's numbers, what bins of a line hold, or what outcomes weigh. */
export type Side = FamilySide | BinsSide | OutcomesSide;

export interface FamilySide {
  readonly family: FamilyId;
  readonly values: readonly number[];
}

/** A histogram on a line, or a curve that was drawn: bins of one length. */
export interface BinsSide {
  readonly from: number;
  readonly to: number;
  readonly heights: readonly number[];
}

export interface OutcomesSide {
  readonly weights: readonly number[];
}

export const isOutcomes = (side: Side): side is OutcomesSide => "weights" in side;
export const isBins = (side: Side): side is BinsSide => "heights" in side;

const OUTCOMES = "counts";
const BINS = "bins";

/** Can they be weights, of which some is above 0? */
export const areWeights = (values: readonly number[]): boolean => values.length > 1 && values.every((value) => value >= 0 && value < Infinity) && values.some((value) => value > 0);

const numbers = (text: string): number[] => (text === "" ? [] : text.split(",").map(Number));

/** A side as text: `normal:0,1`, `counts:1,2,3`, or `bins:-1,1:4,5,6`. */
export function textOf(side: Side): string {
  if (isOutcomes(side)) return `${OUTCOMES}:${side.weights.join()}`;
  if (isBins(side)) return `${BINS}:${side.from},${side.to}:${side.heights.join()}`;
  return `${side.family}:${side.values.join()}`;
}

/** What a text says; `null` where it says nothing that can be. */
export function sideOf(text: string | null): Side | null {
  const [id, first = "", second = ""] = (text ?? "").split(":");
  const values = numbers(first);
  if (id === OUTCOMES) return areWeights(values) ? { weights: values } : null;
  if (id === BINS) {
    const [from, to] = values;
    const heights = numbers(second);
    return to > from && to - from < Infinity && areWeights(heights) ? { from, to, heights } : null;
  }
  if (!isFamily(id)) return null;
  return { family: id, values: startOf(id).map((value, i) => (Number.isFinite(values[i]) ? values[i] : value)) };
}

/** Fewest samples on a side that say anything of how sure a divergence is, and most bins for which that is found out. */
const [FEWEST, MOST] = [5, 256];

const countsOf = (side: Side): readonly number[] => (isOutcomes(side) ? side.weights : isBins(side) ? side.heights : []);

/** Both sides' counts, where they may be samples of two distributions. */
export function samplesOf(p: Side, q: Side): { readonly p: readonly number[]; readonly q: readonly number[] } | null {
  const [a, b] = [countsOf(p), countsOf(q)];
  const may = (counts: readonly number[]) => counts.length <= MOST && counts.every(Number.isInteger) && counts.reduce((sum, count) => sum + count, 0) >= FEWEST;
  return a.length === b.length && may(a) && may(b) ? { p: a, q: b } : null;
}
