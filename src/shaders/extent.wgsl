// The largest key of samples, the complement of the smallest, and how many are NaN. Needs: sample.wgsl. Twin: cpu-fallback/count.ts.

override WORKGROUP_SIZE: u32 = 64u;

struct Extent {
  // of the bound samples the first that is meant
  first: u32,
  samples: u32,
  span: u32,
  unused_3: u32,
}

@group(0) @binding(3) var<uniform> extent: Extent;
@group(0) @binding(4) var<storage, read_write> found: array<atomic<u32>, 3>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let start = (group.x + group.y * groups.x) * extent.span;
  let end = min(start + extent.span, extent.samples);
  let kind = kind_of(0u);
  var greatest = 0u;
  var least_complement = 0u;
  var nan = 0u;
  for (var i = start + thread; i < end; i += WORKGROUP_SIZE) {
    let sample = sample_at(0u, extent.first + i);
    let key = key_of(kind, sample);
    let is_number = !is_nan(kind, sample);
    greatest = max(greatest, select(0u, key, is_number));
    least_complement = max(least_complement, select(0u, ~key, is_number));
    nan += select(1u, 0u, is_number);
  }
  atomicMax(&found[0], greatest);
  atomicMax(&found[1], least_complement);
  if (nan > 0u) { atomicAdd(&found[2], nan); }
}
