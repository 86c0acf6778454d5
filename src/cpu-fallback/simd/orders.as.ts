// AssemblyScript: the kernel with sums of powers beside its own. Twins: ../../terms/order.ts and order-entropy.ts, where the formulas stand.
import { NOTHING, cellsAt, setSum, sumColumns as sumOtherColumns, sumRows as sumOtherRows } from "./doubles.as";
import { exp, expTail } from "./exponential.as";
import { atanhTail64, exponent64, highWords, ln64, madd64 } from "./logarithms.as";
import { d, done, has, leave, p, q } from "./tile.as";

export { decode } from "./decode.as";
export { normalize, scale } from "./doubles.as";
export { sumSingles } from "./singles.as";
export { d, p, q, raw, sums } from "./tile.as";

/** Of divergences between 1/2 and 1, or above; of entropies any above 0. */
let order: f64 = 2;

export function setOrder(x: f64): void {
  order = x;
}

/** Up to this |y| the tail of e^y comes from that of y/4. */
const NEAR: f64 = 2;
/** The largest y of e^y. */
const LARGEST_EXPONENT: f64 = 700;

/** (e^y - 1)/y, from its tail. */
@inline
function slopeOf(y: v128, ofY: v128): v128 {
  return madd64(y, ofY, f64x2.splat(1));
}

/**
 * (e^y - 1 - y)/y^2 of y = 4h, |y| up to `NEAR`, from that of h and the slope: of 2h it is a quarter of the slope's square and twice that of h,
 * both positive.
 */
@inline
function tailOf4(h: v128, ofQuarter: v128, slope: v128): v128 {
  const quarter = f64x2.splat(0.25);
  const ofHalf = f64x2.mul(quarter, madd64(slope, slope, f64x2.add(ofQuarter, ofQuarter)));
  const slopeOfHalf = slopeOf(f64x2.add(h, h), ofHalf);
  return f64x2.mul(quarter, madd64(slopeOfHalf, slopeOfHalf, f64x2.add(ofHalf, ofHalf)));
}

/** ln(x/y) of positive numbers, from their difference. */
@inline
function lnRatio(x: v128, y: v128, difference: v128): v128 {
  const k = exponent64(i32x4.sub(x, y));
  const m = i32x4.add(y, k);
  const isSame = i64x2.eq(k, i64x2.splat(0));
  const t = f64x2.div(v128.bitselect(difference, f64x2.sub(x, m), isSame), f64x2.add(x, m));
  const z = f64x2.mul(t, t);
  const twice = f64x2.add(t, t);
  const exponent = highWords(k);
  const near = madd64(twice, f64x2.mul(z, atanhTail64(z)), twice);
  return madd64(exponent, f64x2.splat(6.610366634074438e-7), madd64(exponent, f64x2.splat(1.8198155682283284e-16), near));
}

/** Sets the sums of divergences and of powers of a row, or of two; which of its lanes have an exponent that is too large. */
@inline
function addOrders(row: i32, pAt: usize, qAt: usize, dAt: usize, pStep: i32, qStep: i32, cells: i32, columns: bool): v128 {
  const beta = f64x2.splat(order - 1);
  const perBeta = f64x2.splat(1 / (order - 1));
  const perOrder = f64x2.splat(1 / order);
  const one = f64x2.splat(1);
  const nothing = f64x2.splat(NOTHING);
  const near = f64x2.splat(NEAR);
  const quarter = f64x2.splat(0.25);
  let divergences = f64x2.splat(0);
  let powers = f64x2.splat(0);
  let tooLarge = f64x2.splat(0);
  let at = 0;
  for (let left = cells; left > 0; left -= 2) {
    const x = cellsAt(pAt, left);
    const y = cellsAt(qAt, left);
    const difference = dAt != 0 ? cellsAt(dAt + at, left) : f64x2.sub(x, y);
    pAt += pStep;
    qAt += qStep;
    at += 16;
    const log = lnRatio(f64x2.pmax(x, nothing), f64x2.pmax(y, nothing), difference);
    const exponent = f64x2.mul(beta, log);
    const h = f64x2.mul(exponent, quarter);
    const ofQuarter = expTail<f64>(h);
    const slope = slopeOf(h, ofQuarter);
    const root = madd64(h, slope, one);
    const square = f64x2.mul(root, root);
    const ofExponent = tailOf4(h, ofQuarter, slope);
    const g = f64x2.mul(log, f64x2.neg(quarter));
    const ofG = expTail<f64>(g);
    const ofLog = tailOf4(g, ofG, slopeOf(g, ofG));
    // e^(beta·log) - 1 over beta
    let excess = madd64(f64x2.mul(exponent, log), ofExponent, log);
    let divergence = f64x2.mul(f64x2.mul(x, f64x2.mul(log, log)), madd64(beta, ofExponent, ofLog));
    let power = f64x2.mul(x, f64x2.mul(square, square));
    const isNear = v128.and(f64x2.le(f64x2.abs(log), near), f64x2.le(f64x2.abs(exponent), near));
    if (!i64x2.all_true(isNear)) {
      const isZero = f64x2.eq(y, f64x2.splat(0));
      tooLarge = v128.or(tooLarge, v128.andnot(f64x2.gt(exponent, f64x2.splat(LARGEST_EXPONENT)), isZero));
      // of q = 0 no power is left, or all is infinite
      const e = v128.andnot(exp<f64>(exponent), isZero);
      excess = v128.bitselect(excess, f64x2.mul(f64x2.sub(e, one), perBeta), v128.andnot(f64x2.le(f64x2.abs(exponent), near), isZero));
      divergence = v128.bitselect(divergence, f64x2.sub(f64x2.mul(x, excess), difference), isNear);
      power = v128.bitselect(power, f64x2.mul(x, e), isNear);
    }
    divergences = f64x2.add(divergences, divergence);
    powers = f64x2.add(powers, power);
  }
  setSum(9, row, f64x2.mul(divergences, perOrder), columns);
  setSum(10, row, powers, columns);
  return tooLarge;
}

