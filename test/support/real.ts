/*
 * Real numbers m·2^e in BigInt: the arithmetic of the oracle. Doubles and integers enter exactly, sums and products are exact,
 * quotients, roots and logarithms keep 320 leading bits; no floating-point operation decides a digit.
 */
export interface Real {
  readonly m: bigint;
  readonly e: number;
}

const BITS = 320;
const ONE = 1n << BigInt(BITS);

export const ZERO: Real = { m: 0n, e: 0 };
export const INFINITE: Real = { m: 1n, e: Infinity };

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** The exponent field of a double, and its 52 fraction bits as an integer. */
function fieldsOf(x: number): { field: number; fraction: number } {
  double[0] = x;
  return { field: (words[1] >>> 20) & 0x7ff, fraction: (words[1] & 0xfffff) * 2 ** 32 + words[0] };
}

/** Bits of |m|; may be one more when m lies within 2^-53 of the next power of two. */
function bitsOf(m: bigint): number {
  let bits = 0;
  while (m >= 1n << 1000n || m <= -1n << 1000n) {
    m >>= 960n;
    bits += 960;
  }
  return m === 0n ? 0 : bits + fieldsOf(Number(m)).field - 1022;
}

function shift(m: bigint, by: number): bigint {
  return by >= 0 ? m << BigInt(by) : m >> BigInt(-by);
}

/** The leading 320 bits or more of a. */
export function rounded(a: Real): Real {
  const excess = bitsOf(a.m) - BITS - 32;
  return excess > 32 ? { m: a.m >> BigInt(excess), e: a.e + excess } : a;
}

/** The exact value of a double or an integer; NaN and −Infinity have none. */
export function real(x: number | bigint): Real {
  if (typeof x === "bigint") return { m: x, e: 0 };
  if (Number.isSafeInteger(x)) return { m: BigInt(x), e: 0 };
  const { field, fraction } = fieldsOf(x);
  if (field === 0x7ff) {
    if (x === Infinity) return INFINITE;
    throw new RangeError(`oracle: ${x} is not a real number.`);
  }
  const m = BigInt(field === 0 ? fraction : fraction + 2 ** 52);
  return { m: x < 0 ? -m : m, e: Math.max(field, 1) - 1075 };
}

export function add(a: Real, b: Real): Real {
  if (a.e === Infinity || b.e === Infinity) return INFINITE;
  if (a.m === 0n) return b;
  if (b.m === 0n) return a;
  const e = Math.min(a.e, b.e);
  return { m: (a.m << BigInt(a.e - e)) + (b.m << BigInt(b.e - e)), e };
}

export function negate(a: Real): Real {
  return { m: -a.m, e: a.e };
}

export function subtract(a: Real, b: Real): Real {
  return add(a, negate(b));
}

export function multiply(a: Real, b: Real): Real {
  return a.e === Infinity || b.e === Infinity ? INFINITE : { m: a.m * b.m, e: a.e + b.e };
}

export function divide(a: Real, b: Real): Real {
  if (a.e === Infinity) return INFINITE;
  const lift = BITS + 2 - bitsOf(a.m) + bitsOf(b.m);
  return { m: lift >= 0 ? shift(a.m, lift) / b.m : a.m / shift(b.m, -lift), e: a.e - b.e - lift };
}

/** a·2^k. */
export function scale(a: Real, k: number): Real {
  return { m: a.m, e: a.e + k };
}

export function absolute(a: Real): Real {
  return a.m < 0n ? negate(a) : a;
}

/** Negative, zero or positive as a is below, at or above b. */
export function compare(a: Real, b: Real): number {
  if (a.e === Infinity || b.e === Infinity) return Number(a.e === Infinity) - Number(b.e === Infinity);
  const { m } = subtract(a, b);
  return m < 0n ? -1 : m > 0n ? 1 : 0;
}

/** The square root of a ≥ 0, by Newton's iteration on integers from above. */
export function squareRoot(a: Real): Real {
  if (a.e === Infinity || a.m === 0n) return a;
  const lift = Math.max(0, 2 * BITS - bitsOf(a.m));
  const even = lift + ((a.e - lift) & 1);
  const n = a.m << BigInt(even);
  let root = 1n << BigInt(bitsOf(n) / 2 + 1 | 0);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return rounded({ m: root, e: (a.e - even) / 2 });
    root = next;
  }
}

/** Σ z^k/(2k + first) in fixed point, z = square/2^BITS below 1/9. */
function oddSeries(square: bigint, first: bigint): bigint {
  let sum = 0n;
  for (let power = ONE, i = first; power > 0n; power = (power * square) >> BigInt(BITS), i += 2n) sum += power / i;
  return sum;
}

