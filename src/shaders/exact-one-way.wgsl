// Which cells make a value infinite: those of the terms that q = 0 alone makes so. Needs: exact-entry.wgsl.

fn is_infinite(p_cell: Cell, q_cell: Cell) -> bool { return is_zero(q_cell) && !is_zero(p_cell); }
