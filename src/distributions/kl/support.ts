import type { DistributionOf } from "../distribution.js";
import { DEFINITIONS, isDefined, isOf, isOfShares } from "../families.js";
import type { Of } from "../families.js";
import { REALS } from "../scalar.js";
import type { Interval } from "../scalar.js";

/** Has `b` a density, or a probability, above 0 wherever `a` has? Both of one kind and of as many variables. */
export function isWithin(a: Of, b: Of): boolean {
  if (isOfShares(a) !== isOfShares(b)) return false;
  const [within, around] = [supportOf(a), supportOf(b)];
  return within === around || within.every(({ low, high }) => around.some((other) => other.low <= low && high <= other.high));
}

/** Rising and apart; of several variables, that each may be anything. */
export function supportOf(of: Of): readonly Interval[] {
  if (isDefined(of)) return definedSupport(of);
  if (!isOf(of, "mixture")) return REALS;
  const { components, weights } = of.parameters;
  const isDiscrete = components[0].kind === "discrete";
  return union(components.flatMap((component, k) => (weights[k] > 0 ? supportOf(component) : [])), isDiscrete ? 1 : 0);
}

function definedSupport<Name extends keyof DistributionOf>({ family, parameters }: Of<Name>): readonly Interval[] {
  return DEFINITIONS[family].support(parameters);
}

/** Joins what overlaps or lies no more than `step` apart. */
function union(intervals: readonly Interval[], step: number): readonly Interval[] {
  const joined: { low: number; high: number }[] = [];
  for (const { low, high } of intervals.toSorted((a, b) => a.low - b.low)) {
    const last = joined.at(-1);
    if (last && low <= last.high + step) last.high = Math.max(last.high, high);
    else joined.push({ low, high });
  }
  return joined;
}
