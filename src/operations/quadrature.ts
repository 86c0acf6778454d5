import { spacingPerAxis } from "../grid.js";
import type { Spacing } from "../grid.js";
import type { MeasureOptions } from "../options.js";

export type Rule = NonNullable<MeasureOptions["quadrature"]>;

/** What the steps along each axis count; left out where all count 1. */
export type Nodes = readonly (Float64Array | undefined)[];

/** How sums over some axes become integrals: each cell counts `volume` times its nodes. */
export interface Space {
  readonly volume: number;
  readonly nodes?: Nodes;
  /** Where a rule is meant, which. */
  readonly rule?: Rule;
  /** That rule on every second point, in the same volume; left out where there is but one. */
  readonly coarse?: Nodes;
}

/** Of the sums over `axes`, for values that are densities where a spacing is given. */
export function spaceOf(name: string, quadrature: MeasureOptions["quadrature"], spacing: MeasureOptions["spacing"], shape: readonly number[], axes: readonly number[]): Space {
  if (spacing === undefined) {
    if (quadrature !== undefined && quadrature !== "riemann") throw new RangeError(`${name}: quadrature "${quadrature}" asks for spacing: the edge of the cells along each axis, or their coordinates.`);
    return { volume: 1 };
  }
  const perAxis = spacingPerAxis(name, spacing, shape);
  const ofAxes = perAxis.map((edge, axis) => (axes.includes(axis) ? ofAxis(name, quadrature ?? "riemann", axis, edge, shape[axis]) : undefined));
  const volume = ofAxes.reduce((product, of) => product * (of?.largest ?? 1), 1);
  const isPlain = quadrature === undefined && axes.every((axis) => typeof perAxis[axis] === "number");
  if (isPlain) return { volume };
  const [nodes, coarse] = [ofAxes.map((of) => of?.nodes), ofAxes.map((of) => of?.coarse)];
  return { volume, rule: quadrature ?? "riemann", ...(nodes.some(Boolean) && { nodes }), ...(coarse.some(Boolean) && { coarse }) };
}

/** The weights of an axis, over the largest of them. */
function ofAxis(name: string, rule: Rule, axis: number, edge: Spacing[number], size: number): { readonly largest: number; readonly nodes?: Float64Array; readonly coarse?: Float64Array } {
  // in units of the edge; one cell is as long as it is said to be
  const [unit, at] = typeof edge === "number" ? [edge, Float64Array.from({ length: size }, (_, i) => i)] : [1, edge];
  if (size === 1) {
    if (typeof edge === "number") return { largest: edge };
    throw new RangeError(`${name}: axis ${axis} has one cell, whose coordinate does not say how long it is: give its length.`);
  }
  const weights = RULES[rule](at);
  const wrong = weights.findIndex((weight) => !(weight > 0));
  if (wrong >= 0) throw new RangeError(`${name}: quadrature "${rule}" does not count point ${wrong} of axis ${axis}, where one step is twice another or more: take "trapezoid".`);
  const largest = weights.reduce((most, weight) => Math.max(most, weight));
  const over = (list: Float64Array) => list.map((weight) => weight / largest);
  const isEven = rule === "riemann" && typeof edge === "number";
  return { largest: largest * unit, ...(!isEven && { nodes: over(weights) }), coarse: over(everySecond(RULES[rule], at)) };
}

/** The rule on every second point and the last, 0 on the others; of two points the first stands for both. */
function everySecond(rule: (at: ArrayLike<number>) => Float64Array, at: ArrayLike<number>): Float64Array {
  if (at.length === 2) return Float64Array.of(2 * rule(at)[0], 0);
  const kept = Array.from(at, (_, i) => i).filter((i) => i % 2 === 0 || i === at.length - 1);
  const weights = new Float64Array(at.length);
  rule(kept.map((i) => at[i])).forEach((weight, i) => { weights[kept[i]] = Math.max(weight, 0); });
  return weights;
}

/** Each value times its cell, which reaches half-way to its neighbours, and at the ends as far out as in: NumPy's `gradient` of the coordinates. */
export function riemann(at: ArrayLike<number>): Float64Array {
  const last = at.length - 1;
  return Float64Array.from(at, (_, i) => (i === 0 ? at[1] - at[0] : i === last ? at[last] - at[last - 1] : (at[i + 1] - at[i - 1]) / 2));
}

function trapezoid(at: ArrayLike<number>): Float64Array {
  const weights = riemann(at);
  weights[0] /= 2;
  weights[at.length - 1] /= 2;
  return weights;
}

/**
 * Parabolas through three points each; where a step is left over at the end it lies under that through the last three: Cartwright 2017,
 * doi:10.1080/0020739X.2016.1211328, as SciPy has it.
 */
function simpson(at: ArrayLike<number>): Float64Array {
  const n = at.length;
  if (n === 2) return trapezoid(at);
  const weights = new Float64Array(n);
  for (let i = 1; i < n - 1; i += 2) {
    const [before, after] = [at[i] - at[i - 1], at[i + 1] - at[i]];
    const third = (before + after) / 6;
    weights[i - 1] += third * (2 - after / before);
    weights[i] += third * ((before + after) / before) * ((before + after) / after);
    weights[i + 1] += third * (2 - before / after);
  }
  if (n % 2 === 1) return weights;
  const [before, after] = [at[n - 2] - at[n - 3], at[n - 1] - at[n - 2]];
  weights[n - 3] -= (after * (after / before)) * (after / (6 * (before + after)));
  weights[n - 2] += (after * (after + 3 * before)) / (6 * before);
  weights[n - 1] += (after * (2 * after + 3 * before)) / (6 * (before + after));
  return weights;
}

const RULES = { riemann, trapezoid, simpson } as const satisfies Record<Rule, unknown>;

/** By how much the difference between a rule and the same on every second point exceeds the rule's error: 2^order − 1. */
const EXCESS = { riemann: 1, trapezoid: 3, simpson: 15 } as const satisfies Record<Rule, number>;

/** About how far a value is from the integral, by Richardson's extrapolation from the same rule's on every second point; Infinity where that cannot tell. */
export function discretizationErrorOf(rule: Rule, value: number, coarse: number): number {
  const difference = Math.abs(value - coarse) / EXCESS[rule];
  return Number.isNaN(difference) ? Infinity : difference;
}
