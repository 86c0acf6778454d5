import { finishTotalVariation } from "./finish.js";
import { between } from "./measure.js";
import type { Measure } from "./measure.js";
import { byOffsetItself } from "./scaling.js";

const term = /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 { return 0.5 * abs(d); }
`;

/** ½Σ|p̂ − q̂|: Levin & Peres, Markov Chains and Mixing Times, 2nd ed., §4.1. */
export const totalVariationMeasure: Measure = {
  id: "tv",
  name: "totalVariation",
  arity: "pair",
  totals: "before",
  normalizes: true,
  hasExact: true,
  wgsl: term,
  cpu: (_p, _q, d) => 0.5 * Math.abs(d),
  edges: { pZero: 0.5, qZero: 0.5 },
  unitExponent: 0,
  finish: finishTotalVariation,
  scaling: byOffsetItself,
  symmetric: true,
  fromSum: /* @__PURE__ */ between(1),
};
