// AssemblyScript: sums of rows of doubles, two cells at a time. Twin: `sumRun` in ../cell-sums.ts with the terms of ../block-terms.ts.
import { bothLanes } from "./lanes.as";
import { atanhTail64, exponent64, highWords, ln64, ln64Less, madd64 } from "./logarithms.as";
import { d, exponentOf, has, p, powerOfTwo, q, setTerm, setTotals, shiftBack } from "./tile.as";

/** Powers of two: between them no term over- or underflows, whatever its cell's other side. */
const LARGEST: i32 = 896;
const SMALLEST: i32 = -830;
/** In place of 0: next to what is not, nothing. */
export const NOTHING: f64 = 1e-300;
/** ln 2 in units of a high word's exponent. */
const LN2: f64 = 6.610366635894254e-7;

/** Two cells, the second of which the row may not have. */
@inline
export function cellsAt(at: usize, left: i32): v128 {
  const cells = v128.load(at);
  return left < 2 ? v128.and(cells, i64x2(-1, 0)) : cells;
}

/** The same, with a small number for 0; `lean`: of rows that have no 0 and two cells at a time. */
@inline
function positiveAt(at: usize, left: i32, lean: bool): v128 {
  return lean ? v128.load(at) : f64x2.pmax(cellsAt(at, left), f64x2.splat(NOTHING));
}

@inline
function swapped(x: v128): v128 {
  return i64x2.shuffle(x, x, 1, 0);
}

/** Of the row last summed, the largest cell, NaN where one is, and the smallest that is not 0. */
let most: f64 = 0;
let least: f64 = 0;

/** Is each cell 0 or between those two powers of two? */
function fits(): bool {
  // of rows with nothing but 0 the lean way has 0 for the smallest, and is left for the other
  return most <= 0 ? most == 0 && least == Infinity : most < Infinity && least > 0 && exponentOf(most) < LARGEST && exponentOf(least) >= SMALLEST;
}

/** Sets a row's totals from the first lanes; false where its cells do not fit. */
function set(row: i32, ps: v128, qs: v128, ds: v128, largestP: v128, largestQ: v128, smallest: v128, smallestQ: v128, infinite: v128, differs: v128): bool {
  const p = f64x2.extract_lane(ps, 0);
  const q = f64x2.extract_lane(qs, 0);
  most = f64x2.extract_lane(f64x2.pmax(largestP, largestQ), 0);
  least = f64x2.extract_lane(f64x2.pmin(smallest, smallestQ), 0);
  // what is no number was passed over, but is in the sums
  if (p != p || q != q) most = NaN;
  const done = fits();
  setTotals(
    row, p, q, f64x2.extract_lane(ds, 0), f64x2.extract_lane(largestP, 0), f64x2.extract_lane(largestQ, 0), f64x2.extract_lane(smallestQ, 0),
    <f64>i64x2.extract_lane(infinite, 0), i64x2.extract_lane(differs, 0) != 0, done,
  );
  return done;
}

/** Sets the totals of a row, or of two; how many of them are left over: some cell is negative, not finite, or too large or small. */
@inline
function totals(row: i32, pAt: usize, qAt: usize, dAt: usize, pStep: i32, qStep: i32, cells: i32, columns: bool, lean: bool): i32 {
  let at = 0;
  let ps = f64x2.splat(0);
  let qs = f64x2.splat(0);
  let ds = f64x2.splat(0);
  let largestP = f64x2.splat(0);
  let largestQ = f64x2.splat(0);
  // of both sides, but for what smallestQ has
  let smallest = f64x2.splat(Infinity);
  let smallestQ = f64x2.splat(Infinity);
  let infinite = i64x2.splat(0);
  let differs = i64x2.splat(0);
  for (let left = cells; left > 0; left -= 2) {
    const x = lean ? v128.load(pAt) : cellsAt(pAt, left);
    const y = lean ? v128.load(qAt) : cellsAt(qAt, left);
    let difference = f64x2.sub(x, y);
    if (dAt != 0) difference = cellsAt(dAt + at, left);
    pAt += pStep;
    qAt += qStep;
    at += 16;
    ps = f64x2.add(ps, x);
    qs = f64x2.add(qs, y);
    ds = f64x2.add(ds, difference);
    largestP = f64x2.pmax(largestP, x);
    largestQ = f64x2.pmax(largestQ, y);
    differs = v128.or(differs, f64x2.ne(difference, f64x2.splat(0)));
    if (lean) {
      smallest = f64x2.pmin(smallest, x);
      smallestQ = f64x2.pmin(smallestQ, y);
    } else {
      const pZero = f64x2.eq(x, f64x2.splat(0));
      const qZero = f64x2.eq(y, f64x2.splat(0));
      // all bits set are no number, and passed over
      const qThere = v128.or(y, qZero);
      smallest = f64x2.pmin(f64x2.pmin(smallest, v128.or(x, pZero)), qThere);
      smallestQ = f64x2.pmin(smallestQ, v128.or(qThere, pZero));
      infinite = i64x2.sub(infinite, v128.andnot(qZero, pZero));
    }
  }
  if (columns) {
    const second = set(
      row + 1, swapped(ps), swapped(qs), swapped(ds), swapped(largestP), swapped(largestQ), swapped(smallest), swapped(smallestQ), swapped(infinite), swapped(differs),
    );
    return 2 - <i32>set(row, ps, qs, ds, largestP, largestQ, smallest, smallestQ, infinite, differs) - <i32>second;
  }
  return 1 - <i32>set(
    row, f64x2.add(ps, swapped(ps)), f64x2.add(qs, swapped(qs)), f64x2.add(ds, swapped(ds)),
    f64x2.pmax(largestP, swapped(largestP)), f64x2.pmax(largestQ, swapped(largestQ)),
    f64x2.pmin(smallest, swapped(smallest)), f64x2.pmin(smallestQ, swapped(smallestQ)),
    i64x2.add(infinite, swapped(infinite)), v128.or(differs, swapped(differs)),
  );
}

