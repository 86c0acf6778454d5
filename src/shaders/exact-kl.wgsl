// g(p, q) = p ln(p/q) - p + q in integers. Needs: exact-integers.wgsl, exact-entry.wgsl. Twin: `klDiv` in terms/exact/term.ts.

fn margin(m: vec2<u32>, same: bool) -> vec2<u32> {
  return select(add64(right64(m, 2u), right64(m, 3u)), right64(m, 1u), same);
}

// B(z) for z in units of 2^-64, in the same
fn tail(z: vec2<u32>) -> vec2<u32> {
  var small = 1996008231u + upper32(2133380004u, z.y);
  small = 2291682250u + upper32(small, z.y);
  small = 2643032231u + upper32(small, z.y);
  var b = add64(vec2<u32>(0x1e6713c5u, 0x1745d19fu), top_product(vec2<u32>(small << 29u, small >> 3u), z));
  b = add64(vec2<u32>(0x1c58578eu, 0x1c71c71cu), top_product(b, z));
  b = add64(vec2<u32>(0x929e8a63u, 0x24924924u), top_product(b, z));
  b = add64(vec2<u32>(0x3333125fu, 0x33333333u), top_product(b, z));
  return add64(vec2<u32>(0x55555557u, 0x55555555u), top_product(b, z));
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
  let mean = add64(a & b, right64(a ^ b, 1u));
  let lift = 1u - (mean.y >> 31u);
  let shift = leading_zeros96(distance);
  let difference = left96(distance, shift).yz;
  let t = quotient(difference, left64(mean, lift));
  let fixed = right64(t, shift - lift);
  let square = top_product(fixed, fixed);
  let near = k == 0;
  let argument = select(square, select(subtract64(fixed, square), add64(fixed, square), above), near);
  let correction = right64(top_product(argument, tail(square)), 1u);
  let one = vec2<u32>(0u, 0x80000000u);
  let raw = top_product(t, select(add64(one, correction), subtract64(one, correction), near && !above));
  let zeros = leading_zeros64(raw);
  let series = left64(raw, zeros);
  let scale = shift - lift + zeros;
  let far = far_term(p, q, k, right64(series, scale - 2u), (k > 0) == above);
  let close = Term(top_product(difference, series), max(p.e, q.e) - i32(shift + scale) + 1);
  return Term(select(far.m, close.m, near), select(far.e, close.e, near));
}
