// Exact sums of tiles of segments: a workgroup takes CELLS_PER_THREAD * WORKGROUP_SIZE cells and has digits of its own, whose
// counters take 65 536 numbers: no more than 16 384 cells, each of two terms in two halves. Needs: exact-entry.wgsl, exact-sum.wgsl,
// `added_terms`, `is_infinite`.
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
  var terms = Terms();
  var infinite = 0u;
  for (var k = start + thread; k < end; k += WORKGROUP_SIZE) {
    let p_index = segment.p_start + k * parameters.p_stride;
    let q_index = segment.q_start + k * parameters.q_stride;
    var p_cell = cell_of(P_TYPE, p_bits_at(p_index));
    var q_cell = cell_of(Q_TYPE, q_bits_at(q_index));
    var weight = 1u;
    if (WEIGHT_TYPE > 0u) {
      weight = weight_at(segment.w_start + k * parameters.w_stride);
      // whatever lies in a cell of weight 0
      if (weight == 0u) {
        p_cell = Cell();
        q_cell = Cell();
      }
    }
    if (TOTALS) {
      p_sum = added(p_sum, slab, vec3<u32>(p_cell.m, 0u), p_cell.e, weight);
      q_sum = added(q_sum, slab + DIGITS, vec3<u32>(q_cell.m, 0u), q_cell.e, weight);
    }
    if (p_cell.bad) {
      atomicAdd(&digits[slab + COUNTS + 1u], 1u);
      atomicMax(&digits[slab + COUNTS + 3u], ~p_index);
    }
    if (q_cell.bad) {
      atomicAdd(&digits[slab + COUNTS + 2u], 1u);
      atomicMax(&digits[slab + COUNTS + 4u], ~q_index);
    }
    infinite += u32(is_infinite(p_cell, q_cell));
    terms = added_terms(terms, slab, p_cell, q_cell, segment, weight);
  }
  hand_over(p_sum, slab);
  hand_over(q_sum, slab + DIGITS);
  hand_over(terms.first, slab + 2u * DIGITS);
  hand_over(terms.second, slab + 3u * DIGITS);
  if (infinite > 0u) { atomicAdd(&digits[slab + COUNTS], infinite); }
}
