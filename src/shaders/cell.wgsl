// Cells of two grids as f32 with their difference, one by one: with fewer values alive at a time the compilers of software
// adapters spill less. Needs: entry.wgsl, wide.wgsl, term. Twin: cpu-fallback/cells.ts.

// -0 is taken for 0, and cells that are negative, NaN or infinite on either side for nothing; otherwise `suspect` tells of them
override CHECKED: bool = false;
// rows carry powers of two and a multiplier for q; p - q is formed from the integer mantissas
override SCALED: bool = false;
// cells are divided by their row's totals
override NORMALIZED: bool = false;
// p > 0 where q = 0 is counted
override COUNT_INFINITE: bool = false;
// q > 0 where p = 0 is counted too
override COUNT_INFINITE_Q: bool = false;


// what becomes of zeros, and of which side's: `ZeroRule` in backend.ts
override ZEROS: u32 = 0u;
override ZEROS_OF_P: bool = false;
const OMIT = 1u;
const ADD = 3u;
const FLOOR = 4u;

// what the terms see; the orders are bits of floats, 0 for 0 alone
struct Cell {
  p: f32,
  q: f32,
  d: f32,
  p_order: u32,
  q_order: u32,
  // not 0 where p and q differ
  differs: u32,
}

// a value that a scale made too small still counts as one, and what is not finite stays to be seen
fn scaled_order(order: u32, scaled: f32) -> u32 {
  return select(max(bitcast<u32>(scaled), min(order, 1u)), order, order > LARGEST_FINITE);
}

fn scaled_cell(row: Row, p_entry: u32, q_entry: u32) -> Cell {
  let wide_p = wide_of(P_TYPE, p_entry, 1u, row.p_shift);
  let wide_q = wide_of(Q_TYPE, q_entry, row.multiplier, row.q_shift);
  let p = select(float_of(wide_p), 0.0, p_entry == 0u);
  let q = select(float_of(wide_q), 0.0, q_entry == 0u);
  let d = select(wide_difference(wide_p, wide_q), p - q, p_entry == 0u || q_entry == 0u);
  return Cell(
    p, q, d, scaled_order(order_of(P_TYPE, p_entry), p), scaled_order(order_of(Q_TYPE, q_entry), q),
    bitcast<u32>(d) | u32(wide_p.exponent ^ wide_q.exponent),
  );
}

fn plain_cell(p_entry: u32, q_entry: u32) -> Cell {
  let p = number_of(P_TYPE, p_entry);
  let q = number_of(Q_TYPE, q_entry);
  let p_order = order_of(P_TYPE, p_entry);
  let q_order = order_of(Q_TYPE, q_entry);
  let floats = is_float(P_TYPE) || is_float(Q_TYPE);
  let difference = select(-f32(q_entry - p_entry), f32(p_entry - q_entry), p_entry >= q_entry);
  return Cell(p, q, select(difference, p - q, floats), p_order, q_order, select(p_entry ^ q_entry, p_order ^ q_order, floats));
}

fn cell_with(p: f32, q: f32, d: f32) -> Cell { return Cell(p, q, d, bitcast<u32>(p), bitcast<u32>(q), bitcast<u32>(d) & 0x7fffffffu); }

// twin: `applyZeros` in cpu-fallback/cells.ts
fn without_zeros(row: Row, cell: Cell) -> Cell {
  if (ZEROS == ADD) {
    return cell_with(cell.p + row.p_extra, cell.q + row.q_extra, cell.d + (row.p_extra - row.q_extra));
  }
  if (ZEROS == FLOOR) {
    if (cell.p >= row.p_extra && cell.q >= row.q_extra) { return cell; }
    let p = max(cell.p, row.p_extra);
    let q = max(cell.q, row.q_extra);
    return cell_with(p, q, p - q);
  }
  if (select(cell.q_order, cell.p_order, ZEROS_OF_P) != 0u) { return cell; }
  if (ZEROS == OMIT) { return Cell(); }
  if (ZEROS_OF_P) { return cell_with(row.p_extra, cell.q, row.p_extra - cell.q); }
  return cell_with(cell.p, row.q_extra, cell.p - row.q_extra);
}

// cell `k` of a row; where the row has none, nothing
fn cell_of(row: Row, p_loaded: u32, q_loaded: u32, k: u32) -> Cell {
  var p_entry = p_loaded;
  var q_entry = q_loaded;
  if (CHECKED) {
    let nothing = is_invalid(P_TYPE, p_loaded) || is_invalid(Q_TYPE, q_loaded);
    p_entry = without_minus_zero(P_TYPE, select(p_loaded, 0u, nothing));
    q_entry = without_minus_zero(Q_TYPE, select(q_loaded, 0u, nothing));
  }
  var cell: Cell;
  if (SCALED) {
    cell = scaled_cell(row, p_entry, q_entry);
  } else {
    cell = plain_cell(p_entry, q_entry);
  }
  if (ZEROS != 0u && ZEROS != FLOOR && k < parameters.cells) { cell = without_zeros(row, cell); }
  if (NORMALIZED) {
    cell.d = (cell.d - cell.p * row.offset) * row.q_inverse;
    cell.p = cell.p * row.p_inverse;
    cell.q = cell.q * row.q_inverse;
  }
  if (ZEROS == FLOOR && k < parameters.cells) { cell = without_zeros(row, cell); }
  return cell;
}

fn is_infinite(cell: Cell) -> bool {
  return (COUNT_INFINITE && cell.q_order == 0u && bitcast<i32>(cell.p_order) > 0)
    || (COUNT_INFINITE_Q && cell.p_order == 0u && bitcast<i32>(cell.q_order) > 0);
}
