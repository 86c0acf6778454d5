// One record of partial results, and what a thread gathers while it visits cells. Needs: cell.wgsl.

struct Record {
  // term, p, q, p - q
  sums: vec4<f32>,
  // bits of the largest p and q, and 2^32 less those of the smallest q > 0 among cells whose p counts
  largest_p: u32,
  largest_q: u32,
  minus_smallest_q: u32,
  infinite_cells: u32,
  // where CHECKED: how many entries are negative, NaN or infinite, and the complement of the first one's flat index
  invalid_p: u32,
  invalid_q: u32,
  first_invalid_p_complement: u32,
  first_invalid_q_complement: u32,
  // 1 where p and q differ in some cell; a record is 64 bytes
  differs: u32,
}

@group(0) @binding(4) var<storage, read_write> records: array<Record>;

struct Tally {
  sums: vec4<f32>,
  largest_p: u32,
  largest_q: u32,
  minus_smallest_q: u32,
  infinite_cells: u32,
  differs: u32,
}

var<private> invalid_p: u32;
var<private> invalid_q: u32;
var<private> first_invalid_p_complement: u32;
var<private> first_invalid_q_complement: u32;

fn merged(a: Tally, b: Tally) -> Tally {
  return Tally(
    a.sums + b.sums,
    max(a.largest_p, b.largest_p),
    max(a.largest_q, b.largest_q),
    max(a.minus_smallest_q, b.minus_smallest_q),
    a.infinite_cells + b.infinite_cells,
    a.differs | b.differs,
  );
}

fn ones(these: vec4<bool>) -> vec4<u32> { return select(vec4<u32>(), vec4<u32>(1u), these); }
fn sum_of(four: vec4<f32>) -> f32 { return (four.x + four.y) + (four.z + four.w); }
fn total_of(four: vec4<u32>) -> u32 { return (four.x + four.y) + (four.z + four.w); }
fn any_bit_of(four: vec4<u32>) -> u32 { return (four.x | four.y) | (four.z | four.w); }
fn largest_of(four: vec4<u32>) -> u32 { return max(max(four.x, four.y), max(four.z, four.w)); }

// cells k to k + 3 of a row that starts at `first`; those beyond its end are nothing
fn visit(row: u32, first: vec2<u32>, k: u32) -> Tally {
  let places = places_of(first, k);
  let p_entries = p_entries_of(places, inside(k));
  let q_entries = q_entries_of(places, inside(k));
  if (CHECKED) { note_invalid(places, p_entries, q_entries); }
  let cells = cells_of(row, p_entries, q_entries);
  // a subnormal p adds less than the floor that the bound allows for
  let counts = cells.p_order >= vec4<u32>(SMALLEST_NORMAL);
  let infinite = (cells.p_order > vec4<u32>()) & (cells.q_order == vec4<u32>());
  return Tally(
    vec4<f32>(sum_of(contributions(cells)), sum_of(cells.p), sum_of(cells.q), sum_of(cells.d)),
    largest_of(cells.p_order),
    largest_of(cells.q_order),
    largest_of(select(vec4<u32>(), vec4<u32>() - cells.q_order, counts)),
    select(0u, total_of(ones(infinite)), COUNT_INFINITE),
    any_bit_of(cells.differs),
  );
}

fn note_invalid(places: Places, p_entries: vec4<u32>, q_entries: vec4<u32>) {
  let p_invalid = ones(invalid_of(P_TYPE, p_entries));
  let q_invalid = ones(invalid_of(Q_TYPE, q_entries));
  invalid_p += total_of(p_invalid);
  invalid_q += total_of(q_invalid);
  first_invalid_p_complement = max(first_invalid_p_complement, largest_of(p_invalid * ~(places.p - vec4<u32>(parameters.p_first))));
  first_invalid_q_complement = max(first_invalid_q_complement, largest_of(q_invalid * ~(places.q - vec4<u32>(parameters.q_first))));
}

fn record_of(tally: Tally) -> Record {
  return Record(
    tally.sums, tally.largest_p, tally.largest_q, tally.minus_smallest_q, tally.infinite_cells,
    invalid_p, invalid_q, first_invalid_p_complement, first_invalid_q_complement, min(tally.differs, 1u),
  );
}
