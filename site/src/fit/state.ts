import { HIGHEST } from "../draw-field";
import { isModel, suits } from "./models";
import type { ModelId } from "./models";
import { DRAWING, dimensionsOf, isTarget } from "./targets";
import type { TargetId } from "./targets";

/** At random places of the grid, or where the target is. */
export type From = "random" | "target";

export interface State {
  readonly of: TargetId;
  /** Of a drawn target: how high each bin is. */
  readonly heights: readonly number[];
  readonly model: ModelId;
  /** From how many places minima are looked for. */
  readonly starts: number;
  /** Where those are. */
  readonly from: From;
  /** The share of the target that reverse KL gives each of its empty cells. */
  readonly epsilon: number;
  /** Which minimum is shown, forward and reverse. */
  readonly shown: readonly [forward: number, reverse: number];
  /** The step that is shown; `null`: they are played, and then the last. */
  readonly step: number | null;
}

export const STARTS = [1, 2, 4, 8, 16] as const;
export const EPSILONS = [1e-3, 1e-6, 1e-9, 1e-12] as const;

export const START: State = { of: "humps", heights: DRAWING, model: "one", starts: 4, from: "random", epsilon: 1e-9, shown: [0, 0], step: null };

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
const numbers = (text: string | null) => (text ? text.split(",").map(Number) : []);
const oneOf = (all: readonly number[], text: string | null, otherwise: number) => all.find((value) => text !== null && value === Number(text)) ?? otherwise;

export function read(query: URLSearchParams): State {
  const named = query.get("of");
  const of = isTarget(named) ? named : START.of;
  const model = query.get("model");
  const heights = numbers(query.get("heights"));
  const shown = numbers(query.get("shown"));
  const step = query.get("step");
  const areHeights = heights.length === DRAWING.length && heights.every((height) => isCount(height) && height <= HIGHEST) && heights.some((height) => height > 0);
  return {
    of,
    heights: areHeights ? heights : DRAWING,
    model: isModel(model) && suits(model, dimensionsOf(of)) ? model : START.model,
    starts: oneOf(STARTS, query.get("starts"), START.starts),
    from: query.get("from") === "target" ? "target" : START.from,
    epsilon: oneOf(EPSILONS, query.get("empty"), START.epsilon),
    shown: shown.length === 2 && shown.every(isCount) ? [shown[0], shown[1]] : START.shown,
    step: step !== null && step !== "" && isCount(Number(step)) ? Number(step) : null,
  };
}

export function write({ of, heights, model, starts, from, epsilon, shown, step }: State): Readonly<Record<string, string>> {
  return {
    of, model, starts: String(starts), from,
    ...(of === "drawn" && { heights: heights.join() }),
    ...(epsilon !== START.epsilon && { empty: String(epsilon) }),
    ...(shown.some((index) => index > 0) && { shown: shown.join() }),
    ...(step !== null && { step: String(step) }),
  };
}
