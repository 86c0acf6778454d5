import { exactCrossEntropy } from "./entropy.js";
import { nearestDouble } from "./fixed.js";
import { exactJensenShannon, exactJensenShannonDistance } from "./jensen-shannon.js";
import { exactGeneralizedKl, exactKl } from "./kl.js";
import { UNIT } from "./measure.js";
import type { ExactMeasure } from "./measure.js";

/** The measures with an exact form, by `id`. */
export const exactMeasures: Readonly<Record<string, ExactMeasure>> = {
  kl: exactKl,
  "generalized-kl": exactGeneralizedKl,
  js: exactJensenShannon,
  "js-distance": exactJensenShannonDistance,
  entropy: exactCrossEntropy,
  "cross-entropy": exactCrossEntropy,
};

/** An exact sum as the nearest double. */
export function sumToDouble(sum: bigint): number {
  return nearestDouble(sum, 1n, -UNIT);
}
