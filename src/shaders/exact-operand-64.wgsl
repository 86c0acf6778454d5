// Numbers of at most 63 bits as the terms take them. Needs: exact-integers.wgsl, exact-entry.wgsl.
// Twin: `operandOf` and `gapOf` in terms/exact/term.ts.

// m * 2^e, the highest bit of m set, the lowest not
struct Operand { m: vec2<u32>, e: i32 }

fn operand_of(cell: Cell) -> Operand {
  let zeros = leading_zeros64(cell.m);
  return Operand(left64(cell.m, zeros), cell.e - i32(zeros));
}

// p and q at one exponent, one of them halved where asked for: is p no smaller, the 64 leading bits of |p - q| after a shift
// by so many, and the mean
struct Gap { above: bool, leading: vec2<u32>, shift: u32, mean: vec2<u32> }

fn gap_of(p: Operand, q: Operand, half_p: bool, half_q: bool) -> Gap {
  let a = select(p.m, half64(p.m), half_p);
  let b = select(q.m, half64(q.m), half_q);
  let above = !is_less64(a, b);
  let distance = select(subtract64(b, a), subtract64(a, b), above);
  let shift = leading_zeros64(distance);
  return Gap(above, left64(distance, shift), shift, mean64(a, b));
}
