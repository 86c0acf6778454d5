// AssemblyScript: exact terms of a block of cells. Twin: src/terms/exact/term.ts, of which it computes the same integers.
import { P, P_EXPONENT, Q, Q_EXPONENT, SUM_SECOND, SUM_TERM, UNIT, add, clearSums, setWeight } from "./blocks.as";
import { LN2, ONE, correctionOf, down, quotient, topProduct, upper, upper64 } from "./integers.as";

export { addTotals, invalidCount, invalidFirst, pRaw, qRaw, readP, readQ, sumP, sumQ, sumSecond, sumTerm, weights, words } from "./blocks.as";

/** Cells with p > 0 where q = 0; for Jeffreys' divergence also those with q > 0 where p = 0. */
export let infiniteCells: i32 = 0;

/** Adds g(p, q) of p = (p + pLow * 2^-64) * 2^pe with 2^63 <= p, and of such a q. */
@inline
function addKlDiv(sum: usize, p: u64, pLow: u64, pe: i32, q: u64, qLow: u64, qe: i32): void {
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
    add(sum, topProduct(difference, series << up), e - shift - scale - up + 1);
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
  add(sum, negative ? qx - x : qx + x, e);
  if (!negative) add(sum, xAbove + u64(qx + x < x), e + 64);
}

/** The same, not inlined. */
function addKlDivOf(sum: usize, p: u64, pLow: u64, pe: i32, q: u64, qLow: u64, qe: i32): void {
  addKlDiv(sum, p, pLow, pe, q, qLow, qe);
}

/** A number of 127 bits: (high + low * 2^-64) * 2^e, the highest bit of high set, the lowest of low 0. */
let high: u64 = 0;
let low: u64 = 0;
let exponent: i32 = 0;
const LOW_BITS: u64 = 0xfffffffffffffffe;

/** The leading 127 bits of m * 2^e * (timesHigh * 2^64 + timesLow), into the number. */
@inline
function multiply(m: u64, e: i32, timesHigh: u64, timesLow: u64): void {
  const up = <i32>clz(m);
  m <<= up;
  const middle = m * timesHigh;
  low = upper64(m, timesLow) + middle;
  high = upper64(m, timesHigh) + u64(low < middle);
  exponent = e - up + 128;
  if (high < ONE) {
    high = (high << 1) | (low >> 63);
    low = (low << 1) | ((m * timesLow) >> 63);
    exponent -= 1;
  }
  low &= LOW_BITS;
}

/** Moves the number down by so many bits, to `exponent`. */
@inline
function lower(by: i32): void {
  if (by <= 0) return;
  low = (by < 64 ? (low >> by) | ((high << 1) << (63 - by)) : down(high, by - 64)) & LOW_BITS;
  high = down(high, by);
  exponent += by;
}

/** Adds g(p, m) and g(q, m), m the mean, of a = (a + aLow * 2^-64) * 2^ae and such a b. */
function addJensenShannon(a: u64, aLow: u64, ae: i32, b: u64, bLow: u64, be: i32): void {
  if ((a == 0) || (b == 0)) {
    const alone = a | b;
    const e = a == 0 ? be : ae;
    addKlDivOf(SUM_TERM, alone, aLow | bLow, e, alone, aLow | bLow, e - 1);
    add(SUM_TERM, alone, e - 1);
    return;
  }
  alignSmaller(a, aLow, ae, b, bLow, be);
  // the larger, and the smaller at its exponent
  const more = ae < be ? b : a;
  low += ae < be ? bLow : aLow;
  const carry = u64(low < (ae < be ? bLow : aLow));
  const sum = high + more + carry;
  const carried = sum < more || (carry == 1 && sum == more);
  if (carried) {
    low = ((low >> 1) | (sum << 63)) & LOW_BITS;
    high = (sum >> 1) | ONE;
    exponent += 1;
  } else high = sum;
  const m = high, mLow = low, me = exponent - 1;
  addKlDivOf(SUM_TERM, a, aLow, ae, m, mLow, me);
  addKlDivOf(SUM_TERM, b, bLow, be, m, mLow, me);
}

/** The one with the smaller exponent, at the other's, into the number. */
@inline
function alignSmaller(a: u64, aLow: u64, ae: i32, b: u64, bLow: u64, be: i32): void {
  high = ae < be ? a : b;
  low = ae < be ? aLow : bLow;
  exponent = min(ae, be);
  lower(abs(ae - be));
}

