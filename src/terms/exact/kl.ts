import type { Finish } from "../measure.js";
import { bitLength, FRACTION, lnRatio, nearestDouble } from "./fixed.js";
import { bounded, lnBase, scaledSum, TERM_ERROR } from "./finish.js";
import { EXACT_UNSCALED, UNIT } from "./measure.js";
import type { ExactFinish, ExactMeasure, ExactRow, ExactScale } from "./measure.js";

/** Sp and Sq as they are in the scale of the terms, and those, all in one unit. */
function rescaled({ p, q, terms: [term] }: ExactRow, scale: ExactScale): { p: bigint; q: bigint; term: bigint } {
  const up = Math.max(0, -scale.pShift, -scale.qShift);
  return {
    p: p << BigInt(scale.pShift + up),
    q: (q * scale.qTimes) << BigInt(scale.qShift + up),
    term: term << BigInt(up),
  };
}

/** (φ, D)·Sp·2^FRACTION with φ = g(Sp, Sq)/Sp, of which G holds more than D. */
function split(row: ExactRow, scale: ExactScale): { p: bigint; totals: bigint; divergence: bigint; generalized: bigint } {
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
  totalsFirst: false,
  scale(row, { normalize }: Finish) {
    if (!normalize || row.infiniteCells > 0) return null;
    const { p, totals, divergence } = split(row, EXACT_UNSCALED);
    // the promise allows 2^-20 beside D, and half of it is the rounding's
    if (totals <= divergence + ((p << FRACTION) >> 20n)) return null;
    const { multiplier, k } = nearestScale(row.p, row.q);
    const toOne = UNIT + 1 - bitLength(row.p);
    return { pShift: toOne, qShift: toOne + k, pTimes: 1n, qTimes: BigInt(multiplier) };
  },
  finish(row, scale, { normalize, cellVolume, base }: ExactFinish) {
    const [term] = row.terms;
    if (!normalize) return scaledSum(term + row.p - row.q, term, cellVolume, base);
    const { p, divergence, generalized } = split(row, scale);
    const value = divergence > 0n ? nearestDouble(divergence, p * lnBase(base)) : 0;
    const error = nearestDouble(generalized, p * lnBase(base)) * TERM_ERROR;
    return term === 0n && row.p === row.q ? { value: 0, errorBound: 0 } : bounded(value, error);
  },
};

export const exactGeneralizedKl: ExactMeasure = {
  term: "kl",
  totalsFirst: false,
  scale: () => null,
  finish: ({ terms: [term] }, _, { cellVolume, base }) => scaledSum(term, term, cellVolume, base),
};
