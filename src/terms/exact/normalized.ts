import { rootOf } from "../finish.js";
import type { Finished } from "../measure.js";
import { bounded, lnBase, scaledSum, signedDouble, TERM_ERROR } from "./finish.js";
import { bitLength, FRACTION } from "./fixed.js";
import { EXACT_UNSCALED, TIMES, UNIT } from "./measure.js";
import type { ExactMeasure, ExactRow, ExactScale } from "./measure.js";

/*
 * Measures whose terms are those of normalised cells. p·Σq and q·Σp have one total: nothing is divided, and nothing cancels.
 */

/** How far totals and products cut off after 127 bits can move p̂ − q̂, in parts of p̂ + q̂. */
const CUT = 2 ** -124;

/** The upper bits of a total, and how far they were moved down. */
function leading(total: bigint): { readonly times: bigint; readonly down: number } {
  const down = bitLength(total) - TIMES;
  return { times: down > 0 ? total >> BigInt(down) : total << BigInt(-down), down };
}

/** Brings both totals to one of about 1. */
export function toOneTotal({ p, q }: Pick<ExactRow, "p" | "q">): ExactScale {
  const [timesP, timesQ] = [leading(q), leading(p)];
  const shift = UNIT - bitLength(p) - bitLength(q);
  return { pShift: shift + timesP.down, qShift: shift + timesQ.down, pTimes: timesP.times, qTimes: timesQ.times };
}

const scale: ExactMeasure["scale"] = (row, { normalize }) => (normalize ? toOneTotal(row) : EXACT_UNSCALED);

/** A sum of terms over Σp·Σq, divided by 2^halvings; exactly 0 where the terms are and the totals agree, since then no cell differs. */
export function meanOf(sum: bigint, { p, q }: ExactRow, { pShift, pTimes }: ExactScale, base: number, halvings: number, errorOf: (value: number) => number): Finished {
  const value = signedDouble(sum << FRACTION, p * pTimes * lnBase(base), -pShift - halvings);
  return sum === 0n && p === q ? { value, errorBound: 0 } : bounded(value, errorOf(value));
}

/** Of a divergence that goes with the square of small differences: what moves p̂ − q̂ moves it by its root. */
export const divergenceError = (value: number) => value * TERM_ERROR + (Math.sqrt(value) + CUT) * CUT;

export const exactJensenShannon: ExactMeasure = {
  term: "jensen-shannon",
  totalsFirst: true,
  scale,
  finish(row, rowScale, { normalize, cellVolume, base }) {
    const [term] = row.terms;
    // twice the divergence
    if (!normalize) return scaledSum(term, term, cellVolume, base, 1);
    return meanOf(term, row, rowScale ?? EXACT_UNSCALED, base, 1, divergenceError);
  },
};

export const exactJensenShannonDistance: ExactMeasure = {
  ...exactJensenShannon,
  finish: (row, rowScale, how) => rootOf(exactJensenShannon.finish(row, rowScale, how)),
};

export const exactTotalVariation: ExactMeasure = {
  term: "total-variation",
  totalsFirst: true,
  scale,
  finish(row, rowScale, { normalize, cellVolume }) {
    const sum = row.terms[0] + row.terms[1];
    if (!normalize) return scaledSum(sum, sum, cellVolume, Math.E, 1);
    return meanOf(sum, row, rowScale ?? EXACT_UNSCALED, Math.E, 1, () => CUT);
  },
};
