// AssemblyScript: sums over some logits of a row, two at a time in doubles. Twin: ../logits.ts, where the comments say why.
// Coefficients by docs/scripts/polynomial.py, to 2^-53.4.
import { madd64 } from "./logarithms.as";

/** Logits that are there at once. */
const COUNT = 2048;
/** Of doubles, or of singles in their first half. */
export const a = memory.data(COUNT * 8, 16);
export const b = memory.data(COUNT * 8, 16);
/** The largest of a and b, whether all are right, and whether all that are something are above `FARTHEST`; or the sums of p, q, p - q and the term, the cells that q alone lacks, and whether some cell is the largest of both. */
export const sums = memory.data(6 * 8, 16);

/** Stands for -Infinity, so that nothing becomes NaN. */
const NOTHING = -1e300;
/** What is below, but for -Infinity, is for the loops of the twin. */
const FARTHEST = -1e50;
const NEAR = 0.5;
/** Below, p is taken for 0: it would be subnormal. */
const LEAST = -708.0;
/** 1.5·2^52. */
const ROUND = 6755399441055744.0;

@inline
function pairAt<From>(at: usize, i: i32): v128 {
  return sizeof<From>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(at + (<usize>i << 2))) : v128.load(at + (<usize>i << 3));
}

@inline
function two(z: v128, d: f64, c: f64): v128 {
  return madd64(z, f64x2.splat(d), f64x2.splat(c));
}

/** E(r), e^r = 1 + r + r²·E(r), |r| ≤ ½: of singles to 2^-35.7, of doubles to 2^-52.4 of itself. */
@inline
function expTail<From>(r: v128): v128 {
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  if (sizeof<From>() == 4) {
    const less = madd64(r2, two(r, 0.008333333431502386, 0.041666667747145766), two(r, 0.1666666666658997, 0.49999999999155825));
    return madd64(r4, madd64(r2, two(r, 2.7682856169452262e-06, 2.493973330013098e-05), two(r, 0.00019841073556216572, 0.0013888672862062655)), less);
  }
  const low = madd64(r2, two(r, 0.008333333333198127, 0.04166666666666679), two(r, 0.16666666666666835, 0.5));
  const middle = madd64(r2, two(r, 2.755704244819296e-06, 2.480158751780227e-05), two(r, 0.00019841270144086635, 0.0013888888888792352));
  const high = madd64(r2, f64x2.splat(2.095576228949441e-09), two(r, 2.5162744626460177e-08, 2.755712159501279e-07));
  return madd64(r4, madd64(r4, high, middle), low);
}

/** e^x for x ≤ 0. */
@inline
function exp<From>(x: v128): v128 {
  const near = f64x2.pmax(f64x2.splat(LEAST), x);
  // the sum's last bits are the nearest integer
  const shifted = f64x2.add(f64x2.mul(near, f64x2.splat(1.4426950408889634)), f64x2.splat(ROUND));
  const k = f64x2.sub(shifted, f64x2.splat(ROUND));
  // ln 2 in two parts: k times the first is exact
  const r = f64x2.sub(f64x2.sub(near, f64x2.mul(k, f64x2.splat(0.6931471803691238))), f64x2.mul(k, f64x2.splat(1.9082149292705877e-10)));
  const power = i64x2.add(i64x2.shl(shifted, 52), i64x2.splat(0x3ff0000000000000));
  const value = f64x2.mul(power, f64x2.add(f64x2.splat(1), madd64(f64x2.mul(r, r), expTail<From>(r), r)));
  return v128.andnot(value, f64x2.lt(x, f64x2.splat(LEAST)));
}

