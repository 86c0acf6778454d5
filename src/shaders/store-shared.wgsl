// A record for every workgroup, of WORKGROUP_SIZE threads, a multiple of 8. Needs: record.wgsl.

var<workgroup> shared_sums: array<vec4<f32>, WORKGROUP_SIZE>;
var<workgroup> shared_largest_p: atomic<u32>;
var<workgroup> shared_largest_q: atomic<u32>;
var<workgroup> shared_smallest_q_from_top: atomic<u32>;
var<workgroup> shared_infinite_cells: atomic<u32>;
var<workgroup> shared_differs: atomic<u32>;
var<workgroup> shared_suspect: atomic<u32>;
var<workgroup> shared_invalid_p: atomic<u32>;
var<workgroup> shared_invalid_q: atomic<u32>;
var<workgroup> shared_first_invalid_p: atomic<u32>;
var<workgroup> shared_first_invalid_q: atomic<u32>;

// eight sums from `first` on, `stride` apart, three roundings deep
fn sum_of_eight(first: u32, stride: u32) -> vec4<f32> {
  let low = (shared_sums[first] + shared_sums[first + stride]) + (shared_sums[first + 2u * stride] + shared_sums[first + 3u * stride]);
  let at = first + 4u * stride;
  return low + ((shared_sums[at] + shared_sums[at + stride]) + (shared_sums[at + 2u * stride] + shared_sums[at + 3u * stride]));
}

fn share_integers(tally: Tally) {
  atomicMax(&shared_largest_p, u32(tally.largest_p));
  atomicMax(&shared_largest_q, u32(tally.largest_q));
  atomicMax(&shared_smallest_q_from_top, u32(tally.smallest_q_from_top));
  if (COUNT_INFINITE) { atomicAdd(&shared_infinite_cells, tally.infinite_cells); }
  atomicMax(&shared_differs, min(tally.differs, 1u));
  atomicMax(&shared_suspect, suspect(tally));
  if (CHECKED) {
    atomicAdd(&shared_invalid_p, invalid_p);
    atomicAdd(&shared_invalid_q, invalid_q);
    atomicMax(&shared_first_invalid_p, first_invalid_p_complement);
    atomicMax(&shared_first_invalid_q, first_invalid_q_complement);
  }
}

fn store(index: u32, thread: u32, tally: Tally) {
  shared_sums[thread] = tally.sums;
  share_integers(tally);
  workgroupBarrier();
  if (thread < WORKGROUP_SIZE / 8u) { shared_sums[thread] = sum_of_eight(thread, WORKGROUP_SIZE / 8u); }
  workgroupBarrier();
  if (thread > 0u) { return; }
  records[index] = Record(
    sum_of_eight(0u, 1u),
    atomicLoad(&shared_largest_p),
    atomicLoad(&shared_largest_q),
    atomicLoad(&shared_smallest_q_from_top),
    atomicLoad(&shared_infinite_cells),
    atomicLoad(&shared_invalid_p),
    atomicLoad(&shared_invalid_q),
    atomicLoad(&shared_first_invalid_p),
    atomicLoad(&shared_first_invalid_q),
    atomicLoad(&shared_differs),
    atomicLoad(&shared_suspect),
  );
}
