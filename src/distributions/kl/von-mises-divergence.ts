import { besselDeficit, besselRatio, besselRatioSlope, lnBesselI0, lnBesselI0Scaled } from "../bessel.js";

/** Gauss–Legendre on [−1, 1], 12 points: the positive nodes and their weights (A & S table 25.4). */
const NODES = [0.125233408511468915, 0.367831498998180194, 0.587317954286617447, 0.769902674194304687, 0.904117256370474857, 0.981560634246719251];
const WEIGHTS = [0.249147045813402785, 0.233492536538354809, 0.203167426723065922, 0.160078328543346226, 0.106939325995318431, 0.0471753363865118272];

/**
 * ln I0(b) − ln I0(a) − A(a)·(b − a) ≥ 0. Within a factor of 2 as ∫ (b − t)·A′(t) dt, all terms positive, where A′ is smooth enough for 12 points:
 * the zeros of I0 lie on the imaginary axis.
 */
function besselBregman(a: number, b: number): number {
  const d = b - a;
  if (d === 0) return 0;
  if (Math.min(a, b) >= 0.5 * Math.max(a, b)) {
    let sum = 0;
    for (let i = 0; i < NODES.length; i++) {
      for (const node of [NODES[i], -NODES[i]]) sum += WEIGHTS[i] * (1 - node) * besselRatioSlope(a + 0.5 * d * (1 + node));
    }
    return 0.25 * d * d * sum;
  }
  // of large ones the linear parts cancel
  if (Math.max(a, b) > 20) return lnBesselI0Scaled(b) - lnBesselI0Scaled(a) + besselDeficit(a) * d;
  return lnBesselI0(b) - lnBesselI0(a) - besselRatio(a) * d;
}

interface Circular {
  readonly mean: number;
  readonly concentration: number;
}

/** D of von Mises distributions. */
export function vonMisesDivergence(a: Circular, b: Circular): number {
  const turn = Math.sin((a.mean - b.mean) / 2);
  return besselBregman(a.concentration, b.concentration) + 2 * besselRatio(a.concentration) * b.concentration * turn * turn;
}
