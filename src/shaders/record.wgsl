// One record of partial results, and the integers that a thread gathers while it visits cells. Needs: cell.wgsl, term.

struct Record {
  // term, p, q, p - q
  sums: vec4<f32>,
  // bits of the largest p and q, and of the smallest q among cells whose p counts, complemented
  largest_p: u32,
  largest_q: u32,
  smallest_q_complement: u32,
  infinite_cells: u32,
  invalid_p: u32,
  invalid_q: u32,
  // complemented flat indices
  first_invalid_p_complement: u32,
  first_invalid_q_complement: u32,
  // 1 where p and q differ in some cell; a record is 64 bytes
  differs: u32,
}

@group(0) @binding(4) var<storage, read_write> records: array<Record>;

var<private> largest_p: u32;
var<private> largest_q: u32;
var<private> smallest_q_complement: u32;
var<private> infinite_cells: u32;
var<private> differs: u32;
var<private> invalid_p: u32;
var<private> invalid_q: u32;
var<private> first_invalid_p_complement: u32;
var<private> first_invalid_q_complement: u32;

// adds a cell to the thread's integers and returns what it adds to the sums
fn visit(row: u32, offsets: vec2<u32>) -> vec4<f32> {
  let cell = cell_at(row, offsets.x, offsets.y);
  largest_p = max(largest_p, cell.p_order);
  largest_q = max(largest_q, cell.q_order);
  // a subnormal p adds less than the floor that the bound allows for
  if (cell.p_order >= 0x00800000u && !cell.q_zero) { smallest_q_complement = max(smallest_q_complement, ~cell.q_order); }
  differs |= select(0u, 1u, cell.differs);
  if (cell.p_invalid || cell.q_invalid) {
    note_invalid(cell, offsets);
    return vec4<f32>();
  }
  if (cell.q_zero && !cell.p_zero) { infinite_cells += 1u; }
  return vec4<f32>(contribution(cell), cell.p, cell.q, cell.d);
}

fn note_invalid(cell: Cell, offsets: vec2<u32>) {
  if (cell.p_invalid) {
    invalid_p += 1u;
    first_invalid_p_complement = max(first_invalid_p_complement, ~(offsets.x - parameters.p_first));
  }
  if (cell.q_invalid) {
    invalid_q += 1u;
    first_invalid_q_complement = max(first_invalid_q_complement, ~(offsets.y - parameters.q_first));
  }
}