function maxima<From>(count: i32): void {
  const infinity = f64x2.splat(Infinity);
  let mostA = f64x2.splat(-Infinity);
  let mostB = mostA;
  let right = i64x2.splat(-1);
  let near = right;
  const least = f64x2.splat(FARTHEST);
  const nothing = f64x2.splat(-Infinity);
  for (let i = 0; i < count; i += 2) {
    const x = pairAt<From>(a, i);
    const y = pairAt<From>(b, i);
    mostA = f64x2.pmax(mostA, x);
    mostB = f64x2.pmax(mostB, y);
    right = v128.and(right, v128.and(f64x2.lt(x, infinity), f64x2.lt(y, infinity)));
    // singles are never so far
    if (sizeof<From>() == 8) near = v128.and(near, v128.and(v128.or(f64x2.gt(x, least), f64x2.eq(x, nothing)), v128.or(f64x2.gt(y, least), f64x2.eq(y, nothing))));
  }
  store<f64>(sums, max(f64x2.extract_lane(mostA, 0), f64x2.extract_lane(mostA, 1)));
  store<f64>(sums + 8, max(f64x2.extract_lane(mostB, 0), f64x2.extract_lane(mostB, 1)));
  store<f64>(sums + 16, i64x2.all_true(right) ? 1 : 0);
  store<f64>(sums + 24, i64x2.all_true(near) ? 1 : 0);
}

@inline
function both(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** Cells of which a is something and b nothing. */
function lacking<From>(first: i32, end: i32): i32 {
  let count = 0;
  const nothing = f64x2.splat(NOTHING);
  for (let i = first; i < end; i += 2) count += popcnt(i64x2.bitmask(v128.and(f64x2.lt(pairAt<From>(b, i), nothing), f64x2.ge(pairAt<From>(a, i), nothing))));
  return count;
}

function addUp<From>(first: i32, end: i32, mostA: f64, mostB: f64, scale: f64, isCross: bool): void {
  const A = f64x2.splat(mostA);
  const B = f64x2.splat(mostB);
  const shift = f64x2.splat(mostA - mostB);
  const factor = f64x2.splat(scale);
  const nothing = f64x2.splat(NOTHING);
  let p = f64x2.splat(0);
  let q = p;
  let d = p;
  let terms = p;
  let lacks = p;
  let agrees = p;
  for (let i = first; i < end; i += 2) {
    const rawA = pairAt<From>(a, i);
    const rawB = pairAt<From>(b, i);
    const x = f64x2.pmax(nothing, rawA);
    const y = f64x2.pmax(nothing, rawB);
    lacks = v128.or(lacks, f64x2.lt(rawB, nothing));
    agrees = v128.or(agrees, v128.and(f64x2.eq(x, A), f64x2.eq(y, B)));
    const ofP = exp<From>(f64x2.mul(f64x2.sub(x, A), factor));
    const e = f64x2.mul(f64x2.sub(f64x2.sub(x, y), shift), factor);
    const isNear = f64x2.le(f64x2.abs(e), f64x2.splat(NEAR));
    const tail = f64x2.mul(f64x2.mul(e, e), expTail<From>(f64x2.neg(e)));
    let difference = f64x2.mul(ofP, f64x2.sub(e, tail));
    let term = f64x2.mul(ofP, tail);
    const down = f64x2.mul(f64x2.sub(y, B), factor);
    if (!i64x2.all_true(isNear)) {
      const far = f64x2.sub(ofP, exp<From>(down));
      difference = v128.bitselect(difference, far, isNear);
      term = v128.bitselect(term, f64x2.sub(f64x2.mul(ofP, e), far), isNear);
    }
    p = f64x2.add(p, ofP);
    q = f64x2.add(q, f64x2.sub(ofP, difference));
    d = f64x2.add(d, difference);
    terms = isCross ? f64x2.sub(terms, f64x2.mul(ofP, down)) : f64x2.add(terms, term);
  }
  store<f64>(sums, both(p));
  store<f64>(sums + 8, both(q));
  store<f64>(sums + 16, both(d));
  store<f64>(sums + 24, both(terms));
  store<f64>(sums + 32, v128.any_true(lacks) ? <f64>lacking<From>(first, end) : 0);
  store<f64>(sums + 40, v128.any_true(agrees) ? 1 : 0);
}

/** Of `count` logits, an even number, what `sums` says of the largest. */
export function largest(singles: bool, count: i32): void {
  if (singles) maxima<f32>(count);
  else maxima<f64>(count);
}

/** And of the sums of those from `first` to before `end`, both even, A and B known. */
export function sum(singles: bool, first: i32, end: i32, mostA: f64, mostB: f64, scale: f64, isCross: bool): void {
  if (singles) addUp<f32>(first, end, mostA, mostB, scale, isCross);
  else addUp<f64>(first, end, mostA, mostB, scale, isCross);
}
