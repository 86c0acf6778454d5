import { finishCrossEntropy } from "./finish.js";
import { lnRatio } from "./log.js";
import { areMasses, between } from "./measure.js";
import type { Measure } from "./measure.js";
import { byLargest, bySelf } from "./scaling.js";

const entropyTerm = /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 { return -(p * ln_ratio(p, 1.0)); }
`;
const crossEntropyTerm = /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 { return -(p * ln_ratio(q, 1.0)); }
`;

/** H(p) = −Σ p̂·ln p̂: Cover & Thomas, §2.1; with a spacing differential, §8.1. */
export const entropyMeasure: Measure = {
  id: "entropy",
  name: "entropy",
  arity: "single",
  totals: "after",
  normalizes: true,
  hasExact: true,
  wgsl: entropyTerm,
  cpu: (p) => -(p * lnRatio(p, 1)),
  edges: { pZero: 0, qZero: 0 },
  unitExponent: 1,
  finish: (sums, how) => {
    const { value, errorBound } = finishCrossEntropy(sums, how);
    return { value: areMasses(how) ? Math.max(value, 0) : value, errorBound };
  },
  scaling: bySelf,
  volumeTerm: 1,
};

/** H(p, q) = −Σ p̂·ln q̂ = H(p) + D(p ‖ q). */
export const crossEntropyMeasure: Measure = {
  id: "cross-entropy",
  name: "crossEntropy",
  arity: "pair",
  totals: "after",
  normalizes: true,
  hasExact: true,
  wgsl: crossEntropyTerm,
  cpu: (p, q) => -(p * lnRatio(q, 1)),
  edges: { pZero: 0, qZero: Infinity },
  unitExponent: 1,
  finish: (sums, how) => {
    const { value, errorBound } = finishCrossEntropy(sums, how);
    return { value: areMasses(how) ? Math.max(value, 0) : value, errorBound };
  },
  scaling: byLargest,
  volumeTerm: 1,
  // H(p) + D(p ‖ q)
  fromSum: /* @__PURE__ */ between(Infinity),
  bilinear: { own: (p, c, d) => -(p * lnRatio(c, 1)) - d, ofP: (_p, _c, d) => d, ofQ: (_q, _c, _d, log) => log, logs: true, edges: { pZero: 1, qZero: Infinity } },
};
