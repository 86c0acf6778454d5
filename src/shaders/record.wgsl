// One record of partial results, and what a thread gathers while it visits cells. Needs: cell.wgsl, count_of, `Sums`, `sums_of` and `plus`.

struct Record {
  // term, p, q, p - q; in further columns the other terms
  sums: Sums,
  // bits of the largest p and q, and 2^31 less those of the smallest q > 0 among cells whose p counts; 0 for none
  largest_p: u32,
  largest_q: u32,
  smallest_q_from_top: u32,
  infinite_cells: u32,
  // where CHECKED: how many entries are negative, NaN or infinite, and the complement of the first one's flat index
  invalid_p: u32,
  invalid_q: u32,
  first_invalid_p_complement: u32,
  first_invalid_q_complement: u32,
  // 1 where p and q differ in some cell
  differs: u32,
  // 1 where not CHECKED and some entry is -0, negative, NaN or infinite; 2 is store-subgroup.wgsl's
  suspect: u32,
}

@group(0) @binding(4) var<storage, read_write> records: array<Record>;

struct Tally {
  sums: Sums,
  largest_p: u32,
  largest_q: u32,
  smallest_q_from_top: i32,
  infinite_cells: u32,
  differs: u32,
}

var<private> invalid_p: u32;
var<private> invalid_q: u32;
var<private> first_invalid_p_complement: u32;
var<private> first_invalid_q_complement: u32;

fn merged(a: Tally, b: Tally) -> Tally {
  return Tally(
    plus(a.sums, b.sums),
    max(a.largest_p, b.largest_p),
    max(a.largest_q, b.largest_q),
    max(a.smallest_q_from_top, b.smallest_q_from_top),
    a.infinite_cells + b.infinite_cells,
    a.differs | b.differs,
  );
}

fn tally_of(cell: Cell, k: u32) -> Tally {
  // a subnormal p adds less than the floor that the bound allows for
  let counts = bitcast<i32>(cell.p_order) >= SMALLEST_NORMAL;
  // negative where p or q is 0
  let p_from_top = 0x80000000u - cell.p_order;
  let q_from_top = 0x80000000u - cell.q_order;
  return Tally(
    sums_of(cell, k),
    cell.p_order,
    cell.q_order,
    select(0, bitcast<i32>(q_from_top), counts),
    // 1 where q = 0 < p, or p = 0 < q
    select(0u, (q_from_top & (0u - cell.p_order)) >> 31u, COUNT_INFINITE)
      + select(0u, (p_from_top & (0u - cell.q_order)) >> 31u, COUNT_INFINITE_Q),
    cell.differs,
  );
}

// cells k to k + 3 of a row that starts at `first`, two roundings deep; those beyond its end are nothing
fn visit(row: Row, first: vec2<u32>, k: u32) -> Tally {
  let places = places_of(first, k);
  let entries = entries_at(places, k);
  let p = entries.p;
  let q = entries.q;
  if (CHECKED) {
    note_invalid(places.p.x, places.q.x, p.x, q.x);
    note_invalid(places.p.y, places.q.y, p.y, q.y);
    note_invalid(places.p.z, places.q.z, p.z, q.z);
    note_invalid(places.p.w, places.q.w, p.w, q.w);
  }
  let low = merged(tally_of(cell_of(row, p.x, q.x, k), k), tally_of(cell_of(row, p.y, q.y, k + 1u), k + 1u));
  let high = merged(tally_of(cell_of(row, p.z, q.z, k + 2u), k + 2u), tally_of(cell_of(row, p.w, q.w, k + 3u), k + 3u));
  return merged(low, high);
}

fn note_invalid(p_place: u32, q_place: u32, p_entry: u32, q_entry: u32) {
  let p_bad = u32(is_invalid(P_TYPE, p_entry));
  let q_bad = u32(is_invalid(Q_TYPE, q_entry));
  invalid_p += p_bad;
  invalid_q += q_bad;
  first_invalid_p_complement = max(first_invalid_p_complement, p_bad * ~(p_place - parameters.p_first));
  first_invalid_q_complement = max(first_invalid_q_complement, q_bad * ~(q_place - parameters.q_first));
}

fn suspect(tally: Tally) -> u32 {
  return select(u32(max(tally.largest_p, tally.largest_q) > LARGEST_FINITE), 0u, CHECKED);
}

fn record_of(tally: Tally) -> Record {
  return Record(
    tally.sums, tally.largest_p, tally.largest_q, u32(tally.smallest_q_from_top), tally.infinite_cells,
    invalid_p, invalid_q, first_invalid_p_complement, first_invalid_q_complement, min(tally.differs, 1u), suspect(tally),
  );
}

fn joined(a: Record, b: Record) -> Record {
  return Record(
    plus(a.sums, b.sums),
    max(a.largest_p, b.largest_p),
    max(a.largest_q, b.largest_q),
    max(a.smallest_q_from_top, b.smallest_q_from_top),
    a.infinite_cells + b.infinite_cells,
    a.invalid_p + b.invalid_p,
    a.invalid_q + b.invalid_q,
    max(a.first_invalid_p_complement, b.first_invalid_p_complement),
    max(a.first_invalid_q_complement, b.first_invalid_q_complement),
    a.differs | b.differs,
    a.suspect | b.suspect,
  );
}
