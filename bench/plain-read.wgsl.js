/** Sums the words of one or two arrays, modulo 2³². */
export const code = /* wgsl */ `
// Both arrays, or one of them twice bound, by four words.
@group(0) @binding(0) var<storage, read> p: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> q: array<vec4<u32>>;
// One a workgroup or one a thread.
@group(0) @binding(2) var<storage, read_write> sums: array<u32>;
// Fours of words in an array.
@group(0) @binding(3) var<uniform> fours: u32;

override THREADS: u32;
// Fours that a thread reads of each array; a multiple of 4.
override LOADS: u32;
// Are a thread's fours neighbours (a tile a thread), or those of neighbouring threads?
override SERIAL: bool;
// Is q read too?
override PAIR: bool;

var<workgroup> shares: array<u32, 256>;

fn load(at: u32) -> vec4<u32> {
  var words = p[at];
  if (PAIR) { words += q[at]; }
  return words;
}

fn sum_of_thread(workgroup: u32, thread: u32) -> u32 {
  let tile = workgroup * THREADS * LOADS;
  let first = tile + select(thread, thread * LOADS, SERIAL);
  let step = select(THREADS, 1u, SERIAL);
  var sum = vec4<u32>();
  if (tile + THREADS * LOADS <= fours) {
    for (var i = 0u; i < LOADS; i += 4u) {
      let at = first + i * step;
      sum += load(at) + load(at + step) + load(at + 2u * step) + load(at + 3u * step);
    }
  } else {
    for (var i = 0u; i < LOADS && first + i * step < fours; i++) { sum += load(first + i * step); }
  }
  return sum.x + sum.y + sum.z + sum.w;
}

@compute @workgroup_size(THREADS)
fn sum_a_thread(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let workgroup = group.x + group.y * groups.x;
  let sum = sum_of_thread(workgroup, thread);
  let at = workgroup * THREADS + thread;
  if (at < arrayLength(&sums)) { sums[at] = sum; }
}

// Two barriers: 256 sums to 16 to one.
@compute @workgroup_size(256)
fn sum_a_workgroup(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let workgroup = group.x + group.y * groups.x;
  shares[thread] = sum_of_thread(workgroup, thread);
  workgroupBarrier();
  if (thread < 16u) {
    for (var i = 1u; i < 16u; i++) { shares[thread] += shares[thread + i * 16u]; }
  }
  workgroupBarrier();
  if (thread == 0u && workgroup < arrayLength(&sums)) {
    var sum = shares[0];
    for (var i = 1u; i < 16u; i++) { sum += shares[i]; }
    sums[workgroup] = sum;
  }
}`;
