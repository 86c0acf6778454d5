// Cells as the terms see them: times totals. Needs: exact-operand-128.wgsl. Twin: `leading127` in terms/exact/term.ts.

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

fn p_operand(cell: Cell, segment: Segment) -> Operand { return multiplied(cell, segment.p_times, segment.p_shift); }

fn q_operand(cell: Cell, segment: Segment) -> Operand { return multiplied(cell, segment.q_times, segment.q_shift); }
