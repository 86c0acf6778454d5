// No terms: a read that only adds up p and q. Needs: exact-entry.wgsl, exact-sum.wgsl.

fn added_terms(before: Terms, slab: u32, p_cell: Cell, q_cell: Cell, segment: Segment, weight: u32) -> Terms { return before; }
