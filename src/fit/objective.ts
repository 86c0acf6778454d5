import type { Component, FitAxis, FitLoop, FitSums, Moments } from "../backend.js";
import type { Direction } from "../operations/hold-against.js";

/** How far a model is from the target, and what that is per unit of ln qₖ, in moments of each component. */
export interface Objective {
  readonly value: number;
  readonly moments: readonly Moments[];
}

/** A model held against a target, one read for the directions of KL divergence, two for others, which want the model's mass first. */
export async function objectiveOf(loop: FitLoop, direction: Direction, components: readonly Component[], axes: readonly FitAxis[]): Promise<Objective> {
  if (typeof direction !== "string") return objectiveOfMeasure(loop, components, axes);
  const sums = await loop.sum(components, axes);
  const { q, d } = sums;
  // Σ p·ln(p/q) = Σ g(p, q) + Σ(p − q)
  if (direction === "forward") return { value: infiniteOr(sums, sums.term + d), moments: combined(sums, -1, 0) };
  if (!(q > 0)) return { value: Infinity, moments: sums.masses };
  // D of what is normalised, from terms g(q, p) that are small where q is near p: less g(Σq, Σp)
  const value = (sums.term - (q * Math.log1p(-d / (q + d)) + d)) / q;
  return { value: infiniteOr(sums, value), moments: combined(sums, 1 / q, -(sums.term - d) / (q * q)) };
}

async function objectiveOfMeasure(loop: FitLoop, components: readonly Component[], axes: readonly FitAxis[]): Promise<Objective> {
  const q = await loop.mass(components, axes);
  if (!(q > 0)) return { value: Infinity, moments: [] };
  const log = Math.log(q);
  const normalized = await loop.sum(components.map((component) => ({ ...component, log: component.log - log })), axes);
  return { value: infiniteOr(normalized, normalized.term), moments: combined(normalized, 1, -normalized.slope) };
}

const infiniteOr = ({ infiniteCells }: FitSums, value: number) => (infiniteCells > 0 ? Infinity : value);

/** So many times the slopes and so many times the masses. */
function combined({ slopes, masses }: FitSums, ofSlopes: number, ofMasses: number): readonly Moments[] {
  return slopes.map((moments, k) => moments.map((value, i) => value * ofSlopes + masses[k][i] * ofMasses));
}
