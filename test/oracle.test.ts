import { describe, expect, it } from "vitest";
import { build, fnv, type HardCase } from "./cases/hard-cases.gen.mjs";
import hard from "./cases/hard-cases.json";
import * as oracle from "./support/oracle";
import { parse } from "./support/oracle";
import { absolute, add, compare, divide, lnRatio, multiply, type Real, real, squareRoot, subtract, toNumber } from "./support/real";

const cases = hard.cases as unknown as readonly HardCase[];
const SMALL = 4096;

/** Equal to 24 digits: the 25th is rounded. */
function agree(actual: Real, expected: string): boolean {
  const truth = parse(expected);
  if (truth.e === Infinity || actual.e === Infinity) return truth.e === actual.e;
  return compare(absolute(subtract(actual, truth)), multiply(absolute(truth), parse("1e-24"))) <= 0;
}

describe("hard-cases.json", () => {
  it.each(cases)("build($id) gives the data of the checksums", (hardCase) => {
    const { p, q } = build(hardCase);
    expect([p.length, fnv(p), fnv(q)]).toEqual([hardCase.n, hardCase.fnv.p, hardCase.fnv.q]);
  });

  it.each(cases.filter(({ n }) => n <= SMALL))("the oracle agrees with the truths of $id to 24 digits", (hardCase) => {
    const { p, q } = build(hardCase);
    const { truth } = hardCase;
    const sums = oracle.pairSums(p, q);
    expect(agree(sums.p, truth.sumP)).toBe(true);
    expect(agree(sums.q, truth.sumQ)).toBe(true);
    expect(agree(sums.plain, truth.klPlain)).toBe(true);
    expect(agree(sums.generalized, truth.klGeneralized)).toBe(true);
    if (truth.klNormalized === "nan") return;
    const kl = oracle.klDivergence(p, q);
    expect(agree(kl, truth.klNormalized)).toBe(true);
    if (truth.klNormalizedBits !== undefined) expect(agree(oracle.inBase(kl, 2), truth.klNormalizedBits)).toBe(true);
    if (truth.klNormalizedDits !== undefined) expect(agree(oracle.inBase(kl, 10), truth.klNormalizedDits)).toBe(true);
  });
});

describe("oracle", () => {
  it("entropy and crossEntropy differ by klDivergence", () => {
    const p = [0.1, 0, 3, 1e-300];
    const q = [1e5, 2, 1 / 3, 5e-324];
    for (const normalize of [true, false]) {
      const difference = subtract(oracle.crossEntropy(p, q, normalize), oracle.entropy(p, normalize));
      const excess = absolute(subtract(difference, oracle.klDivergence(p, q, normalize)));
      expect(compare(excess, parse("1e-80"))).toBe(-1);
    }
  });

  it("jensenShannon is half of both divergences from the mean, and ln 2 for disjoint masses", () => {
    expect(toNumber(oracle.jensenShannon([3, 0], [0, 7]))).toBe(Math.LN2);
    const p = [0.5, 0.25, 0.25];
    const q = [0.125, 0.5, 0.375];
    const mean = p.map((value, i) => (value + q[i]) / 2);
    const halves = divide(add(oracle.klDivergence(p, mean), oracle.klDivergence(q, mean)), real(2));
    expect(compare(absolute(subtract(halves, oracle.jensenShannon(p, q))), parse("1e-90"))).toBe(-1);
    expect(toNumber(oracle.jensenShannonDistance([1, 0, 0], [0, 1, 0], 2))).toBe(1);
  });

  it("entropy of n equal cells is ln n", () => {
    expect(agree(oracle.entropy([1e9, 1e9]), "0.6931471805599453094172321")).toBe(true);
    expect(agree(oracle.inBase(oracle.entropy(new Float64Array(16).fill(0.1)), 2), "4")).toBe(true);
  });

  it("errorOf is exact where doubles are not", () => {
    expect(oracle.errorOf(1, add(real(1), real(2 ** -300)))).toBe(2 ** -300);
    expect(oracle.errorOf(0.1, parse("0.1"))).toBe(5.551115123125783e-18);
    expect([oracle.errorOf(Infinity, parse("inf")), oracle.errorOf(1, parse("inf")), oracle.errorOf(NaN, real(0))]).toEqual([0, Infinity, Infinity]);
  });

  it("toNumber rounds to nearest even in every range", () => {
    for (const x of [0, 5e-324, 1.5e-323, 2.2250738585072014e-308, 0.1, -1 / 3, 2 ** 53, 1.7976931348623157e308]) expect(toNumber(real(x))).toBe(x);
    for (const text of ["2.4703282292062328e-324", "1e-310", "0.1", "123456789.123456789e-20", "1.7976931348623158e308", "1.8e308"]) {
      expect(toNumber(parse(text))).toBe(Number(text));
    }
    expect(toNumber(real(2n ** 53n + 1n))).toBe(2 ** 53);
    expect(toNumber(real(2n ** 53n + 3n))).toBe(2 ** 53 + 4);
    expect(toNumber(real(2n ** 1024n - 1n))).toBe(Infinity);
  });

  it("lnRatio and squareRoot meet published digits", () => {
    expect(agree(lnRatio(real(3), real(1)), "1.098612288668109691395245")).toBe(true);
    expect(agree(lnRatio(real(1), real(1024)), "-6.931471805599453094172321")).toBe(true);
    expect(agree(squareRoot(real(2)), "1.414213562373095048801689")).toBe(true);
    const tiny = lnRatio(add(real(1), real(2 ** -52)), real(1));
    expect(agree(tiny, "2.220446049250312834328230e-16")).toBe(true);
  });

  it("fromHalf decodes normal, subnormal and special half floats", () => {
    expect([...oracle.fromHalf(Uint16Array.of(0x3c00, 0x0001, 0x7bff, 0xc000, 0x7c00, 0x8000))]).toEqual([1, 2 ** -24, 65504, -2, Infinity, -0]);
  });
});
