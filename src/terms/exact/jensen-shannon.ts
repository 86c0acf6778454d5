import { rootOf } from "../finish.js";
import { bounded, lnBase, scaledSum, signedDouble, TERM_ERROR } from "./finish.js";
import { bitLength, FRACTION } from "./fixed.js";
import { UNIT } from "./measure.js";
import type { ExactMeasure } from "./measure.js";

/** Bits of the totals by which cells are multiplied. */
const TIMES = 96;

const CUT = 2 ** -92;

/** Times 1. */
const AS_IT_IS = { pShift: 1 - TIMES, qShift: 1 - TIMES, pTimes: 1n << BigInt(TIMES - 1), qTimes: 1n << BigInt(TIMES - 1) } as const;

/** The upper bits of a total, and how far they were moved down. */
function leading(total: bigint): { readonly times: bigint; readonly down: number } {
  const down = bitLength(total) - TIMES;
  return { times: down > 0 ? total >> BigInt(down) : total << BigInt(-down), down };
}

/** p·Σq and q·Σp have one total: nothing is divided, and nothing cancels. */
export const exactJensenShannon: ExactMeasure = {
  term: "jensen-shannon",
  totalsFirst: true,
  scale({ p, q }, { normalize }) {
    if (!normalize) return AS_IT_IS;
    const [timesP, timesQ] = [leading(q), leading(p)];
    // Σ of either to about 1
    const shift = 2 * UNIT - bitLength(p) - bitLength(q);
    return { pShift: shift + timesP.down, qShift: shift + timesQ.down, pTimes: timesP.times, qTimes: timesQ.times };
  },
  finish({ p, terms: [term] }, { pShift, pTimes }, { normalize, cellVolume, base }) {
    // twice the divergence
    if (!normalize) return scaledSum(term, term, cellVolume, base, 1);
    const total = 2n * p * pTimes * lnBase(base);
    const value = signedDouble(term << FRACTION, total, -pShift);
    // totals and products cut off after 95 bits move p̂ − q̂ by 2^-92 of p̂ + q̂, and the value by √value of that
    return term === 0n ? { value: 0, errorBound: 0 } : bounded(value, value * TERM_ERROR + (Math.sqrt(value) + CUT) * CUT);
  },
};

export const exactJensenShannonDistance: ExactMeasure = {
  ...exactJensenShannon,
  finish: (row, scale, how) => rootOf(exactJensenShannon.finish(row, scale, how)),
};
