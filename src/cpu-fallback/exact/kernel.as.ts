// AssemblyScript: exact terms of a block of cells. Twin: src/terms/exact/term.ts, of which it computes the same integers.
import { P, P_EXPONENT, Q, Q_EXPONENT, SUM_SECOND, SUM_TERM, UNIT, add, clearSums } from "./blocks.as";
import { LN2, ONE, correctionOf, down, quotient, topProduct, upper } from "./integers.as";

export { addTotals, invalidCount, invalidFirst, pRaw, qRaw, readP, readQ, sumP, sumQ, sumSecond, sumTerm, words } from "./blocks.as";

/** Cells with p > 0 where q = 0. */
export let infiniteCells: i32 = 0;

/** Adds g(p, q) of p = (p + pLow * 2^-64) * 2^pe with 2^63 <= p, and of such a q. */
@inline
function addKlDiv(p: u64, pLow: u64, pe: i32, q: u64, qLow: u64, qe: i32): void {
  const same = pe == qe;
  const pLarger = p > q && p - q > (same ? (q >> 1) + (q >> 3) : q >> 2);
  const qLarger = q > p && q - p > (same ? (p >> 1) + (p >> 3) : p >> 2);
  const k = pe - qe + i32(pLarger) - i32(qLarger);
  const a = p >> u64(pLarger);
  const b = q >> u64(qLarger);
  const aLow = pLarger ? (p << 63) | (pLow >> 1) : pLow;
  const bLow = qLarger ? (q << 63) | (qLow >> 1) : qLow;
  const above = a > b || (a == b && aLow >= bLow);
  const low = above ? aLow - bLow : bLow - aLow;
  const distance = above ? a - b - u64(aLow < bLow) : b - a - u64(bLow < aLow);
  if ((distance | low) == 0 && k == 0) return;
  const mean = (a & b) + ((a ^ b) >> 1);
  const lift = <i32>clz(mean);
  const shift = distance == 0 ? 64 + <i32>clz(low) : <i32>clz(distance);
  const difference = distance == 0 ? (low == 0 ? 0 : low << (shift - 64)) : (distance << shift) | ((low >> 1) >> (63 - shift));
  const t = (distance | low) == 0 ? 0 : quotient(difference, mean << lift);
  const scale = shift - lift;
  const double = down(t, scale - 1);
  const correction = correctionOf(double, k == 0, above);
  const e = max(pe, qe);
  if (k == 0) {
    const series = topProduct(t, above ? ONE + (correction >> 1) : ONE - (correction >> 1));
    const up = min(<i32>clz(series), 3);
    add(SUM_TERM, topProduct(difference, series << up), e - shift - scale - up + 1);
    return;
  }
  const near = double + topProduct(double, correction);
  const size = <u64>abs(k);
  // |ln| = whole + fraction * 2^-64
  let whole = upper(size, LN2);
  let fraction = size * LN2;
  if (k > 0 == above) {
    fraction += near;
    whole += u64(fraction < near);
  } else {
    whole -= u64(fraction < near);
    fraction -= near;
  }
  // g = q + p * h, h = ln - 1 or -(|ln| + 1)
  let negative = true;
  if (k < 0) whole += 1;
  else if (whole > 0) {
    whole -= 1;
    negative = false;
  } else fraction = 0 - fraction;
  const px = down(p, e - pe);
  const qx = down(q, e - qe);
  const productLow = px * whole;
  const x = productLow + topProduct(px, fraction);
  const xAbove = upper(whole, px) + u64(x < productLow);
  add(SUM_TERM, negative ? qx - x : qx + x, e);
  if (!negative) add(SUM_TERM, xAbove + u64(qx + x < x), e + 64);
}

/** The same, not inlined. */
function addKlDivOf(p: u64, pLow: u64, pe: i32, q: u64, qLow: u64, qe: i32): void {
  addKlDiv(p, pLow, pe, q, qLow, qe);
}

/** A number of 95 bits: (high + low * 2^-64) * 2^e, the highest bit of high set, the lower 33 of low 0. */
let high: u64 = 0;
let low: u64 = 0;
let exponent: i32 = 0;
const LOW_BITS: u64 = 0xfffffffe00000000;

/** The leading 95 bits of m * 2^e * (timesHigh * 2^32 + timesLow), into the number. */
function multiply(m: u64, e: i32, timesHigh: u64, timesLow: u64): void {
  const up = <i32>clz(m);
  m <<= up;
  const cross = (m & 0xffffffff) * (timesHigh & 0xffffffff);
  const middle = (m >> 32) * (timesHigh & 0xffffffff) + (cross >> 32);
  const other = (m & 0xffffffff) * (timesHigh >> 32) + (middle & 0xffffffff);
  const top = (m >> 32) * (timesHigh >> 32) + (middle >> 32) + (other >> 32);
  const bottom = m * timesHigh;
  // 160 bits: top * 2^96 + bottom * 2^32 + m * timesLow
  const rest = (bottom << 32) + m * timesLow;
  const sum = (bottom >> 32) + upper(timesLow, m) + u64(rest < m * timesLow);
  high = top + (sum >> 32);
  low = sum << 32;
  exponent = e - up + 96;
  if (high < ONE) {
    high = (high << 1) | (low >> 63);
    low = (low << 1) | ((rest >> 63) << 32);
    exponent -= 1;
  }
  low &= LOW_BITS;
}

/** Moves the number down by so many bits, to `exponent`. */
@inline
function lower(by: i32): void {
  if (by <= 0) return;
  low = by < 64 ? (low >> by) | ((high << 1) << (63 - by)) : down(high, by - 64);
  low &= LOW_BITS;
  high = down(high, by);
  exponent += by;
}

