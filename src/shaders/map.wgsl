// One value a cell, in p's order. Needs: cell.wgsl, term. Twin: cpu-fallback/map.ts.

override WORKGROUP_SIZE: u32 = 256u;

// bits of f32: Infinity is written as bits, never computed
@group(0) @binding(4) var<storage, read_write> values: array<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = (group.x + group.y * groups.x) * WORKGROUP_SIZE + thread;
  if (index >= parameters.rows * parameters.cells) { return; }
  let row = index / parameters.cells;
  let offsets = element_offsets(row, index % parameters.cells);
  let cell = cell_at(row, offsets.x, offsets.y);
  let value = (contribution(cell) + parameters.per_p * cell.p) * parameters.factor;
  let infinite = COUNT_INFINITE && cell.q_zero && !cell.p_zero;
  values[offsets.x - parameters.p_first] = select(bitcast<u32>(value), 0x7f800000u, infinite);
}
