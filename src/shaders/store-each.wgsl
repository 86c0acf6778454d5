// A record for every thread: software adapters pay more for a barrier than for a record. Needs: record.wgsl.

fn store(index: u32, thread: u32, tally: Tally) { records[index * WORKGROUP_SIZE + thread] = record_of(tally); }
