import type { Measure } from "./measure.js";
import { byTotals, unscaled } from "./scaling.js";

/** Σp as it is, or with a spacing ∫p. */
export const totalMeasure: Measure = {
  // the totals are all that it needs
  id: "totals",
  name: "marginal",
  arity: "single",
  totals: "after",
  normalizes: false,
  hasExact: false,
  wgsl: "fn term(p: f32, q: f32, d: f32) -> f32 { return 0.0; }",
  cpu: () => 0,
  edges: { pZero: 0, qZero: 0 },
  unitExponent: 0,
  finish: (sums, how) => {
    const value = unscaled(sums.p, sums, how);
    return { value, errorBound: value * sums.errors.sum };
  },
  scaling: byTotals,
};
