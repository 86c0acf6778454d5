import { POWERS, klDiv } from "./log.js";
import type { Finish, Limits, Scale, Scaling, Sums } from "./measure.js";

/** Largest k with 2^k ≤ x, for positive x. */
export function exponentOf(x: number): number {
  const guess = Math.floor(Math.log2(x));
  return scaleBy(1, guess) > x ? guess - 1 : guess;
}

/** x·2^k without an intermediate that overflows. */
export function scaleBy(x: number, k: number): number {
  if (k > 1000) return scaleBy(x * 2 ** 1000, k - 1000);
  if (k < -1000) return scaleBy(x * 2 ** -1000, k + 1000);
  return x * POWERS[1000 - k];
}

/** Where the largest value goes: far from both ends of binary32. */
const TARGET_EXPONENT = 63;

/** Powers of two that a value needs beside its own for a sum: the cells, and terms of up to 2¹² times their cell. */
export function headroomOf(cells: number): number {
  return Math.ceil(Math.log2(cells)) + 12;
}

/** c = multiplier·2^exponent next to x, the multiplier an odd integer of at most `bits` bits. */
function nearestMultiplier(mantissa: number, exponent: number, bits: number): { multiplier: number; exponent: number } {
  const k = exponentOf(mantissa) - bits + 1;
  let multiplier = Math.round(scaleBy(mantissa, -k));
  let power = exponent + k;
  while (multiplier % 2 === 0) {
    multiplier /= 2;
    power += 1;
  }
  return { multiplier, exponent: power };
}

/** Both grids by one power of two: what is homogeneous in (p, q) but must not be normalised allows no more. */
function together(sums: Sums, target: number): Scale {
  const largest = Math.max(sums.largestP, sums.largestQ);
  if (!(largest > 0)) return sums.scale;
  const shift = sums.scale.p + target - exponentOf(largest);
  return { p: shift, q: shift, multiplier: 1 };
}

/**
 * For divergences that are what is left of a sum of terms without `ofTotals`, the term at Σp and Σq: of (p, c·q) with c ≈ Σp/Σq the sum
 * holds little but the divergence itself. The largest p goes to 2^target.
 */
export const byTotalsOf = (ofTotals: (p: number, q: number, d: number) => number, target = TARGET_EXPONENT): Scaling => ({
  wanted(sums, how, { multiplierBits }) {
    if (!how.normalize || !(sums.p > 0 && sums.q > 0)) return false;
    if (Math.abs(sums.p - sums.q) <= sums.p * 2 ** (1 - multiplierBits)) return false;
    if (Math.max(sums.p, sums.q) > 4 * Math.min(sums.p, sums.q)) return true;
    return 2 * ofTotals(sums.p, sums.q, sums.p - sums.q) > sums.term;
  },
  choose(sums, how, limits) {
    if (!how.normalize) return together(sums, target);
    const p = sums.scale.p + target - exponentOf(sums.largestP);
    if (!(sums.p > 0 && sums.p < Infinity && sums.q > 0 && sums.q < Infinity)) {
      // the totals were out of range: the next read finds them
      return { p, q: sums.scale.q + target - exponentOf(sums.largestQ), multiplier: 1 };
    }
    const pExponent = exponentOf(sums.p);
    const qExponent = exponentOf(sums.q);
    const ratio = scaleBy(sums.p, -pExponent) / scaleBy(sums.q, -qExponent) * sums.scale.multiplier;
    const c = nearestMultiplier(ratio, pExponent - qExponent + sums.scale.q + p - sums.scale.p, limits.multiplierBits);
    const raise = roomForSmallest(sums, p, c, limits);
    return { p: p + raise, q: c.exponent + raise, multiplier: c.multiplier };
  },
});

const ofKl = /* @__PURE__ */ byTotalsOf(klDiv);

export const byTotals: Scaling = {
  ...ofKl,
  wanted(sums, how, limits) {
    const d = sums.p - sums.q;
    // g(Σp, Σq) is at most d²/Σq: most rows need no logarithm
    return !(2 * d * (d / sums.q) <= sums.term) && ofKl.wanted(sums, how, limits);
  },
};

/**
 * For cells that are normalised before their term: (d − p·Sd/Sp)/Sq rounds in units of |Sd|/Sq, the offset. Is it seen, where
 * the value is not far above its `power`? Before the value is known it is taken to be `largest`, the most that there is.
 */
function byOffset(power: 1 | 2, largest: number): Scaling {
  return {
    wanted(sums, how, limits) {
      // so small that p·Sd/Sp would be subnormal
      if (Math.min(sums.p, sums.q) < limits.smallestScaled * 2 ** 64) return sums.scale.p === 0;
      const seen = (8 * Math.abs(sums.d / sums.q)) ** power > (sums.totals ? sums.term : largest);
      return seen && byTotals.wanted({ ...sums, term: 0 }, how, limits);
    },
    choose: byTotals.choose,
  };
}

/** Jensen-Shannon goes with the square of small differences. */
export const byOffsetSquared = byOffset(2, Math.LN2);
export const byOffsetItself = byOffset(1, 1);

/** How much further up both must go so that the smallest q keeps its digits, as far as the largest values allow. */
function roomForSmallest(sums: Sums, p: number, c: { multiplier: number; exponent: number }, limits: Limits): number {
  if (!(sums.smallestQ > 0 && sums.smallestQ < Infinity)) return 0;
  const shiftQ = c.exponent - sums.scale.q + Math.log2(c.multiplier / sums.scale.multiplier);
  const missing = Math.ceil(exponentOf(limits.smallestScaled) + 1 - exponentOf(sums.smallestQ) - shiftQ);
  const top = Math.max(exponentOf(sums.largestP) + p - sums.scale.p, Math.ceil(exponentOf(sums.largestQ) + shiftQ));
  // a shift is applied in two factors, each a power of two that the type holds
  const largestShift = 2 * limits.largestExponent - 6;
  return Math.max(0, Math.min(missing, limits.largestExponent - headroomOf(sums.cells) - 1 - top, largestShift - p));
}

/** For entropies: with the largest value in [1, 2) the logarithm of the total does not cancel. */
export const byLargest: Scaling = {
  wanted(sums, how) {
    if (!how.normalize || !(sums.p > 0 && sums.q > 0)) return false;
    const mean = sums.term / sums.p;
    const largestLog = Math.max(Math.log(sums.largestQ), 0);
    return Math.abs(mean) + 2 * largestLog > 4 * Math.max(1, Math.log(sums.q) + mean);
  },
  choose(sums, how, limits) {
    if (!how.normalize) return together(sums, 0);
    const p = sums.scale.p - exponentOf(sums.largestP);
    const q = sums.scale.q - exponentOf(sums.largestQ);
    return { p, q: q + roomForSmallest(sums, p, { multiplier: 1, exponent: q }, limits), multiplier: 1 };
  },
};

/** The same for one grid: q is p, and what underflows adds nothing. */
export const bySelf: Scaling = {
  wanted: byLargest.wanted,
  choose(sums, how) {
    if (!how.normalize) return together(sums, 0);
    const p = sums.scale.p - exponentOf(sums.largestP);
    return { p, q: p, multiplier: 1 };
  },
};

/** Undoes the scale of a value that is homogeneous of degree one in p (and q). */
export function unscaled(value: number, sums: Sums, how: Finish): number {
  return scaleBy(value, -sums.scale.p) * how.cellVolume;
}
