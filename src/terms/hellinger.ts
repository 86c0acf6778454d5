import { finishHellinger, rootOf } from "./finish.js";
import { between } from "./measure.js";
import type { Measure } from "./measure.js";
import { byTotalsOf } from "./scaling.js";

// √p − √q = d/(√p + √q), so that nothing is lost where the two are close; a subnormal may be 0
const term = /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 {
  let root = select(sqrt(p), 0.0, p == 0.0) + select(sqrt(q), 0.0, q == 0.0);
  let difference = d / max(root, 1e-19);
  return difference * difference;
}
`;

/** (√p − √q)² from the difference of the two. */
export function squaredDifferenceOfRoots(p: number, q: number, d: number): number {
  const difference = d / (Math.sqrt(p) + Math.sqrt(q));
  return difference * difference;
}

/** √(1 − Σ√(p̂q̂)), a metric: Hellinger 1909, doi:10.1515/crll.1909.136.210; Le Cam & Yang, Asymptotics in Statistics, 2nd ed., §3.2. */
export const hellingerMeasure: Measure = {
  id: "hellinger",
  name: "hellinger",
  arity: "pair",
  totals: "after",
  normalizes: true,
  hasExact: false,
  wgsl: term,
  cpu: squaredDifferenceOfRoots,
  edges: { pZero: 1, qZero: 1 },
  unitExponent: 0,
  isNoSum: true,
  finish: finishHellinger,
  scaling: /* @__PURE__ */ byTotalsOf(squaredDifferenceOfRoots),
  symmetric: true,
  fromSum: ({ value, errorBound }) => rootOf(between(1)({ value: value / 2, errorBound: errorBound / 2 })),
  bilinear: {
    logs: false,
    own: squaredDifferenceOfRoots,
    ofP: (p, c, d) => (d * Math.sqrt(c)) / (Math.sqrt(p) + Math.sqrt(c)),
    ofQ: (q, c, d) => (2 * d) / (Math.sqrt(q) + Math.sqrt(c)) / Math.sqrt(c),
  },
};
