import * as families from "../../src/distributions/index";
import type { Distribution, Family } from "../../src/distributions/index";
import golden from "../cases/closed-forms.json";

/** A distribution as the cases name it: its family and the arguments of its function. */
export interface Named {
  readonly family: string;
  readonly parameters: readonly unknown[];
}

/** D(a ‖ b) as mpmath has it. "close": parameters that differ by 1e-9 to 1e-3 of themselves; "extreme": far apart, large or small. */
export interface GoldenPair {
  readonly regime: string;
  readonly a: Named;
  readonly b: Named;
  readonly value: number;
}

/** What a distribution has, as mpmath has it. */
export interface GoldenMoments extends Named {
  readonly logPdf: readonly (readonly [number, number])[];
  readonly entropy?: number;
  readonly mean?: number;
  readonly variance?: number;
}

export const goldenPairs = golden.pairs as readonly GoldenPair[];
export const goldenMoments = golden.moments as unknown as readonly GoldenMoments[];

export function made({ family, parameters }: Named): Distribution {
  const make = families[family as Exclude<Family, "mixture">] as (...parameters: readonly unknown[]) => Distribution;
  return make(...parameters);
}

export const textOf = ({ family, parameters }: Named) => `${family}(${JSON.stringify(parameters).slice(1, -1)})`;
