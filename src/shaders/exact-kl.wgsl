// The terms of Kullback-Leibler divergences. Needs: exact-kl-div.wgsl, exact-sum.wgsl. Twin: cpu-fallback/exact/bigint.ts.

// g(p, q), and q where p = 0
fn added_terms(before: Terms, slab: u32, p_cell: Cell, q_cell: Cell, segment: Segment) -> Terms {
  let p = operand_of(p_cell, 1u, segment.p_shift);
  let q = operand_of(q_cell, select(1u, segment.q_times[0], SCALED), segment.q_shift);
  let term = kl_div(p, q);
  let p_empty = is_zero(p_cell);
  // a multiplied q of 64-bit integers has a third word below
  let alone = select(vec3<u32>(q.m, 0u), vec3<u32>(q.low, q.m), WIDE);
  let m = select(select(term.m, alone, p_empty), vec3<u32>(), is_zero(q_cell));
  let e = select(term.e, q.e - select(0, 32, WIDE), p_empty);
  return Terms(added(before.first, slab + 2u * DIGITS, m, e), before.second);
}
