import { finishJensenShannon, rootOf } from "./finish.js";
import { klDiv } from "./log.js";
import { between } from "./measure.js";
import type { Measure } from "./measure.js";
import { byOffsetSquared } from "./scaling.js";

// the difference of p and the mean is d/2 exactly, so that nothing is lost where the three are close
const term = /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 {
  let mean = 0.5 * (p + q);
  let half = 0.5 * d;
  return 0.5 * (kl_div(p, mean, half) + kl_div(q, mean, -half));
}
`;

/** ½D(p̂ ‖ m) + ½D(q̂ ‖ m), m = (p̂ + q̂)/2: Lin 1991, doi:10.1109/18.61115. */
export const jensenShannonMeasure: Measure = {
  id: "js",
  name: "jensenShannon",
  arity: "pair",
  totals: "before",
  normalizes: true,
  hasExact: true,
  wgsl: term,
  cpu: (p, q, d) => {
    const mean = 0.5 * (p + q);
    const half = 0.5 * d;
    return 0.5 * (klDiv(p, mean, half) + klDiv(q, mean, -half));
  },
  edges: { pZero: Math.LN2 / 2, qZero: Math.LN2 / 2 },
  unitExponent: 1,
  finish: finishJensenShannon,
  scaling: byOffsetSquared,
  symmetric: true,
  fromSum: /* @__PURE__ */ between(Math.LN2),
};

/** √JS, a metric: Endres & Schindelin 2003, doi:10.1109/TIT.2003.813506; SciPy's `jensenshannon`. */
export const jensenShannonDistanceMeasure: Measure = {
  ...jensenShannonMeasure,
  id: "js-distance",
  name: "jensenShannonDistance",
  unitExponent: 0.5,
  isNoSum: true,
  finish: (sums, how) => rootOf(finishJensenShannon(sums, how)),
  fromSum: (sum) => rootOf(between(Math.LN2)(sum)),
};