/** Adds the halves of |a - b|. */
function addTotalVariation(a: u64, aLow: u64, ae: i32, b: u64, bLow: u64, be: i32): void {
  if (a == 0) ae = be;
  if (b == 0) be = ae;
  alignSmaller(a, aLow, ae, b, bLow, be);
  const more = ae < be ? b : a;
  const moreLow = ae < be ? bLow : aLow;
  const larger = more > high || (more == high && moreLow >= low);
  add(SUM_TERM, larger ? more - high - u64(moreLow < low) : high - more - u64(low < moreLow), exponent);
  add(SUM_SECOND, larger ? moreLow - low : low - moreLow, exponent - 64);
}

/** Terms of cells that are multiplied, in the order of `MULTIPLIED` in wasm.ts. */
const KL: i32 = 0;
const JEFFREYS: i32 = 1;
const TOTAL_VARIATION: i32 = 3;

/** Adds terms of pTimes * p * 2^pShift and qTimes * q * 2^qShift; the factors have 128 bits, none fewer. */
export function addOfMultiplied(term: i32, count: i32, pShift: i32, qShift: i32, pTimesHigh: u64, pTimesLow: u64, qTimesHigh: u64, qTimesLow: u64): void {
  for (let i = 0; i < count; i++) {
    const p = load<u64>(P + (<usize>i << 3));
    const q = load<u64>(Q + (<usize>i << 3));
    if ((p | q) == 0 || setWeight(i) == 0) continue;
    if (q == 0 || (p == 0 && term == JEFFREYS)) infiniteCells += 1;
    let a: u64 = 0, aLow: u64 = 0, ae: i32 = 0, b: u64 = 0, bLow: u64 = 0, be: i32 = 0;
    if (p != 0) {
      multiply(p, load<i32>(P_EXPONENT + (<usize>i << 2)) + pShift, pTimesHigh, pTimesLow);
      a = high, aLow = low, ae = exponent;
    }
    if (q != 0) {
      multiply(q, load<i32>(Q_EXPONENT + (<usize>i << 2)) + qShift, qTimesHigh, qTimesLow);
      b = high, bLow = low, be = exponent;
    }
    if (term == TOTAL_VARIATION) addTotalVariation(a, aLow, ae, b, bLow, be);
    else if (term > JEFFREYS) addJensenShannon(a, aLow, ae, b, bLow, be);
    else if (p != 0 && q != 0) {
      addKlDivOf(SUM_TERM, a, aLow, ae, b, bLow, be);
      if (term == JEFFREYS) addKlDivOf(SUM_SECOND, b, bLow, be, a, aLow, ae);
    } else if (p == 0 && term == KL) add(SUM_TERM, b, be);
  }
}

/** Adds the terms g(p, q) of the block that was read, and with `reverse` those of both swapped. */
@inline
function addTerms(count: i32, reverse: bool): void {
  for (let i = 0; i < count; i++) {
    const p = load<u64>(P + (<usize>i << 3));
    const q = load<u64>(Q + (<usize>i << 3));
    if (setWeight(i) == 0) continue;
    const pe = load<i32>(P_EXPONENT + (<usize>i << 2));
    const qe = load<i32>(Q_EXPONENT + (<usize>i << 2));
    if (p != 0 && q != 0) {
      const pz = <i32>clz(p), qz = <i32>clz(q);
      if (!reverse) addKlDiv(SUM_TERM, p << pz, 0, pe - pz, q << qz, 0, qe - qz);
      else {
        addKlDivOf(SUM_TERM, p << pz, 0, pe - pz, q << qz, 0, qe - qz);
        addKlDivOf(SUM_SECOND, q << qz, 0, qe - qz, p << pz, 0, pe - pz);
      }
    } else if (p != 0 || (reverse && q != 0)) infiniteCells += 1;
    else add(SUM_TERM, q, qe);
  }
}

/** Adds p * w and p * (k + UNIT) of the block that was read, with ln q = k * ln 2 + w. */
export function addCrossEntropies(count: i32): void {
  for (let i = 0; i < count; i++) {
    const p = load<u64>(P + (<usize>i << 3));
    const q = load<u64>(Q + (<usize>i << 3));
    const pe = load<i32>(P_EXPONENT + (<usize>i << 2));
    if (setWeight(i) == 0) continue;
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

export function addKlDivs(count: i32): void {
  addTerms(count, false);
}

export function addJeffreys(count: i32): void {
  addTerms(count, true);
}

/** Sums and counts start anew. */
export function clear(): void {
  clearSums();
  infiniteCells = 0;
}
