// Sums of short rows: a thread takes one row. Needs: record.wgsl. Twin: cpu-fallback/reduce.ts.

override WORKGROUP_SIZE: u32 = 64u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = (group.x + group.y * groups.x) * WORKGROUP_SIZE + thread;
  if (row >= parameters.rows) { return; }
  var sums = vec4<f32>();
  // sixteen at a time, so that a row of 256 is 32 roundings deep
  for (var k = 0u; k < parameters.cells; k += 16u) {
    var inner = vec4<f32>();
    for (var j = k; j < min(k + 16u, parameters.cells); j++) { inner += visit(row, element_offsets(row, j)); }
    sums += inner;
  }
  records[row] = Record(
    sums, largest_p, largest_q, smallest_q_complement, infinite_cells, invalid_p, invalid_q,
    first_invalid_p_complement, first_invalid_q_complement, differs,
  );
}
