// AssemblyScript: lanes of a register as sums.

@inline
export function bothLanes(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** Two singles as doubles. */
@inline
export function lower(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

@inline
export function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1));
}

/** Four singles as two sums in doubles. */
@inline
export function halves(x: v128): v128 {
  return f64x2.add(lower(x), upper(x));
}
