import { rootOf } from "../finish.js";
import type { Finished } from "../measure.js";
import { bounded, lnBase, scaledSum, signedDouble, TERM_ERROR } from "./finish.js";
import { bitLength, FRACTION } from "./fixed.js";
import { UNIT } from "./measure.js";
import type { ExactMeasure, ExactRow, ExactScale } from "./measure.js";

/*
 * Measures whose terms are those of normalised cells. p·Σq and q·Σp have one total: nothing is divided, and nothing cancels.
 */

/** Bits of the totals by which cells are multiplied. */
const TIMES = 128;

/** How far totals and products cut off after 127 bits can move p̂ − q̂, in parts of p̂ + q̂. */
const CUT = 2 ** -124;

/** Times 1. */
const AS_IT_IS = { pShift: 1 - TIMES, qShift: 1 - TIMES, pTimes: 1n << BigInt(TIMES - 1), qTimes: 1n << BigInt(TIMES - 1) } as const;

/** The upper bits of a total, and how far they were moved down. */
function leading(total: bigint): { readonly times: bigint; readonly down: number } {
  const down = bitLength(total) - TIMES;
  return { times: down > 0 ? total >> BigInt(down) : total << BigInt(-down), down };
}

const scale: ExactMeasure["scale"] = ({ p, q }, { normalize }) => {
  if (!normalize) return AS_IT_IS;
  const [timesP, timesQ] = [leading(q), leading(p)];
  // Σ of either to about 1
  const shift = 2 * UNIT - bitLength(p) - bitLength(q);
  return { pShift: shift + timesP.down, qShift: shift + timesQ.down, pTimes: timesP.times, qTimes: timesQ.times };
};

/** Half the sum of terms over Σp·Σq; exactly 0 where the terms are and the totals agree, since then no cell differs. */
function halfMean(sum: bigint, { p, q }: ExactRow, { pShift, pTimes }: ExactScale, base: number, errorOf: (value: number) => number): Finished {
  const value = signedDouble(sum << FRACTION, 2n * p * pTimes * lnBase(base), -pShift);
  return sum === 0n && p === q ? { value, errorBound: 0 } : bounded(value, errorOf(value));
}

export const exactJensenShannon: ExactMeasure = {
  term: "jensen-shannon",
  totalsFirst: true,
  scale,
  finish(row, rowScale, { normalize, cellVolume, base }) {
    const [term] = row.terms;
    // twice the divergence
    if (!normalize) return scaledSum(term, term, cellVolume, base, 1);
    // what moves p̂ − q̂ moves the value by its root
    return halfMean(term, row, rowScale, base, (value) => value * TERM_ERROR + (Math.sqrt(value) + CUT) * CUT);
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
    return halfMean(sum, row, rowScale, Math.E, () => CUT);
  },
};