/** atanh(n/d) = t·(1 + t²/3 + t⁴/5 + …), |n/d| ≤ 1/3, with the relative precision of t. */
function atanh(n: bigint, d: bigint): Real {
  if (n === 0n) return ZERO;
  const t = divide({ m: n, e: 0 }, { m: d, e: 0 });
  return rounded({ m: t.m * oddSeries(shift(t.m * t.m, 2 * t.e + BITS), 1n), e: t.e - BITS });
}

const LN2 = scale(atanh(1n, 3n), 1);
const lnSixtyFourths = new Map<number, Real>();

/** ln(1 + j/64), −24 ≤ j ≤ 32. */
function lnSixtyFourth(j: number): Real {
  const ln = lnSixtyFourths.get(j) ?? scale(atanh(BigInt(j), BigInt(128 + j)), 1);
  lnSixtyFourths.set(j, ln);
  return ln;
}

/** ln(a/b) of positive numbers, to a relative 2^-300 however near 1 the ratio is. */
export function lnRatio(a: Real, b: Real): Real {
  const bitsA = bitsOf(a.m);
  const bitsB = bitsOf(b.m);
  let k = a.e + bitsA - b.e - bitsB;
  let x = a.m << BigInt(Math.max(0, bitsB - bitsA));
  let y = b.m << BigInt(Math.max(0, bitsA - bitsB));
  // a/b = x/y·2^k: bring x/y near [5/7, 7/5], so that k·ln 2 never cancels against ln(x/y)
  if (5n * x > 7n * y) {
    y <<= 1n;
    k += 1;
  } else if (7n * x < 5n * y) {
    x <<= 1n;
    k -= 1;
  }
  // x/y = (1 + j/64)·rest; j = 0 next to 1, where the rest carries all
  const j = Number((128n * (x - y) + y) / (2n * y));
  const c = BigInt(64 + j) * y;
  const rest = scale(atanh(64n * x - c, 64n * x + c), 1);
  const near = j === 0 ? rest : add(rest, lnSixtyFourth(j));
  return k === 0 ? near : add(near, multiply(LN2, real(k)));
}

/**
 * a·ln(a/b) − a + b with a relative precision of 2^-300 however close a and b are: with d = a − b, t = d/(a + b) and
 * atanh t = t + t³·B it is d·t·(1 + (t + t²)·B).
 */
export function klDivTerm(a: Real, b: Real): Real {
  if (a.m === 0n) return b;
  if (b.m === 0n) return INFINITE;
  const d = subtract(a, b);
  const sum = add(a, b);
  if (compare(scale(absolute(d), 6), sum) > 0) return rounded(subtract(multiply(a, lnRatio(a, b)), d));
  if (d.m === 0n) return ZERO;
  const t = divide(d, sum);
  const fixed = shift(t.m, t.e + BITS);
  const square = shift(t.m * t.m, 2 * t.e + BITS);
  const bracket = ONE + (((fixed + square) * oddSeries(square, 3n)) >> BigInt(BITS));
  return rounded(multiply(multiply(d, t), { m: bracket, e: -BITS }));
}

/** The nearest double, ties to even; beyond the range ±Infinity. */
export function toNumber(a: Real): number {
  if (a.e === Infinity) return a.m < 0n ? -Infinity : Infinity;
  if (a.m === 0n) return 0;
  if (a.m < 0n) return -toNumber(negate(a));
  const estimate = bitsOf(a.m);
  const bits = a.m >> BigInt(estimate - 1) === 0n ? estimate - 1 : estimate;
  const unit = Math.max(a.e + bits - 53, -1074);
  if (unit > 971) return Infinity;
  const drop = unit - a.e;
  const kept = shift(a.m, -drop);
  const overHalf = drop > 0 ? a.m - (kept << BigInt(drop)) - (1n << BigInt(drop - 1)) : -1n;
  return Number(overHalf > 0n || (overHalf === 0n && kept % 2n === 1n) ? kept + 1n : kept) * 2 ** unit;
}

/** e^a, to a relative 2^-280 for |a| below 2^20. */
export function exp(a: Real): Real {
  if (a.m === 0n) return real(1);
  const k = Math.round(toNumber(a) / Math.LN2);
  const r = subtract(a, multiply(LN2, real(k)));
  const x = shift(r.m, r.e + BITS - 8);
  let sum = ONE;
  for (let power = x, i = 1n; power !== 0n && power !== -1n; i += 1n) {
    sum += power;
    power = (power * x) / (ONE * (i + 1n));
  }
  for (let i = 0; i < 8; i++) sum = (sum * sum) >> BigInt(BITS);
  return { m: sum, e: k - BITS };
}
