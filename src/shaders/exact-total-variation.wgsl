// |p - q| in two halves. Needs: exact-multiplied.wgsl, exact-aligned.wgsl. Twin: `totalVariationTerms` in terms/exact/term.ts.

fn added_terms(before: Terms, slab: u32, p_cell: Cell, q_cell: Cell, segment: Segment, weight: u32) -> Terms {
  let p = p_operand(p_cell, segment);
  let q = q_operand(q_cell, segment);
  let both = aligned(p, q, is_zero(p_cell), is_zero(q_cell));
  let distance = select(subtract128(both.p, both.q), subtract128(both.q, both.p), is_less128(both.p, both.q));
  return Terms(
    added(before.first, slab + 2u * DIGITS, vec3<u32>(distance.zw, 0u), both.e, weight),
    added(before.second, slab + 3u * DIGITS, vec3<u32>(distance.xy, 0u), both.e - 64, weight),
  );
}
