import { bitLength, FRACTION, lnRatio, nearestDouble } from "./fixed.js";
import type { ExactFinish, ExactMeasure, ExactRow } from "./measure.js";
import { UNIT } from "./measure.js";
import type { Finish, Finished, Scale } from "../measure.js";

/** Relative error of a term, and so of their sum. */
export const TERM_ERROR = 2 ** -56;
const ONE = 1n << FRACTION;

/** ln(base)·2^FRACTION: what a value in nats is divided by. */
export function lnBase(base: number): bigint {
  if (base === Math.E) return ONE;
  const [n, d] = fractionOf(base);
  return lnRatio(n, d);
}

/** A positive double as a fraction. */
function fractionOf(x: number): readonly [bigint, bigint] {
  let d = 1n;
  for (; !Number.isInteger(x); x *= 2) d *= 2n;
  return [BigInt(x), d];
}

/** Half of the last place, and what the term's error makes of it. */
function bounded(value: number, error: number): Finished {
  return { value, errorBound: error * 1.01 + Math.abs(value) * 2 ** -53 + (value === 0 && error === 0 ? 0 : 2 ** -1074) };
}

/** Sp and Sq as they are in the scale of the terms, and those, all in one unit. */
function rescaled({ p, q, term }: ExactRow, scale: Scale): { p: bigint; q: bigint; term: bigint } {
  const up = Math.max(0, -scale.p, -scale.q);
  return {
    p: p << BigInt(scale.p + up),
    q: (q * BigInt(scale.multiplier)) << BigInt(scale.q + up),
    term: term << BigInt(up),
  };
}

/** (φ, D)·Sp·2^FRACTION with φ = g(Sp, Sq)/Sp, of which G holds more than D. */
function split(row: ExactRow, scale: Scale): { p: bigint; totals: bigint; divergence: bigint; generalized: bigint } {
  const { p, q, term } = rescaled(row, scale);
  const totals = ((q - p) << FRACTION) + p * lnRatio(p, q);
  const generalized = term << FRACTION;
  return { p, totals, divergence: generalized - totals, generalized };
}

/** c·2^k nearest to a/b with c below 2^10: an f64's 53 bits times c fit into 63. */
function nearestScale(a: bigint, b: bigint): { multiplier: number; k: number } {
  let k = bitLength(a) - bitLength(b) - 10;
  const quotient = (shift: number) => ((a << BigInt(Math.max(-shift, 0)) + 1n) / (b << BigInt(Math.max(shift, 0))) + 1n) >> 1n;
  while (quotient(k) >= 1n << 10n) k += 1;
  let c = Number(quotient(k));
  for (; c % 2 === 0; c /= 2) k += 1;
  return { multiplier: c, k };
}

export const exactKl: ExactMeasure = {
  term: "kl",
  scale(row, { normalize }: Finish) {
    if (!normalize || row.infiniteCells > 0) return null;
    const { p, totals, divergence } = split(row, { p: 0, q: 0, multiplier: 1 });
    // the promise allows 2^-20 beside D, and half of it is the rounding's
    if (totals <= divergence + ((p << FRACTION) >> 20n)) return null;
    const { multiplier, k } = nearestScale(row.p, row.q);
    const toOne = UNIT + 1 - bitLength(row.p);
    return { p: toOne, q: toOne + k, multiplier };
  },
  finish(row, scale, { normalize, cellVolume, base }: ExactFinish) {
    if (!normalize) {
      const sum = row.term + row.p - row.q;
      return scaledSum(sum, row.term, cellVolume, base);
    }
    const { p, divergence, generalized } = split(row, scale);
    const value = divergence > 0n ? nearestDouble(divergence, p * lnBase(base)) : 0;
    const error = nearestDouble(generalized, p * lnBase(base)) * TERM_ERROR;
    return row.term === 0n && row.p === row.q ? { value: 0, errorBound: 0 } : bounded(value, error);
  },
};

export const exactGeneralizedKl: ExactMeasure = {
  term: "kl",
  scale: () => null,
  finish: ({ term }, _, { cellVolume, base }) => scaledSum(term, term, cellVolume, base),
};

/** A sum times the cell's volume in units of `base`; `inexact` is the part of it with the terms' relative error. */
function scaledSum(sum: bigint, inexact: bigint, cellVolume: number, base: number): Finished {
  const [n, d] = fractionOf(cellVolume);
  const toDouble = (x: bigint) => nearestDouble(x * n << FRACTION, d * lnBase(base), -UNIT);
  const value = sum < 0n ? -toDouble(-sum) : toDouble(sum);
  return inexact === 0n && sum === 0n ? { value: 0, errorBound: 0 } : bounded(value, toDouble(inexact) * TERM_ERROR);
}
