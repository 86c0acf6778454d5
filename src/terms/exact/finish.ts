import type { Finished } from "../measure.js";
import { FRACTION, lnRatio, nearestDouble, ONE } from "./fixed.js";
import { UNIT } from "./measure.js";

/** Relative error of a term, and so of their sum. */
export const TERM_ERROR = 2 ** -56;

/** ln(base)·2^FRACTION: what a value in nats is divided by. */
export function lnBase(base: number): bigint {
  if (base === Math.E) return ONE;
  const [n, d] = fractionOf(base);
  return lnRatio(n, d);
}

/** A positive double as a fraction. */
export function fractionOf(x: number): readonly [bigint, bigint] {
  let d = 1n;
  for (; !Number.isInteger(x); x *= 2) d *= 2n;
  return [BigInt(x), d];
}

/** A value rounded once, and the bound from an error beside that. */
export function bounded(value: number, error: number): Finished {
  return { value, errorBound: error * 1.01 + Math.abs(value) * 2 ** -53 + (value === 0 && error === 0 ? 0 : 2 ** -1074) };
}

/** The double nearest to n/d·2^exponent for n of either sign. */
export function signedDouble(n: bigint, d: bigint, exponent = 0): number {
  return n < 0n ? -nearestDouble(-n, d, exponent) : nearestDouble(n, d, exponent);
}

/** A sum times the cell's volume in units of `base`; `inexact` is the part of it with the terms' relative error. Divided by 2^halvings. */
export function scaledSum(sum: bigint, inexact: bigint, cellVolume: number, base: number, halvings = 0): Finished {
  const [n, d] = fractionOf(cellVolume);
  const toDouble = (x: bigint) => signedDouble(x * n << FRACTION, d * lnBase(base), -UNIT - halvings);
  const value = toDouble(sum);
  return inexact === 0n && sum === 0n ? { value: 0, errorBound: 0 } : bounded(value, toDouble(inexact) * TERM_ERROR);
}
