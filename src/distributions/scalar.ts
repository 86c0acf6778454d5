import { ShapeError } from "../errors.js";
import { checkedList, checkNumber } from "./check.js";
import type { Requirement } from "./check.js";
import type { Batch, Distribution, DistributionOf, Parameter, ParametersOf, ScalarFamily } from "./distribution.js";
import { componentsOf } from "./components.js";
import { fillOf, onGridOf } from "./on-grid.js";
import { drawn } from "./random.js";
import type { Random } from "./random.js";

/** From `low` to `high`, both in it where they are finite. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export const REALS: readonly Interval[] = [{ low: -Infinity, high: Infinity }];
/** Also the integers from 0 on. */
export const POSITIVE: readonly Interval[] = [{ low: 0, high: Infinity }];

/** A family of one variable: what its distributions are made of. `p` are its parameters, checked. */
export interface Definition<Name extends keyof DistributionOf> {
  readonly family: Name;
  readonly kind: "continuous" | "discrete";
  /** Where its density or probability is above 0, rising and apart. */
  readonly support: (p: ParametersOf[Name]) => readonly Interval[];
  readonly logPdf: (p: ParametersOf[Name]) => (x: number) => number;
  readonly mean: (p: ParametersOf[Name]) => number;
  readonly variance: (p: ParametersOf[Name]) => number;
  /** `undefined`: no closed form. */
  readonly entropy: (p: ParametersOf[Name]) => number | undefined;
  readonly sampler: (p: ParametersOf[Name], random: Random) => () => number;
}

/** The same with numbers for parameters, which may come in arrays. */
export interface ScalarDefinition<Name extends ScalarFamily> extends Definition<Name> {
  readonly requires: { readonly [Key in keyof ParametersOf[Name]]: Requirement };
  /** What is wrong with parameters that are each what is required; the end of a sentence. */
  readonly fault?: (p: ParametersOf[Name]) => string | undefined;
}

/** The distribution with these parameters. */
export function distribution<Name extends keyof DistributionOf>(definition: Definition<Name>, parameters: ParametersOf[Name]): DistributionOf[Name] {
  const { family, kind, sampler } = definition;
  const logPdf = definition.logPdf(parameters);
  const density = (x: number) => Math.exp(logPdf(x));
  const made = {
    family, kind, dimensions: 1, parameters, logPdf,
    ...(kind === "continuous" ? { pdf: density } : { pmf: density }),
    mean: definition.mean(parameters),
    variance: definition.variance(parameters),
    entropy: definition.entropy(parameters),
    onGrid: onGridOf({ family, kind, axes: 1, fill: fillOf(density), components: () => componentsOf({ family, parameters } as unknown as Distribution) }),
    sample: (count: number, { seed }: { readonly seed: number }) => drawn(count, seed, (random) => sampler(parameters, random)),
  };
  return made as unknown as DistributionOf[Name];
}

/** A distribution of numbers, a batch where there is an array among them. */
export function scalar<Name extends ScalarFamily>(
  definition: ScalarDefinition<Name>, values: { readonly [Key in keyof ParametersOf[Name]]: Parameter },
): DistributionOf[Name] | Batch<Name> {
  const { family, requires, fault } = definition;
  const names = Object.keys(requires) as (keyof ParametersOf[Name] & string)[];
  if (names.some((name) => isList(values[name]))) return batch(definition, values, names.filter((name) => isList(values[name])));
  for (const name of names) checkNumber(family, name, values[name], requires[name]);
  const parameters = values as unknown as ParametersOf[Name];
  const wrong = fault?.(parameters);
  if (wrong !== undefined) throw new RangeError(`${family}: ${wrong}`);
  return distribution(definition, parameters);
}

function isList(value: unknown): value is ArrayLike<number> {
  return typeof value === "object" && value !== null && "length" in value;
}

function batch<Name extends ScalarFamily>(
  definition: ScalarDefinition<Name>, values: { readonly [Key in keyof ParametersOf[Name]]: Parameter }, lists: readonly (keyof ParametersOf[Name] & string)[],
): Batch<Name> {
  const { family, requires, fault } = definition;
  const length = (values[lists[0]] as ArrayLike<number>).length;
  const parameters = {} as { [Key in keyof ParametersOf[Name]]: Float64Array | number };
  for (const name of Object.keys(requires) as (keyof ParametersOf[Name] & string)[]) {
    const value: Parameter = values[name];
    if (isList(value)) {
      if (value.length !== length) throw new ShapeError(`${family}: ${name} has ${value.length} elements, expected ${length} to match ${lists[0]}.`, length, value.length);
      parameters[name] = checkedList(family, name, value, requires[name]);
    } else {
      checkNumber(family, name, value, requires[name]);
      parameters[name] = value;
    }
  }
  if (fault) {
    const read = readerOf<Name>(parameters);
    for (let i = 0; i < length; i++) {
      const wrong = fault(read(i));
      if (wrong !== undefined) throw new RangeError(`${family}: at index ${i} ${wrong}`);
    }
  }
  const at = (index: number) => {
    const i = index < 0 ? index + length : index;
    if (!Number.isInteger(i) || i < 0 || i >= length) throw new RangeError(`${family}: index ${index} is outside a batch of ${length}.`);
    return distribution(definition, { ...readerOf<Name>(parameters)(i) });
  };
  return { family, length, parameters, at };
}

/** Reads the parameters at an index into one object that is used again and again: nothing is allocated for an element. */
export function readerOf<Name extends ScalarFamily>(parameters: Batch<Name>["parameters"]): (index: number) => ParametersOf[Name] {
  const read = { ...parameters } as Record<string, number>;
  const lists = Object.entries(parameters).filter((entry): entry is [string, Float64Array] => typeof entry[1] === "object");
  return (index) => {
    for (let k = 0; k < lists.length; k++) read[lists[k][0]] = lists[k][1][index];
    return read as unknown as ParametersOf[Name];
  };
}
