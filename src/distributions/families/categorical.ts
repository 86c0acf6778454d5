import { normalized } from "../check.js";
import type { Categorical } from "../distribution.js";
import { indexSampler } from "../random.js";
import { distribution } from "../scalar.js";
import type { Definition, Interval } from "../scalar.js";

/** The runs of indices with a probability above 0. */
function runsOf(probabilities: Float64Array): readonly Interval[] {
  const runs: { low: number; high: number }[] = [];
  probabilities.forEach((p, i) => {
    if (p === 0) return;
    const run = runs.at(-1);
    if (run?.high === i - 1) run.high = i;
    else runs.push({ low: i, high: i });
  });
  return runs;
}

/** Σ p_k·f(k) */
const expected = (probabilities: Float64Array, f: (k: number) => number) => probabilities.reduce((sum, p, k) => (p === 0 ? sum : sum + p * f(k)), 0);

export const CATEGORICAL: Definition<"categorical"> = {
  family: "categorical",
  kind: "discrete",
  support: ({ probabilities }) => runsOf(probabilities),
  logPdf: ({ probabilities }) => (x) => (Number.isNaN(x) ? NaN : Math.log(probabilities[x] ?? 0)),
  mean: ({ probabilities }) => expected(probabilities, (k) => k),
  variance: ({ probabilities }) => {
    const mean = expected(probabilities, (k) => k);
    return expected(probabilities, (k) => (k - mean) ** 2);
  },
  entropy: ({ probabilities }) => expected(probabilities, (k) => -Math.log(probabilities[k])),
  sampler: ({ probabilities }, random) => indexSampler(probabilities, random),
};

/**
 * Categorical distribution: the index k = 0, 1, … of one of the entries, with probability in proportion to it.
 *
 * @param probabilities - Counts or probabilities, each finite and not negative, not all 0; divided by their sum.
 * @returns The distribution; `parameters.probabilities` are those divided.
 * @throws RangeError for other entries.
 * @see Johnson, Kemp & Kotz, Univariate Discrete Distributions, 3rd ed., §1.2.
 */
export function categorical(probabilities: ArrayLike<number>): Categorical {
  return distribution(CATEGORICAL, { probabilities: normalized("categorical", "probabilities", probabilities) });
}
