/** ln(1 + z²), also where z² is beyond the largest double. */
export function lnOnePlusSquare(z: number): number {
  return Math.abs(z) > 1e100 ? 2 * Math.log(Math.abs(z)) : Math.log1p(z * z);
}
