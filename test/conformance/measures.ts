import * as oracle from "../support/oracle";
import type { Cells } from "../support/oracle";
import type { Real } from "../support/real";
import type { Grade, MeasureName } from "./context";
import { distancePromise, entropyPromise, generalizedPromise, jensenShannonPromise, klPromise, nats, totalVariationPromise } from "./promise";

/** Every measure there is. */
export const MEASURES: readonly MeasureName[] = [
  "klDivergence", "generalizedKl", "crossEntropy", "jensenShannon", "jensenShannonDistance", "jeffreys", "totalVariation", "entropy",
];

/** The truth of a normalised measure in units of `base`, and what is promised about it. */
export interface Truth {
  readonly truth: Real;
  readonly promise: number;
}

/** `entropy` looks at p alone. */
export function truthOf(name: MeasureName, p: Cells, q: Cells, grade: Grade, base = Math.E): Truth {
  const perNat = 1 / nats(base);
  const sums = oracle.pairSums(p, q);
  switch (name) {
    case "klDivergence": {
      const truth = oracle.klDivergence(p, q);
      return { truth: oracle.inBase(truth, base), promise: klPromise(sums, grade) * perNat };
    }
    case "generalizedKl":
      return { truth: oracle.inBase(sums.generalized, base), promise: generalizedPromise(sums, grade) * perNat };
    case "jeffreys": {
      const promise = klPromise(sums, grade) + klPromise(oracle.pairSums(q, p), grade);
      return { truth: oracle.inBase(oracle.jeffreys(p, q), base), promise: promise * perNat };
    }
    case "totalVariation": {
      const truth = oracle.totalVariation(p, q);
      return { truth, promise: totalVariationPromise(oracle.toNumber(truth), sums, grade) };
    }
    case "entropy":
    case "crossEntropy": {
      const truth = name === "entropy" ? oracle.entropy(p) : oracle.crossEntropy(p, q);
      return { truth: oracle.inBase(truth, base), promise: entropyPromise(oracle.toNumber(truth), grade) * perNat };
    }
    case "jensenShannon": {
      const truth = oracle.jensenShannon(p, q);
      return { truth: oracle.inBase(truth, base), promise: jensenShannonPromise(oracle.toNumber(truth), sums, grade) * perNat };
    }
    case "jensenShannonDistance": {
      const truth = oracle.jensenShannonDistance(p, q, base);
      const distance = oracle.toNumber(truth) / Math.sqrt(perNat);
      return { truth, promise: distancePromise(distance, sums, grade) * Math.sqrt(perNat) };
    }
    default:
      return name satisfies never;
  }
}
