import { crossEntropyMeasure, entropyMeasure } from "./entropy";
import { jensenShannonDistanceMeasure, jensenShannonMeasure } from "./jensen-shannon";
import { generalizedKlMeasure, kl } from "./kl";
import type { Measure } from "./measure";

/** Every measure: tests, shader checks and the bench loop over this list. */
export const measures: readonly Measure[] = [
  kl,
  generalizedKlMeasure,
  jensenShannonMeasure,
  jensenShannonDistanceMeasure,
  entropyMeasure,
  crossEntropyMeasure,
];
