import { klDiv } from "./log.js";
import type { Finish, Finished, Sums } from "./measure.js";
import { unscaled } from "./scaling.js";

/** One rounding of binary64, times a few, for what the host does with the sums. */
export const HOST = 2 ** -50;

/** Absolute error of Σ of a non-negative term, its sum error included. */
export function termError({ term, errors, cells, differs }: Sums): number {
  return differs ? (errors.term + errors.sum) * 1.01 * Math.abs(term) + cells * errors.floor : 0;
}

/** Absolute error of Σ(p − q), from Σ|p − q| ≤ factor·√(G·(Σp + Σq)), where KL's G has 1.06. */
export function differenceError({ term, p, q, errors, cells, differs }: Sums, factor = 1.06): number {
  if (!differs) return 0;
  return (errors.term / 8 + errors.sum) * factor * Math.sqrt(Math.max(term, 0)) * Math.sqrt(p + q) + cells * errors.floor;
}

/** D = (G − g(Sp, Sq))/Sp with g's difference argument Sd; plain Σp·ln(p/q) = G + Sd. docs/numerics.md derives the bound. */
export function finishKl(sums: Sums, how: Finish): Finished {
  const { term, p, d, errors } = sums;
  if (!sums.differs) return { value: 0, errorBound: 0 };
  const error = termError(sums);
  const dError = differenceError(sums);
  if (!how.normalize) {
    return { value: unscaled(term + d, sums, how), errorBound: unscaled(error + dError + HOST * (term + Math.abs(d)), sums, how) };
  }
  const q = totalQ(sums);
  const totals = klDiv(p, q, d);
  const value = Math.max((term - totals) / p, 0);
  const totalsError = (klDiv(q, p, -d) / q) * errors.sum * p + (Math.abs(d) / q) * dError;
  return { value, errorBound: (error + totalsError + HOST * (term + totals)) / p + value * errors.sum };
}

/** Σ of a term that is homogeneous of degree one and never normalised. */
export function finishSum(sums: Sums, how: Finish): Finished {
  const error = termError(sums) + (sums.differs ? HOST * Math.abs(sums.term) : 0);
  return { value: unscaled(sums.term, sums, how), errorBound: unscaled(error, sums, how) };
}

/** −Σ p̂·ln q̂ = ln Sq − Σ p·ln q/Sp, and with the cell's volume; `term` is −Σ p·ln q, of either sign. */
export function finishCrossEntropy(sums: Sums, how: Finish): Finished {
  const { term, p, q, errors, cells, scale } = sums;
  const size = Math.abs(term) + 2 * p * Math.max(Math.log(sums.largestQ), 0);
  const error = (errors.term + errors.sum) * 1.01 * size + (errors.term / 4) * p + cells * errors.floor;
  if (!how.normalize) {
    const shift = scale.q * Math.LN2 * p;
    const shiftError = Math.abs(shift) * (errors.sum + HOST) + HOST * size;
    return { value: unscaled(term + shift, sums, how), errorBound: unscaled(error + shiftError, sums, how) };
  }
  const mean = term / p;
  const logTotal = Math.log(q);
  const logVolume = Math.log(how.cellVolume);
  return {
    value: logTotal + mean + logVolume,
    errorBound: error / p + (1 + size / p) * errors.sum + HOST * (Math.abs(logTotal) + Math.abs(mean) + Math.abs(logVolume)),
  };
}

/** Jensen-Shannon from normalised cells: never above ln 2; near p̂ = q̂ the totals' error is multiplied by √(2·JS) only. */
export function finishJensenShannon(sums: Sums, how: Finish): Finished {
  const { term, errors, totals } = sums;
  if (!how.normalize) return finishSum(sums, how);
  if (!sums.differs) return { value: 0, errorBound: 0 };
  const value = Math.min(Math.max(term, 0), Math.LN2);
  const root = Math.sqrt(2 * value);
  const offset = totals ? Math.abs(totals.d / totals.p) : 0;
  const relative = errors.term + 6 * errors.sum;
  return { value, errorBound: relative * 1.01 * value + (errors.term / 2 + errors.sum) * offset * root + sums.cells * errors.floor };
}

/** Total variation from normalised cells: never above 1; the rounding of the totals is multiplied by how far they are apart. */
export function finishTotalVariation(sums: Sums, how: Finish): Finished {
  const { term, errors, totals } = sums;
  if (!how.normalize) return finishSum(sums, how);
  if (!sums.differs) return { value: 0, errorBound: 0 };
  const value = Math.min(term, 1);
  const offset = totals ? Math.abs(totals.d / totals.p) : 0;
  return { value, errorBound: (errors.term + 6 * errors.sum) * 1.01 * value + (errors.term / 2 + errors.sum) * offset + sums.cells * errors.floor };
}

/** Σq, from Σ(p − q) where that is the better way. */
export function totalQ({ p, q, d }: Sums): number {
  return Math.abs(d) <= p / 2 ? p - d : q;
}

/** What is left of a sum without Σ(p − q)²/weight, where Σ|p − q| ≤ factor·√(sum·(Σp + Σq)). */
function withoutTotals(sums: Sums, weight: number, factor: number): Finished {
  const { term, d, errors } = sums;
  const ofTotals = d * (d / weight);
  const error = termError(sums) + 2 * Math.abs(d / weight) * differenceError(sums, factor) + 2 * ofTotals * errors.sum;
  return { value: Math.max(term - ofTotals, 0), errorBound: error + HOST * (term + ofTotals) };
}

/** A finished value over one with so many errors of sums. */
function over({ value, errorBound }: Finished, divisor: number, roundings: number, { errors }: Sums): Finished {
  return { value: value / divisor, errorBound: errorBound / divisor + (value / divisor) * roundings * (errors.sum + HOST) };
}

/** √(1 − Σ√(p̂q̂)), where that is (T − (√Sp − √Sq)²)/(2√(Sp·Sq)) of T = Σ(√p − √q)²; of p and q as they are √(T/2). */
export function finishHellinger(sums: Sums, how: Finish): Finished {
  if (!sums.differs) return { value: 0, errorBound: 0 };
  if (!how.normalize) {
    const { value, errorBound } = finishSum(sums, how);
    return rootOf({ value: value / 2, errorBound: errorBound / 2 });
  }
  const [p, q] = [Math.sqrt(sums.p), Math.sqrt(totalQ(sums))];
  // the root first: of small values the square is too small
  const { value, errorBound } = over(rootOf(withoutTotals(sums, (p + q) ** 2, 1.42)), Math.SQRT2 * Math.sqrt(p) * Math.sqrt(q), 1, sums);
  return { value: Math.min(value, 1), errorBound };
}

/** Σ(p̂ − q̂)²/q̂ = (C − Sd²/Sq)·Sq/Sp² of C = Σ(p − q)²/q; of p and q as they are C. */
export function finishChiSquare(sums: Sums, how: Finish): Finished {
  if (!how.normalize) return finishSum(sums, how);
  if (!sums.differs) return { value: 0, errorBound: 0 };
  const q = totalQ(sums);
  return over(withoutTotals(sums, q, 1), sums.p * (sums.p / q), 3, sums);
}

/** The bound of √value from that of value. */
export function rootOf({ value, errorBound }: Finished): Finished {
  const root = Math.sqrt(value);
  const low = Math.sqrt(Math.max(value - errorBound, 0));
  return { value: root, errorBound: errorBound === 0 ? 0 : Math.max(root - low, Math.sqrt(value + errorBound) - root) + HOST * root };
}

