// g(p, m) + g(q, m), m the mean of p and q. Needs: exact-kl-div.wgsl, exact-sum.wgsl. Twin: `jensenShannonTerms` in terms/exact/term.ts.

// the leading 95 bits, so that a half still fits
fn cut(a: vec3<u32>, e: i32) -> Operand { return Operand(a.yz, a.x & 0xfffffffeu, e); }

// the leading 95 bits of times * m * 2^e
fn multiplied(cell: Cell, times: array<u32, 3>, shift: i32) -> Operand {
  let zeros = leading_zeros64(cell.m);
  let m = left64(cell.m, zeros);
  let factor = vec2<u32>(times[1], times[2]);
  let first = product96(times[0], m);
  let low = product96(m.x, factor);
  let high = product96(m.y, factor);
  // words 1 to 4 of the product
  let middle = add96(vec3<u32>(first.yz, 0u), low);
  let upper = add96(high, vec3<u32>(middle.yz, 0u));
  let e = cell.e + shift - i32(zeros) + 96;
  let full = upper.z >= 0x80000000u;
  let raised = raised96(upper, 1u) | vec3<u32>(middle.x >> 31u, 0u, 0u);
  return cut(select(raised, upper, full), select(e - 1, e, full));
}

fn lowered(operand: Operand, to: i32) -> vec3<u32> {
  let moved = right96(vec3<u32>(operand.low, operand.m), u32(to - operand.e));
  return vec3<u32>(moved.x & 0xfffffffeu, moved.yz);
}

// an empty side is 0
fn mean_of(p: Operand, q: Operand, p_empty: bool, q_empty: bool) -> Operand {
  let both = max(p.e, q.e);
  let e = select(select(both, q.e, p_empty), p.e, q_empty);
  let a = select(lowered(p, e), vec3<u32>(), p_empty);
  let b = select(lowered(q, e), vec3<u32>(), q_empty);
  let sum = add96(a, b);
  let carried = is_less96(sum, a);
  let half = vec3<u32>((sum.x >> 1u) | (sum.y << 31u), (sum.y >> 1u) | (sum.z << 31u), (sum.z >> 1u) | 0x80000000u);
  return cut(select(sum, half, carried), e - 1 + i32(carried));
}

fn added_divergence(before: Window, slab: u32, side: Operand, mean: Operand, empty: bool, nothing: bool) -> Window {
  let term = kl_div(side, mean);
  let m = select(select(term.m, vec3<u32>(mean.m, 0u), empty), vec3<u32>(), nothing);
  return added(before, slab + 2u * DIGITS, m, select(term.e, mean.e, empty));
}

fn added_terms(before: Terms, slab: u32, p_cell: Cell, q_cell: Cell, segment: Segment) -> Terms {
  let p = multiplied(p_cell, segment.p_times, segment.p_shift);
  let q = multiplied(q_cell, segment.q_times, segment.q_shift);
  let p_empty = is_zero(p_cell);
  let q_empty = is_zero(q_cell);
  let mean = mean_of(p, q, p_empty, q_empty);
  let once = added_divergence(before.first, slab, p, mean, p_empty, p_empty && q_empty);
  return Terms(added_divergence(once, slab, q, mean, q_empty, p_empty && q_empty), before.second);
}
