// Exact sums of tiles of segments: a workgroup takes CELLS_PER_THREAD * WORKGROUP_SIZE cells and has digits of its own, so that
// none of their counters can overflow below 65 536 cells. Needs: exact-entry.wgsl, exact-kl.wgsl, exact-sum.wgsl.
// Twin: cpu-fallback/exact/reduce.ts.

override WORKGROUP_SIZE: u32 = 64u;
override CELLS_PER_THREAD: u32 = 512u;
// sums of p and q are wanted too
override TOTALS: bool = false;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let slab = (group.y * groups.x + group.x) * SLAB;
  let segment = segments[group.y];
  let start = group.x * (CELLS_PER_THREAD * WORKGROUP_SIZE);
  let end = min(start + CELLS_PER_THREAD * WORKGROUP_SIZE, segment.cells);
  var p_sum = Window();
  var q_sum = Window();
  var term_sum = Window();
  var infinite = 0u;
  for (var k = start + thread; k < end; k += WORKGROUP_SIZE) {
    let p_index = segment.p_start + k * parameters.p_stride;
    let q_index = segment.q_start + k * parameters.q_stride;
    let p_cell = cell_of(P_TYPE, p_bits_at(p_index));
    let q_cell = cell_of(Q_TYPE, q_bits_at(q_index));
    if (TOTALS) {
      p_sum = added(p_sum, slab, p_cell.m, p_cell.e);
      q_sum = added(q_sum, slab + DIGITS, q_cell.m, q_cell.e);
    }
    if (p_cell.bad) {
      atomicAdd(&digits[slab + COUNTS + 1u], 1u);
      atomicMax(&digits[slab + COUNTS + 3u], ~p_index);
    }
    if (q_cell.bad) {
      atomicAdd(&digits[slab + COUNTS + 2u], 1u);
      atomicMax(&digits[slab + COUNTS + 4u], ~q_index);
    }
    let p = operand_of(p_cell, 1u, segment.p_shift);
    let q = operand_of(q_cell, select(1u, segment.multiplier, SCALED), segment.q_shift);
    let p_empty = is_zero(p_cell);
    let q_empty = is_zero(q_cell);
    infinite += u32(q_empty && !p_empty);
    let term = kl_div(p, q);
    // q alone where p = 0
    let m = select(select(term.m, q.m, p_empty), vec2<u32>(), q_empty);
    term_sum = added(term_sum, slab + 2u * DIGITS, m, select(term.e, q.e, p_empty));
    if (WIDE) { term_sum = added(term_sum, slab + 2u * DIGITS, vec2<u32>(select(0u, q.low, p_empty), 0u), q.e - 32); }
  }
  hand_over(p_sum, slab);
  hand_over(q_sum, slab + DIGITS);
  hand_over(term_sum, slab + 2u * DIGITS);
  if (infinite > 0u) { atomicAdd(&digits[slab + COUNTS], infinite); }
}
