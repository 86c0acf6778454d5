// Cells times totals. Needs: exact-operand-128.wgsl, exact-sum.wgsl. Twin: `leading127` in terms/exact/term.ts.

// the leading 127 bits, so that a half still fits
fn cut(a: vec4<u32>, e: i32) -> Operand { return Operand(a.zw, vec2<u32>(a.x & 0xfffffffeu, a.y), e); }

// the leading 127 bits of times * m * 2^e
fn multiplied(cell: Cell, times: array<u32, 4>, shift: i32) -> Operand {
  let zeros = leading_zeros64(cell.m);
  let m = left64(cell.m, zeros);
  let first = product96(times[0], m);
  let second = add96(product96(times[1], m), vec3<u32>(first.yz, 0u));
  let third = add96(product96(times[2], m), vec3<u32>(second.yz, 0u));
  let fourth = add96(product96(times[3], m), vec3<u32>(third.yz, 0u));
  let upper = vec4<u32>(third.x, fourth);
  let e = cell.e + shift - i32(zeros) + 128;
  let full = upper.w >= 0x80000000u;
  let raised = (upper << vec4<u32>(1u)) | (vec4<u32>(second.x, upper.xyz) >> vec4<u32>(31u));
  return cut(select(raised, upper, full), select(e - 1, e, full));
}

fn lowered(operand: Operand, to: i32) -> vec4<u32> {
  let moved = right128(vec4<u32>(operand.low, operand.m), u32(to - operand.e));
  return vec4<u32>(moved.x & 0xfffffffeu, moved.yzw);
}

// p and q at one exponent; an empty side is 0
struct Aligned { p: vec4<u32>, q: vec4<u32>, e: i32 }

fn aligned(p: Operand, q: Operand, p_empty: bool, q_empty: bool) -> Aligned {
  let e = select(select(max(p.e, q.e), q.e, p_empty), p.e, q_empty);
  return Aligned(select(lowered(p, e), vec4<u32>(), p_empty), select(lowered(q, e), vec4<u32>(), q_empty), e);
}

fn is_infinite(p_cell: Cell, q_cell: Cell) -> bool { return is_zero(q_cell) && !is_zero(p_cell); }
