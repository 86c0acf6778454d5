// Sums of short rows, or of rows that lie side by side: neighbouring threads take neighbouring rows, a workgroup 256 cells of each.
// Needs: record.wgsl. Twin: cpu-fallback/reduce.ts.

override WORKGROUP_SIZE: u32 = 64u;

const TILE = 256u;

// sixteen cells at a time: 20 roundings deep
fn tally_of_part(index: u32, start: u32) -> Tally {
  let row = row_table[index];
  let first = kept_offsets(index);
  let end = min(start + TILE, parameters.cells);
  var tally = Tally();
  for (var k = start; k < end; k += 16u) {
    let sums = tally.sums;
    tally.sums = Sums();
    for (var i = 0u; i < 4u; i++) { tally = merged(tally, visit(row, first, k + 4u * i)); }
    tally.sums = plus(tally.sums, sums);
  }
  return tally;
}

// workgroups of one tile follow each other; those at the end write of rows that are none, too
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let own = group.x + group.y * groups.x;
  let index = parameters.first + own;
  let blocks = (parameters.rows + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE;
  let row = (index % blocks) * WORKGROUP_SIZE + thread;
  var tally = Tally();
  if (row < parameters.rows) { tally = tally_of_part(row, (index / blocks) * TILE); }
  records[own * WORKGROUP_SIZE + thread] = record_of(tally);
}
