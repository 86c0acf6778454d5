import { check, rejects, same, within } from "../support/assert";
import { type ConformanceCase, type ConformanceContext } from "./context";

const P = [400, 310, 220, 90, 60, 130, 75, 215];
const Q = [200, 300, 360, 120, 190, 100, 80, 150];
const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** Bias and deviation as theory has them of many samples: by second derivatives, and the delta method. */
async function runBootstrap({ kullback: { confidenceInterval, klDivergence }, backend }: ConformanceContext): Promise<void> {
  const { value, low, high, plugIn, bias, standardError, resamples, infinite, level } = await confidenceInterval(klDivergence, P, Q, { resamples: 4000, seed: 5, backend });
  const [n, m] = [total(P), total(Q)];
  const [p, q] = [P.map((count) => count / n), Q.map((count) => count / m)];
  const expected = p.reduce((sum, x, i) => sum + x * Math.log(x / q[i]), 0);
  within(plugIn, expected, 1e-5, "the counts' own value");
  within(bias, ((P.length - 1) / n + (p.reduce((sum, x, i) => sum + x / q[i], 0) - 1) / m) / 2, (4 * standardError) / Math.sqrt(resamples), "bias");
  const ofP = p.reduce((sum, x, i) => sum + x * Math.log(x / q[i]) ** 2, 0) - expected ** 2;
  const ofQ = p.reduce((sum, x, i) => sum + x ** 2 / q[i], 0) - 1;
  within(standardError, Math.sqrt(ofP / n + ofQ / m), 6e-4, "standard error");
  within(value, plugIn - bias, 1e-12, "value");
  within(high - value, 1.959963984540054 * standardError, 1e-9, "half the interval");
  within(value - low, 1.959963984540054 * standardError, 1e-9, "the other half");
  same(`${resamples} ${infinite} ${level}`, "4000 0 0.95", "resamples, infinite ones, level");
  const again = await confidenceInterval(klDivergence, Uint32Array.from(P), Float64Array.from(Q), { resamples: 4000, seed: 5, backend });
  same(again.bias, bias, "from the same seed");
  check((await confidenceInterval(klDivergence, P, Q, { resamples: 4000, seed: 6, backend })).bias !== bias, () => "another seed draws the same.");
}

/** Against the definition, sample by sample. */
async function runJackknife({ kullback: { confidenceInterval, jensenShannon }, backend }: ConformanceContext): Promise<void> {
  const [p, q] = [[3, 2, 5, 0], [4, 1, 6, 2]];
  const { bias, standardError, plugIn, resamples } = await confidenceInterval(jensenShannon, p, q, { method: "jackknife", base: 2, backend });
  const bits = async (a: readonly number[], b: readonly number[]) => jensenShannon(a, b, { base: 2 });
  let [expected, variance] = [0, 0];
  for (const [side, n] of [[p, total(p)], [q, total(q)]] as const) {
    const left: number[] = [];
    for (const [bin, count] of side.entries()) {
      for (let i = 0; i < count; i++) {
        const without = side.with(bin, count - 1);
        left.push(side === p ? await bits(without, q) : await bits(p, without));
      }
    }
    const mean = left.reduce((sum, value) => sum + value, 0) / n;
    expected += (n - 1) * (mean - plugIn);
    variance += ((n - 1) / n) * left.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  }
  within(bias, expected, 2e-5, "bias");
  within(standardError, Math.sqrt(variance), 2e-5, "standard error");
  same(resamples, 7, "samples left out, one a bin");
}

async function runInfinite({ kullback: { DomainError, ShapeError, confidenceInterval, entropy, klDivergence }, backend }: ConformanceContext): Promise<void> {
  const { infinite, low, high } = await confidenceInterval(klDivergence, [50, 30, 20], [60, 38, 2], { resamples: 500, backend });
  // of two samples in a hundred e⁻² are expected to have none
  check(infinite > 35 && infinite < 110, () => `${infinite} resamples of 500 are infinite.`);
  check(low >= 0 && low < high && high < 1, () => `the interval is [${low}, ${high}].`);
  await rejects(() => confidenceInterval(klDivergence, [5, 5], [5, 0], { backend }), DomainError, "an infinite value");
  const smoothed = await confidenceInterval(klDivergence, [50, 50], [50, 0], { zeros: { policy: "laplace", value: 0.5 }, backend });
  check(smoothed.infinite === 0 && smoothed.value > 1, () => `smoothed: ${JSON.stringify(smoothed)}`);
  await rejects(() => confidenceInterval(klDivergence, [9, 9, 9], [1, 1, 1], { method: "jackknife", backend }), DomainError, "nothing but infinite ones");
  same((await confidenceInterval(klDivergence, [50, 50], [50, 50], { backend })).low, 0, "the least there is");
  await rejects(() => confidenceInterval(klDivergence, [0.5, 1], [1, 1]), DomainError, "half a sample");
  await rejects(() => confidenceInterval(klDivergence, [0, 0], [1, 1]), DomainError, "no samples");
  await rejects(() => confidenceInterval(klDivergence, [1, 1], [1, 1, 1]), ShapeError, "other bins");
  await rejects(() => confidenceInterval(klDivergence, [1, 1], [1, 1], { level: 95 }), RangeError, "percent");
  await rejects(() => confidenceInterval(klDivergence, [1, 1], [1, 1], { resamples: 1 }), RangeError, "one resample");
  await rejects(() => confidenceInterval(klDivergence, [1, 1], [1, 1], { seed: 0.5 }), RangeError, "half a seed");
  await rejects(() => confidenceInterval(entropy as never, [1, 1], [1, 1]), RangeError, "a measure of one");
  await rejects(() => confidenceInterval(klDivergence, [1, 1], [1, 1], { confidence: 0.9 } as object), TypeError, "a misspelt option");
}

export const intervalCases: readonly ConformanceCase[] = [
  { name: "confidenceInterval has the bias and the spread of theory", run: runBootstrap },
  { name: "confidenceInterval by jackknife is its definition, sample by sample", run: runJackknife },
  { name: "confidenceInterval counts what is infinite, and refuses what has no interval", run: runInfinite },
];
