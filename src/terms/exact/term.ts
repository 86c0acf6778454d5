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

/** B(z) on 0 ≤ z ≤ 0.0567, atanh(t) = t + t³·B(t²), to 2⁻⁵⁸: in units of 2⁻⁶⁴, from the fifth power on of 2⁻³⁵. */
const B = [6148914691236517257n, 3689348814741763248n, 2635249153456137698n, 2049638217946488879n, 1676977858975367664n] as const;
const B_SMALL = [2642950867n, 2293780105n, 1967722795n, 2289130645n] as const;
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

/** What is needed of t = (a − b)/(a + b), |t| < 0.24, from |a − b| and the mean of a and b. */
interface Series {
  /** The distance with its leading bit the highest of 64, after a shift by so many. */
  readonly difference: bigint;
  readonly shift: number;
  /** |t|·2^(64 + scale), 63 bits or 64. */
  readonly t: bigint;
  readonly scale: number;
  /** 2|t| in units of 2⁻⁶⁴. */
  readonly double: bigint;
  /** t²·B(t²) or, asked for both powers, (t + t²)·B(t²) without its sign, in units of 2⁻⁶⁴. */
  readonly correction: bigint;
}

/** `distance` has 128 bits of which `mean` has the upper 64. */
function seriesOf(distance: bigint, mean: bigint, both: boolean, above: boolean): Series {
  const lift = mean < ONE ? 1 : 0;
  const shift = 128 - bitLength(distance);
  const difference = (distance << BigInt(shift)) >> 64n;
  const t = distance === 0n ? 0n : quotient(difference, mean << BigInt(lift));
  const scale = shift - lift;
  const double = t >> BigInt(scale - 1);
  const fixed = double >> 1n;
  const square = topProduct(double, double) >> 2n;
  const argument = !both ? square : above ? fixed + square : fixed - square;
  return { difference, shift, t, scale, double, correction: topProduct(argument, tail(square)) };
}

/** The mantissa in units of 2^to, cut off below. */
function aligned({ high, e }: Operand, to: number): bigint {
  return high >> BigInt(to - e);
}

function shifted(m: bigint, by: number): bigint {
  return by >= 0 ? m << BigInt(by) : m >> BigInt(-by);
}

/** p·ln(p/q) − p + q of positive p and q, with a relative error below 2⁻⁵⁶. */
export function klDiv(pExact: Wide, qExact: Wide): Wide {
  const [p, q] = [operandOf(pExact), operandOf(qExact)];
  // p/q = 2^k·a/b; with exponents that differ the ratio is nearer to 1 the further apart the mantissas are
  const margin = (m: bigint) => (p.e === q.e ? (m >> 1n) + (m >> 3n) : m >> 2n);
  const pLarger = p.high - q.high > margin(q.high);
  const qLarger = q.high - p.high > margin(p.high);
  const k = p.e - q.e + (pLarger ? 1 : qLarger ? -1 : 0);
  const a = pLarger ? p.all >> 1n : p.all;
  const b = qLarger ? q.all >> 1n : q.all;
  const above = a >= b;
  const mean = ((a >> 64n) + (b >> 64n)) >> 1n;
  const { difference, shift, t, scale, double, correction } = seriesOf(above ? a - b : b - a, mean, k === 0, above);
  const e = Math.max(p.e, q.e);
  if (k === 0) {
    const factor = above ? ONE + (correction >> 1n) : ONE - (correction >> 1n);
    const series = topProduct(t, factor);
    const up = Math.min(64 - bitLength(series), 3);
    return { m: topProduct(difference, series << BigInt(up)), e: e - shift - scale - up + 1 };
  }
  const near = double + topProduct(double, correction);
  const ln = BigInt(Math.abs(k)) * LN2 + (k > 0 === above ? near : -near);
  // g = q + p·h, h = ln(p/q) − 1
  const h = k > 0 ? ln - (1n << 64n) : ln + (1n << 64n);
  const size = h < 0n ? -h : h;
  const product = aligned(p, e) * (size >> 64n) + topProduct(aligned(p, e), size & (2n ** 64n - 1n));
  return { m: k > 0 && h >= 0n ? aligned(q, e) + product : aligned(q, e) - product, e };
}

/** The leading 127 bits: of 128 one is left for a halving. */
export function leading127({ m, e }: Wide): Wide {
  const down = bitLength(m) - 127;
  return { m: shifted(m, -down), e: e + down };
}

/** p and q at the larger exponent, cut off after 127 bits. */
function alignedPair(pExact: Wide, qExact: Wide): { readonly p: bigint; readonly q: bigint; readonly e: number } {
  const [p, q] = [pExact, qExact].map((side) => (side.m > 0n ? leading127(side) : { m: 0n, e: -Infinity }));
  const e = Math.max(p.e, q.e);
  const at = (side: Wide) => (side.m > 0n ? shifted(side.m, side.e - e) : 0n);
  return { p: at(p), q: at(q), e };
}

/** g(p, m) and g(q, m) with m the mean, all three cut off after 127 bits. */
export function jensenShannonTerms(pExact: Wide, qExact: Wide): readonly Wide[] {
  const both = alignedPair(pExact, qExact);
  const mean = leading127({ m: both.p + both.q, e: both.e - 1 });
  const sides = [pExact, qExact].filter(({ m }) => m > 0n).map(leading127);
  const terms = sides.map((side) => klDiv(side, mean));
  // g(0, m) is m, to 64 bits as the terms are
  return sides.length === 2 ? terms : [...terms, normalized(mean)];
}

/** |p − q| of numbers cut off after 127 bits, in two halves of 64 bits. */
export function totalVariationTerms(pExact: Wide, qExact: Wide): readonly [Wide, Wide] {
  const { p, q, e } = alignedPair(pExact, qExact);
  // the highest of 128 bits is the highest of the larger
  const distance = (p < q ? q - p : p - q) << 1n;
  return [{ m: distance >> 64n, e: e + 63 }, { m: distance & (2n ** 64n - 1n), e: e - 1 }];
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
  const { double, correction } = seriesOf((above ? a - ONE : ONE - a) << 64n, (a + ONE) >> 1n, false, above);
  const near = (double + topProduct(double, correction)) >> 1n;
  return { k: q.e + 62 + (larger ? 1 : 0), w: (LN2 >> 1n) + (above ? near : -near) };
}
