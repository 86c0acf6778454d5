// Partial sums of a tile of one row: a workgroup takes 256 * WORKGROUP_SIZE consecutive cells, neighbouring threads
// neighbouring fours. Needs: record.wgsl, store-shared.wgsl or store-each.wgsl. Twin: cpu-fallback/reduce.ts.

override WORKGROUP_SIZE: u32 = 64u;

// 256 cells a thread, in fours, sixteen roundings deep
fn tally_of_tile(row: u32, start: u32) -> Tally {
  let first = kept_offsets(row);
  var tally = Tally();
  for (var i = 0u; i < 8u; i++) {
    // only the sums must not be deep
    let sums = tally.sums;
    tally.sums = vec4<f32>();
    for (var j = 0u; j < 8u; j++) { tally = merged(tally, visit(row, first, start + 4u * WORKGROUP_SIZE * (i * 8u + j))); }
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
  let index = group.x + group.y * groups.x;
  if (index < parameters.rows * parameters.tiles) {
    let tile = index % parameters.tiles;
    store(index, thread, tally_of_tile(index / parameters.tiles, 4u * (tile * (64u * WORKGROUP_SIZE) + thread)));
  }
}
