// The terms of Kullback-Leibler divergences. Needs: exact-as-is.wgsl or exact-multiplied.wgsl, exact-kl-div.wgsl, exact-sum.wgsl.
// Twin: cpu-fallback/exact/bigint.ts.

// g(p, q), and q where p = 0
fn added_terms(before: Terms, slab: u32, p_cell: Cell, q_cell: Cell, segment: Segment, weight: u32) -> Terms {
  let p = p_operand(p_cell, segment);
  let q = q_operand(q_cell, segment);
  let term = kl_div(p, q);
  let p_empty = is_zero(p_cell);
  let m = select(select(term.m, vec3<u32>(q.m, 0u), p_empty), vec3<u32>(), is_zero(q_cell));
  return Terms(added(before.first, slab + 2u * DIGITS, m, select(term.e, q.e, p_empty), weight), before.second);
}
