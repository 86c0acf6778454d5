// One value a cell, in p's order; a thread takes four. Needs: cell.wgsl, CHECKED. Twin: cpu-fallback/map.ts.

override WORKGROUP_SIZE: u32 = 64u;

// bits of f32: Infinity is written as bits, never computed
@group(0) @binding(4) var<storage, read_write> values: array<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = (group.x + group.y * groups.x) * WORKGROUP_SIZE + thread;
  let fours = (parameters.cells + 3u) / 4u;
  let row = index / fours;
  let k = 4u * (index % fours);
  let within = inside(k) & vec4<bool>(row < parameters.rows);
  let places = places_of(kept_offsets(row), k);
  let cells = cells_of(row, p_entries_of(places, within), q_entries_of(places, within));
  let finite = (contributions(cells) + parameters.per_p * cells.p) * parameters.factor;
  let infinite = (cells.q_order == vec4<u32>()) & (cells.p_order > vec4<u32>()) & vec4<bool>(COUNT_INFINITE);
  let bits = select(bitcast<vec4<u32>>(finite), vec4<u32>(0x7f800000u), infinite);
  let at = places.p - vec4<u32>(parameters.p_first);
  if (within.x) { values[at.x] = bits.x; }
  if (within.y) { values[at.y] = bits.y; }
  if (within.z) { values[at.z] = bits.z; }
  if (within.w) { values[at.w] = bits.w; }
}
