import { ENTROPY_METHODS, EXAMPLES, TARGETS } from "./choices";
import type { EntropyMethod, ExampleId, TargetId } from "./choices";

export interface State {
  /** An example, or a file, which no address holds. */
  readonly of: ExampleId | "file";
  readonly seed: number;
  readonly target: TargetId;
  /** Where the visitor's own threshold is on its slider. */
  readonly own: number;
  /** Are counts drawn on a logarithmic axis? */
  readonly isLog: boolean;
  readonly curves: readonly EntropyMethod[];
}

/** Largest seed of `sample`. */
export const MOST_SEED = 2 ** 32 - 1;
/** Positions of the slider, and how many of them are a factor of ten. */
export const [POSITIONS, PER_DECADE] = [600, 200];

export const START: State = { of: "normal", seed: 1, target: "int8", own: 540, isLog: true, curves: ["kullback", "nvidia"] };

/** The threshold at a position: a share of the largest magnitude, a thousandth to all of it. */
export const thresholdAt = (position: number, amax: number): number => amax * 10 ** ((position - POSITIONS) / PER_DECADE);

const keyOf = <Name extends string>(names: Readonly<Record<Name, unknown>>, text: string | null, otherwise: Name): Name => (text !== null && Object.hasOwn(names, text) ? (text as Name) : otherwise);

function integerIn(text: string | null, most: number, otherwise: number): number {
  return text !== null && /^\d+$/.test(text) && Number(text) <= most ? Number(text) : otherwise;
}

export function read(query: URLSearchParams): State {
  const curves = query.get("curves")?.split(",");
  return {
    of: keyOf({ ...EXAMPLES, file: null }, query.get("of"), START.of),
    seed: integerIn(query.get("seed"), MOST_SEED, START.seed),
    target: keyOf(TARGETS, query.get("target"), START.target),
    own: integerIn(query.get("own"), POSITIONS, START.own),
    isLog: query.get("counts") !== "linear",
    curves: curves ? ENTROPY_METHODS.filter((method) => curves.includes(method)) : START.curves,
  };
}

export const write = ({ of, seed, target, own, isLog, curves }: State): Readonly<Record<string, string>> => ({
  of, ...(of !== "file" && { seed: String(seed) }), target, own: String(own), counts: isLog ? "log" : "linear", curves: curves.join(),
});
