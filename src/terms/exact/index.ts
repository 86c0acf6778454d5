import { exactCrossEntropy } from "./entropy.js";
import { nearestDouble } from "./fixed.js";
import { exactGeneralizedKl, exactJeffreys, exactKl } from "./kl.js";
import { UNIT } from "./measure.js";
import type { ExactMeasure } from "./measure.js";
import { exactJensenShannon, exactJensenShannonDistance, exactTotalVariation } from "./normalized.js";

/** The measures with an exact form, by `id`. */
export const exactMeasures: Readonly<Record<string, ExactMeasure>> = {
  kl: exactKl,
  "generalized-kl": exactGeneralizedKl,
  jeffreys: exactJeffreys,
  js: exactJensenShannon,
  "js-distance": exactJensenShannonDistance,
  tv: exactTotalVariation,
  entropy: exactCrossEntropy,
  "cross-entropy": exactCrossEntropy,
};

/** An exact sum as the nearest double. */
export function sumToDouble(sum: bigint): number {
  return nearestDouble(sum, 1n, -UNIT);
}
