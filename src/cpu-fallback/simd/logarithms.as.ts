// AssemblyScript: logarithms of four singles or two doubles at a time. Twin: src/terms/log.ts, where the comments say why.
// Coefficients by docs/scripts/polynomial.py: of singles to 2^-22.7, of doubles to 2^-53.7.

@inline
export function madd32(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

@inline
export function madd64(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(a, b, c) : f64x2.add(f64x2.mul(a, b), c);
}

/** c + z·d in places `c` and `d` of a polynomial. */
@inline
function two32(z: v128, d: f32, c: f32): v128 {
  return madd32(z, f32x4.splat(d), f32x4.splat(c));
}

@inline
function two64(z: v128, d: f64, c: f64): v128 {
  return madd64(z, f64x2.splat(d), f64x2.splat(c));
}

/** B(z), where atanh(t) = t + t³·B(t²) and |t| ≤ 1/3; powers of two at a time, so that few additions wait for each other. */
@inline
export function atanhTail32(z: v128): v128 {
  return madd32(f32x4.mul(z, z), two32(z, 0.13425749011418575, 0.1411830990265524), two32(z, 0.20003780322455603, 0.33333320168349617));
}

@inline
export function atanhTail64(z: v128): v128 {
  const z2 = f64x2.mul(z, z);
  const z4 = f64x2.mul(z2, z2);
  const low = madd64(z2, two64(z, 0.11111111358713932, 0.1428571428355438), two64(z, 0.20000000000007292, 0.3333333333333333));
  const middle = madd64(z2, two64(z, 0.06000536404795356, 0.06657072104827468), two64(z, 0.07692785032479312, 0.09090894718066429));
  return madd64(f64x2.mul(z4, z4), two64(z, 0.08082022805971767, 0.04400369243072337), madd64(z4, middle, low));
}

/** log2 of a ratio from the difference of its two numbers' bits: towards zero, in units of the last place. */
@inline
export function exponent32(difference: v128): v128 {
  return v128.and(i32x4.add(difference, v128.and(i32x4.shr_s(difference, 31), i32x4.splat(0x7fffff))), i32x4.splat(0xff800000));
}

/** The same of doubles by their high words; the low ones come out as 0. */
@inline
export function exponent64(difference: v128): v128 {
  return v128.and(i32x4.add(difference, v128.and(i32x4.shr_s(difference, 31), i32x4.splat(0xfffff))), i32x4(0, 0xfff00000, 0, 0xfff00000));
}

/** An exponent of `exponent32`, times ln 2. */
@inline
export function timesLn2(k: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(k), f32x4.splat(8.262958294867817e-8));
}

/** High words as doubles. */
@inline
export function highWords(x: v128): v128 {
  return f64x2.convert_low_i32x4_s(i8x16.shuffle(x, x, 4, 5, 6, 7, 12, 13, 14, 15, 4, 5, 6, 7, 12, 13, 14, 15));
}

/** ln x of normal numbers. */
@inline
export function ln32(x: v128): v128 {
  const one = f32x4.splat(1);
  const k = exponent32(i32x4.sub(x, one));
  const m = i32x4.sub(x, k);
  const t = f32x4.div(f32x4.sub(m, one), f32x4.add(m, one));
  const z = f32x4.mul(t, t);
  const twice = f32x4.add(t, t);
  return f32x4.add(timesLn2(k), madd32(twice, f32x4.mul(z, atanhTail32(z)), twice));
}

@inline
export function ln64(x: v128): v128 {
  const one = f64x2.splat(1);
  const k = exponent64(i32x4.sub(x, one));
  const m = i32x4.sub(x, k);
  return lnOf64(k, f64x2.sub(m, one), m);
}

/** ln(1 − x) of x ≤ 1, or of what is `least`, where that is more. */
@inline
export function ln64Less(x: v128, least: v128): v128 {
  const one = f64x2.splat(1);
  const rest = f64x2.pmax(f64x2.sub(one, x), least);
  const k = exponent64(i32x4.sub(rest, one));
  const m = i32x4.sub(rest, k);
  // 1 − x may be rounded, but for x it is there itself
  return lnOf64(k, v128.bitselect(f64x2.neg(x), f64x2.sub(m, one), f64x2.eq(m, rest)), m);
}

/** ln(2^k·m), with m − 1. */
@inline
function lnOf64(k: v128, difference: v128, m: v128): v128 {
  const t = f64x2.div(difference, f64x2.add(m, f64x2.splat(1)));
  const z = f64x2.mul(t, t);
  const twice = f64x2.add(t, t);
  // ln 2 in two parts, the first with 33 bits: k times that is exact
  const ofExponent = highWords(k);
  const near = madd64(twice, f64x2.mul(z, atanhTail64(z)), twice);
  return madd64(ofExponent, f64x2.splat(6.610366634074438e-7), madd64(ofExponent, f64x2.splat(1.8198155682283284e-16), near));
}