/** Σ g(p, q), where what belongs to a cell's division waits for it while the next cell's begins. */
@inline
function klDivs(pAt: usize, qAt: usize, dAt: usize, pStep: i32, qStep: i32, cells: i32, lean: bool): v128 {
  let at = 0;
  let sum = f64x2.splat(0);
  let t = f64x2.splat(0);
  let difference = f64x2.splat(0);
  let far = f64x2.splat(0);
  for (let left = cells; left > 0; left -= 2) {
    sum = f64x2.add(sum, f64x2.add(near(difference, t), far));
    const x = positiveAt(pAt, left, lean);
    const y = positiveAt(qAt, left, lean);
    const k = exponent64(i32x4.sub(x, y));
    const m = i32x4.add(y, k);
    const gap = f64x2.sub(y, m);
    difference = f64x2.sub(x, m);
    // where q is m
    if (dAt != 0) difference = v128.bitselect(cellsAt(dAt + at, left), difference, f64x2.eq(gap, f64x2.splat(0)));
    pAt += pStep;
    qAt += qStep;
    at += 16;
    t = f64x2.div(difference, f64x2.add(x, m));
    far = madd64(f64x2.mul(highWords(k), f64x2.splat(LN2)), x, gap);
  }
  return f64x2.add(sum, f64x2.add(near(difference, t), far));
}

/** g of numbers within a factor of two, from their difference and t, that over their sum. */
@inline
function near(difference: v128, t: v128): v128 {
  const z = f64x2.mul(t, t);
  const square = f64x2.mul(difference, t);
  return madd64(square, f64x2.mul(f64x2.add(t, z), atanhTail64(z)), square);
}

/** ½ Σ g(p, m) + g(q, m), m the mean of the two: the larger of p and q is within a factor of two of it. In two steps as `klDivs`. */
function jensenShannons(pAt: usize, qAt: usize, dAt: usize, pStep: i32, qStep: i32, cells: i32): v128 {
  let at = 0;
  const half = f64x2.splat(0.5);
  let sum = f64x2.splat(0);
  let ofSmaller = f64x2.splat(0);
  let tOfSmaller = f64x2.splat(0);
  let ofLarger = f64x2.splat(0);
  let tOfLarger = f64x2.splat(0);
  let far = f64x2.splat(0);
  for (let left = cells; left > 0; left -= 2) {
    sum = f64x2.add(sum, f64x2.add(f64x2.add(near(ofSmaller, tOfSmaller), far), near(ofLarger, tOfLarger)));
    const x = cellsAt(pAt, left);
    const y = cellsAt(qAt, left);
    ofLarger = f64x2.mul(half, f64x2.abs(dAt != 0 ? cellsAt(dAt + at, left) : f64x2.sub(x, y)));
    pAt += pStep;
    qAt += qStep;
    at += 16;
    const mean = f64x2.pmax(f64x2.mul(half, f64x2.add(x, y)), f64x2.splat(NOTHING));
    const smaller = f64x2.pmax(f64x2.pmin(x, y), f64x2.splat(NOTHING));
    const k = exponent64(i32x4.sub(smaller, mean));
    const m = i32x4.add(mean, k);
    const gap = f64x2.sub(mean, m);
    ofSmaller = v128.bitselect(f64x2.neg(ofLarger), f64x2.sub(smaller, m), f64x2.eq(gap, f64x2.splat(0)));
    tOfSmaller = f64x2.div(ofSmaller, f64x2.add(smaller, m));
    tOfLarger = f64x2.div(ofLarger, f64x2.add(f64x2.pmax(x, y), mean));
    far = madd64(f64x2.mul(highWords(k), f64x2.splat(LN2)), smaller, gap);
  }
  return f64x2.mul(half, f64x2.add(sum, f64x2.add(f64x2.add(near(ofSmaller, tOfSmaller), far), near(ofLarger, tOfLarger))));
}

