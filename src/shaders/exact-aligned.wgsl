// Two numbers of 127 bits at one exponent. Needs: exact-operand-128.wgsl. Twin: `alignedPair` in terms/exact/term.ts.

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
