import { unitName } from "../operations/unit-name.js";
import { settingsOf } from "../validate.js";
import type { Distribution } from "./distribution.js";
import { closedForm } from "./kl/closed-form.js";
import { checkPairs, isSingle } from "./kl/operands.js";
import { isWithin } from "./kl/support.js";

/** Options of `klSampled`. */
export interface SampledOptions {
  /** How many samples of a; an integer of at least 2, default 100 000. */
  readonly samples?: number;
  /** An integer from 0 to 2³² − 1, default 1. */
  readonly seed?: number;
  /** Unit of the answer: e (nats, default), 2 (bits), 10 (dits), any other number above 1. */
  readonly base?: number;
}

/** An estimate with how far it may be from the truth. */
export interface Sampled {
  readonly value: number;
  /** Standard deviation of `value` over all seeds, as the samples show it. */
  readonly standardError: number;
  readonly samples: number;
  /** Of both numbers: "nat", "bit", "dit", or "log3 unit". */
  readonly unit: string;
}

/**
 * Kullback–Leibler divergence D(a ‖ b) as the mean of ln a(x) − ln b(x) over random samples of a, with its standard error: for any two
 * families, mixtures too, and for many variables, where no closed form nor a grid will do.
 *
 * @param a - Reference: the distribution that is sampled.
 * @param b - Model, of the same kind and as many variables.
 * @param options - `samples` defaults to 100 000, `seed` to 1, `base` to e. The error falls with the root of `samples`.
 * @returns The estimate, which may be below 0 by chance, its standard error, the number of samples and the unit. Both numbers are `Infinity` where a has
 *   density or probability that b has not, where its tails are known to be too heavy, or a sample where b's rounds to none. The same numbers for the same seed, but for the last
 *   digits, which the engine's `Math.log` decides.
 * @throws RangeError for a density from probabilities, for options that are not as above, and where a sample rounds to a point of infinite density (shapes of `gamma`, `beta`
 *   and `dirichlet` far below 1); ShapeError where the numbers of variables disagree.
 * @remarks The standard error is one of the samples: where the ratio's own variance is infinite (`studentT(3)` ‖ `normal`) it says little.
 * @see Hershey & Olsen, Approximating the Kullback Leibler divergence between Gaussian mixture models, ICASSP 2007, §2.
 */
export function klSampled(a: Distribution, b: Distribution, options: SampledOptions = {}): Sampled {
  const { perNat, base } = settingsOf("klSampled", options as object, ["samples", "seed", "base"]);
  const { samples = 100_000, seed = 1 } = options;
  const unit = unitName(base);
  if (!Number.isSafeInteger(samples) || samples < 2) throw new RangeError(`klSampled: samples ${samples} must be an integer of at least 2.`);
  checkPairs("klSampled", a, b);
  if (!isSingle(a) || !isSingle(b)) throw new TypeError("klSampled: a and b must be one distribution each: of a batch take at(i).");
  const infinite = { value: Infinity, standardError: Infinity, samples, unit };
  if (!isWithin(a, b) || closedForm(a, b) === Infinity) return infinite;
  const width = a.dimensions;
  const drawn = a.sample(samples, { seed });
  // Welford's mean and sum of squares: nothing large cancels
  let [mean, squares] = [0, 0];
  for (let i = 0; i < samples; i++) {
    const point = pointOf(a, drawn, i, width);
    const lnA = a.logPdf(point);
    const lnB = b.logPdf(point);
    if (lnA === Infinity) {
      const place = drawn.subarray(i * width, (i + 1) * width).join(", ");
      throw new RangeError(`klSampled: sample ${i} of ${a.family} rounds to ${place}, where its density is infinite: its exponents are too far below 1 to sample.`);
    }
    if (lnB === -Infinity) return infinite;
    const ratio = lnA - lnB;
    const step = ratio - mean;
    mean += step / (i + 1);
    squares += step * (ratio - mean);
  }
  return { value: mean * perNat, standardError: Math.sqrt(squares / (samples - 1) / samples) * perNat, samples, unit };
}

/** The i-th sample as `logPdf` takes it. */
function pointOf({ mean }: Distribution, drawn: Float64Array, i: number, width: number): never {
  // a number or a point, as the family has it: of all families at once there is no such type
  return (typeof mean === "number" ? drawn[i] : drawn.subarray(i * width, (i + 1) * width)) as never;
}
