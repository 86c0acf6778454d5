import type { Detail } from "../../src/options";
import { type Bounded, keepsPromise, same, ulp, within } from "../support/assert";
import { errorOf, type Real, toNumber } from "../support/oracle";
import type { ExactName } from "./context";

const jensenShannon = (value: number) => 2 ** -55 * (value + 2 ** -64);

/** DESIGN section 4: error allowed a value in nats, beside the ulp. */
export const EXACT_PROMISES = {
  klDivergence: (value) => 2 ** -55 * (value + 2 ** -64),
  generalizedKl: (value) => 2 ** -55 * value,
  entropy: (value) => 2 ** -55 * Math.max(1, value),
  crossEntropy: (value) => 2 ** -55 * Math.max(1, value),
  jensenShannon,
  // √(v + e) − √v without the cancellation
  jensenShannonDistance: (value) => {
    const error = jensenShannon(value ** 2);
    return error / (Math.sqrt(value ** 2 + error) + value);
  },
  jeffreys: (value) => 2 ** -55 * (value + 2 ** -64),
  totalVariation: (value) => 2 ** -55 * (value + 2 ** -64),
} as const satisfies Record<ExactName, (value: number) => number>;

/** Holds it to the promise and an ulp, and the returned bound to 64 times that. Returns the error in parts of what is allowed. */
export function keepsExactly(detail: Bounded & Pick<Detail, "precision">, truth: Real, promise: number, what: string): number {
  same(detail.precision, "exact", "precision");
  const allowed = promise + ulp(toNumber(truth));
  within(detail.value, truth, allowed, `${what} against the promise`);
  keepsPromise(detail, truth, allowed, what);
  return errorOf(detail.value, truth) / allowed;
}