/** −Σ p·ln q. */
function crossEntropies(pAt: usize, qAt: usize, pStep: i32, qStep: i32, cells: i32): v128 {
  let sum = f64x2.splat(0);
  for (let left = cells; left > 0; left -= 2) {
    const y = positiveAt(qAt, left, false);
    sum = f64x2.sub(sum, f64x2.mul(cellsAt(pAt, left), ln64(y)));
    pAt += pStep;
    qAt += qStep;
  }
  return sum;
}

/** ½ Σ |p − q|. */
function totalVariations(pAt: usize, qAt: usize, dAt: usize, pStep: i32, qStep: i32, cells: i32): v128 {
  let at = 0;
  let sum = f64x2.splat(0);
  for (let left = cells; left > 0; left -= 2) {
    sum = f64x2.add(sum, f64x2.abs(dAt != 0 ? cellsAt(dAt + at, left) : f64x2.sub(cellsAt(pAt, left), cellsAt(qAt, left))));
    pAt += pStep;
    qAt += qStep;
    at += 16;
  }
  return f64x2.mul(f64x2.splat(0.5), sum);
}

/** Σ √p·√q, once `squaredRoots` is done. */
let affinity: v128 = f64x2.splat(0);

/** Σ (√p − √q)², from the differences. */
function squaredRoots(pAt: usize, qAt: usize, dAt: usize, pStep: i32, qStep: i32, cells: i32): v128 {
  let at = 0;
  let sum = f64x2.splat(0);
  let products = f64x2.splat(0);
  for (let left = cells; left > 0; left -= 2) {
    const x = cellsAt(pAt, left);
    const y = cellsAt(qAt, left);
    const difference = dAt != 0 ? cellsAt(dAt + at, left) : f64x2.sub(x, y);
    const ofX = f64x2.sqrt(x);
    const ofY = f64x2.sqrt(y);
    const roots = f64x2.div(difference, f64x2.pmax(f64x2.add(ofX, ofY), f64x2.splat(NOTHING)));
    sum = f64x2.add(sum, f64x2.mul(roots, roots));
    products = f64x2.add(products, f64x2.mul(ofX, ofY));
    pAt += pStep;
    qAt += qStep;
    at += 16;
  }
  affinity = products;
  return sum;
}

/** Stands for Infinity: 2^110. */
const INFINITE: f64 = 1.298074214633707e33;

/** −Σ p·ln q + (1 − p)·ln(1 − q). */
function binaryCrossEntropies(pAt: usize, qAt: usize, pStep: i32, qStep: i32, cells: i32): v128 {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  let sum = zero;
  for (let left = cells; left > 0; left -= 2) {
    const x = cellsAt(pAt, left);
    const y = cellsAt(qAt, left);
    const rest = f64x2.sub(one, x);
    const infinite = v128.or(v128.and(f64x2.eq(y, zero), f64x2.gt(x, zero)), v128.and(f64x2.eq(y, one), f64x2.gt(rest, zero)));
    sum = f64x2.add(sum, v128.and(f64x2.splat(INFINITE), infinite));
    const own = f64x2.mul(x, ln64(f64x2.pmax(y, f64x2.splat(NOTHING))));
    sum = f64x2.sub(sum, madd64(rest, ln64Less(y, f64x2.splat(NOTHING)), own));
    pAt += pStep;
    qAt += qStep;
  }
  return sum;
}

/** Σ (p − q)²/q. */
function relativeSquares(pAt: usize, qAt: usize, dAt: usize, pStep: i32, qStep: i32, cells: i32): v128 {
  let at = 0;
  let sum = f64x2.splat(0);
  for (let left = cells; left > 0; left -= 2) {
    const y = cellsAt(qAt, left);
    const difference = dAt != 0 ? cellsAt(dAt + at, left) : f64x2.sub(cellsAt(pAt, left), y);
    sum = f64x2.add(sum, f64x2.mul(difference, f64x2.div(difference, f64x2.pmax(y, f64x2.splat(NOTHING)))));
    pAt += pStep;
    qAt += qStep;
    at += 16;
  }
  return sum;
}

