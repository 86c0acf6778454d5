// AssemblyScript: sums over some logits of a row, two at a time in doubles, four in singles. Twin: ../logits.ts, where the comments say why.
// Coefficients by docs/scripts/polynomial.py: of singles (`expm1`) to 2^-24.3.
import { bothLanes, halves } from "./lanes.as";
import { exp, expTail } from "./exponential.as";
import { madd32 } from "./logarithms.as";

/** Logits that are there at once. */
const COUNT = 2048;
/** Of doubles, or of singles in their first half. */
export const a = memory.data(COUNT * 8, 16);
export const b = memory.data(COUNT * 8, 16);
/** The largest of a and b, whether all are right, and whether all that are something are above `FARTHEST`; or the sums of p, q, p - q and the term, the cells that q alone lacks, whether some cell is the largest of both, and of singles the largest ln(p/q). */
export const sums = memory.data(7 * 8, 16);

/** Stands for -Infinity, so that nothing becomes NaN. */
const NOTHING = -1e300;
/** What is below, but for -Infinity, is for the loops of the twin. */
const FARTHEST = -1e50;
const NEAR = 0.5;
@inline
function pairAt<From>(at: usize, i: i32): v128 {
  return sizeof<From>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(at + (<usize>i << 2))) : v128.load(at + (<usize>i << 3));
}

function maxima(count: i32): void {
  const infinity = f64x2.splat(Infinity);
  let mostA = f64x2.splat(-Infinity);
  let mostB = mostA;
  let right = i64x2.splat(-1);
  let near = right;
  const least = f64x2.splat(FARTHEST);
  const nothing = f64x2.splat(-Infinity);
  for (let i = 0; i < count; i += 2) {
    const x = pairAt<f64>(a, i);
    const y = pairAt<f64>(b, i);
    mostA = f64x2.pmax(mostA, x);
    mostB = f64x2.pmax(mostB, y);
    right = v128.and(right, v128.and(f64x2.lt(x, infinity), f64x2.lt(y, infinity)));
    near = v128.and(near, v128.and(v128.or(f64x2.gt(x, least), f64x2.eq(x, nothing)), v128.or(f64x2.gt(y, least), f64x2.eq(y, nothing))));
  }
  store<f64>(sums, max(f64x2.extract_lane(mostA, 0), f64x2.extract_lane(mostA, 1)));
  store<f64>(sums + 8, max(f64x2.extract_lane(mostB, 0), f64x2.extract_lane(mostB, 1)));
  store<f64>(sums + 16, i64x2.all_true(right) ? 1 : 0);
  store<f64>(sums + 24, i64x2.all_true(near) ? 1 : 0);
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
  store<f64>(sums, bothLanes(p));
  store<f64>(sums + 8, bothLanes(q));
  store<f64>(sums + 16, bothLanes(d));
  store<f64>(sums + 24, bothLanes(terms));
  store<f64>(sums + 32, v128.any_true(lacks) ? <f64>lacking<From>(first, end) : 0);
  store<f64>(sums + 40, v128.any_true(agrees) ? 1 : 0);
}

/** Singles: what is not finite, and what is below and finite; the latter is for the loops of the twin. */
const NOTHING_32: f32 = -1e30;
const FARTHEST_32: f32 = -1e29;

function maxima32(count: i32): void {
  const infinity = f32x4.splat(Infinity);
  const nothing = f32x4.splat(-Infinity);
  const least = f32x4.splat(FARTHEST_32);
  let mostA = nothing;
  let mostB = nothing;
  let right = i32x4.splat(-1);
  let near = right;
  for (let at: usize = 0; at < <usize>count << 2; at += 16) {
    const x = v128.load(a + at);
    const y = v128.load(b + at);
    mostA = f32x4.pmax(mostA, x);
    mostB = f32x4.pmax(mostB, y);
    right = v128.and(right, v128.and(f32x4.lt(x, infinity), f32x4.lt(y, infinity)));
    near = v128.and(near, v128.and(v128.or(f32x4.gt(x, least), f32x4.eq(x, nothing)), v128.or(f32x4.gt(y, least), f32x4.eq(y, nothing))));
  }
  store<f64>(sums, <f64>largestOf(mostA));
  store<f64>(sums + 8, <f64>largestOf(mostB));
  store<f64>(sums + 16, i32x4.all_true(right) ? 1 : 0);
  store<f64>(sums + 24, i32x4.all_true(near) ? 1 : 0);
}

@inline
function largestOf(x: v128): f32 {
  const two = f32x4.pmax(x, i32x4.shuffle(x, x, 2, 3, 0, 1));
  return max(f32x4.extract_lane(two, 0), f32x4.extract_lane(two, 1));
}

/** Engines build a constant anew each time it is used: from memory it is one load. */
const constants: usize = memory.data<f32>([
  0.5, 0.16666697290860036, 0.04166669720983583, 0.008330886168859982, 0.0013886447740821483, 0.00020329041909457663, 2.528843489939624e-05,
  -87, 1.4426950408889634, 12582912, 0.693145752, 1.428606765e-6, 1,
], 16);

@inline
function constant(i: i32): v128 {
  return v128.load32_splat(constants + (<usize>i << 2));
}

/** E(r), of e^r = 1 + r + r²·E(r), |r| ≤ 1. */
@inline
function expTail32(r: v128): v128 {
  const r2 = f32x4.mul(r, r);
  const low = madd32(r2, madd32(r, constant(3), constant(2)), madd32(r, constant(1), constant(0)));
  return madd32(f32x4.mul(r2, r2), madd32(r2, constant(6), madd32(r, constant(5), constant(4))), low);
}

