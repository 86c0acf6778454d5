// Sums of short rows: a thread takes one row. Needs: record.wgsl. Twin: cpu-fallback/reduce.ts.

override WORKGROUP_SIZE: u32 = 64u;

// sixteen cells at a time: a row of 256 is 20 roundings deep
fn tally_of_row(index: u32) -> Tally {
  let row = row_table[index];
  let first = kept_offsets(index);
  var tally = Tally();
  for (var k = 0u; k < parameters.cells; k += 16u) {
    let sums = tally.sums;
    tally.sums = vec4<f32>();
    for (var i = 0u; i < 4u; i++) { tally = merged(tally, visit(row, first, k + 4u * i)); }
    tally.sums += sums;
  }
  return tally;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let record = (group.x + group.y * groups.x) * WORKGROUP_SIZE + thread;
  let row = parameters.first * WORKGROUP_SIZE + record;
  if (row < parameters.rows) { records[record] = record_of(tally_of_row(row)); }
}
