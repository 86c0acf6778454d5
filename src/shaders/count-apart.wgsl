// Each workgroup counts by itself, and adds what it has at the end: for so few bins that a workgroup's memory holds them. Needs: count.wgsl, BINS.
// Twin: count-together.wgsl.

var<workgroup> own: array<atomic<u32>, BINS>;

fn count_one(place: u32) { atomicAdd(&own[place], 1u); }

fn finish(thread: u32) {
  workgroupBarrier();
  for (var i = thread; i < extent.cells; i += WORKGROUP_SIZE) {
    let count = atomicLoad(&own[i]);
    if (count > 0u) { atomicAdd(&counts[i], count); }
  }
}
