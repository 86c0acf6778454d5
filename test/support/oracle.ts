import {
  absolute, add, compare, divide, exp, INFINITE, klDivTerm, lnRatio, multiply, type Real, real, rounded, scale, squareRoot, subtract, toNumber, ZERO,
} from "./real";

export { type Real, real, toNumber } from "./real";

/*
 * The truth of every measure for the numbers as they lie in the arrays: each term with a relative precision of 2^-300, the
 * totals exact, so that a tiny D is as right as a large one. `test/oracle.test.ts` holds it to truths that MPFR computed.
 */
export type Cells = ArrayLike<number> | ArrayLike<bigint>;

const ONE = real(1);

/** Reads "-1.25e-7", "3", "inf" or "Infinity" to 320 bits. */
export function parse(text: string): Real {
  if (text === "inf" || text === "Infinity") return INFINITE;
  const parts = /^(-?)(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  if (parts === null) throw new RangeError(`oracle: "${text}" is not a decimal number.`);
  const [, sign, whole, fraction = "", exponent = "0"] = parts;
  const digits = BigInt(`${sign}${whole}${fraction}`);
  const power = Number(exponent) - fraction.length;
  if (power >= 0) return real(digits * 10n ** BigInt(power));
  return divide(real(digits), real(10n ** BigInt(-power)));
}

/** |value − truth|; Infinity against Infinity is right, and NaN is never. */
export function errorOf(value: number, truth: Real): number {
  if (Number.isNaN(value)) return Infinity;
  if (!Number.isFinite(value) || truth.e === Infinity) return value === toNumber(truth) ? 0 : Infinity;
  return toNumber(absolute(subtract(real(value), truth)));
}

/** A truth in nats as a truth in units of the logarithm to `base`. */
export function inBase(nats: Real, base: number): Real {
  return base === Math.E ? nats : divide(nats, lnRatio(real(base), ONE));
}

export function sumOf(cells: Cells): Real {
  let sum = ZERO;
  for (let i = 0; i < cells.length; i++) sum = add(sum, real(cells[i]));
  return sum;
}

function sumOver(p: Cells, q: Cells, term: (p: Real, q: Real) => Real): Real {
  if (p.length !== q.length) throw new RangeError(`oracle: ${p.length} cells against ${q.length}.`);
  let sum = ZERO;
  for (let i = 0; i < p.length && sum.e !== Infinity; i++) sum = rounded(add(sum, term(real(p[i]), real(q[i]))));
  return sum;
}

/** The sums of a pair: Σp, Σq, G = Σ p·ln(p/q) − p + q, and Σ p·ln(p/q) = G + Σp − Σq. */
export interface PairSums {
  readonly p: Real;
  readonly q: Real;
  readonly plain: Real;
  readonly generalized: Real;
}

export function pairSums(p: Cells, q: Cells): PairSums {
  const sumP = sumOf(p);
  const sumQ = sumOf(q);
  const generalized = sumOver(p, q, klDivTerm);
  return { p: sumP, q: sumQ, plain: add(generalized, subtract(sumP, sumQ)), generalized };
}

/** D(p ‖ q), of the normalised pair on a = p·Σq and b = q·Σp: these have one total, so nothing cancels. */
export function klDivergence(p: Cells, q: Cells, normalize = true): Real {
  if (!normalize) return pairSums(p, q).plain;
  const sumP = sumOf(p);
  const sumQ = sumOf(q);
  return divide(sumOver(p, q, (x, y) => klDivTerm(multiply(x, sumQ), multiply(y, sumP))), multiply(sumP, sumQ));
}

/** D(p ‖ q) + D(q ‖ p); not normalised Σ (p − q)·ln(p/q). */
export function jeffreys(p: Cells, q: Cells, normalize = true): Real {
  return normalize ? add(klDivergence(p, q), klDivergence(q, p)) : add(pairSums(p, q).generalized, pairSums(q, p).generalized);
}

/** ½Σ|p̂ − q̂|. */
export function totalVariation(p: Cells, q: Cells, normalize = true): Real {
  const sumP = normalize ? sumOf(p) : ONE;
  const sumQ = normalize ? sumOf(q) : ONE;
  const twice = sumOver(p, q, (x, y) => absolute(subtract(multiply(x, sumQ), multiply(y, sumP))));
  return divide(scale(twice, -1), multiply(sumP, sumQ));
}

/** Σ(√p − √q)². */
export function squaredRoots(p: Cells, q: Cells): Real {
  return sumOver(p, q, squaredRoot);
}

function squaredRoot(x: Real, y: Real): Real {
  const roots = add(squareRoot(x), squareRoot(y));
  const difference = roots.m === 0n ? ZERO : divide(subtract(x, y), roots);
  return multiply(difference, difference);
}

/** √(½Σ(√p̂ − √q̂)²). */
export function hellinger(p: Cells, q: Cells, normalize = true): Real {
  if (!normalize) return squareRoot(scale(squaredRoots(p, q), -1));
  const [sumP, sumQ] = [sumOf(p), sumOf(q)];
  const twice = sumOver(p, q, (x, y) => squaredRoot(multiply(x, sumQ), multiply(y, sumP)));
  return squareRoot(divide(scale(twice, -1), multiply(sumP, sumQ)));
}

/** Σ(p − q)²/q. */
export function relativeSquares(p: Cells, q: Cells): Real {
  return sumOver(p, q, squareOver);
}

function squareOver(x: Real, y: Real): Real {
  const d = subtract(x, y);
  return d.m === 0n ? ZERO : y.m === 0n ? INFINITE : divide(multiply(d, d), y);
}

/** Σ(p̂ − q̂)²/q̂. */
export function chiSquare(p: Cells, q: Cells, normalize = true): Real {
  if (!normalize) return relativeSquares(p, q);
  const [sumP, sumQ] = [sumOf(p), sumOf(q)];
  const sum = sumOver(p, q, (x, y) => squareOver(multiply(x, sumQ), multiply(y, sumP)));
  return sum.e === Infinity ? sum : divide(sum, multiply(sumP, sumQ));
}

/** Σ q̂ over the cells where p > 0, and over the others. */
export function insideAndOutside(p: Cells, q: Cells): readonly [Real, Real] {
  const total = sumOf(q);
  const where = (holds: (x: Real) => boolean) => divide(sumOver(p, q, (x, y) => (holds(x) ? y : ZERO)), total);
  return [where((x) => x.m !== 0n), where((x) => x.m === 0n)];
}

/** p^α·q^(1−α) of one cell. */
function powerTerm(x: Real, y: Real, order: Real): Real {
  if (x.m === 0n) return order.m < 0n && y.m > 0n ? INFINITE : ZERO;
  if (y.m === 0n) return compare(order, ONE) >= 0 ? INFINITE : ZERO;
  return multiply(x, exp(multiply(subtract(order, ONE), lnRatio(x, y))));
}

/** Σ p̂^α·q̂^(1−α), on a = p·Σq and b = q·Σp; of the numbers as they are Σ p^α·q^(1−α). */
export function powerSum(p: Cells, q: Cells, order: number, normalize = true): Real {
  const [sumP, sumQ] = normalize ? [sumOf(p), sumOf(q)] : [ONE, ONE];
  const sum = sumOver(p, q, (x, y) => powerTerm(multiply(x, sumQ), multiply(y, sumP), real(order)));
  return sum.e === Infinity ? sum : divide(sum, multiply(sumP, sumQ));
}

/** Σ p̂^α. */
export function entropyPowerSum(p: Cells, order: number): Real {
  const sum = sumOf(p);
  let powers = ZERO;
  for (let i = 0; i < p.length; i++) {
    const x = real(p[i]);
    if (x.m !== 0n) powers = rounded(add(powers, exp(multiply(real(order), lnRatio(x, sum)))));
  }
  return powers;
}

/** The largest p̂/q̂. */
export function greatestRatio(p: Cells, q: Cells): Real {
  let greatest = ZERO;
  for (let i = 0; i < p.length; i++) {
    const [x, y] = [real(p[i]), real(q[i])];
    if (x.m === 0n) continue;
    if (y.m === 0n) return INFINITE;
    const ratio = divide(x, y);
    if (compare(ratio, greatest) > 0) greatest = ratio;
  }
  return divide(multiply(greatest, sumOf(q)), sumOf(p));
}

/** ln of a positive number; of 0 and of what is infinite, that. */
export function ln(a: Real): Real {
  return a.e === Infinity || a.m === 0n ? INFINITE : lnRatio(a, ONE);
}

export function generalizedKl(p: Cells, q: Cells): Real {
  return pairSums(p, q).generalized;
}

/** −Σ p·ln q; of the normalised pair ln Σq − Σ p·ln q/Σp. */
export function crossEntropy(p: Cells, q: Cells, normalize = true): Real {
  const sum = sumOver(p, q, (a, b) => (a.m === 0n ? ZERO : b.m === 0n ? INFINITE : multiply(a, lnRatio(ONE, b))));
  if (!normalize || sum.e === Infinity) return sum;
  return add(divide(sum, sumOf(p)), lnRatio(sumOf(q), ONE));
}

export function entropy(p: Cells, normalize = true): Real {
  return crossEntropy(p, p, normalize);
}

/** ½D(p̂ ‖ m) + ½D(q̂ ‖ m), m the mean: on a and b as in `klDivergence`. */
export function jensenShannon(p: Cells, q: Cells, normalize = true): Real {
  const sumP = normalize ? sumOf(p) : ONE;
  const sumQ = normalize ? sumOf(q) : ONE;
  const twice = sumOver(p, q, (x, y) => {
    const a = multiply(x, sumQ);
    const b = multiply(y, sumP);
    const mean = scale(add(a, b), -1);
    return add(klDivTerm(a, mean), klDivTerm(b, mean));
  });
  return divide(scale(twice, -1), multiply(sumP, sumQ));
}

/** √ of the Jensen-Shannon divergence in units of `base`. */
export function jensenShannonDistance(p: Cells, q: Cells, base = Math.E): Real {
  return squareRoot(inBase(jensenShannon(p, q), base));
}

/** Half floats as numbers, exactly. */
export function fromHalf(bits: Uint16Array): Float64Array {
  return Float64Array.from(bits, (h) => {
    const field = (h >>> 10) & 0x1f;
    const fraction = (h & 0x3ff) / 1024;
    if (field === 0x1f) return fraction === 0 ? (h >>> 15 ? -Infinity : Infinity) : NaN;
    return (h >>> 15 ? -1 : 1) * (field === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (field - 15));
  });
}

/** a^order of a positive number. */
export function powerOf(a: Real, order: number): Real {
  return exp(multiply(real(order), lnRatio(a, ONE)));
}
