// Numbers of at most 127 bits as the terms take them: 64-bit integers, or cells times totals. Needs:
// exact-integers.wgsl, exact-entry.wgsl. Twin: `operandOf` and `gapOf` in terms/exact/term.ts.

// (m + low * 2^-64) * 2^e, the highest bit of m set, the lowest of low not
struct Operand { m: vec2<u32>, low: vec2<u32>, e: i32 }

// four words, the low one first
fn half128(a: vec4<u32>) -> vec4<u32> { return (a >> vec4<u32>(1u)) | vec4<u32>(a.yzw << vec3<u32>(31u), 0u); }

fn is_less128(a: vec4<u32>, b: vec4<u32>) -> bool { return is_less64(a.zw, b.zw) || (all(a.zw == b.zw) && is_less64(a.xy, b.xy)); }

fn subtract128(a: vec4<u32>, b: vec4<u32>) -> vec4<u32> {
  let borrow = vec2<u32>(u32(is_less64(a.xy, b.xy)), 0u);
  return vec4<u32>(subtract64(a.xy, b.xy), subtract64(subtract64(a.zw, b.zw), borrow));
}

// 128 for 0
fn leading_zeros128(a: vec4<u32>) -> u32 {
  let high = leading_zeros64(a.zw);
  return select(high, 64u + leading_zeros64(a.xy), high == 64u);
}

// by 128 it is 0
fn left128(a: vec4<u32>, by: u32) -> vec4<u32> {
  let once = select(a, vec4<u32>(0u, 0u, a.xy), by >= 64u);
  let twice = select(once, vec4<u32>(0u, once.xyz), (by & 32u) != 0u);
  let rest = by & 31u;
  let shifted = (twice << vec4<u32>(rest)) | vec4<u32>(0u, (twice.xyz >> vec3<u32>(1u)) >> vec3<u32>(31u - rest));
  return select(shifted, vec4<u32>(), by >= 128u);
}

// by 128 and more it is 0
fn right128(a: vec4<u32>, by: u32) -> vec4<u32> {
  let once = select(a, vec4<u32>(a.zw, 0u, 0u), by >= 64u);
  let twice = select(once, vec4<u32>(once.yzw, 0u), (by & 32u) != 0u);
  let rest = by & 31u;
  let shifted = (twice >> vec4<u32>(rest)) | vec4<u32>((twice.yzw << vec3<u32>(1u)) << vec3<u32>(31u - rest), 0u);
  return select(shifted, vec4<u32>(), by >= 128u);
}

fn operand_of(cell: Cell) -> Operand {
  let zeros = leading_zeros64(cell.m);
  return Operand(left64(cell.m, zeros), vec2<u32>(), cell.e - i32(zeros));
}

// p and q at one exponent, one of them halved where asked for: is p no smaller, the 64 leading bits of |p - q| after a shift
// by so many, and the mean
struct Gap { above: bool, leading: vec2<u32>, shift: u32, mean: vec2<u32> }

fn gap_of(p: Operand, q: Operand, half_p: bool, half_q: bool) -> Gap {
  let p_all = vec4<u32>(p.low, p.m);
  let q_all = vec4<u32>(q.low, q.m);
  let a = select(p_all, half128(p_all), half_p);
  let b = select(q_all, half128(q_all), half_q);
  let above = !is_less128(a, b);
  let distance = select(subtract128(b, a), subtract128(a, b), above);
  let shift = leading_zeros128(distance);
  return Gap(above, left128(distance, shift).zw, shift, mean64(a.zw, b.zw));
}
