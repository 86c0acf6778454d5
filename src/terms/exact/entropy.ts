import { bounded, fractionOf, lnBase, signedDouble } from "./finish.js";
import { FRACTION, lnRatio, ONE } from "./fixed.js";
import type { ExactMeasure } from "./measure.js";
import { UNIT } from "./measure.js";

/** Error of p·w in parts of p. */
const LOG_ERROR = 2 ** -60;

/** −Σ p·ln q from integers: the exponents exactly, the mantissas' logarithms to `LOG_ERROR`. */
export const exactCrossEntropy: ExactMeasure = {
  term: "cross-entropy",
  totalsFirst: false,
  scale: () => null,
  finish({ p, q, terms: [logs, exponents] }, _, { normalize, cellVolume, base }) {
    // Σ p·ln q, in units of 2^-UNIT and 2^-FRACTION
    const sum = (logs << FRACTION) + (exponents - BigInt(UNIT) * p) * lnRatio(2n, 1n);
    const [n, d] = fractionOf(cellVolume);
    const perBase = lnBase(base);
    if (!normalize) {
      const value = signedDouble(-sum * n, d * perBase, -UNIT);
      return bounded(value, signedDouble(p * n << FRACTION, d * perBase, -UNIT) * LOG_ERROR);
    }
    const mean = p * (lnRatio(q, 1n << BigInt(UNIT)) + lnRatio(n, d)) - sum;
    const value = signedDouble(mean, p * perBase);
    const error = LOG_ERROR * signedDouble(ONE, perBase);
    // of masses it is never negative, and what cannot be told from 0 is 0: the entropy of one cell
    return cellVolume === 1 && value < error ? bounded(0, error + Math.max(value, 0)) : bounded(value, error);
  },
};
