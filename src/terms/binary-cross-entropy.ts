import { lnRatioNear } from "./log.js";
import type { Measure } from "./measure.js";
import { INFINITE, UNSCALED } from "./measure.js";

// −ln q from 1 − q where that has its digits, −ln(1 − q) from q
const term = /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 {
  let rest = 1.0 - p;
  if ((q == 0.0 && p > 0.0) || (q == 1.0 && rest > 0.0)) { return INFINITE; }
  return select(p * ln_ratio_near(1.0, q, 1.0 - q), 0.0, p == 0.0) + select(rest * ln_ratio_near(1.0, 1.0 - q, q), 0.0, rest <= 0.0);
}
`;

/** Σ −p·ln q − (1 − p)·ln(1 − q) of probabilities p and q: Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x. */
export const binaryCrossEntropyMeasure: Measure = {
  id: "binary-cross-entropy",
  name: "binaryCrossEntropy",
  arity: "pair",
  totals: "after",
  normalizes: false,
  hasExact: false,
  wgsl: term,
  cpu(p, q) {
    if ((q === 0 && p > 0) || (q === 1 && p < 1)) return INFINITE;
    return (p > 0 ? p * lnRatioNear(1, q, 1 - q) : 0) + (p < 1 ? (1 - p) * lnRatioNear(1, 1 - q, q) : 0);
  },
  edges: { pZero: 0, qZero: 0 },
  saysZeros: true,
  largest: 1,
  unitExponent: 1,
  finish({ term: sum, cells, errors }, { cellVolume }) {
    const infiniteCells = Math.round(sum / INFINITE);
    if (infiniteCells > 0) return { value: Infinity, errorBound: 0, infiniteCells };
    return { value: sum * cellVolume, errorBound: ((errors.term + errors.sum) * 1.01 * sum + (sum > 0 ? cells * errors.floor : 0)) * cellVolume };
  },
  // another scale would say another thing
  scaling: { wanted: () => false, choose: () => UNSCALED },
};
