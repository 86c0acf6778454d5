import { finishKl, finishSum } from "./finish.js";
import { klDiv, lnRatioNear } from "./log.js";
import { between } from "./measure.js";
import type { Bilinear, Measure } from "./measure.js";
import { byTotals } from "./scaling.js";

const term = /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 { return kl_div(p, q, d); }
`;
const relEntr = /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 { return p * ln_ratio_near(p, q, d); }
`;

/** The three points of a Bregman divergence: D(p ‖ q) = D(p ‖ c) + D(c ‖ q) − Σ (p − c)·ln(q/c). */
const bilinear: Bilinear = {
  own: (p, _c, d, log) => p * log - d,
  ofP: (_p, _c, d) => d,
  ofQ: (_q, _c, _d, log) => log,
  logs: true,
};

/** D(p ‖ q): Cover & Thomas, Elements of Information Theory, 2nd ed., §2.3. */
export const kl: Measure = {
  id: "kl",
  name: "klDivergence",
  arity: "pair",
  totals: "after",
  normalizes: true,
  hasExact: true,
  wgsl: term,
  cpu: klDiv,
  edges: { pZero: 1, qZero: Infinity },
  unitExponent: 1,
  finish: finishKl,
  scaling: byTotals,
  fromSum: /* @__PURE__ */ between(Infinity),
  bilinear,
  signed: {
    wgsl: relEntr,
    cpu: (p, q, d) => p * lnRatioNear(p, q, d),
    edges: { pZero: 0, qZero: Infinity },
  },
};

/** D(q ‖ p), where it stands for a limit. */
export const klReversed: Measure = {
  ...kl,
  id: "kl-reversed",
  hasExact: false,
  wgsl: /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 { return kl_div(q, p, -d); }
`,
  cpu: (p, q, d) => klDiv(q, p, -d),
  edges: { pZero: Infinity, qZero: 1 },
  reversed: kl,
  bilinear: undefined,
  signed: {
    wgsl: /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 { return q * ln_ratio_near(q, p, -d); }
`,
    cpu: (p, q, d) => q * lnRatioNear(q, p, -d),
    edges: { pZero: Infinity, qZero: 0 },
  },
};

/** Σ p·ln(p/q) − p + q: the Bregman divergence of unnormalised masses; SciPy's `kl_div`. */
export const generalizedKlMeasure: Measure = {
  id: "generalized-kl",
  name: "generalizedKl",
  arity: "pair",
  totals: "after",
  normalizes: false,
  hasExact: true,
  wgsl: term,
  cpu: klDiv,
  edges: { pZero: 1, qZero: Infinity },
  unitExponent: 1,
  finish: finishSum,
  scaling: byTotals,
};
