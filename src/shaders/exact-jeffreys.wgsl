// g(p, q) and g(q, p). Needs: exact-as-is.wgsl or exact-multiplied.wgsl, exact-kl-div.wgsl, exact-sum.wgsl. Twin: cpu-fallback/exact/bigint.ts.

fn added_terms(before: Terms, slab: u32, p_cell: Cell, q_cell: Cell, segment: Segment, weight: u32) -> Terms {
  let p = p_operand(p_cell, segment);
  let q = q_operand(q_cell, segment);
  let forward = kl_div(p, q);
  let reverse = kl_div(q, p);
  let empty = is_zero(p_cell) || is_zero(q_cell);
  return Terms(
    added(before.first, slab + 2u * DIGITS, select(forward.m, vec3<u32>(), empty), forward.e, weight),
    added(before.second, slab + 3u * DIGITS, select(reverse.m, vec3<u32>(), empty), reverse.e, weight),
  );
}

fn is_infinite(p_cell: Cell, q_cell: Cell) -> bool { return is_zero(q_cell) != is_zero(p_cell); }
