// AssemblyScript: exponentials of two doubles at a time, of those as precise as the singles they came from, or as doubles.
// Coefficients by docs/scripts/polynomial.py: to 2^-53.4.
import { madd64 } from "./logarithms.as";

/** Below -708, it is taken for 0: it would be subnormal. Engines build a constant anew each time it is used: from memory it is one load. */
const constants: usize = memory.data<f64>([
  0.5, 0.16666666666666835, 0.04166666666666679, 0.008333333333198127, 0.0013888888888792352, 0.00019841270144086635, 2.480158751780227e-05, 2.755704244819296e-06,
  2.755712159501279e-07, 2.5162744626460177e-08, 2.095576228949441e-09,
  // of singles
  0.49999999999155825, 0.1666666666658997, 0.041666667747145766, 0.008333333431502386, 0.0013888672862062655, 0.00019841073556216572, 2.493973330013098e-05, 2.7682856169452262e-06,
  // what is least, 1/ln 2, 1.5·2^52, ln 2 in two parts, and 1
  -708.0, 1.4426950408889634, 6755399441055744.0, 0.6931471803691238, 1.9082149292705877e-10, 1.0,
], 16);
const OF_SINGLES = 11;

@inline
function constant(i: i32): v128 {
  return v128.load64_splat(constants + (<usize>i << 3));
}

/** c + z·d of the constants at `i`. */
@inline
function two(z: v128, i: i32): v128 {
  return madd64(z, constant(i + 1), constant(i));
}

/** E(r), e^r = 1 + r + r²·E(r), |r| ≤ ½: of singles to 2^-35.7, of doubles to 2^-52.4 of itself. */
@inline
export function expTail<From>(r: v128): v128 {
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  if (sizeof<From>() == 4) {
    const less = madd64(r2, two(r, OF_SINGLES + 2), two(r, OF_SINGLES));
    return madd64(r4, madd64(r2, two(r, OF_SINGLES + 6), two(r, OF_SINGLES + 4)), less);
  }
  const low = madd64(r2, two(r, 2), two(r, 0));
  const middle = madd64(r2, two(r, 6), two(r, 4));
  const high = madd64(r2, constant(10), two(r, 8));
  return madd64(r4, madd64(r4, high, middle), low);
}

/** e^x for x < 700. */
@inline
export function exp<From>(x: v128): v128 {
  const near = f64x2.pmax(constant(19), x);
  // the sum's last bits are the nearest integer
  const shifted = f64x2.add(f64x2.mul(near, constant(20)), constant(21));
  const k = f64x2.sub(shifted, constant(21));
  // ln 2 in two parts: k times the first is exact
  const r = f64x2.sub(f64x2.sub(near, f64x2.mul(k, constant(22))), f64x2.mul(k, constant(23)));
  const power = i64x2.add(i64x2.shl(shifted, 52), constant(24));
  const value = f64x2.mul(power, f64x2.add(constant(24), madd64(f64x2.mul(r, r), expTail<From>(r), r)));
  return v128.andnot(value, f64x2.lt(x, constant(19)));
}
