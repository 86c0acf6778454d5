// g(p, q) and g(q, p). Needs: exact-kl-div.wgsl, exact-sum.wgsl. Twin: cpu-fallback/exact/bigint.ts.

fn added_terms(before: Terms, slab: u32, p_cell: Cell, q_cell: Cell, segment: Segment, weight: u32) -> Terms {
  let p = operand_of(p_cell, 1u, segment.p_shift);
  let q = operand_of(q_cell, select(1u, segment.q_times[0], SCALED), segment.q_shift);
  let empty = is_zero(p_cell) || is_zero(q_cell);
  var reference = p;
  var model = q;
  var window = before.first;
  var first = before.first;
  for (var i = 2u; i < 4u; i += 1u) {
    let term = kl_div(reference, model);
    window = added(window, slab + i * DIGITS, select(term.m, vec3<u32>(), empty), term.e, weight);
    if (i == 2u) {
      first = window;
      window = before.second;
    }
    reference = q;
    model = p;
  }
  return Terms(first, window);
}

fn is_infinite(p_cell: Cell, q_cell: Cell) -> bool { return is_zero(q_cell) != is_zero(p_cell); }
