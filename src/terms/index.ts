import { crossEntropyMeasure, entropyMeasure } from "./entropy.js";
import { jensenShannonDistanceMeasure, jensenShannonMeasure } from "./jensen-shannon.js";
import { generalizedKlMeasure, kl } from "./kl.js";
import type { Measure } from "./measure.js";

/** Every measure: tests, shader checks and the bench loop over this list. */
export const measures: readonly Measure[] = [
  kl,
  generalizedKlMeasure,
  jensenShannonMeasure,
  jensenShannonDistanceMeasure,
  entropyMeasure,
  crossEntropyMeasure,
];
