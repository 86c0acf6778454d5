// One value a cell, in p's order; a thread takes four. Needs: cell.wgsl, count_of, CHECKED. Twin: cpu-fallback/map.ts.

override WORKGROUP_SIZE: u32 = 64u;
// what rows have of their own is added to the term, or so many times q, and multiplies both
override OF_ROWS: bool = false;
override PER_Q: bool = false;
// the term says what zeros are, and INFINITE for Infinity
override SAYS_ZEROS: bool = false;

// bits of f32: Infinity is written as bits, never computed
@group(0) @binding(4) var<storage, read_write> values: array<u32>;

fn value_of(row: Row, cell: Cell, k: u32) -> u32 {
  let of_cell = term(cell.p, cell.q, cell.d);
  if (is_infinite(cell) || (SAYS_ZEROS && of_cell == INFINITE)) { return 0x7f800000u; }
  if (SAYS_ZEROS && of_cell == -INFINITE) { return 0xff800000u; }
  if (OF_ROWS) { return bitcast<u32>((of_cell + row.p_extra * select(1.0, cell.q, PER_Q)) * (parameters.factor * row.q_extra) * count_of(k)); }
  return bitcast<u32>((of_cell + parameters.per_p * cell.p) * parameters.factor * count_of(k));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = (group.x + group.y * groups.x) * WORKGROUP_SIZE + thread;
  let fours = (parameters.cells + 3u) / 4u;
  let row_index = index / fours;
  let k = 4u * (index % fours);
  let row = row_table[row_index];
  let within = inside(k) & vec4<bool>(row_index < parameters.rows);
  let places = places_of(kept_offsets(row_index), k);
  let entries = entries_at(places, k);
  let p = entries.p;
  let q = entries.q;
  let at = places.p - vec4<u32>(parameters.p_first - parameters.first);
  if (within.x) { values[at.x] = value_of(row, cell_of(row, p.x, q.x, k), k); }
  if (within.y) { values[at.y] = value_of(row, cell_of(row, p.y, q.y, k + 1u), k + 1u); }
  if (within.z) { values[at.z] = value_of(row, cell_of(row, p.z, q.z, k + 2u), k + 2u); }
  if (within.w) { values[at.w] = value_of(row, cell_of(row, p.w, q.w, k + 3u), k + 3u); }
}
