import { describe, it } from "vitest";
import { klBetween } from "../../src/distributions/index";
import { within } from "../support/assert";
import { goldenMoments, goldenPairs, made, textOf } from "./golden";
import type { GoldenPair } from "./golden";

/** Relative error that a closed form may have; κ around 25, where von Mises' A′ cancels, and orders of magnitude have more. */
const limitOf = ({ regime, a }: GoldenPair) => (regime === "wide" || a.family === "vonMises" ? 1e-12 : 1e-13);

const groups = new Map<string, GoldenPair[]>();
for (const pair of goldenPairs) {
  const name = `${pair.a.family} ‖ ${pair.b.family}`;
  groups.set(name, [...(groups.get(name) ?? []), pair]);
}

describe("klBetween(a, b) is what mpmath integrates, or sums:", () => {
  it.each([...groups])("%s", (_, pairs) => {
    for (const pair of pairs) {
      const value = klBetween(made(pair.a), made(pair.b));
      within(value, pair.value, limitOf(pair) * pair.value, `${pair.regime} D(${textOf(pair.a)} ‖ ${textOf(pair.b)})`);
    }
  });
});

describe("distributions are as mpmath has them:", () => {
  const families = [...new Set(goldenMoments.map(({ family }) => family))];
  it.each(families)("%s", (family) => {
    for (const golden of goldenMoments) {
      if (golden.family !== family) continue;
      const of = made(golden);
      const text = textOf(golden);
      const logPdf = of.logPdf as (x: number) => number;
      for (const [x, ln] of golden.logPdf) within(logPdf(x), ln, 1e-14 * Math.max(1, Math.abs(ln)), `${text}.logPdf(${x})`);
      if (golden.entropy !== undefined) within(of.entropy ?? NaN, golden.entropy, 1e-14 * Math.max(1, Math.abs(golden.entropy)), `${text}.entropy`);
      if (golden.variance !== undefined) within(of.variance as number, golden.variance, 1e-14 * golden.variance, `${text}.variance`);
      if (golden.mean !== undefined) within(of.mean as number, golden.mean, 1e-15 * (Math.abs(golden.mean) + Math.sqrt(golden.variance ?? 0)), `${text}.mean`);
    }
  });
});
