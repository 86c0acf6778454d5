import { HOST, termError, totalQ } from "./finish.js";
import type { Finish, Finished, Measure, Sums } from "./measure.js";
import { byOffsetItself, byTotals, unscaled } from "./scaling.js";

/** Σq over the cells without p, and over those with it: what is left of powers at order 0. */
function finishOutside(kind: "renyi" | "tsallis", sums: Sums, how: Finish): Finished {
  const { other = 0, p, errors } = sums;
  const error = 2 * errors.sum + HOST;
  // of the numbers as they are Σp is what q's mass inside is held against
  if (!how.normalize && kind === "tsallis") return { value: unscaled(p - other, sums, how), errorBound: unscaled((p + other) * error, sums, how) };
  const total = how.normalize ? totalQ(sums) : p;
  const inside = other / total;
  if (!how.normalize) return { value: -Math.log(inside), errorBound: other === 0 ? 0 : error * 1.01 + HOST * Math.abs(Math.log(inside)) };
  const missing = Math.min(sums.term / total, 1);
  const missingError = termError(sums) / total + missing * error;
  if (kind === "tsallis") return { value: missing, errorBound: missingError };
  // −ln of what is inside, from whichever of the two is the smaller
  if (other === 0) return { value: Infinity, errorBound: 0 };
  if (missing > 0.5) return { value: -Math.log(inside), errorBound: error * 1.01 + HOST };
  return { value: -Math.log1p(-missing), errorBound: (missingError * 2 + HOST * missing) };
}

/** Rényi's and Tsallis' divergences of order 0: −ln of the mass that q̂ has where p has some, and the mass that it has elsewhere. */
export function outside(kind: "renyi" | "tsallis"): Measure {
  return {
    id: `${kind}:0`,
    name: `${kind}(0)`,
    arity: "pair",
    totals: "after",
    normalizes: true,
    hasExact: false,
    // of p the bits count: a device may take a subnormal for 0
    wgsl: /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 { return select(0.0, q, bitcast<u32>(p) == 0u); }
`,
    cpu: () => 0,
    edges: { pZero: 1, qZero: 0 },
    other: {
      id: "inside",
      wgsl: /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 { return select(q, 0.0, bitcast<u32>(p) == 0u); }
`,
      cpu: (_p, q) => q,
      edges: { pZero: 0, qZero: 0 },
    },
    unitExponent: kind === "renyi" ? 1 : 0,
    isNoSum: true,
    finish: (sums, how) => finishOutside(kind, sums, how),
    scaling: { ...byTotals, wanted: () => false },
  };
}

function finishGreatest({ term, other = 0, errors, differs, scale, totals }: Sums, how: Finish): Finished {
  if (!how.normalize) {
    const value = Math.log(other) + (scale.q - scale.p) * Math.LN2;
    return { value, errorBound: 2 * errors.term + HOST * Math.abs(value) };
  }
  if (!differs) return { value: 0, errorBound: 0 };
  const value = Math.log1p(term);
  const offset = totals ? Math.abs(totals.d / totals.p) : 0;
  const error = (errors.term + 4 * errors.sum) * 1.01 * term + (errors.term / 2 + errors.sum) * offset;
  return { value, errorBound: error / (1 + term) + HOST * value };
}

/** Rényi's divergence of order ∞, ln max p̂/q̂. */
export const greatestRatio: Measure = {
  id: "renyi:Infinity",
  name: "renyi(Infinity)",
  arity: "pair",
  totals: "before",
  normalizes: true,
  hasExact: false,
  combine: "max",
  wgsl: /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 {
  let far = d > 1.152921504606847e18 || d * 8.673617379884035e-19 > max(q, 1.17549435e-38);
  return select(max(d, 0.0) / max(q, 1.17549435e-38), 1.298074214633707e33, far);
}
`,
  cpu: (_p, q, d) => Math.max(d, 0) / q,
  edges: { pZero: 0, qZero: Infinity },
  other: {
    id: "greatest-ratio",
    combine: "max",
    wgsl: /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 {
  let far = p > 1.152921504606847e18 || p * 8.673617379884035e-19 > max(q, 1.17549435e-38);
  return select(p / max(q, 1.17549435e-38), 1.298074214633707e33, far);
}
`,
    cpu: (p, q) => p / q,
    edges: { pZero: 0, qZero: Infinity },
  },
  unitExponent: 1,
  isNoSum: true,
  // a q that underflows once it is divided by its total has lost its ratio
  overflows: ({ term, other = 0, smallestQ, totals }, { largestExponent }) => !(Math.max(term, other) < 2 ** (largestExponent - 18)) || smallestQ / (totals?.q ?? 1) < 2 ** (2 - largestExponent),
  finish: finishGreatest,
  scaling: byOffsetItself,
};
