// AssemblyScript: sums over the cells of some rows of p with each of some rows of q. Twin of the term: src/terms/jensen-shannon.ts.
// Coefficients by docs/scripts/polynomial.py: `js` to 2^-22.5 of itself, `log1p` to 2^-25.2.
import { bothLanes, halves } from "./lanes.as";
import { ln64, madd32, madd64 } from "./logarithms.as";

/** Most rows a side, and cells of them. */
const ROWS: i32 = 64;
const CELLS: i32 = 256;
/** Doubles; or of singles the upper part, the rest, and the logarithm in 2^-24 as an integer, one plane after the other. */
export const p: usize = memory.data(ROWS * CELLS * 12, 16);
export const q: usize = memory.data(ROWS * CELLS * 12, 16);
const PLANE: usize = ROWS * CELLS * 4;
/** `ROWS` doubles for each row of p. */
export const sums: usize = memory.data(ROWS * ROWS * 8, 16);

@inline
function addTo(row: i32, column: i32, sum: v128): void {
  const at = sums + (<usize>(row * ROWS + column) << 3);
  store<f64>(at, load<f64>(at) + bothLanes(sum));
}

/** Sets all sums to 0. */
export function clear(): void {
  memory.fill(sums, 0, ROWS * ROWS * 8);
}

/** Adds the products of doubles, of four rows of p and two of q at a time: those beyond are not to be looked at. `cells` is even. */
export function addProducts(rowsP: i32, rowsQ: i32, cells: i32): void {
  const step: usize = CELLS * 8;
  const bytes = <usize>cells << 3;
  for (let i = 0; i < rowsP; i += 4) {
    for (let j = 0; j < rowsQ; j += 2) {
      let s00 = f64x2.splat(0);
      let s01 = s00;
      let s10 = s00;
      let s11 = s00;
      let s20 = s00;
      let s21 = s00;
      let s30 = s00;
      let s31 = s00;
      let at = p + <usize>i * step;
      let other = q + <usize>j * step;
      for (const end = at + bytes; at < end; at += 16, other += 16) {
        const x = v128.load(other);
        const y = v128.load(other + step);
        const a = v128.load(at);
        s00 = madd64(a, x, s00);
        s01 = madd64(a, y, s01);
        const b = v128.load(at + step);
        s10 = madd64(b, x, s10);
        s11 = madd64(b, y, s11);
        const c = v128.load(at + 2 * step);
        s20 = madd64(c, x, s20);
        s21 = madd64(c, y, s21);
        const d = v128.load(at + 3 * step);
        s30 = madd64(d, x, s30);
        s31 = madd64(d, y, s31);
      }
      addTo(i, j, s00);
      addTo(i, j + 1, s01);
      addTo(i + 1, j, s10);
      addTo(i + 1, j + 1, s11);
      addTo(i + 2, j, s20);
      addTo(i + 2, j + 1, s21);
      addTo(i + 3, j, s30);
      addTo(i + 3, j + 1, s31);
    }
  }
}

/** What is below is as good as 0 in a sum of singles. */
const LEAST: f64 = 1.1754943508222875e-38;

/** Splits doubles at p into planes at q, two at a time. */
export function split(count: i32): void {
  for (let i = 0; i < count; i += 2) {
    const x = f64x2.pmax(f64x2.splat(LEAST), v128.load(p + (<usize>i << 3)));
    const high = f32x4.demote_f64x2_zero(x);
    const at = q + (<usize>i << 2);
    v128.store64_lane(at, high, 0);
    v128.store64_lane(at + PLANE, f32x4.demote_f64x2_zero(f64x2.sub(x, f64x2.promote_low_f32x4(high))), 0);
    v128.store64_lane(at + 2 * PLANE, i32x4.trunc_sat_f64x2_s_zero(f64x2.nearest(f64x2.mul(ln64(x), f64x2.splat(16777216)))), 0);
  }
}

/** p − q of four cells in two parts each. */
@inline
function difference(x: v128, y: v128, at: usize, other: usize): v128 {
  return f32x4.add(f32x4.sub(x, y), f32x4.sub(v128.load(at + PLANE), v128.load(other + PLANE)));
}

