// The records of GROUP threads become one, through workgroup memory. Needs: record.wgsl, reduce-tile.wgsl.

// neighbouring threads that have one record already: GROUP or a divisor of it, all powers of two
override WIDTH: u32 = 1u;

var<workgroup> shared_records: array<Record, WORKGROUP_SIZE>;

// log2(GROUP / WIDTH) roundings deep
fn share(index: u32, thread: u32, own: Record) {
  var record = own;
  if (WIDTH < GROUP) {
    shared_records[thread] = own;
    for (var step = GROUP / 2u; step >= WIDTH; step /= 2u) {
      workgroupBarrier();
      if (thread % GROUP < step) { shared_records[thread] = joined(shared_records[thread], shared_records[thread + step]); }
    }
    record = shared_records[thread];
  }
  if (thread % GROUP == 0u) { records[index] = record; }
}
