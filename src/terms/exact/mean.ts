import { fractionOf } from "./finish.js";
import { nearestDouble } from "./fixed.js";

/** Less than the last bit of any double. */
const UNIT = 1074;

/** Σ wᵢ·vᵢ/Σ wᵢ of doubles ≥ 0, rounded once; values whose weight is 0 may be anything. */
export function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  const inUnits = (x: number) => {
    const [n, d] = fractionOf(x);
    return (n << BigInt(UNIT)) / d;
  };
  let [sum, total] = [0n, 0n];
  for (let i = 0; i < values.length; i++) {
    if (weights[i] === 0) continue;
    const weight = inUnits(weights[i]);
    sum += weight * inUnits(values[i]);
    total += weight;
  }
  return nearestDouble(sum, total, -UNIT);
}
