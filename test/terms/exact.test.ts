import { describe, expect, it } from "vitest";
import { bitLength, FRACTION, lnRatio as fixedLnRatio, nearestDouble } from "../../src/terms/exact/fixed";
import { klDiv, quotient, topProduct } from "../../src/terms/exact/term";
import { real, toNumber } from "../support/oracle";
import { type Random, random } from "../support/random";
import { absolute, divide, klDivTerm, lnRatio, type Real, scale, subtract } from "../support/real";

/** 64 random bits, the first of them 1. */
function mantissa(rng: Random): bigint {
  return (1n << 63n) | (BigInt(rng.uint32()) << 31n) | BigInt(rng.uint32() >>> 1);
}

/** How far value is off, in parts of the truth. */
function relative(value: Real, truth: Real): number {
  return truth.m === 0n ? Number(value.m !== 0n) : toNumber(absolute(divide(subtract(value, truth), truth)));
}

/** Pairs at every closeness and on both sides of every switch. */
function* pairs(rng: Random, count: number): Generator<readonly [Real, Real]> {
  for (let i = 0; i < count; i++) {
    const p = { m: mantissa(rng) & ~2047n, e: -63 };
    const near = p.m + (rng.unit() < 0.5 ? 2n : -2n) * (mantissa(rng) >> BigInt(rng.integer(2, 63)));
    yield [p, { m: near, e: -63 }];
    const [n, d] = rng.pick([[3n, 2n], [2n, 3n], [4n, 3n], [3n, 4n], [16n, 11n], [11n, 16n], [2n, 1n], [1n, 2n], [11n, 4n], [4n, 11n], [3n, 1n]]);
    const at = ((p.m * n) / d >> 2n) + (rng.unit() < 0.5 ? 1n : -1n) * (mantissa(rng) >> BigInt(rng.integer(10, 63)));
    yield [p, { m: at, e: -61 }];
    yield [p, { m: mantissa(rng), e: -63 + rng.integer(-3, 3) }];
    yield [p, { m: mantissa(rng), e: -63 + rng.integer(-2100, 2100) }];
  }
}

describe("klDiv(p, q) in integers", () => {
  it("is within 2^-56 of p ln(p/q) - p + q", () => {
    let worst = 0;
    for (const [p, q] of pairs(random(3), 3000)) worst = Math.max(worst, relative(klDiv(p, q), klDivTerm(p, q)));
    expect(worst).toBeLessThan(2 ** -56);
  });

  it("is 0 for p = q alone", () => {
    expect(klDiv({ m: 3n, e: 0 }, { m: 6n, e: -1 }).m).toBe(0n);
    expect(klDiv({ m: 2n ** 53n, e: 0 }, { m: 2n ** 53n - 1n, e: 0 }).m).toBeGreaterThan(0n);
  });

  it("takes integers of more than 64 bits as they are", () => {
    const [p, q] = [{ m: 2n ** 74n + 1n, e: 0 }, { m: 2n ** 74n, e: 0 }];
    expect(relative(klDiv(p, q), klDivTerm(p, q))).toBeLessThan(2 ** -56);
  });
});

it("topProduct(a, b) lacks less than 3 of a·b/2^64, quotient(n, d) less than 1.01 of 2^63·n/d", () => {
  const rng = random(4);
  for (let i = 0; i < 20000; i++) {
    const [a, b] = [mantissa(rng), i % 3 === 0 ? 2n ** 64n - 1n - (mantissa(rng) >> BigInt(rng.integer(1, 63))) : mantissa(rng)];
    const lost = a * b - (topProduct(a, b) << 64n);
    expect(lost >= 0n && lost < 3n << 64n).toBe(true);
    const rest = (a << 63n) - quotient(a, b) * b;
    expect(rest >= 0n && 100n * rest < 101n * b).toBe(true);
  }
});

describe("nearestDouble(n, d)", () => {
  it("rounds to the nearest, ties to even", () => {
    expect(nearestDouble(1n, 3n)).toBe(1 / 3);
    expect(nearestDouble(2n ** 53n + 1n, 1n)).toBe(2 ** 53);
    expect(nearestDouble(2n ** 53n + 3n, 1n)).toBe(2 ** 53 + 4);
    expect(nearestDouble(2n ** 1024n - 2n ** 970n - 1n, 1n)).toBe(Number.MAX_VALUE);
    expect(nearestDouble(2n ** 1024n - 2n ** 970n, 1n)).toBe(Infinity);
    expect([nearestDouble(1n, 1n, -1075), nearestDouble(3n, 2n, -1075), nearestDouble(0n, 5n)]).toEqual([0, 5e-324, 0]);
  });

  it("is the oracle's rounding", () => {
    const rng = random(5);
    for (let i = 0; i < 5000; i++) {
      const [n, d, e] = [mantissa(rng) >> BigInt(rng.integer(0, 63)), mantissa(rng) >> BigInt(rng.integer(0, 60)), rng.integer(-1160, 1000)];
      expect(nearestDouble(n, d, e)).toBe(toNumber(scale(divide(real(n), real(d)), e)));
    }
  });
});

it("lnRatio(a, b) is within 2^-254 of ln(a/b)", () => {
  const rng = random(6);
  for (let i = 0; i < 500; i++) {
    const a = mantissa(rng) >> BigInt(rng.integer(0, 63));
    const b = i % 2 ? a + BigInt(rng.integer(1, 9)) : mantissa(rng) << BigInt(rng.integer(0, 900));
    const error = subtract({ m: fixedLnRatio(a, b), e: -Number(FRACTION) }, lnRatio(real(a), real(b)));
    expect(toNumber(absolute(error))).toBeLessThan(2 ** -254);
  }
  expect(bitLength(0n) + bitLength(1n) + bitLength(255n) + bitLength(256n)).toBe(18);
});
