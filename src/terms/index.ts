import { chiSquareMeasure, neymanChiSquareMeasure } from "./chi-square.js";
import { crossEntropyMeasure, entropyMeasure } from "./entropy.js";
import { hellingerMeasure } from "./hellinger.js";
import { jensenShannonDistanceMeasure, jensenShannonMeasure } from "./jensen-shannon.js";
import { jeffreysMeasure } from "./jeffreys.js";
import { generalizedKlMeasure, kl } from "./kl.js";
import type { Measure } from "./measure.js";
import { totalVariationMeasure } from "./total-variation.js";

/** Every measure: tests, shader checks and the bench loop over this list. */
export const measures: readonly Measure[] = [
  kl,
  generalizedKlMeasure,
  jeffreysMeasure,
  jensenShannonMeasure,
  jensenShannonDistanceMeasure,
  totalVariationMeasure,
  hellingerMeasure,
  chiSquareMeasure,
  neymanChiSquareMeasure,
  entropyMeasure,
  crossEntropyMeasure,
];
