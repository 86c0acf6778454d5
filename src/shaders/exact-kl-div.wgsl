// g(p, q) = p ln(p/q) - p + q in integers. Needs: exact-operand-64.wgsl or -128, exact-series.wgsl. Twin: `klDiv` in terms/exact/term.ts.

// m * 2^e, not normalised, m of at most 76 bits
struct Term { m: vec3<u32>, e: i32 }

// how far the mantissas may be apart with the ratio still next to a power of two
fn margin(m: vec2<u32>, same: bool) -> vec2<u32> {
  let quarter = quarter64(m);
  return select(quarter, add64(half64(m), half64(quarter)), same);
}

// k * ln 2 in units of 2^-64, for k below 2^12
fn times_ln2(k: u32) -> vec3<u32> { return product_by16(k, vec2<u32>(0xd1cf79abu, 0xb17217f7u)); }

// q + p * h in units of both, for k not 0, h = ln(p/q) - 1; `near` is what ln(p/q) has beside k ln 2
fn far_term(p: vec2<u32>, q: vec2<u32>, k: i32, near: vec2<u32>, adds: bool) -> vec3<u32> {
  let base = times_ln2(u32(abs(k)));
  let sum = add64(base.xy, near);
  // |ln(p/q)| = whole + fraction
  let fraction = select(subtract64(base.xy, near), sum, adds);
  let whole = select(base.z - u32(is_less64(base.xy, near)), base.z + u32(is_less64(sum, near)), adds);
  let larger = k > 0;
  let above = larger && whole > 0u;
  let h_whole = select(whole + 1u, select(0u, whole - 1u, above), larger);
  let h_fraction = select(fraction, subtract64(vec2<u32>(), fraction), larger && !above);
  let product = add96(product_by16(h_whole, p), vec3<u32>(top_product(p, h_fraction), 0u));
  return select(vec3<u32>(subtract64(q, product.xy), 0u), add96(product, vec3<u32>(q, 0u)), above);
}

fn kl_div(p: Operand, q: Operand) -> Term {
  let same = p.e == q.e;
  let p_larger = is_less64(q.m, p.m) && is_less64(margin(q.m, same), subtract64(p.m, q.m));
  let q_larger = is_less64(p.m, q.m) && is_less64(margin(p.m, same), subtract64(q.m, p.m));
  let k = p.e - q.e + i32(p_larger) - i32(q_larger);
  let gap = gap_of(p, q, p_larger, q_larger);
  let above = gap.above;
  let close = k == 0;
  let series = series_of(gap.leading, gap.shift, gap.mean, close, above);
  let half = half64(series.correction);
  let one = vec2<u32>(0u, 0x80000000u);
  let factor = select(subtract64(one, half), add64(one, half), above);
  // |t|(1 + (t + t^2) B), or 2|t| t^2 B
  let product = top_product(select(series.double, series.t, close), select(series.correction, factor, close));
  let up = min(countLeadingZeros(product.y), 3u);
  let twice = select(product, fourfold64(product), up >= 2u);
  let raised = select(twice, add64(twice, twice), (up & 1u) == 1u);
  let e = max(p.e, q.e);
  // the one with the smaller exponent in units of the other's
  let p_above = p.e > q.e;
  let moved = right64(select(p.m, q.m, p_above), u32(abs(p.e - q.e)));
  let far = far_term(select(moved, p.m, p_above), select(q.m, moved, p_above), k, add64(series.double, product), (k > 0) == above);
  return Term(
    select(far, vec3<u32>(top_product(gap.leading, raised), 0u), close),
    select(e, e - i32(gap.shift + series.scale + up) + 1, close),
  );
}
