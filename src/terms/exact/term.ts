import { bitLength } from "./fixed.js";

/*
 * g(p, q) = p·ln(p/q) − p + q by integers: the oracle of the kernels in WGSL and WebAssembly, and the path of hosts without the
 * latter. All three compute the same integers. docs/numerics.md has the proof.
 */

/** m·2^e. */
export interface Wide {
  readonly m: bigint;
  readonly e: number;
}

/** A positive number as (high + low·2⁻⁶⁴)·2^e with 2⁶³ ≤ high < 2⁶⁴: a 64-bit integer times a multiplier has more than 64 bits. */
interface Operand {
  readonly high: bigint;
  readonly all: bigint;
  readonly e: number;
}

function operandOf({ m, e }: Wide): Operand {
  const up = 128 - bitLength(m);
  const all = m << BigInt(up);
  return { high: all >> 64n, all, e: e - up + 64 };
}

const LOW = 0xffffffffn;
const ONE = 1n << 63n;

/** B(z) on 0 ≤ z ≤ 1/25, atanh(t) = t + t³·B(t²), to 2⁻⁶²: in units of 2⁻⁶⁴, from the fifth power on of 2⁻³⁵. */
const B = [6148914691236517207n, 3689348814741901919n, 2635249153392675427n, 2049638228978849678n, 1676976917605454789n] as const;
const B_SMALL = [2643032231n, 2291682250n, 1996008231n, 2133380004n] as const;
/** ln 2 in units of 2⁻⁶⁴. */
const LN2 = 12786308645202655659n;

/** a·b/2⁶⁴ less 0, 1, 2 or 3: the product of the low halves is left out. */
export function topProduct(a: bigint, b: bigint): bigint {
  const [aHigh, aLow, bHigh, bLow] = [a >> 32n, a & LOW, b >> 32n, b & LOW];
  return aHigh * bHigh + ((aHigh * bLow) >> 32n) + ((aLow * bHigh) >> 32n);
}

/** 2⁹⁵/d less 0 to 3, for 2⁶³ ≤ d < 2⁶⁴: two steps of Newton's from a line, and one of the third order. */
function reciprocal(d: bigint): bigint {
  const high = d >> 32n;
  const x = (high >> 16n) + 1n;
  let r = 92521n - ((x * 61681n) >> 16n);
  r += (r * (((1n << 31n) - r * x) >> 15n)) >> 16n;
  r += (r * (((1n << 31n) - r * x) >> 8n)) >> 23n;
  // what r·d lacks of 1, in units of 2^-44
  const e = (1n << 44n) - r * (high >> 3n) - ((r * (2n * (high & 7n) + 1n)) >> 4n);
  const e16 = e >> 16n;
  const step = r * e16 + ((r * (e & 0xffffn)) >> 16n) + ((r * ((e16 * e16) >> 16n)) >> 12n);
  return (r << 16n) + (step >> 12n) - 1n;
}

/** 2⁶³·n/d less 0 to 1.01, digit by digit, for n = 0 or 2⁶³ ≤ n < 2⁶⁴. */
export function quotient(n: bigint, d: bigint): bigint {
  const r = reciprocal(d);
  const first = ((n >> 32n) * r) >> 32n;
  const rest = (n << 31n) - first * d;
  const second = ((rest >> 34n) * r) >> 32n;
  const third = ((((rest << 29n) - second * d) >> 51n) * (r >> 16n)) >> 25n;
  return (first << 32n) + (second << 3n) + third;
}

/** B(z) for z in units of 2⁻⁶⁴, in the same. */
function tail(z: bigint): bigint {
  const zHigh = z >> 32n;
  let small = B_SMALL[3];
  for (let i = 2; i >= 0; i--) small = B_SMALL[i] + ((small * zHigh) >> 32n);
  let b = small << 29n;
  for (let i = 4; i >= 0; i--) b = B[i] + topProduct(b, z);
  return b;
}

/** The series of ln(a/b) up to its last product, from |a − b| and the mean of a and b. */
interface Series {
  /** The distance with its leading bit the highest of 64, after a shift by so many. */
  readonly difference: bigint;
  readonly shift: number;
  /** |t|(1 + x·B(t²)) times 2^(63 + scale), its leading bit the highest. */
  readonly series: bigint;
  readonly scale: number;
}

