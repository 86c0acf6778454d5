import { ShapeError } from "../../errors.js";
import type { Batch, Distribution } from "../distribution.js";
import { DEFINITIONS } from "../families.js";
import type { Of } from "../families.js";
import { readerOf } from "../scalar.js";

/** A distribution, or many. */
export type Operand = Distribution | Batch | readonly Distribution[];

export function isBatch(of: Operand): of is Batch {
  return "at" in of && "parameters" in of;
}

/** Is it one distribution? */
export function isSingle(of: Operand): of is Distribution {
  return "logPdf" in of;
}

/** Reads the distribution at an index; of a batch always in the same object. */
export function elementsOf(of: Operand): (index: number) => Of {
  if (isSingle(of)) return () => of;
  if (!isBatch(of)) return (index) => of[index];
  const read = readerOf(of.parameters);
  const element = { family: of.family, parameters: read(0) };
  return (index) => {
    read(index);
    return element;
  };
}

/** How many distributions two operands make, of which one may be one for all; 1 for two single ones. ShapeError where they are not as many. */
export function lengthOf(name: string, a: Operand, b: Operand): number {
  if (isSingle(a)) return isSingle(b) ? 1 : b.length;
  if (!isSingle(b) && a.length !== b.length) throw new ShapeError(`${name}: b has ${b.length} distributions, expected ${a.length} to match a.`, a.length, b.length);
  return a.length;
}

/** Throws unless each pair that can be formed is of one kind and of as many variables. */
export function checkPairs(name: string, a: Operand, b: Operand): void {
  for (const [argument, of] of [["a", a], ["b", b]] as const) {
    const isOne = (one: unknown) => typeof one === "object" && one !== null && "family" in one && "parameters" in one;
    if (!isOne(of) && !(Array.isArray(of) && of.every(isOne))) throw new TypeError(`${name}: ${argument} must be a distribution, such as normal(0, 1), a batch or a list of them.`);
  }
  const [listA, listB] = [headsOf(a), headsOf(b)];
  for (let i = 0; i < Math.max(listA.length, listB.length); i++) {
    const [one, other] = [listA[listA.length === 1 ? 0 : i], listB[listB.length === 1 ? 0 : i]];
    if (one.kind !== other.kind) {
      throw new RangeError(`${name}: D(${one.family} ‖ ${other.family}) is of ${nameOf(one.kind)} from ${nameOf(other.kind)}: both must be one of the two.`);
    }
    const [expected, actual] = [one.dimensions, other.dimensions];
    if (expected !== actual) throw new ShapeError(`${name}: b (${other.family}) has ${actual} variables, expected ${expected} to match a (${one.family}).`, expected, actual);
  }
}

const nameOf = (kind: "continuous" | "discrete") => (kind === "continuous" ? "a density" : "probabilities");

type Head = Pick<Distribution, "family" | "kind" | "dimensions">;

function headsOf(of: Operand): readonly Head[] {
  if (isSingle(of)) return [of];
  return isBatch(of) ? [{ family: of.family, kind: DEFINITIONS[of.family].kind, dimensions: 1 }] : of;
}
