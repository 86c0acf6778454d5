import { klDiv, lnRatio } from "../../terms/log.js";

/** ½·(r − 1 − ln r), r = (a/b)², for a, b > 0: D of normal distributions with standard deviations a and b and one mean. */
export function scaleDivergence(a: number, b: number): number {
  const ratio = a / b;
  const d = ((b - a) / b) * (1 + ratio);
  // 1 − r is known better than r
  return Math.abs(d) < 0.5 ? 0.5 * klDiv(1, ratio * ratio, d) : lnRatio(b, a) - 0.5 * d;
}

/** D of normal distributions of one variable. */
export function normalDivergence(meanA: number, sdA: number, meanB: number, sdB: number): number {
  const z = (meanA - meanB) / sdB;
  return scaleDivergence(sdA, sdB) + 0.5 * z * z;
}