/** `distance` has 128 bits of which `mean` has the upper 64; `argumentOf` chooses x from |t| and t², `adds` whether to add or subtract it. */
function seriesOf(distance: bigint, mean: bigint, argumentOf: (fixed: bigint, square: bigint) => bigint, adds: boolean): Series {
  const lift = mean < ONE ? 1 : 0;
  const shift = 128 - bitLength(distance);
  const difference = (distance << BigInt(shift)) >> 64n;
  const t = distance === 0n ? 0n : quotient(difference, mean << BigInt(lift));
  const fixed = t >> BigInt(shift - lift);
  const square = topProduct(fixed, fixed);
  const correction = topProduct(argumentOf(fixed, square), tail(square)) >> 1n;
  const raw = topProduct(t, adds ? ONE + correction : ONE - correction);
  const zeros = 64 - bitLength(raw);
  return { difference, shift, series: raw << BigInt(zeros), scale: shift - lift + zeros };
}

/** p/q = 2^k·a/b with |t| = |a − b|/(a + b) ≤ 1/5; x is t + t² where k = 0, else t². */
function ratioOf(p: Operand, q: Operand): Series & { readonly k: number; readonly above: boolean } {
  const margin = (m: bigint) => (p.e === q.e ? m >> 1n : (m >> 2n) + (m >> 3n));
  // with exponents that differ the ratio is nearer to 1 the larger the mantissas' is
  const pLarger = p.high - q.high > margin(q.high);
  const qLarger = q.high - p.high > margin(p.high);
  const k = p.e - q.e + (pLarger ? 1 : qLarger ? -1 : 0);
  const a = pLarger ? p.all >> 1n : p.all;
  const b = qLarger ? q.all >> 1n : q.all;
  const above = a >= b;
  // the low halves may carry: one unit more or less
  const mean = ((a >> 64n) + (b >> 64n)) >> 1n;
  const argumentOf = (fixed: bigint, square: bigint) => (k !== 0 ? square : above ? fixed + square : fixed - square);
  return { k, above, ...seriesOf(above ? a - b : b - a, mean, argumentOf, k !== 0 || above) };
}

/** p·ln(p/q) − p + q of positive p and q, with a relative error below 2⁻⁵⁶. */
export function klDiv(pExact: Wide, qExact: Wide): Wide {
  const [p, q] = [operandOf(pExact), operandOf(qExact)];
  const { k, above, difference, shift, series, scale } = ratioOf(p, q);
  if (k === 0) return { m: topProduct(difference, series), e: Math.max(p.e, q.e) - shift - scale + 1 };
  const near = series >> BigInt(scale - 2);
  const ln = BigInt(Math.abs(k)) * LN2 + (k > 0 === above ? near : -near);
  // g = q + p·h
  const h = k > 0 ? ln - (1n << 64n) : -ln - (1n << 64n);
  const size = h < 0n ? -h : h;
  const down = bitLength(size) - 64;
  const product = { m: topProduct(p.high, shifted(size, -down)), e: p.e + down };
  const e = Math.max(product.e, q.e) + (h < 0n ? 0 : 1);
  const [x, y] = [shifted(product.m, product.e - e), shifted(q.high, q.e - e)];
  return { m: h < 0n ? y - x : y + x, e };
}

/** The same number with 2⁶³ ≤ m < 2⁶⁴, cut off below. */
export function normalized(exact: Wide): Wide {
  const { high, e } = operandOf(exact);
  return { m: high, e };
}

/** ln q = k·ln 2 + w with 0.4 < w < 1.2 in units of 2⁻⁶³, to 2⁻⁶¹. */
export function logarithm(exact: Wide): { readonly k: number; readonly w: bigint } {
  const q = operandOf(exact);
  const larger = q.high > 3n << 62n;
  const a = larger ? q.high >> 1n : q.high;
  const above = a >= ONE;
  const distance = above ? a - ONE : ONE - a;
  const { series, scale } = seriesOf(distance << 64n, (a + ONE) >> 1n, (_, square) => square, true);
  const near = series >> BigInt(scale - 1);
  // half of ln 2 and of 2·atanh(t), in units of 2^-64
  return { k: q.e + 62 + (larger ? 1 : 0), w: (LN2 >> 1n) + (above ? near : -near) };
}

function shifted(m: bigint, by: number): bigint {
  return by >= 0 ? m << BigInt(by) : m >> BigInt(-by);
}
