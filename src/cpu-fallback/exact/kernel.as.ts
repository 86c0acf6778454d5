// AssemblyScript: exact terms and sums in 64-bit integers, a block of cells at a time. Twin: src/terms/exact/term.ts, of which
// it computes the same integers; the comments there say why. Numbers are m * 2^e.

/** Cells a block holds. */
const BLOCK: i32 = 1024;
/** Bits below 1 that the sums keep. */
const UNIT: i32 = 1216;
/** Words of 32 bits in a sum, each in a counter of 64: 2^31 additions fit. */
const WORDS: i32 = 76;

const LN2: u64 = 12786308645202655659;
const ONE: u64 = 1 << 63;

const P_RAW: usize = memory.data(8 * BLOCK, 16);
const Q_RAW: usize = memory.data(8 * BLOCK, 16);
const P: usize = memory.data(8 * BLOCK, 16);
const Q: usize = memory.data(8 * BLOCK, 16);
const P_EXPONENT: usize = memory.data(4 * BLOCK, 16);
const Q_EXPONENT: usize = memory.data(4 * BLOCK, 16);
const SUM_P: usize = memory.data(8 * WORDS, 16);
const SUM_Q: usize = memory.data(8 * WORDS, 16);
const SUM_TERM: usize = memory.data(8 * WORDS, 16);
const SUM_SECOND: usize = memory.data(8 * WORDS, 16);

export const block: i32 = BLOCK;
export const pRaw: i32 = <i32>P_RAW;
export const qRaw: i32 = <i32>Q_RAW;
export const sumP: i32 = <i32>SUM_P;
export const sumQ: i32 = <i32>SUM_Q;
export const sumTerm: i32 = <i32>SUM_TERM;
export const sumSecond: i32 = <i32>SUM_SECOND;
export const words: i32 = WORDS;
/** Cells with p > 0 where q = 0. */
export let infiniteCells: i32 = 0;
/** Entries of the last block that are negative, NaN or infinite, and the first of them. */
export let invalidCount: i32 = 0;
export let invalidFirst: i32 = 0;

// @ts-ignore: decorator
@inline
function add(sum: usize, m: u64, e: i32): void {
  let position = e + UNIT;
  if (position < 0) {
    m = position > -64 ? m >> -position : 0;
    position = 0;
  }
  const at = sum + (<usize>(position >> 5) << 3);
  const shift = <u64>(position & 31);
  const low = m << shift;
  store<u64>(at, load<u64>(at) + (low & 0xffffffff));
  store<u64>(at, load<u64>(at, 8) + (low >> 32), 8);
  store<u64>(at, load<u64>(at, 16) + ((m >> 32) >> (32 - shift)), 16);
}

// @ts-ignore: decorator
@inline
function topProduct(a: u64, b: u64): u64 {
  const aHigh = a >> 32, aLow = a & 0xffffffff, bHigh = b >> 32, bLow = b & 0xffffffff;
  return aHigh * bHigh + ((aHigh * bLow) >> 32) + ((aLow * bHigh) >> 32);
}

/** Bits 64 and up of a * b for a below 2^32. */
// @ts-ignore: decorator
@inline
function upper(a: u64, b: u64): u64 {
  return (a * (b >> 32) + ((a * (b & 0xffffffff)) >> 32)) >> 32;
}

// @ts-ignore: decorator
@inline
function reciprocal(d: u64): u64 {
  const high = <i64>(d >> 32);
  const x = (high >> 16) + 1;
  let r: i64 = 92521 - ((x * 61681) >> 16);
  r += (r * (((1 << 31) - r * x) >> 15)) >> 16;
  r += (r * (((1 << 31) - r * x) >> 8)) >> 23;
  const e: i64 = (1 << 44) - r * (high >> 3) - ((r * (2 * (high & 7) + 1)) >> 4);
  const e16 = e >> 16;
  const step = r * e16 + ((r * (e & 0xffff)) >> 16) + ((r * ((e16 * e16) >> 16)) >> 12);
  return <u64>((r << 16) + (step >> 12) - 1);
}

// @ts-ignore: decorator
@inline
function quotient(n: u64, d: u64): u64 {
  const r = reciprocal(d);
  const first = ((n >> 32) * r) >> 32;
  const firstLow = first * d;
  const restLow = (n << 31) - firstLow;
  const restHigh = (n >> 33) - upper(first, d) - u64((n << 31) < firstLow);
  const second = (((restHigh << 30) | (restLow >> 34)) * r) >> 32;
  const secondLow = second * d;
  const low = (restLow << 29) - secondLow;
  const high = ((restHigh << 29) | (restLow >> 35)) - upper(second, d) - u64((restLow << 29) < secondLow);
  const third = (((high << 13) | (low >> 51)) * (r >> 16)) >> 25;
  return (first << 32) + (second << 3) + third;
}

// @ts-ignore: decorator
@inline
function tail(z: u64): u64 {
  const high = z >> 32;
  let small: u64 = 1967722795 + ((2289130645 * high) >> 32);
  small = 2293780105 + ((small * high) >> 32);
  small = 2642950867 + ((small * high) >> 32);
  let b: u64 = 1676977858975367664 + topProduct(small << 29, z);
  b = 2049638217946488879 + topProduct(b, z);
  b = 2635249153456137698 + topProduct(b, z);
  b = 3689348814741763248 + topProduct(b, z);
  return 6148914691236517257 + topProduct(b, z);
}

