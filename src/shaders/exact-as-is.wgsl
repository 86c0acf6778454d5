// Cells as the terms see them: as they are. Needs: exact-operand-64.wgsl or -128. The other way: exact-multiplied.wgsl.

fn p_operand(cell: Cell, segment: Segment) -> Operand { return operand_of(cell); }

fn q_operand(cell: Cell, segment: Segment) -> Operand { return operand_of(cell); }
