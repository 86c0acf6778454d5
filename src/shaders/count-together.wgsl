// All workgroups count in the result. Needs: count.wgsl. Twin: count-apart.wgsl.

fn count_one(place: u32) { atomicAdd(&counts[place], 1u); }

fn finish(thread: u32) {}
