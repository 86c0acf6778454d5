import type { Component, Moments } from "../backend.js";
import type { Distribution } from "../distributions/index.js";
import type { Units } from "./space.js";

/** A component of a model, by what people call it. */
export interface Part {
  /** They sum to 1. */
  readonly weight: number;
}

/** A family of models by numbers that may be anything. */
export interface Parametrisation<Own extends Part> {
  readonly kind: "normal" | "beta";
  parametersOf(parts: readonly Own[]): Float64Array;
  /** As backends take them; `null` for a model that the grid cannot tell from others. */
  componentsOf(theta: Float64Array): readonly Component[] | null;
  /** From a derivative by ln qₖ, in moments. */
  gradientOf(theta: Float64Array, components: readonly Component[], moments: readonly Moments[]): Float64Array;
  partsOf(theta: Float64Array): readonly Own[];
  /** Numbers by which components differ that differ, the weight first. */
  placeOf(part: Own): readonly number[];
  distributionOf(parts: readonly Own[], units: Units): Distribution;
}

/** What a distribution is a mixture of: itself alone, where it is none. */
export function componentsIn(distribution: Distribution): readonly { readonly of: Distribution; readonly weight: number }[] {
  if (distribution.family !== "mixture") return [{ of: distribution, weight: 1 }];
  const { components, weights } = distribution.parameters;
  return components.map((of, k) => ({ of, weight: weights[k] }));
}
