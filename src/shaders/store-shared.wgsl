// A record for every GROUP of threads. Needs: record.wgsl, share.wgsl.

fn store(index: u32, thread: u32, tally: Tally) { share(index, thread, record_of(tally)); }
