/** What a parameter has to be. */
export type Requirement = keyof typeof REQUIREMENTS;

const REQUIREMENTS = {
  finite: { holds: (x: number) => Math.abs(x) < Infinity, text: "finite" },
  positive: { holds: (x: number) => x > 0 && x < Infinity, text: "positive and finite" },
  nonNegative: { holds: (x: number) => x >= 0 && x < Infinity, text: "finite and not negative" },
  probability: { holds: (x: number) => x >= 0 && x <= 1, text: "from 0 to 1" },
  positiveProbability: { holds: (x: number) => x > 0 && x <= 1, text: "above 0 and at most 1" },
  count: { holds: (x: number) => Number.isSafeInteger(x) && x >= 1, text: "an integer of at least 1" },
} as const;

/** Throws RangeError unless `value` is what is required; `argument` as the caller calls it. */
export function checkNumber(name: string, argument: string, value: unknown, requirement: Requirement): void {
  const { holds, text } = REQUIREMENTS[requirement];
  if (typeof value !== "number" || !holds(value)) throw new RangeError(`${name}: ${argument} ${String(value)} must be ${text}.`);
}

/** The same of each entry; returns them as doubles. */
export function checkedList(name: string, argument: string, list: ArrayLike<number>, requirement: Requirement): Float64Array {
  const { holds, text } = REQUIREMENTS[requirement];
  const values = new Float64Array(list.length);
  for (let i = 0; i < values.length; i++) {
    const value = list[i];
    if (typeof value !== "number" || !holds(value)) throw new RangeError(`${name}: ${argument}[${i}] ${String(value)} must be ${text}.`);
    values[i] = value;
  }
  return values;
}

/** Non-negative entries, divided by their sum. RangeError where there is nothing to divide by. */
export function normalized(name: string, argument: string, list: ArrayLike<number>): Float64Array {
  const values = checkedList(name, argument, list, "nonNegative");
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  // by the largest first: the sum may be beyond the largest double
  const scale = largest > 1e300 || largest < 1e-290 ? largest : 1;
  const total = values.reduce((sum, value) => sum + value / scale, 0);
  if (!(total > 0)) throw new RangeError(`${name}: ${argument} ${values.length === 0 ? "are empty" : "sum to 0"}: there is nothing to normalise.`);
  return values.map((value) => value / scale / total);
}