/** The same of entropies and of powers of p alone. */
@inline
function addEntropies(row: i32, pAt: usize, pStep: i32, cells: i32, columns: bool): v128 {
  const beta = f64x2.splat(order - 1);
  const perBeta = f64x2.splat(1 / (order - 1));
  const one = f64x2.splat(1);
  const near = f64x2.splat(NEAR);
  let entropies = f64x2.splat(0);
  let powers = f64x2.splat(0);
  let tooLarge = f64x2.splat(0);
  for (let left = cells; left > 0; left -= 2) {
    const x = cellsAt(pAt, left);
    pAt += pStep;
    const log = ln64(f64x2.pmax(x, f64x2.splat(NOTHING)));
    const exponent = f64x2.mul(beta, log);
    const h = f64x2.mul(exponent, f64x2.splat(0.25));
    const ofQuarter = expTail<f64>(h);
    const slope = slopeOf(h, ofQuarter);
    const root = madd64(h, slope, one);
    const square = f64x2.mul(root, root);
    let excess = madd64(f64x2.mul(exponent, log), tailOf4(h, ofQuarter, slope), log);
    let e = f64x2.mul(square, square);
    const isNear = f64x2.le(f64x2.abs(exponent), near);
    if (!i64x2.all_true(isNear)) {
      tooLarge = v128.or(tooLarge, f64x2.gt(exponent, f64x2.splat(LARGEST_EXPONENT)));
      const far = exp<f64>(exponent);
      excess = v128.bitselect(excess, f64x2.mul(f64x2.sub(far, one), perBeta), isNear);
      e = v128.bitselect(e, far, isNear);
    }
    entropies = f64x2.sub(entropies, f64x2.mul(x, excess));
    powers = f64x2.add(powers, f64x2.mul(x, e));
  }
  setSum(9, row, entropies, columns);
  setSum(10, row, powers, columns);
  return tooLarge;
}

/** Leaves a row over that was done; how many that are. */
function leaveOver(row: i32): i32 {
  if (!done(row)) return 0;
  leave(row);
  return 1;
}

/** As those of doubles.as.ts, with divergences, or entropies where the bit after all terms says so, and powers of `order`. */
export function sumRows(terms: i32, rows: i32, cells: i32, pRow: i32, qRow: i32, differences: bool): i32 {
  let leftOver = sumOtherRows(terms, rows, cells, pRow, qRow, differences);
  for (let row = 0; row < rows && hasOrders(terms); row++) {
    const pAt = p + row * pRow;
    const tooLarge = has(terms, 11) ? addEntropies(row, pAt, 16, cells, false) : addOrders(row, pAt, q + row * qRow, differences ? d + row * pRow : 0, 16, 16, cells, false);
    if (v128.any_true(tooLarge)) leftOver += leaveOver(row);
  }
  return leftOver;
}

export function sumColumns(terms: i32, rows: i32, cells: i32, pStep: i32, qStep: i32): i32 {
  let leftOver = sumOtherColumns(terms, rows, cells, pStep, qStep);
  for (let row = 0; row < rows && hasOrders(terms); row += 2) {
    const pAt = p + (row << 3);
    const tooLarge = has(terms, 11) ? addEntropies(row, pAt, pStep, 2 * cells, true) : addOrders(row, pAt, q + (row << 3), 0, pStep, qStep, 2 * cells, true);
    if (v128.any_true(tooLarge)) leftOver += leaveOver(row) + leaveOver(row + 1);
  }
  return leftOver;
}

@inline
function hasOrders(terms: i32): bool {
  return has(terms, 9) || has(terms, 10);
}
