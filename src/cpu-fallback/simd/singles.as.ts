// AssemblyScript: sums of rows of singles, four cells at a time, with terms in singles and sums in doubles. Twin: doubles.as.ts.
import { bothLanes, halves, lower, upper } from "./lanes.as";
import { atanhTail32, exponent32, ln32, madd32, timesLn2 } from "./logarithms.as";
import { exponentOf, has, p, powerOfTwo, q, setTerm, setTotals, shiftBack } from "./tile.as";

/** Between them no term over- or underflows, whatever its cell's other side. */
const LARGEST: i32 = 117;
const SMALLEST: i32 = -75;
/**
 * 2^-106, in place of 0: so far below 2^SMALLEST that its term, of at most 2^8 times that, is lost in the other side's; so far above
 * subnormal numbers that its products, which slow a processor down, seldom are any (docs/benchmarks.md).
 */
const NOTHING: f32 = 1.2325951644078310e-32;

/** Four cells; those that the row does not have are 0. */
@inline
function cellsAt(at: usize, left: i32): v128 {
  const cells = v128.load(at);
  return left < 4 ? v128.and(cells, i32x4.gt_s(i32x4.splat(left), i32x4(0, 1, 2, 3))) : cells;
}

/** The same, with a small number for 0; `lean`: of rows that have no 0 and four cells at a time. */
@inline
function positiveAt(at: usize, left: i32, lean: bool): v128 {
  return lean ? v128.load(at) : f32x4.pmax(cellsAt(at, left), f32x4.splat(NOTHING));
}

function largestOf(x: v128): u32 {
  const two = i32x4.max_u(x, i64x2.shuffle(x, x, 1, 1));
  return max(<u32>i32x4.extract_lane(two, 0), <u32>i32x4.extract_lane(two, 1));
}

function smallestOf(x: v128): u32 {
  const two = i32x4.min_u(x, i64x2.shuffle(x, x, 1, 1));
  return min(<u32>i32x4.extract_lane(two, 0), <u32>i32x4.extract_lane(two, 1));
}

function single(bits: u32): f64 {
  return <f64>reinterpret<f32>(bits);
}

/** Of the row last summed, the largest cell, NaN where one is invalid, and the smallest that is not 0. */
let most: f64 = 0;
let least: f64 = 0;

/** Is each cell 0 or between those two powers of two? */
function fits(): bool {
  return most <= 0 || (most < Infinity && exponentOf(most) < LARGEST && exponentOf(least) >= SMALLEST);
}

/** Sets a row's totals; false where its cells do not fit or, `lean`, are not all greater than 0. */
@inline
function totals(row: i32, pAt: usize, qAt: usize, cells: i32, lean: bool): bool {
  let ps = f64x2.splat(0);
  let qs = f64x2.splat(0);
  let ds = f64x2.splat(0);
  // bits; where there may be a 0, the smallest less 1, so that it is above all others
  let largestP = i32x4.splat(0);
  let largestQ = i32x4.splat(0);
  let smallestP = i32x4.splat(-1);
  let smallestQ = i32x4.splat(-1);
  let infinite = i32x4.splat(0);
  let differs = i32x4.splat(0);
  for (let left = cells; left > 0; left -= 4) {
    const x = lean ? v128.load(pAt) : cellsAt(pAt, left);
    const y = lean ? v128.load(qAt) : cellsAt(qAt, left);
    pAt += 16;
    qAt += 16;
    ps = f64x2.add(ps, halves(x));
    qs = f64x2.add(qs, halves(y));
    ds = f64x2.add(ds, f64x2.add(f64x2.sub(lower(x), lower(y)), f64x2.sub(upper(x), upper(y))));
    largestP = i32x4.max_u(largestP, x);
    largestQ = i32x4.max_u(largestQ, y);
    smallestP = i32x4.min_u(smallestP, lean ? x : i32x4.sub(x, i32x4.splat(1)));
    smallestQ = i32x4.min_u(smallestQ, lean ? y : i32x4.sub(y, i32x4.splat(1)));
    if (!lean) infinite = i32x4.sub(infinite, v128.andnot(f32x4.eq(y, f32x4.splat(0)), f32x4.eq(x, f32x4.splat(0))));
    differs = v128.or(differs, v128.xor(x, y));
  }
  const one: u32 = lean ? 0 : 1;
  const mostP = largestOf(largestP);
  const mostQ = largestOf(largestQ);
  const leastQ = smallestOf(smallestQ) + one;
  const leastBits = min(smallestOf(smallestP), smallestOf(smallestQ)) + one;
  // -0, too, is above all that is valid
  most = single(max(mostP, mostQ));
  if (max(mostP, mostQ) > 0x7f800000) most = NaN;
  least = single(leastBits);
  if (lean && leastBits == 0) return false;
  const infiniteCells = i32x4.add(infinite, i64x2.shuffle(infinite, infinite, 1, 1));
  const done = fits();
  setTotals(
    row, bothLanes(ps), bothLanes(qs), bothLanes(ds), single(mostP), single(mostQ), leastQ == 0 ? Infinity : single(leastQ),
    <f64>(i32x4.extract_lane(infiniteCells, 0) + i32x4.extract_lane(infiniteCells, 1)), v128.any_true(differs), done,
  );
  return done;
}

