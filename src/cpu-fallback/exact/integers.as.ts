// AssemblyScript: 64-bit integers as the formulas of src/terms/exact/term.ts need them; the comments there say why.

/** ln 2 in units of 2^-64. */
export const LN2: u64 = 12786308645202655659;
export const ONE: u64 = 1 << 63;

@inline
export function topProduct(a: u64, b: u64): u64 {
  const aHigh = a >> 32, aLow = a & 0xffffffff, bHigh = b >> 32, bLow = b & 0xffffffff;
  return aHigh * bHigh + ((aHigh * bLow) >> 32) + ((aLow * bHigh) >> 32);
}

/** Bits 64 and up of a * b. */
@inline
export function upper64(a: u64, b: u64): u64 {
  const aHigh = a >> 32, aLow = a & 0xffffffff, bHigh = b >> 32, bLow = b & 0xffffffff;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const cross = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (cross >> 32);
}

/** Bits 64 and up of a * b for a below 2^32. */
@inline
export function upper(a: u64, b: u64): u64 {
  return (a * (b >> 32) + ((a * (b & 0xffffffff)) >> 32)) >> 32;
}

@inline
export function reciprocal(d: u64): u64 {
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

@inline
export function quotient(n: u64, d: u64): u64 {
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

@inline
export function tail(z: u64): u64 {
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

@inline
export function down(m: u64, by: i32): u64 {
  return by > 63 ? 0 : m >> by;
}

/** t^2 * B(t^2) or, for both powers, (t + t^2) * B(t^2), from 2|t|; all in units of 2^-64. */
@inline
export function correctionOf(double: u64, both: bool, above: bool): u64 {
  const square = topProduct(double, double) >> 2;
  const argument = both ? (above ? (double >> 1) + square : (double >> 1) - square) : square;
  return topProduct(argument, tail(square));
}
