import { finishKl, finishSum } from "./finish.js";
import { kl } from "./kl.js";
import { lnRatioNear } from "./log.js";
import type { Measure } from "./measure.js";

const term = /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 { return d * ln_ratio_near(p, q, d); }
`;

/** D(p ‖ q) + D(q ‖ p) = Σ (p̂ − q̂)·ln(p̂/q̂): Jeffreys 1946, doi:10.1098/rspa.1946.0056. */
export const jeffreysMeasure: Measure = {
  ...kl,
  id: "jeffreys",
  name: "jeffreys",
  wgsl: term,
  cpu: (p, q, d) => d * lnRatioNear(p, q, d),
  edges: { pZero: Infinity, qZero: Infinity },
  // without totals to divide by Σ(p − q) drops out of the sum of both directions
  directed: { ...kl, finish: (sums, how) => (how.normalize ? finishKl : finishSum)(sums, how) },
  signed: undefined,
  symmetric: true,
  bilinear: undefined,
};