// @ts-ignore: decorator
@inline
function down(m: u64, by: i32): u64 {
  return by > 63 ? 0 : m >> by;
}

/** t^2 * B(t^2) or, for both powers, (t + t^2) * B(t^2), from 2|t|; all in units of 2^-64. */
// @ts-ignore: decorator
@inline
function correctionOf(double: u64, both: bool, above: bool): u64 {
  const square = topProduct(double, double) >> 2;
  const argument = both ? (above ? (double >> 1) + square : (double >> 1) - square) : square;
  return topProduct(argument, tail(square));
}

/** Adds g(p, q) of p = (p + pLow * 2^-64) * 2^pe with 2^63 <= p, and of such a q. */
// @ts-ignore: decorator
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
// @ts-ignore: decorator
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

// @ts-ignore: decorator
@inline
function reject(at: i32): void {
  if (invalidCount == 0) invalidFirst = at;
  invalidCount += 1;
}

function decodeFloat64(raw: usize, m: usize, e: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const bits = load<u64>(raw + (<usize>i << 3));
    const field = <i32>(bits >> 52);
    let mantissa = bits & 0xfffffffffffff;
    if (field != 0 && field < 0x7ff) mantissa |= 0x10000000000000;
    else if (field != 0) {
      if (bits != ONE) reject(i);
      mantissa = 0;
    }
    store<u64>(m + (<usize>i << 3), mantissa);
    store<i32>(e + (<usize>i << 2), max(field, 1) - 1075);
  }
}

function decodeFloat32(raw: usize, m: usize, e: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const bits = load<u32>(raw + (<usize>i << 2));
    const field = <i32>(bits >> 23);
    let mantissa = bits & 0x7fffff;
    if (field != 0 && field < 0xff) mantissa |= 0x800000;
    else if (field != 0) {
      if (bits != 0x80000000) reject(i);
      mantissa = 0;
    }
    store<u64>(m + (<usize>i << 3), mantissa);
    store<i32>(e + (<usize>i << 2), max(field, 1) - 150);
  }
}

function decodeFloat16(raw: usize, m: usize, e: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const bits = <u32>load<u16>(raw + (<usize>i << 1));
    const field = <i32>(bits >> 10);
    let mantissa = bits & 0x3ff;
    if (field != 0 && field < 0x1f) mantissa |= 0x400;
    else if (field != 0) {
      if (bits != 0x8000) reject(i);
      mantissa = 0;
    }
    store<u64>(m + (<usize>i << 3), mantissa);
    store<i32>(e + (<usize>i << 2), max(field, 1) - 25);
  }
}

// @ts-ignore: decorator
@inline
function decodeInteger<T>(raw: usize, m: usize, e: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const value = load<T>(raw + <usize>i * sizeof<T>());
    if (isSigned<T>() && value < 0) reject(i);
    store<u64>(m + (<usize>i << 3), isSigned<T>() && value < 0 ? 0 : <u64>value);
    store<i32>(e + (<usize>i << 2), 0);
  }
}

/** Element types in the order of `KINDS` in wasm.ts. */
function decode(kind: i32, raw: usize, m: usize, e: usize, count: i32): void {
  switch (kind) {
    case 0: decodeFloat64(raw, m, e, count); break;
    case 1: decodeFloat32(raw, m, e, count); break;
    case 2: decodeFloat16(raw, m, e, count); break;
    case 3: decodeInteger<u8>(raw, m, e, count); break;
    case 4: decodeInteger<u16>(raw, m, e, count); break;
    case 5: decodeInteger<u32>(raw, m, e, count); break;
    case 6: decodeInteger<u64>(raw, m, e, count); break;
    case 7: decodeInteger<i8>(raw, m, e, count); break;
    case 8: decodeInteger<i16>(raw, m, e, count); break;
    case 9: decodeInteger<i32>(raw, m, e, count); break;
    default: decodeInteger<i64>(raw, m, e, count);
  }
}

/** Reads a block of p; `invalidCount` and `invalidFirst` tell what it holds that is negative, NaN or infinite. */
export function readP(kind: i32, count: i32): void {
  invalidCount = 0;
  decode(kind, P_RAW, P, P_EXPONENT, count);
}

export function readQ(kind: i32, count: i32): void {
  invalidCount = 0;
  decode(kind, Q_RAW, Q, Q_EXPONENT, count);
}

/** Adds the block that was read to the sums of p and of q. */
export function addTotals(count: i32): void {
  for (let i = 0; i < count; i++) {
    add(SUM_P, load<u64>(P + (<usize>i << 3)), load<i32>(P_EXPONENT + (<usize>i << 2)));
    add(SUM_Q, load<u64>(Q + (<usize>i << 3)), load<i32>(Q_EXPONENT + (<usize>i << 2)));
  }
}

/** Adds the terms g(p * 2^pShift, multiplier * q * 2^qShift) of the block that was read. */
// @ts-ignore: decorator
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
  memory.fill(SUM_P, 0, 8 * WORDS);
  memory.fill(SUM_Q, 0, 8 * WORDS);
  memory.fill(SUM_TERM, 0, 8 * WORDS);
  memory.fill(SUM_SECOND, 0, 8 * WORDS);
  infiniteCells = 0;
}
