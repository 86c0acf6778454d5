import type { Finish } from "../measure.js";
import { bitLength, FRACTION, lnRatio, nearestDouble } from "./fixed.js";
import { bounded, lnBase, scaledSum, TERM_ERROR } from "./finish.js";
import { EXACT_UNSCALED, UNIT } from "./measure.js";
import type { ExactFinish, ExactMeasure, ExactRow, ExactScale } from "./measure.js";

/** Sums of one row in one unit and in the scale of its terms. */
interface Scaled {
  readonly p: bigint;
  readonly q: bigint;
  readonly terms: readonly [bigint, bigint];
}

function rescaled({ p, q, terms }: ExactRow, scale: ExactScale): Scaled {
  const up = Math.max(0, -scale.pShift, -scale.qShift);
  return {
    p: p << BigInt(scale.pShift + up),
    q: (q * scale.qTimes) << BigInt(scale.qShift + up),
    terms: [terms[0] << BigInt(up), terms[1] << BigInt(up)],
  };
}

/** g(a, b)·2^fraction. */
function generalized(a: bigint, b: bigint, fraction: bigint): bigint {
  return ((b - a) << fraction) + a * lnRatio(a, b, fraction);
}

/** Bits behind the point that leave g(p, q) its digits: g is small as the square of (p − q)/p, and the logarithm is not. */
function fractionOf({ p, q }: Scaled): bigint {
  const closeness = bitLength(p) - bitLength(p < q ? q - p : p - q);
  return FRACTION + BigInt(closeness > 8 ? 2 * closeness : 0);
}

/** A divergence of normalised cells as (generalized − totals)/whole: what the terms hold, and what of it is the totals' alone. */
interface Parts {
  readonly generalized: bigint;
  readonly totals: bigint;
  readonly whole: bigint;
}

/** D = (G − g(Sp, Sq))/Sp. */
function forward(sums: Scaled): Parts {
  const { p, q, terms: [term] } = sums;
  const fraction = fractionOf(sums);
  return { generalized: term << fraction, totals: generalized(p, q, fraction), whole: p << fraction };
}

/** The same and its reverse, over the product of both totals. */
function bothWays(sums: Scaled): Parts {
  const { p, q, terms: [term, reverse] } = sums;
  const fraction = fractionOf(sums);
  return {
    generalized: (term * q + reverse * p) << fraction,
    totals: generalized(p, q, fraction) * q + generalized(q, p, fraction) * p,
    whole: p * q << fraction,
  };
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

/** A second read where the terms hold more of the totals than of the divergence. */
function scaleOf(row: ExactRow, { normalize }: Finish, partsOf: (sums: Scaled) => Parts): ExactScale | null {
  if (!normalize || row.infiniteCells > 0) return null;
  const { generalized, totals, whole } = partsOf(rescaled(row, EXACT_UNSCALED));
  // the promise allows 2^-20 beside the value, and half of it is the rounding's
  if (2n * totals <= generalized + (whole >> 20n)) return null;
  const { multiplier, k } = nearestScale(row.p, row.q);
  const toOne = UNIT + 1 - bitLength(row.p);
  return { pShift: toOne, qShift: toOne + k, pTimes: 1n, qTimes: BigInt(multiplier) };
}

function finishNormalized(row: ExactRow, scale: ExactScale, { base }: ExactFinish, partsOf: (sums: Scaled) => Parts) {
  const { generalized, totals, whole } = partsOf(rescaled(row, scale));
  const divergence = generalized - totals;
  const toDouble = (x: bigint) => nearestDouble(x << FRACTION, whole * lnBase(base));
  if (generalized === 0n && row.p === row.q) return { value: 0, errorBound: 0 };
  return bounded(divergence > 0n ? toDouble(divergence) : 0, toDouble(generalized) * TERM_ERROR);
}

export const exactKl: ExactMeasure = {
  term: "kl",
  totalsFirst: false,
  scale: (row, how) => scaleOf(row, how, forward),
  finish(row, scale, how) {
    if (how.normalize) return finishNormalized(row, scale, how, forward);
    return scaledSum(row.terms[0] + row.p - row.q, row.terms[0], how.cellVolume, how.base);
  },
};

export const exactJeffreys: ExactMeasure = {
  term: "jeffreys",
  totalsFirst: false,
  scale: (row, how) => scaleOf(row, how, bothWays),
  finish(row, scale, how) {
    if (how.normalize) return finishNormalized(row, scale, how, bothWays);
    const sum = row.terms[0] + row.terms[1];
    return scaledSum(sum, sum, how.cellVolume, how.base);
  },
};

export const exactGeneralizedKl: ExactMeasure = {
  term: "kl",
  totalsFirst: false,
  scale: () => null,
  finish: ({ terms: [term] }, _, { cellVolume, base }) => scaledSum(term, term, cellVolume, base),
};
