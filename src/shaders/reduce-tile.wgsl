// Partial sums of a tile of one row: a workgroup takes TILE consecutive cells, neighbouring threads neighbouring cells.
// Needs: record.wgsl. Twin: cpu-fallback/reduce.ts.

override WORKGROUP_SIZE: u32 = 256u;

// 64 cells a thread, added in fours: eight roundings deep
const CELLS_PER_THREAD = 64u;

var<workgroup> shared_sums: array<vec4<f32>, WORKGROUP_SIZE>;
var<workgroup> shared_largest_p: atomic<u32>;
var<workgroup> shared_largest_q: atomic<u32>;
var<workgroup> shared_smallest_q_complement: atomic<u32>;
var<workgroup> shared_infinite_cells: atomic<u32>;
var<workgroup> shared_invalid_p: atomic<u32>;
var<workgroup> shared_invalid_q: atomic<u32>;
var<workgroup> shared_first_invalid_p: atomic<u32>;
var<workgroup> shared_first_invalid_q: atomic<u32>;
var<workgroup> shared_differs: atomic<u32>;

fn visit_if(row: u32, k: u32) -> vec4<f32> {
  if (k >= parameters.cells) { return vec4<f32>(); }
  return visit(row, element_offsets(row, k));
}

// sixteen numbers from `first` on, `stride` apart, five roundings deep
fn sum_of_sixteen(first: u32, stride: u32) -> vec4<f32> {
  var sum = vec4<f32>();
  for (var i = 0u; i < 4u; i++) {
    let at = first + i * 4u * stride;
    sum += (shared_sums[at] + shared_sums[at + stride]) + (shared_sums[at + 2u * stride] + shared_sums[at + 3u * stride]);
  }
  return sum;
}

fn share_integers() {
  atomicMax(&shared_largest_p, largest_p);
  atomicMax(&shared_largest_q, largest_q);
  atomicMax(&shared_smallest_q_complement, smallest_q_complement);
  if (infinite_cells > 0u) { atomicAdd(&shared_infinite_cells, infinite_cells); }
  if (differs > 0u) { atomicOr(&shared_differs, 1u); }
  if ((invalid_p | invalid_q) > 0u) {
    atomicAdd(&shared_invalid_p, invalid_p);
    atomicAdd(&shared_invalid_q, invalid_q);
    atomicMax(&shared_first_invalid_p, first_invalid_p_complement);
    atomicMax(&shared_first_invalid_q, first_invalid_q_complement);
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = group.x + group.y * groups.x;
  if (index >= parameters.rows * parameters.tiles) { return; }
  let row = index / parameters.tiles;
  let tile = index % parameters.tiles;
  let first = tile * (CELLS_PER_THREAD * WORKGROUP_SIZE) + thread;

  var sums = vec4<f32>();
  for (var i = 0u; i < 4u; i++) {
    var inner = vec4<f32>();
    for (var j = 0u; j < 4u; j++) {
      let k = first + (i * 16u + j * 4u) * WORKGROUP_SIZE;
      inner += (visit_if(row, k) + visit_if(row, k + WORKGROUP_SIZE))
        + (visit_if(row, k + 2u * WORKGROUP_SIZE) + visit_if(row, k + 3u * WORKGROUP_SIZE));
    }
    sums += inner;
  }
  shared_sums[thread] = sums;
  share_integers();
  workgroupBarrier();
  if (thread < WORKGROUP_SIZE / 16u) { shared_sums[thread] = sum_of_sixteen(thread, WORKGROUP_SIZE / 16u); }
  workgroupBarrier();
  if (thread > 0u) { return; }
  records[index] = Record(
    sum_of_sixteen(0u, 1u),
    atomicLoad(&shared_largest_p),
    atomicLoad(&shared_largest_q),
    atomicLoad(&shared_smallest_q_complement),
    atomicLoad(&shared_infinite_cells),
    atomicLoad(&shared_invalid_p),
    atomicLoad(&shared_invalid_q),
    atomicLoad(&shared_first_invalid_p),
    atomicLoad(&shared_first_invalid_q),
    atomicLoad(&shared_differs),
  );
}