/**
 * Adds g(p, m) and g(q, m), m the mean, of pTimes * p * 2^pShift and qTimes * q * 2^qShift; the factors have 96 bits, none
 * fewer.
 */
export function addJensenShannons(count: i32, pShift: i32, qShift: i32, pTimesHigh: u64, pTimesLow: u64, qTimesHigh: u64, qTimesLow: u64): void {
  for (let i = 0; i < count; i++) {
    const p = load<u64>(P + (<usize>i << 3));
    const q = load<u64>(Q + (<usize>i << 3));
    if (p != 0 && q == 0) infiniteCells += 1;
    if ((p | q) == 0) continue;
    multiply(p, load<i32>(P_EXPONENT + (<usize>i << 2)) + pShift, pTimesHigh, pTimesLow);
    const a = high, aLow = low, ae = exponent;
    multiply(q, load<i32>(Q_EXPONENT + (<usize>i << 2)) + qShift, qTimesHigh, qTimesLow);
    const b = high, bLow = low, be = exponent;
    if (p == 0 || q == 0) {
      const alone = p == 0 ? b : a;
      const aloneLow = p == 0 ? bLow : aLow;
      const e = p == 0 ? be : ae;
      addKlDivOf(alone, aloneLow, e, alone, aloneLow, e - 1);
      add(SUM_TERM, alone, e - 1);
      continue;
    }
    // the sum, at the larger exponent
    if (be < ae) lower(ae - be);
    const b1 = high, b1Low = low;
    high = a;
    low = aLow;
    exponent = ae;
    if (ae < be) lower(be - ae);
    low += b1Low;
    const carry = u64(low < b1Low);
    const sum = high + b1 + carry;
    const carried = sum < b1 || (carry == 1 && sum == b1);
    if (carried) {
      low = ((low >> 1) | (sum << 63)) & LOW_BITS;
      high = (sum >> 1) | ONE;
      exponent += 1;
    } else high = sum;
    const m = high, mLow = low, me = exponent - 1;
    addKlDivOf(a, aLow, ae, m, mLow, me);
    addKlDivOf(b, bLow, be, m, mLow, me);
  }
}

/** Adds the terms g(p * 2^pShift, multiplier * q * 2^qShift) of the block that was read. */
@inline
function addTerms(count: i32, pShift: i32, qShift: i32, multiplier: u64, wide: bool): void {
  for (let i = 0; i < count; i++) {
    const p = load<u64>(P + (<usize>i << 3));
    const q = load<u64>(Q + (<usize>i << 3));
    const pe = load<i32>(P_EXPONENT + (<usize>i << 2)) + pShift;
    const qe = load<i32>(Q_EXPONENT + (<usize>i << 2)) + qShift;
    const product = q * multiplier;
    const above = wide ? upper(multiplier, q) : 0;
    if (p != 0 && q != 0) {
      const pz = <i32>clz(p);
      const qz = above == 0 ? <i32>clz(product) : <i32>clz(above) - 64;
      const high = above == 0 ? product << qz : (above << qz) | (product >> -qz);
      if (wide) addKlDivOf(p << pz, 0, pe - pz, high, above == 0 ? 0 : product << qz, qe - qz);
      else addKlDiv(p << pz, 0, pe - pz, high, 0, qe - qz);
    } else if (p != 0) infiniteCells += 1;
    else {
      add(SUM_TERM, product, qe);
      if (wide) add(SUM_TERM, above, qe + 64);
    }
  }
}

/** Adds p * w and p * (k + UNIT) of the block that was read, with ln q = k * ln 2 + w. */
export function addCrossEntropies(count: i32): void {
  for (let i = 0; i < count; i++) {
    const p = load<u64>(P + (<usize>i << 3));
    const q = load<u64>(Q + (<usize>i << 3));
    const pe = load<i32>(P_EXPONENT + (<usize>i << 2));
    if (p != 0 && q != 0) {
      const qz = <i32>clz(q);
      const high = q << qz;
      const larger = high > ((<u64>3) << 62);
      const a = high >> u64(larger);
      const above = a >= ONE;
      const distance = above ? a - ONE : ONE - a;
      const mean = (a & ONE) + ((a ^ ONE) >> 1);
      const lift = <i32>clz(mean);
      const shift = <i32>clz(distance);
      const t = distance == 0 ? 0 : quotient(distance << shift, mean << lift);
      const double = down(t, shift - lift - 1);
      const near = (double + topProduct(double, correctionOf(double, false, above))) >> 1;
      const w = (LN2 >> 1) + (above ? near : 0 - near);
      const pz = <i32>clz(p);
      add(SUM_TERM, topProduct(p << pz, w), pe - pz + 1);
      const k = <u64>(load<i32>(Q_EXPONENT + (<usize>i << 2)) - qz + 62 + i32(larger) + UNIT);
      add(SUM_SECOND, k * p, pe);
      add(SUM_SECOND, upper(k, p), pe + 64);
    } else if (p != 0) infiniteCells += 1;
  }
}

export function addKlDivs(count: i32, pShift: i32, qShift: i32, multiplier: u64): void {
  addTerms(count, pShift, qShift, multiplier, false);
}

/** The same for q of 64-bit integers, which the multiplier may carry beyond 64 bits. */
export function addWideKlDivs(count: i32, pShift: i32, qShift: i32, multiplier: u64): void {
  addTerms(count, pShift, qShift, multiplier, true);
}

/** Sums and counts start anew. */
export function clear(): void {
  clearSums();
  infiniteCells = 0;
}
