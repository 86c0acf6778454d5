/*
 * The last steps of an exact result, on integers of any length: every engine computes the same bits, which `Math.log` does not
 * promise. Fixed-point numbers carry `FRACTION` bits behind the point.
 */

export const FRACTION = 256n;
/** 1 in fixed point. */
export const ONE = 1n << FRACTION;
const GUARD = 32n;

/** Bits of a ≥ 0; 0 for 0. */
export function bitLength(a: bigint): number {
  if (a === 0n) return 0;
  const digits = a.toString(16);
  return 4 * digits.length - Math.clz32(parseInt(digits[0], 16)) + 28;
}

/** atanh(n/d) = t + t³/3 + t⁵/5 + …, t = n/d with |t| ≤ 1/3, with so many bits; each step rounds once. */
function atanh(n: bigint, d: bigint, bits: bigint): bigint {
  const t = (n << bits) / d;
  const square = (t * t) >> bits;
  let sum = t;
  for (let power = (t * square) >> bits, i = 3n; power !== 0n && power !== -1n; power = (power * square) >> bits, i += 2n) sum += power / i;
  return sum;
}

let ln2: bigint | undefined;

/** ln(a/b)·2^fraction of positive a and b, to within 2; `fraction` is `FRACTION` for ratios beyond 3/4 and 3/2. */
export function lnRatio(a: bigint, b: bigint, fraction = FRACTION): bigint {
  const k = bitLength(a) - bitLength(b);
  let x = k < 0 ? a << BigInt(-k) : a;
  let y = k > 0 ? b << BigInt(k) : b;
  let power = BigInt(k);
  // x/y lies between 1/2 and 2: brought between 3/4 and 3/2
  if (4n * x < 3n * y) {
    x <<= 1n;
    power -= 1n;
  } else if (2n * x > 3n * y) {
    y <<= 1n;
    power += 1n;
  }
  const near = 2n * atanh(x - y, x + y, fraction + GUARD);
  if (power !== 0n) ln2 ??= 2n * atanh(1n, 3n, FRACTION + GUARD);
  return (near + (power === 0n ? 0n : power * (ln2 as bigint))) >> GUARD;
}

const double = new Float64Array(1);
const bits = new BigUint64Array(double.buffer);

/** The double nearest to n/d·2^exponent, ties to even, for n ≥ 0 and d > 0; Infinity beyond the range. */
export function nearestDouble(n: bigint, d: bigint, exponent = 0): number {
  if (n === 0n) return 0;
  // the quotient has 53 or 54 bits, or fewer where the result is subnormal: in the first case it is rounded
  for (let unit = Math.max(bitLength(n) - bitLength(d) + exponent - 53, -1074); unit <= 971; unit++) {
    const numerator = n << BigInt(Math.max(exponent - unit, 0));
    const denominator = d << BigInt(Math.max(unit - exponent, 0));
    const quotient = numerator / denominator;
    if (quotient >> 53n) continue;
    const twice = 2n * (numerator - quotient * denominator);
    const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
    // the leading bit carries into the exponent field, and what rounding adds does too
    bits[0] = (up ? quotient + 1n : quotient) + (BigInt(unit + 1074) << 52n);
    return double[0];
  }
  return Infinity;
}
