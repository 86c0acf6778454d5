// Partial sums of tiles of rows: GROUP threads take 4 * FOURS * EIGHTS * TURNS * GROUP consecutive cells of one, neighbouring
// threads neighbouring fours. Needs: record.wgsl, a store. Twin: cpu-fallback/reduce.ts.

override WORKGROUP_SIZE: u32 = 64u;
// a divisor of WORKGROUP_SIZE
override GROUP: u32 = WORKGROUP_SIZE;
// at most 8, 8 and 4
override FOURS: u32 = 8u;
override EIGHTS: u32 = 8u;
override TURNS: u32 = 1u;

// at most nineteen roundings deep; the cells of the last fours may be beyond the row's end
fn tally_of_tile(index: u32, start: u32) -> Tally {
  let row = row_table[index];
  let first = kept_offsets(index);
  var tally = Tally();
  var sums = Sums();
  for (var turn = 0u; turn < TURNS; turn++) {
    var middle = Sums();
    for (var i = 0u; i < EIGHTS; i++) {
      // only the sums must not be deep
      tally.sums = Sums();
      for (var j = 0u; j < FOURS; j++) {
        tally = merged(tally, visit(row, first, start + 4u * GROUP * ((turn * EIGHTS + i) * FOURS + j)));
      }
      middle = plus(middle, tally.sums);
    }
    sums = plus(sums, middle);
  }
  tally.sums = sums;
  return tally;
}

// the last workgroup may write of rows that are none, too
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let record = (group.x + group.y * groups.x) * (WORKGROUP_SIZE / GROUP) + thread / GROUP;
  let index = parameters.first * (WORKGROUP_SIZE / GROUP) + record;
  var tally = Tally();
  if (index < parameters.rows * parameters.tiles) {
    let tile = index % parameters.tiles;
    tally = tally_of_tile(index / parameters.tiles, 4u * (tile * (FOURS * EIGHTS * TURNS * GROUP) + thread % GROUP));
  }
  store(record, thread, tally);
}
