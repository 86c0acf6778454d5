// p w and p (k + UNIT) with ln q = k ln 2 + w. Needs: exact-operand-64.wgsl or -128, exact-series.wgsl, exact-sum.wgsl. Twin: `logarithm` in terms/exact/term.ts.

struct Logarithm { k: i32, w: vec2<u32> }

// of m 2^e, the highest bit of m set; w in units of 2^-63
fn logarithm(m: vec2<u32>, e: i32) -> Logarithm {
  let one = vec2<u32>(0u, 0x80000000u);
  let larger = is_less64(vec2<u32>(0u, 0xc0000000u), m);
  let a = select(m, half64(m), larger);
  let above = a.y >= one.y;
  let distance = select(subtract64(one, a), subtract64(a, one), above);
  let shift = leading_zeros64(distance);
  let series = series_of(left64(distance, shift), shift, mean64(a, one), false, above);
  let near = half64(add64(series.double, top_product(series.double, series.correction)));
  // half of ln 2
  let half = vec2<u32>(0xe8e7bcd5u, 0x58b90bfbu);
  return Logarithm(e + 62 + i32(larger), select(subtract64(half, near), add64(half, near), above));
}

fn added_terms(before: Terms, slab: u32, p_cell: Cell, q_cell: Cell, segment: Segment, weight: u32) -> Terms {
  let p = operand_of(p_cell);
  let q = operand_of(q_cell);
  let ln = logarithm(q.m, q.e);
  let empty = is_zero(p_cell) || is_zero(q_cell);
  let first = select(vec3<u32>(top_product(p.m, ln.w), 0u), vec3<u32>(), empty);
  let second = select(product_by16(u32(ln.k + UNIT), p_cell.m), vec3<u32>(), empty);
  return Terms(
    added(before.first, slab + 2u * DIGITS, first, p.e + 1, weight),
    added(before.second, slab + 3u * DIGITS, second, p_cell.e, weight),
  );
}