/** What a difference x − y of singles lost when it was rounded to `difference`. */
@inline
function lost(x: v128, y: v128, difference: v128): v128 {
  const part = f32x4.sub(difference, x);
  return f32x4.sub(f32x4.sub(x, f32x4.sub(difference, part)), f32x4.add(y, part));
}

/** e^(x + rest) for x ≤ 0 and a rest next to nothing. */
@inline
function exp32(x: v128, rest: v128): v128 {
  const near = f32x4.pmax(constant(7), x);
  const shifted = f32x4.add(f32x4.mul(near, constant(8)), constant(9));
  const k = f32x4.sub(shifted, constant(9));
  const r = f32x4.add(f32x4.sub(f32x4.sub(near, f32x4.mul(k, constant(10))), f32x4.mul(k, constant(11))), rest);
  const power = i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(0x3f800000));
  const value = f32x4.mul(power, f32x4.add(constant(12), madd32(f32x4.mul(r, r), expTail32(r), r)));
  return v128.andnot(value, f32x4.lt(x, constant(7)));
}

/** Logits that are added up in singles. */
const RUN: i32 = 32;

function addUp32(first: i32, end: i32, mostA: f64, mostB: f64, isCross: bool): void {
  const A = f32x4.splat(<f32>mostA);
  const B = f32x4.splat(<f32>mostB);
  const shift = f32x4.splat(<f32>(mostA - mostB));
  const restOfShift = f32x4.splat(<f32>(mostA - mostB - <f64><f32>(mostA - mostB)));
  const nothing = f32x4.splat(NOTHING_32);
  let allP = f64x2.splat(0);
  let allQ = allP;
  let allD = allP;
  let allTerms = allP;
  let lacks = allP;
  let agrees = allP;
  let largest = f32x4.splat(0);
  for (let start = first; start < end; start += RUN) {
    let p = f32x4.splat(0);
    let q = p;
    let d = p;
    let terms = p;
    for (let i = start; i < min(start + RUN, end); i += 4) {
      const rawA = v128.load(a + (<usize>i << 2));
      const rawB = v128.load(b + (<usize>i << 2));
      const x = f32x4.pmax(nothing, rawA);
      const y = f32x4.pmax(nothing, rawB);
      const isLacking = f32x4.lt(rawB, nothing);
      lacks = v128.or(lacks, isLacking);
      agrees = v128.or(agrees, v128.and(f32x4.eq(x, A), f32x4.eq(y, B)));
      const below = f32x4.sub(x, A);
      const ofP = exp32(below, lost(x, A, below));
      const between = f32x4.sub(x, y);
      const e = f32x4.add(f32x4.sub(between, shift), f32x4.sub(lost(x, y, between), restOfShift));
      largest = f32x4.pmax(largest, v128.andnot(e, isLacking));
      const isNear = f32x4.le(f32x4.abs(e), constant(12));
      const tail = f32x4.mul(f32x4.mul(e, e), expTail32(f32x4.neg(e)));
      let difference = f32x4.mul(ofP, f32x4.sub(e, tail));
      let term = f32x4.mul(ofP, tail);
      const down = f32x4.sub(y, B);
      if (!i32x4.all_true(isNear)) {
        const far = f32x4.sub(ofP, exp32(down, lost(y, B, down)));
        difference = v128.bitselect(difference, far, isNear);
        term = v128.bitselect(term, f32x4.sub(f32x4.mul(ofP, e), far), isNear);
      }
      p = f32x4.add(p, ofP);
      q = f32x4.add(q, f32x4.sub(ofP, difference));
      d = f32x4.add(d, difference);
      terms = isCross ? f32x4.sub(terms, f32x4.mul(ofP, down)) : f32x4.add(terms, term);
    }
    allP = f64x2.add(allP, halves(p));
    allQ = f64x2.add(allQ, halves(q));
    allD = f64x2.add(allD, halves(d));
    allTerms = f64x2.add(allTerms, halves(terms));
  }
  store<f64>(sums, bothLanes(allP));
  store<f64>(sums + 8, bothLanes(allQ));
  store<f64>(sums + 16, bothLanes(allD));
  store<f64>(sums + 24, bothLanes(allTerms));
  store<f64>(sums + 32, v128.any_true(lacks) ? <f64>lacking32(first, end) : 0);
  store<f64>(sums + 40, v128.any_true(agrees) ? 1 : 0);
  store<f64>(sums + 48, <f64>largestOf(largest));
}

/** Cells of which a is something and b nothing. */
function lacking32(first: i32, end: i32): i32 {
  let count = 0;
  const nothing = f32x4.splat(NOTHING_32);
  for (let at = <usize>first << 2; at < <usize>end << 2; at += 16) count += popcnt(i32x4.bitmask(v128.and(f32x4.lt(v128.load(b + at), nothing), f32x4.ge(v128.load(a + at), nothing))));
  return count;
}

/** Of `count` logits, a multiple of four, what `sums` says of the largest. */
export function largest(singles: bool, count: i32): void {
  if (singles) maxima32(count);
  else maxima(count);
}

/** And of the sums of those from `first` to before `end`, both multiples of four, A and B known; `inSingles`: of singles with a scale of 1. */
export function sum(singles: bool, inSingles: bool, first: i32, end: i32, mostA: f64, mostB: f64, scale: f64, isCross: bool): void {
  if (inSingles) addUp32(first, end, mostA, mostB, isCross);
  else if (singles) addUp<f32>(first, end, mostA, mostB, scale, isCross);
  else addUp<f64>(first, end, mostA, mostB, scale, isCross);
}
