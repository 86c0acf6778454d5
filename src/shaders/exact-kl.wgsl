// The terms of Kullback-Leibler divergences. Needs: exact-kl-div.wgsl, exact-sum.wgsl. Twin: cpu-fallback/exact/bigint.ts.

// g(p, q), and q where p = 0
fn added_terms(before: Terms, slab: u32, p_cell: Cell, q_cell: Cell, segment: Segment, weight: u32) -> Terms {
  let p = operand_of(p_cell, 1u, segment.p_shift);
  let q = operand_of(q_cell, select(1u, segment.q_times[0], SCALED), segment.q_shift);
  let term = kl_div(p, q);
  let alone = multiplied_cell(q_cell, select(1u, segment.q_times[0], SCALED), segment.q_shift);
  let p_empty = is_zero(p_cell);
  let m = select(select(term.m, alone.m, p_empty), vec3<u32>(), is_zero(q_cell));
  return Terms(added(before.first, slab + 2u * DIGITS, m, select(term.e, alone.e, p_empty), weight), before.second);
}

fn is_infinite(p_cell: Cell, q_cell: Cell) -> bool { return is_zero(q_cell) && !is_zero(p_cell); }
