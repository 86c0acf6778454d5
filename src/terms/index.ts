import { chiSquareMeasure, neymanChiSquareMeasure } from "./chi-square.js";
import { crossEntropyMeasure, entropyMeasure } from "./entropy.js";
import { hellingerMeasure } from "./hellinger.js";
import { jensenShannonDistanceMeasure, jensenShannonMeasure } from "./jensen-shannon.js";
import { jeffreysMeasure } from "./jeffreys.js";
import { generalizedKlMeasure, kl } from "./kl.js";
import type { Measure } from "./measure.js";
import { alphaMeasure, bhattacharyyaMeasure, renyiMeasure, tsallisMeasure } from "./order.js";
import { renyiEntropyMeasure, tsallisEntropyMeasure } from "./order-entropy.js";
import { totalVariationMeasure } from "./total-variation.js";

/** Every measure, and some of each family: tests, shader checks and the bench loop over this list. */
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
  bhattacharyyaMeasure,
  ...[0, 0.3, 0.5, 0.999, 2, 10, Infinity].map(renyiMeasure),
  ...[0, 0.3, 2].map(tsallisMeasure),
  ...[-1, 0, 0.5, 3].map(alphaMeasure),
  entropyMeasure,
  crossEntropyMeasure,
  ...[0, 0.5, 2, Infinity].map(renyiEntropyMeasure),
  ...[0.5, 2].map(tsallisEntropyMeasure),
];