function carefulTotals(row: i32, pAt: usize, qAt: usize, dAt: usize, pStep: i32, qStep: i32, cells: i32, columns: bool): i32 {
  return totals(row, pAt, qAt, dAt, pStep, qStep, cells, columns, false);
}

/** Rows that are not tried the lean way after one that has a 0: where one is, more are. */
const CAREFUL_ROWS: i32 = 16;
let careful: i32 = 0;

/** Sets totals the lean way, where that will do. */
function leanTotals(row: i32, pAt: usize, qAt: usize, pStep: i32, qStep: i32, cells: i32, columns: bool): bool {
  if (careful > 0) {
    careful -= 1;
    return false;
  }
  const done = totals(row, pAt, qAt, 0, pStep, qStep, cells, columns, true) == 0;
  if (!done) careful = CAREFUL_ROWS;
  return done;
}

/** Sets the sums of terms of a row, or of two. */
function sumTerms(terms: i32, row: i32, pAt: usize, qAt: usize, dAt: usize, pStep: i32, qStep: i32, cells: i32, columns: bool, lean: bool): void {
  if (has(terms, 0)) setSum(0, row, lean ? klDivs(pAt, qAt, 0, pStep, qStep, cells, true) : klDivs(pAt, qAt, dAt, pStep, qStep, cells, false), columns);
  if (has(terms, 1)) setSum(1, row, crossEntropies(pAt, qAt, pStep, qStep, cells), columns);
  if (has(terms, 2)) setSum(2, row, jensenShannons(pAt, qAt, dAt, pStep, qStep, cells), columns);
  if (has(terms, 3)) setSum(3, row, totalVariations(pAt, qAt, dAt, pStep, qStep, cells), columns);
  if (has(terms, 5)) setSum(5, row, relativeSquares(pAt, qAt, dAt, pStep, qStep, cells), columns);
  if (has(terms, 4) || has(terms, 6) || has(terms, 7)) {
    const squares = squaredRoots(pAt, qAt, dAt, pStep, qStep, cells);
    setSum(4, row, squares, columns);
    setSum(6, row, f64x2.add(squares, squares), columns);
    setSum(7, row, affinity, columns);
  }
  if (has(terms, 8)) setSum(8, row, binaryCrossEntropies(pAt, qAt, pStep, qStep, cells), columns);
}

export function setSum(term: i32, row: i32, sum: v128, columns: bool): void {
  setTerm(term, row, columns ? f64x2.extract_lane(sum, 0) : bothLanes(sum));
  if (columns) setTerm(term, row + 1, f64x2.extract_lane(sum, 1));
}

/** Multiplies cells by 2^shift, in their place. */
function shift(at: usize, cells: i32, by: i32): void {
  for (; by != 0; ) {
    const step = max(min(by, 1000), -1000);
    for (let i = 0; i < cells; i++) store<f64>(at + (i << 3), load<f64>(at + (i << 3)) * powerOfTwo(step));
    by -= step;
  }
}

/** The sums of a row that fits once it is multiplied by a power of two; false where no power would do, or a term allows none. */
function sumShifted(terms: i32, row: i32, pAt: usize, qAt: usize, dAt: usize, cells: i32): bool {
  if (has(terms, 1) || terms >= 1 << 8 || !(most < Infinity && least > 0) || exponentOf(most) - exponentOf(least) >= LARGEST - SMALLEST) return false;
  const by = LARGEST - 1 - exponentOf(most);
  shift(pAt, cells, by);
  shift(qAt, cells, by);
  if (dAt != 0) shift(dAt, cells, by);
  const done = carefulTotals(row, pAt, qAt, dAt, 16, 16, cells, false) == 0;
  if (done) sumTerms(terms, row, pAt, qAt, dAt, 16, 16, cells, false, false);
  shiftBack(row, by);
  // other rows may share q
  shift(qAt, cells, -by);
  return done;
}

