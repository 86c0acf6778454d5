// g(p, m) + g(q, m), m the mean of p and q. Needs: exact-multiplied.wgsl, exact-aligned.wgsl, exact-kl-div.wgsl. Twin: `jensenShannonTerms` in
// terms/exact/term.ts.

fn mean_of(both: Aligned) -> Operand {
  let low = add64(both.p.xy, both.q.xy);
  let carry = vec2<u32>(u32(is_less64(low, both.p.xy)), 0u);
  let high = add64(both.p.zw, both.q.zw);
  let all = add64(high, carry);
  let carried = is_less64(high, both.p.zw) || is_less64(all, carry);
  let sum = vec4<u32>(low, all);
  let half = half128(sum) | vec4<u32>(0u, 0u, 0u, 0x80000000u);
  return cut(select(sum, half, carried), both.e - 1 + i32(carried));
}

fn added_divergence(before: Window, slab: u32, side: Operand, mean: Operand, empty: bool, nothing: bool, weight: u32) -> Window {
  let term = kl_div(side, mean);
  let m = select(select(term.m, vec3<u32>(mean.m, 0u), empty), vec3<u32>(), nothing);
  return added(before, slab + 2u * DIGITS, m, select(term.e, mean.e, empty), weight);
}

fn added_terms(before: Terms, slab: u32, p_cell: Cell, q_cell: Cell, segment: Segment, weight: u32) -> Terms {
  let p = p_operand(p_cell, segment);
  let q = q_operand(q_cell, segment);
  let p_empty = is_zero(p_cell);
  let q_empty = is_zero(q_cell);
  let mean = mean_of(aligned(p, q, p_empty, q_empty));
  let once = added_divergence(before.first, slab, p, mean, p_empty, p_empty && q_empty, weight);
  return Terms(added_divergence(once, slab, q, mean, q_empty, p_empty && q_empty, weight), before.second);
}
