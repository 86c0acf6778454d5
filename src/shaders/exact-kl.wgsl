// g(p, q) = p ln(p/q) - p + q in integers. Needs: exact-series.wgsl, exact-sum.wgsl. Twin: `klDiv` in terms/exact/term.ts.

fn margin(m: vec2<u32>, same: bool) -> vec2<u32> {
  return select(add64(right64(m, 2u), right64(m, 3u)), right64(m, 1u), same);
}

// k * ln 2 in units of 2^-64, for k below 2^12
fn times_ln2(k: u32) -> vec3<u32> { return product96(k, vec2<u32>(0xd1cf79abu, 0xb17217f7u)); }

// a number whose mantissa need not be normalised
struct Term { m: vec2<u32>, e: i32 }

// q + p * h for k not 0, h = ln(p/q) - 1; `near` is what ln(p/q) has beside k ln 2
fn far_term(p: Operand, q: Operand, k: i32, near: vec2<u32>, adds: bool) -> Term {
  let base = times_ln2(u32(abs(k)));
  let sum = add64(base.xy, near);
  let difference = subtract64(base.xy, near);
  let fraction = select(difference, sum, adds);
  // |ln(p/q)| = whole + fraction
  let whole = select(base.z - u32(is_less64(base.xy, near)), base.z + u32(is_less64(sum, near)), adds);
  let larger = k > 0;
  let above = larger && whole > 0u;
  let h_whole = select(whole + 1u, select(0u, whole - 1u, above), larger);
  let h_fraction = select(fraction, subtract64(vec2<u32>(), fraction), larger && !above);
  let zeros = countLeadingZeros(h_whole);
  let small = h_whole == 0u;
  let up = select(i32(zeros) - 32, i32(leading_zeros64(h_fraction)), small);
  let mixed = vec2<u32>(0u, h_whole << (zeros & 31u)) | right64(h_fraction, 32u - (zeros & 31u));
  let h = select(mixed, left64(h_fraction, u32(max(up, 0)) & 63u), small);
  let x = top_product(p.m, h);
  let x_exponent = p.e - up;
  let e = max(x_exponent, q.e) + i32(above);
  let x_aligned = right64(x, u32(e - x_exponent));
  let q_aligned = right64(q.m, u32(e - q.e));
  return Term(select(subtract64(q_aligned, x_aligned), add64(q_aligned, x_aligned), above), e);
}

fn kl_div(p: Operand, q: Operand) -> Term {
  let same = p.e == q.e;
  let p_larger = is_less64(q.m, p.m) && is_less64(margin(q.m, same), subtract64(p.m, q.m));
  let q_larger = is_less64(p.m, q.m) && is_less64(margin(p.m, same), subtract64(q.m, p.m));
  let k = p.e - q.e + i32(p_larger) - i32(q_larger);
  let a = select(p.m, right64(p.m, 1u), p_larger);
  let b = select(q.m, right64(q.m, 1u), q_larger);
  let a_low = select(p.low, (p.m.x << 31u) | (p.low >> 1u), p_larger);
  let b_low = select(q.low, (q.m.x << 31u) | (q.low >> 1u), q_larger);
  let above = is_less64(b, a) || (all(a == b) && a_low >= b_low);
  let a_full = vec3<u32>(a_low, a);
  let b_full = vec3<u32>(b_low, b);
  let distance = select(subtract96(b_full, a_full), subtract96(a_full, b_full), above);
  let near = k == 0;
  let series = series_of(distance, mean64(a, b), near, above);
  let far = far_term(p, q, k, right64(series.series, series.scale - 2u), (k > 0) == above);
  let close = Term(top_product(series.difference, series.series), max(p.e, q.e) - i32(series.shift + series.scale) + 1);
  return Term(select(far.m, close.m, near), select(far.e, close.e, near));
}

// g(p, q), and q where p = 0
fn added_terms(before: Terms, slab: u32, p_cell: Cell, q_cell: Cell, segment: Segment) -> Terms {
  let p = operand_of(p_cell, 1u, segment.p_shift);
  let q = operand_of(q_cell, select(1u, segment.multiplier, SCALED), segment.q_shift);
  let term = kl_div(p, q);
  let p_empty = is_zero(p_cell);
  let m = select(select(term.m, q.m, p_empty), vec2<u32>(), is_zero(q_cell));
  let e = select(term.e, q.e, p_empty);
  var whole = vec3<u32>(m, 0u);
  if (WIDE) { whole = vec3<u32>(select(0u, q.low, p_empty && !is_zero(q_cell)), m); }
  return Terms(added(before.first, slab + 2u * DIGITS, whole, e - select(0, 32, WIDE)), before.second);
}
