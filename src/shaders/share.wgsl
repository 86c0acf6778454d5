// The records of GROUP threads become one, through workgroup memory. Needs: record.wgsl, reduce-tile.wgsl.

// neighbouring threads that have one record already: GROUP or a divisor of it, all powers of two
override WIDTH: u32 = 1u;

var<workgroup> shared_records: array<Record, WORKGROUP_SIZE / WIDTH>;

// log2(GROUP / WIDTH) roundings deep
fn share(index: u32, thread: u32, own: Record) {
  var record = own;
  if (WIDTH < GROUP) {
    let slot = thread / WIDTH;
    let first = thread % WIDTH == 0u;
    if (first) { shared_records[slot] = own; }
    for (var step = GROUP / WIDTH / 2u; step > 0u; step /= 2u) {
      workgroupBarrier();
      if (first && slot % (GROUP / WIDTH) < step) { shared_records[slot] = joined(shared_records[slot], shared_records[slot + step]); }
    }
    record = shared_records[slot];
  }
  if (thread % GROUP == 0u) { records[index] = record; }
}
