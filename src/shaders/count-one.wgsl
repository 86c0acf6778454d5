// Every cell counts 1. Needs: nothing. Twin: count-nodes.wgsl.

fn count_of(k: u32) -> f32 { return 1.0; }
