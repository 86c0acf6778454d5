import * as oracle from "../support/oracle";
import type { Cells } from "../support/oracle";
import type { Real } from "../support/real";
import type { ExactName, Grade, MeasureName } from "./context";
import { chiSquarePromise, distancePromise, entropyPromise, generalizedPromise, hellingerPromise, jensenShannonPromise, klPromise, nats, totalVariationPromise } from "./promise";

/** Those that have an exact form. */
export const EXACT_MEASURES: readonly ExactName[] = [
  "klDivergence", "generalizedKl", "crossEntropy", "jensenShannon", "jensenShannonDistance", "jeffreys", "totalVariation", "entropy",
];

/** Every measure there is, but for those that are another by a second name. */
export const MEASURES: readonly MeasureName[] = [...EXACT_MEASURES, "hellinger", "chiSquare", "neymanChiSquare"];

/** Those that `base` leaves alone. */
export const PURE_NUMBERS: readonly MeasureName[] = ["totalVariation", "hellinger", "chiSquare", "neymanChiSquare"];

/** The truth of a normalised measure in units of `base`, and what is promised about it. */
export interface Truth {
  readonly truth: Real;
  readonly promise: number;
}

/** The measure of the normalised pair (`generalizedKl` of the pair as it is) in units of `base`; `entropy` looks at p alone. */
export function valueOf(name: MeasureName, p: Cells, q: Cells, base = Math.E): Real {
  switch (name) {
    case "klDivergence":
    case "jeffreys":
    case "populationStability":
    case "jensenShannon":
    case "crossEntropy":
      return oracle.inBase(oracle[name === "populationStability" ? "jeffreys" : name](p, q), base);
    case "generalizedKl":
      return oracle.inBase(oracle.generalizedKl(p, q), base);
    case "entropy":
      return oracle.inBase(oracle.entropy(p), base);
    case "totalVariation":
    case "hellinger":
    case "chiSquare":
      return oracle[name](p, q);
    case "neymanChiSquare":
      return oracle.chiSquare(q, p);
    case "jensenShannonDistance":
      return oracle.jensenShannonDistance(p, q, base);
    default:
      return name satisfies never;
  }
}

/** The same with what is promised about it. */
export function truthOf(name: MeasureName, p: Cells, q: Cells, grade: Grade, base = Math.E): Truth {
  const truth = valueOf(name, p, q, base);
  return { truth, promise: promiseOf(name, p, q, truth, grade, 1 / nats(base)) };
}

function promiseOf(name: MeasureName, p: Cells, q: Cells, truth: Real, grade: Grade, perNat: number): number {
  const value = oracle.toNumber(truth);
  const sums = oracle.pairSums(p, q);
  switch (name) {
    case "klDivergence":
      return klPromise(sums, grade) * perNat;
    case "generalizedKl":
      return generalizedPromise(sums, grade) * perNat;
    case "hellinger":
      return hellingerPromise(value, oracle.squaredRoots(p, q), sums, grade);
    case "chiSquare":
      return chiSquarePromise(oracle.relativeSquares(p, q), sums, grade);
    case "neymanChiSquare":
      return chiSquarePromise(oracle.relativeSquares(q, p), oracle.pairSums(q, p), grade);
    case "jeffreys":
    case "populationStability":
      return (klPromise(sums, grade) + klPromise(oracle.pairSums(q, p), grade)) * perNat;
    case "totalVariation":
      return totalVariationPromise(value, sums, grade);
    case "entropy":
    case "crossEntropy":
      return entropyPromise(value, grade) * perNat;
    case "jensenShannon":
      return jensenShannonPromise(value, sums, grade) * perNat;
    case "jensenShannonDistance":
      return distancePromise(value / Math.sqrt(perNat), sums, grade) * Math.sqrt(perNat);
    default:
      return name satisfies never;
  }
}