/** Sums of rows that lie `pRow` and `qRow` bytes apart; how many of them are left over. `terms`: a bit each, in the order of `TERMS` in engine.ts. */
export function sumRows(terms: i32, rows: i32, cells: i32, pRow: i32, qRow: i32, differences: bool): i32 {
  let leftOver = 0;
  for (let row = 0; row < rows; row++) {
    const pAt = p + row * pRow;
    const qAt = q + row * qRow;
    const dAt = differences ? d + row * pRow : 0;
    const lean = !differences && (cells & 1) == 0 && leanTotals(row, pAt, qAt, 16, 16, cells, false);
    if (lean || carefulTotals(row, pAt, qAt, dAt, 16, 16, cells, false) == 0) sumTerms(terms, row, pAt, qAt, dAt, 16, 16, cells, false, lean);
    else if (!sumShifted(terms, row, pAt, qAt, dAt, cells)) leftOver += 1;
  }
  return leftOver;
}

/** The same of rows that lie side by side, an even number of them, whose cells lie `pStep` and `qStep` bytes apart. */
export function sumColumns(terms: i32, rows: i32, cells: i32, pStep: i32, qStep: i32): i32 {
  let leftOver = 0;
  for (let row = 0; row < rows; row += 2) {
    const pAt = p + (row << 3);
    const qAt = q + (row << 3);
    const lean = leanTotals(row, pAt, qAt, pStep, qStep, 2 * cells, true);
    const those = lean ? 0 : carefulTotals(row, pAt, qAt, 0, pStep, qStep, 2 * cells, true);
    leftOver += those;
    if (those < 2) sumTerms(terms, row, pAt, qAt, 0, pStep, qStep, 2 * cells, true, lean);
  }
  return leftOver;
}

/** Does one of two equal numbers of cells hold a 0 where the other does not? */
@inline
function lost(before: v128, after: v128): v128 {
  const zero = f64x2.splat(0);
  return v128.andnot(f64x2.eq(after, zero), f64x2.eq(before, zero));
}

const LARGEST_SPLIT: f64 = 1e270;

/** The upper 26 bits of each number: Veltkamp's split. */
@inline
function upperHalves(x: v128): v128 {
  const spread = f64x2.mul(x, f64x2.splat(134217729));
  return f64x2.sub(spread, f64x2.sub(spread, x));
}

/**
 * p·2^a, c·q·2^b and their difference from the two exact halves of the latter, in the place of `count` cells from `first` on; the
 * powers in two factors. False where a cell became 0, or so large that it cannot be split. Twin: `applyScale` in ../cells.ts.
 */
export function scale(first: i32, count: i32, p1: f64, p2: f64, q1: f64, q2: f64, multiplier: f64): bool {
  const c = f64x2.splat(multiplier);
  let bad = i64x2.splat(0);
  for (let at: usize = first << 3, end: usize = (first + count) << 3; at < end; at += 16) {
    const left = <i32>(end - at) >> 3;
    const p0 = cellsAt(p + at, left);
    const q0 = cellsAt(q + at, left);
    const x = f64x2.mul(f64x2.mul(p0, f64x2.splat(p1)), f64x2.splat(p2));
    const y = f64x2.mul(f64x2.mul(q0, f64x2.splat(q1)), f64x2.splat(q2));
    const high = upperHalves(y);
    bad = v128.or(bad, v128.or(v128.or(lost(p0, x), lost(q0, y)), f64x2.gt(y, f64x2.splat(LARGEST_SPLIT))));
    set2(d + at, left, f64x2.sub(f64x2.sub(x, f64x2.mul(c, high)), f64x2.mul(c, f64x2.sub(y, high))));
    set2(p + at, left, x);
    set2(q + at, left, f64x2.mul(c, y));
  }
  return !v128.any_true(bad);
}

/** p/Sp, q/Sq and their difference (d − p·Sd/Sp)/Sq, which keeps the digits of d, in the place of `count` cells from `first` on. */
export function normalize(first: i32, count: i32, pTotal: f64, qTotal: f64, dTotal: f64, differences: bool): void {
  const pInverse = f64x2.splat(1 / pTotal);
  const qInverse = f64x2.splat(1 / qTotal);
  const offset = f64x2.splat(dTotal / pTotal);
  for (let at: usize = first << 3, end: usize = (first + count) << 3; at < end; at += 16) {
    const left = <i32>(end - at) >> 3;
    const x = v128.load(p + at);
    const y = v128.load(q + at);
    const difference = differences ? v128.load(d + at) : f64x2.sub(x, y);
    set2(d + at, left, f64x2.mul(f64x2.sub(difference, f64x2.mul(x, offset)), qInverse));
    set2(p + at, left, f64x2.mul(x, pInverse));
    set2(q + at, left, f64x2.mul(y, qInverse));
  }
}

/** Sets two cells, or the only one that is left. */
@inline
function set2(at: usize, left: i32, cells: v128): void {
  if (left > 1) v128.store(at, cells);
  else v128.store64_lane(at, cells, 0);
}
