import type { PairSums } from "../support/oracle";
import { divide, multiply, type Real, scale, squareRoot, toNumber } from "../support/real";
import type { Grade } from "./context";

/*
 * The promises of DESIGN section 4 in numbers, in nats. A term's relative error and a sum's: a serial run of at most 128 and
 * then blocks in binary64; a tree of at most 40 roundings in binary32. The tests hold results to these and to nothing looser.
 */
export const UNITS = {
  wide: { term: 2 ** -49, sum: 130 * 2 ** -53 },
  narrow: { term: 2 ** -20, sum: 40 * 2 ** -23 },
} as const satisfies Record<Grade, { term: number; sum: number }>;

/** A normalised D: the unit times G/Σp. */
export function klPromise({ generalized, p }: PairSums, grade: Grade): number {
  return ratePromise(toNumber(divide(generalized, p)), grade);
}

/** G itself: relative. */
export function generalizedPromise({ generalized }: PairSums, grade: Grade): number {
  return ratePromise(toNumber(generalized), grade);
}

/** Σ p·ln(p/q) = G + Σ(p − q), the latter's error from Σ|p − q| ≤ 2√(G·(Σp + Σq)). */
export function plainPromise({ generalized, p, q }: PairSums, grade: Grade): number {
  const g = toNumber(generalized);
  const difference = 2 * Math.sqrt(g) * Math.sqrt(toNumber(p) + toNumber(q));
  return ratePromise(g, grade) + difference * UNITS[grade].sum;
}

/** D where the totals differ widely: q is scaled to within 2^-7 of p's total, which leaves G/Σp ≤ D + 2^-15. */
export function apartPromise(divergence: number, grade: Grade): number {
  return ratePromise(divergence + 2 ** -15, grade);
}

/** Entropy and cross entropy: relative above 1 nat, absolute below. */
export function entropyPromise(value: number, grade: Grade): number {
  const term = grade === "wide" ? 2 * UNITS.wide.term : UNITS.narrow.term;
  return (term + UNITS[grade].sum) * Math.max(1, Math.abs(value));
}

/**
 * Jensen-Shannon: relative, and the error of the totals by which its cells are divided first. Were those equal that error is
 * common to p̂ and q̂ and drops out; else it moves p̂ − q̂ by `offset` of it, and the value by √(2·JS) of that and its square.
 */
export function jensenShannonPromise(value: number, { p, q }: PairSums, grade: Grade): number {
  const { term, sum } = UNITS[grade];
  const [sp, sq] = [toNumber(p), toNumber(q)];
  const offset = Math.abs(sp - sq) / Math.max(sp, sq);
  const moved = sum * offset;
  return 2 * term * value + sum * value + moved * (Math.sqrt(2 * value) + moved);
}

/** Total variation: relative, and what the rounding of totals that differ by `offset` adds to every p̂ − q̂. */
export function totalVariationPromise(value: number, { p, q }: PairSums, grade: Grade): number {
  const { term, sum } = UNITS[grade];
  const [sp, sq] = [toNumber(p), toNumber(q)];
  return (term + sum) * value + (term + sum) * (Math.abs(sp - sq) / Math.max(sp, sq));
}

/** √H², of which that of T/(2√(Sp·Sq)) is promised, T = Σ(√p − √q)². */
export function hellingerPromise(value: number, squares: Real, { p, q }: PairSums, grade: Grade): number {
  const promise = ratePromise(toNumber(divide(squares, scale(squareRoot(multiply(p, q)), 1))), grade);
  return Math.min(Math.sqrt(promise), promise / value);
}

/** Of C·Sq/Sp², where C = Σ(p − q)²/q. */
export function chiSquarePromise(squares: Real, { p, q }: PairSums, grade: Grade): number {
  return ratePromise(toNumber(divide(multiply(squares, q), multiply(p, p))), grade);
}

/** √JS: √(JS + e) − √JS is at most √e and at most e/√JS, with room for both sides. */
export function distancePromise(distance: number, sums: PairSums, grade: Grade): number {
  const promise = jensenShannonPromise(distance ** 2, sums, grade);
  return Math.min(Math.sqrt(promise), promise / distance);
}

function ratePromise(size: number, grade: Grade): number {
  return (UNITS[grade].term + UNITS[grade].sum) * size;
}

/** ln(base): what turns a promise in nats into one in units of `base`. */
export function nats(base: number): number {
  return Math.abs(Math.log(base));
}

