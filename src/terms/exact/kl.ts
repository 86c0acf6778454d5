import type { Finish, Finished } from "../measure.js";
import { bitLength, FRACTION, lnRatio, nearestDouble } from "./fixed.js";
import { bounded, lnBase, scaledSum, TERM_ERROR } from "./finish.js";
import type { ExactFinish, ExactMeasure, ExactRow, ExactScale } from "./measure.js";
import { divergenceError, meanOf, toOneTotal } from "./normalized.js";

/** g(a, b)·2^fraction. */
function generalized(a: bigint, b: bigint, fraction: bigint): bigint {
  return ((b - a) << fraction) + a * lnRatio(a, b, fraction);
}

/** Bits behind the point that leave g(p, q) its digits: g is small as the square of (p − q)/p, and the logarithm is not. */
function fractionOf({ p, q }: ExactRow): bigint {
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
function forward(sums: ExactRow): Parts {
  const { p, q, terms: [term] } = sums;
  const fraction = fractionOf(sums);
  return { generalized: term << fraction, totals: generalized(p, q, fraction), whole: p << fraction };
}

/** The same and its reverse, over the product of both totals. */
function bothWays(sums: ExactRow): Parts {
  const { p, q, terms: [term, reverse] } = sums;
  const fraction = fractionOf(sums);
  return {
    generalized: (term * q + reverse * p) << fraction,
    totals: generalized(p, q, fraction) * q + generalized(q, p, fraction) * p,
    whole: p * q << fraction,
  };
}

/** A second read, of cells that have one total, where the terms hold more of the totals than of the divergence. */
function scaleOf(row: ExactRow, { normalize }: Finish, partsOf: (sums: ExactRow) => Parts): ExactScale | null {
  if (!normalize || row.infiniteCells > 0) return null;
  const { generalized, totals, whole } = partsOf(row);
  return 2n * totals <= generalized + (whole >> 128n) ? null : toOneTotal(row);
}

function finishNormalized(row: ExactRow, scale: ExactScale | null, { base }: ExactFinish, partsOf: (sums: ExactRow) => Parts): Finished {
  if (scale) return meanOf(row.terms[0] + row.terms[1], row, scale, base, 0, divergenceError);
  const { generalized, totals, whole } = partsOf(row);
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