/** Adds Σ|p − q| of planes; `half` and `cells` as below. */
export function addDifferences(rowsP: i32, rowsQ: i32, cells: i32, half: bool): void {
  const bytes = <usize>cells << 2;
  for (let i = 0; i < rowsP; i++) {
    for (let j = half ? i + 1 : 0; j < rowsQ; j++) {
      const first = p + (<usize>i * CELLS << 2);
      let sum = f64x2.splat(0);
      let other = q + (<usize>j * CELLS << 2);
      for (let at = first; at < first + bytes; at += 16, other += 16) sum = f64x2.add(sum, halves(f32x4.abs(difference(v128.load(at), v128.load(other), at, other))));
      addTo(i, j, sum);
    }
  }
}

/** Engines build a constant anew each time it is used: from memory it is one load. */
const constants: usize = memory.data<f32>([
  0.5000000659657853, 0.08332238823244566, 0.0336183534623811, 0.015333104858131047, 0.019659094846193922,
  0.00164914159658885, 0.9853111975591415, -0.4434612279054971, 0.20856697008997951, -0.07050800981646636, 0.011589129575314043,
  2.9802322387695312e-8, 0.3,
], 16);

@inline
function constant(i: i32): v128 {
  return v128.load32_splat(constants + (<usize>i << 2));
}

/** Vectors that are added in singles. */
const RUN: usize = 8 * 16;

/**
 * Adds twice the Jensen-Shannon divergence of planes; `half`: of each row with those that come later. `cells` is a multiple of 4.
 * With t = (p − q)/(p + q) a cell's ½p·ln(p/m) + ½q·ln(q/m), m the mean, is (p + q)/2 times ((1 + t)·ln(1 + t) + (1 − t)·ln(1 − t))/2: a series where t
 * is small, else ln(1 + |t|) − ½(1 − |t|)·|ln(p/q)|, of which the logarithms are there.
 */
export function addJensenShannon(rowsP: i32, rowsQ: i32, cells: i32, half: bool): void {
  const bytes = <usize>cells << 2;
  const n0 = constant(0);
  const n1 = constant(1);
  const n2 = constant(2);
  const n3 = constant(3);
  const n4 = constant(4);
  const l0 = constant(5);
  const l1 = constant(6);
  const l2 = constant(7);
  const l3 = constant(8);
  const l4 = constant(9);
  const l5 = constant(10);
  // half of a logarithm's unit
  const unit = constant(11);
  const far = constant(12);
  for (let i = 0; i < rowsP; i++) {
    for (let j = half ? i + 1 : 0; j < rowsQ; j++) {
      const first = p + (<usize>i * CELLS << 2);
      let sum = f64x2.splat(0);
      let other = q + (<usize>j * CELLS << 2);
      for (let at = first; at < first + bytes; ) {
        let run = f32x4.splat(0);
        for (const end = min(at + RUN, first + bytes); at < end; at += 16, other += 16) {
          const x = v128.load(at);
          const y = v128.load(other);
          const whole = f32x4.add(x, y);
          const t = f32x4.div(difference(x, y, at, other), whole);
          const z = f32x4.mul(t, t);
          const z2 = f32x4.mul(z, z);
          const series = madd32(z2, madd32(z2, n4, madd32(z, n3, n2)), madd32(z, n1, n0));
          const a = f32x4.abs(t);
          const log = madd32(z2, madd32(a, l5, l4), madd32(z, madd32(a, l3, l2), madd32(a, l1, l0)));
          const ratio = f32x4.convert_i32x4_s(i32x4.abs(i32x4.sub(v128.load(at + 2 * PLANE), v128.load(other + 2 * PLANE))));
          const ofLogs = f32x4.sub(log, f32x4.mul(f32x4.sub(unit, f32x4.mul(a, unit)), ratio));
          run = f32x4.add(run, f32x4.mul(whole, v128.bitselect(ofLogs, f32x4.mul(z, series), f32x4.gt(z, far))));
        }
        sum = f64x2.add(sum, halves(run));
      }
      addTo(i, j, sum);
    }
  }
}