/** Multiplies cells by 2^shift, in their place. */
function shift(at: usize, cells: i32, by: i32): void {
  for (; by != 0; ) {
    const step = max(min(by, 100), -100);
    const factor = f32x4.splat(<f32>powerOfTwo(step));
    for (let left = cells; left > 0; left -= 4) {
      // what lies behind the row stays
      const inside = i32x4.gt_s(i32x4.splat(left), i32x4(0, 1, 2, 3));
      const x = v128.load(at + ((cells - left) << 2));
      v128.store(at + ((cells - left) << 2), v128.bitselect(f32x4.mul(x, factor), x, inside));
    }
    by -= step;
  }
}

/** Σ g(p, q), eight cells a turn: what belongs to the division of four waits for it while that of the next four begins. */
@inline
function klDivs(pAt: usize, qAt: usize, cells: i32, lean: bool): f64 {
  let sum = f64x2.splat(0);
  let t = f32x4.splat(0);
  let difference = f32x4.splat(0);
  let far = f32x4.splat(0);
  for (let left = cells; left > 0; left -= 8) {
    const before = f32x4.add(near(difference, t), far);
    let x = positiveAt(pAt, left, lean);
    let y = positiveAt(qAt, left, lean);
    let m = besides(x, y);
    difference = f32x4.sub(x, m);
    t = f32x4.div(difference, f32x4.add(x, m));
    far = between(x, y, m);
    // two in singles, before they go into the sum
    sum = f64x2.add(sum, halves(f32x4.add(before, f32x4.add(near(difference, t), far))));
    x = positiveAt(pAt + 16, left - 4, lean);
    y = positiveAt(qAt + 16, left - 4, lean);
    m = besides(x, y);
    difference = f32x4.sub(x, m);
    t = f32x4.div(difference, f32x4.add(x, m));
    far = between(x, y, m);
    pAt += 32;
    qAt += 32;
  }
  return bothLanes(f64x2.add(sum, halves(f32x4.add(near(difference, t), far))));
}

/** y, multiplied by the power of two that brings it next to x. */
@inline
function besides(x: v128, y: v128): v128 {
  return i32x4.add(y, exponent32(i32x4.sub(x, y)));
}

/** What g(x, y) has more than g(x, m). */
@inline
function between(x: v128, y: v128, m: v128): v128 {
  return madd32(timesLn2(exponent32(i32x4.sub(x, y))), x, f32x4.sub(y, m));
}

/** g of numbers within a factor of two, from their difference and t, that over their sum. */
@inline
function near(difference: v128, t: v128): v128 {
  const z = f32x4.mul(t, t);
  const square = f32x4.mul(difference, t);
  return madd32(square, f32x4.mul(f32x4.add(t, z), atanhTail32(z)), square);
}

/** −Σ p·ln q. */
function crossEntropies(pAt: usize, qAt: usize, cells: i32): f64 {
  let sum = f64x2.splat(0);
  for (let left = cells; left > 0; left -= 4) {
    const y = positiveAt(qAt, left, false);
    sum = f64x2.sub(sum, halves(f32x4.mul(cellsAt(pAt, left), ln32(y))));
    pAt += 16;
    qAt += 16;
  }
  return bothLanes(sum);
}

function sumTerms(terms: i32, row: i32, pAt: usize, qAt: usize, cells: i32, lean: bool): void {
  if (has(terms, 0)) {
    // the last four may be alone
    const eights = lean ? cells & ~7 : 0;
    const at: usize = eights << 2;
    setTerm(0, row, (lean ? klDivs(pAt, qAt, eights, true) : 0) + klDivs(pAt + at, qAt + at, cells - eights, false));
  }
  if (has(terms, 1)) setTerm(1, row, crossEntropies(pAt, qAt, cells));
}

/** The sums of a row that fits once it is multiplied by a power of two; false where no power would do, or a term allows none. */
function sumShifted(terms: i32, row: i32, pAt: usize, qAt: usize, cells: i32): bool {
  if (has(terms, 1) || !(most < Infinity) || exponentOf(most) - exponentOf(least) >= LARGEST - SMALLEST) return false;
  const by = LARGEST - 1 - exponentOf(most);
  shift(pAt, cells, by);
  shift(qAt, cells, by);
  const done = totals(row, pAt, qAt, cells, false);
  if (done) sumTerms(terms, row, pAt, qAt, cells, false);
  shiftBack(row, by);
  // other rows may share q
  shift(qAt, cells, -by);
  return done;
}

/** Rows that are not tried the lean way after one that has a 0: where one is, more are. */
const CAREFUL_ROWS: i32 = 16;
let careful: i32 = 0;

/** Sets a row's totals the lean way, where that will do. */
function leanTotals(row: i32, pAt: usize, qAt: usize, cells: i32): bool {
  if ((cells & 3) != 0) return false;
  if (careful > 0) {
    careful -= 1;
    return false;
  }
  const done = totals(row, pAt, qAt, cells, true);
  if (!done) careful = CAREFUL_ROWS;
  return done;
}

/** Sums of rows that lie `pRow` and `qRow` bytes apart; how many of them are left over. `terms`: a bit each, in the order of `TERMS` in engine.ts, those of singles. */
export function sumSingles(terms: i32, rows: i32, cells: i32, pRow: i32, qRow: i32): i32 {
  let leftOver = 0;
  for (let row = 0; row < rows; row++) {
    const pAt = p + row * pRow;
    const qAt = q + row * qRow;
    const lean = leanTotals(row, pAt, qAt, cells);
    if (lean || totals(row, pAt, qAt, cells, false)) sumTerms(terms, row, pAt, qAt, cells, lean);
    else if (!sumShifted(terms, row, pAt, qAt, cells)) leftOver += 1;
  }
  return leftOver;
}
