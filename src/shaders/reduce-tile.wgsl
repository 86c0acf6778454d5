// Partial sums of a tile of one row: a workgroup takes 256 * TURNS * WORKGROUP_SIZE consecutive cells, neighbouring threads
// neighbouring fours. Needs: record.wgsl, store-shared.wgsl or store-each.wgsl. Twin: cpu-fallback/reduce.ts.

override WORKGROUP_SIZE: u32 = 64u;
// at most 4
override TURNS: u32 = 1u;

// 256 * TURNS cells a thread, in fours, at most nineteen roundings deep
fn tally_of_tile(index: u32, start: u32) -> Tally {
  let row = row_table[index];
  let first = kept_offsets(index);
  var tally = Tally();
  var sums = vec4<f32>();
  for (var turn = 0u; turn < TURNS; turn++) {
    var middle = vec4<f32>();
    for (var i = 0u; i < 8u; i++) {
      // only the sums must not be deep
      tally.sums = vec4<f32>();
      for (var j = 0u; j < 8u; j++) {
        tally = merged(tally, visit(row, first, start + 4u * WORKGROUP_SIZE * (turn * 64u + i * 8u + j)));
      }
      middle += tally.sums;
    }
    sums += middle;
  }
  tally.sums = sums;
  return tally;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let record = group.x + group.y * groups.x;
  let index = parameters.first + record;
  if (index < parameters.rows * parameters.tiles) {
    let tile = index % parameters.tiles;
    store(record, thread, tally_of_tile(index / parameters.tiles, 4u * (tile * (64u * TURNS * WORKGROUP_SIZE) + thread)));
  }
}
