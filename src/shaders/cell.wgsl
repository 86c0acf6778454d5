// Cells of two grids, loaded and decoded from raw words in fours, then one by one as f32 with their difference: with fewer
// values alive at a time the compilers of software adapters spill less. Needs: load-four.wgsl or load-each.wgsl, term.
// Twin: cpu-fallback/cells.ts.
// Zero, negative, NaN, infinite and subnormal are told apart on bits: float comparisons of these differ between devices.

// element types: 0 f32, 1 f16, 2 u32, 3 i32, 4 u16, 5 i16, 6 u8, 7 i8
override P_TYPE: u32 = 0u;
override Q_TYPE: u32 = 0u;
// one step along the only reduced axis leads from a cell of a row to the next
override ONE_AXIS: bool = false;
// -0 is taken for 0, and cells that are negative, NaN or infinite on either side for nothing; otherwise `suspect` tells of them
override CHECKED: bool = false;
// rows carry powers of two and a multiplier for q; p - q is formed from the integer mantissas
override SCALED: bool = false;
// cells are divided by their row's totals
override NORMALIZED: bool = false;
// p > 0 where q = 0 is counted, not added
override COUNT_INFINITE: bool = false;

struct Parameters {
  // first element of each grid within its binding
  p_first: u32,
  q_first: u32,
  rows: u32,
  // cells a row
  cells: u32,
  // tiles a row
  tiles: u32,
  kept_axes: u32,
  reduced_axes: u32,
  // what a cell adds where one side is 0, per unit of the other
  edge_p_zero: f32,
  edge_q_zero: f32,
  // map only: (term + per_p * p) * factor
  per_p: f32,
  factor: f32,
  unused: u32,
  // size, stride in p, stride in q (elements); slowest first
  kept: array<vec4<u32>, 8>,
  reduced: array<vec4<u32>, 8>,
}

struct Row {
  // p * 2^p_shift, multiplier * q * 2^q_shift
  p_shift: i32,
  q_shift: i32,
  multiplier: u32,
  unused: u32,
  // 1 / total of p and q, and total of p - q over total of p
  p_inverse: f32,
  q_inverse: f32,
  offset: f32,
  unused_float: f32,
}

@group(0) @binding(2) var<storage, read> row_table: array<Row>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

const LARGEST_FINITE = 0x7f7fffffu;
const SMALLEST_NORMAL = 0x00800000;
const FOUR = vec4<u32>(0u, 1u, 2u, 3u);

// where four cells lie, in elements from the start of each binding
struct Places { p: vec4<u32>, q: vec4<u32> }

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

fn is_float(kind: u32) -> bool { return kind < 2u; }
fn is_signed(kind: u32) -> bool { return kind == 3u || kind == 5u || kind == 7u; }

// log2 of the elements in a word
fn word_shift(kind: u32) -> u32 {
  return select(select(0u, 2u, kind >= 6u), 1u, kind == 1u || kind == 4u || kind == 5u);
}

fn f16_to_f32_bits(half: vec4<u32>) -> vec4<u32> {
  let magnitude = half & vec4<u32>(0x7fffu);
  let subnormal = bitcast<vec4<u32>>(vec4<f32>(magnitude) * 5.9604644775390625e-8);
  let normal = (magnitude << vec4<u32>(13u)) + vec4<u32>(0x38000000u);
  let special = (magnitude << vec4<u32>(13u)) | vec4<u32>(0x7f800000u);
  let bits = select(select(normal, subnormal, magnitude < vec4<u32>(0x400u)), special, magnitude >= vec4<u32>(0x7c00u));
  return bits | ((half & vec4<u32>(0x8000u)) << vec4<u32>(16u));
}

// No early returns and few branches, here and below: a software adapter's compiler makes loops of the first and took
// minutes over nests of the second.

// bits of an f32, or an integer with its sign in the highest bit
fn entries_of(kind: u32, raw: vec4<u32>) -> vec4<u32> {
  var entries = raw;
  if (kind == 1u) { entries = f16_to_f32_bits(raw); }
  if (kind == 5u) { entries |= (raw & vec4<u32>(0x8000u)) << vec4<u32>(16u); }
  if (kind == 7u) { entries |= (raw & vec4<u32>(0x80u)) << vec4<u32>(24u); }
  return entries;
}

// entries of four cells; those that the row does not have are 0
fn p_entries_of(places: Places, within: vec4<bool>) -> vec4<u32> {
  return entries_of(P_TYPE, select(vec4<u32>(), p_raw(places.p), within));
}

fn q_entries_of(places: Places, within: vec4<bool>) -> vec4<u32> {
  return entries_of(Q_TYPE, select(vec4<u32>(), q_raw(places.q), within));
}

fn number_of(kind: u32, entry: u32) -> f32 {
  return select(f32(entry), bitcast<f32>(entry), is_float(kind));
}

fn order_of(kind: u32, entry: u32) -> u32 {
  let sign = select(0u, entry & 0x80000000u, is_signed(kind));
  return select(max(bitcast<u32>(f32(entry)), sign), entry, is_float(kind));
}

// negative, NaN or infinite
fn is_invalid(kind: u32, entry: u32) -> bool {
  return order_of(kind, entry) > LARGEST_FINITE && entry != select(0u, 0x80000000u, is_float(kind));
}

fn without_minus_zero(kind: u32, entry: u32) -> u32 {
  return select(entry, 0u, entry == 0x80000000u && is_float(kind));
}

// a positive number as (high + low * 2^-32) * 2^exponent, high >= 2^31
struct Wide { high: u32, low: u32, exponent: i32 }

fn normalized_wide(high: u32, low: u32, exponent: i32) -> Wide {
  let empty = high == 0u;
  let top = select(high, low, empty);
  let rest = select(low, 0u, empty);
  let shift = countLeadingZeros(top) & 31u;
  // in two steps: a shift by 32 is none
  let carried = (rest >> 1u) >> (31u - shift);
  return Wide((top << shift) | carried, rest << shift, exponent - select(0, 32, empty) - i32(shift));
}

// c * value of an entry; c below 2^16, so that 16-bit halves multiply without overflow
fn wide_of(kind: u32, bits: u32, c: u32, shift: i32) -> Wide {
  var mantissa = bits;
  var exponent = shift;
  if (is_float(kind)) {
    let field = bits >> 23u;
    mantissa = (bits & 0x7fffffu) | select(0u, 0x800000u, field > 0u);
    exponent += i32(max(field, 1u)) - 150;
  }
  let low_product = (mantissa & 0xffffu) * c;
  let high_product = (mantissa >> 16u) * c;
  let low = (high_product << 16u) + low_product;
  let high = (high_product >> 16u) + select(0u, 1u, low < low_product);
  return normalized_wide(high, low, exponent + 32);
}

// 0 where the value is below the smallest normal number
fn float_of(wide: Wide) -> f32 {
  let exponent = wide.exponent + 31;
  let power = bitcast<f32>(u32(clamp(exponent, -126, 126) + 127) << 23u);
  return select((f32(wide.high) * 4.656612873077392578125e-10) * power, 0.0, exponent < -126);
}

fn halved_if(wide: Wide, smaller: bool) -> Wide {
  let half = Wide(wide.high >> 1u, (wide.low >> 1u) | (wide.high << 31u), wide.exponent + 1);
  return Wide(select(wide.high, half.high, smaller), select(wide.low, half.low, smaller), select(wide.exponent, half.exponent, smaller));
}

// p - q, exact but for its last rounding where the two are within a factor of two
fn wide_difference(p: Wide, q: Wide) -> f32 {
  let a = halved_if(p, p.exponent < q.exponent);
  let b = halved_if(q, q.exponent < p.exponent);
  let negative = a.high < b.high || (a.high == b.high && a.low < b.low);
  let low = select(a.low - b.low, b.low - a.low, negative);
  let borrow = select(a.low < b.low, b.low < a.low, negative);
  let high = select(a.high - b.high, b.high - a.high, negative) - u32(borrow);
  let size = select(float_of(normalized_wide(high, low, a.exponent)), 0.0, (high | low) == 0u);
  return select(select(size, -size, negative), float_of(p) - float_of(q), abs(p.exponent - q.exponent) > 1);
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

fn cell_of(row: Row, p_loaded: u32, q_loaded: u32) -> Cell {
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
  if (NORMALIZED) {
    cell.d = (cell.d - cell.p * row.offset) * row.q_inverse;
    cell.p = cell.p * row.p_inverse;
    cell.q = cell.q * row.q_inverse;
  }
  return cell;
}

// what a valid cell adds; one with p > 0 where q = 0 adds nothing where those are counted
fn contribution(cell: Cell) -> f32 {
  // a subnormal, which a device may take for 0, is one: the difference is below the floor that the bound allows for
  let edge = min(bitcast<i32>(cell.p), bitcast<i32>(cell.q)) < SMALLEST_NORMAL;
  // stand-ins keep the term finite where it is not taken; of the two products at least one is 0
  let value = term(select(cell.p, 1.0, edge), select(cell.q, 1.0, edge), cell.d);
  return select(value, parameters.edge_p_zero * cell.q + parameters.edge_q_zero * cell.p, edge);
}

fn is_infinite(cell: Cell) -> bool { return COUNT_INFINITE && cell.q_order == 0u && bitcast<i32>(cell.p_order) > 0; }

// where row `index` starts; the last axis is the fastest
fn kept_offsets(index: u32) -> vec2<u32> {
  var offsets = vec2<u32>(parameters.p_first, parameters.q_first);
  var rest = index;
  for (var i = parameters.kept_axes; i > 0u; i--) {
    let axis = parameters.kept[i - 1u];
    offsets += select(rest % axis.x, rest, i == 1u) * axis.yz;
    rest = rest / axis.x;
  }
  return offsets;
}

// where cell `index` of a row lies from the row's start
fn reduced_offsets(index: u32) -> vec2<u32> {
  var offsets = vec2<u32>();
  var rest = index;
  for (var i = parameters.reduced_axes; i > 0u; i--) {
    let axis = parameters.reduced[i - 1u];
    offsets += select(rest % axis.x, rest, i == 1u) * axis.yz;
    rest = rest / axis.x;
  }
  return offsets;
}

// cells k to k + 3 of the row that starts at `first`
fn places_of(first: vec2<u32>, k: u32) -> Places {
  var places: Places;
  if (ONE_AXIS) {
    let stride = parameters.reduced[0].yz;
    places = Places(vec4<u32>(first.x) + (vec4<u32>(k) + FOUR) * stride.x, vec4<u32>(first.y) + (vec4<u32>(k) + FOUR) * stride.y);
  } else {
    let a = reduced_offsets(k);
    let b = reduced_offsets(k + 1u);
    let c = reduced_offsets(k + 2u);
    let d = reduced_offsets(k + 3u);
    places = Places(vec4<u32>(first.x) + vec4<u32>(a.x, b.x, c.x, d.x), vec4<u32>(first.y) + vec4<u32>(a.y, b.y, c.y, d.y));
  }
  return places;
}

// which of cells k to k + 3 the row has
fn inside(k: u32) -> vec4<bool> { return vec4<u32>(k) + FOUR < vec4<u32>(parameters.cells); }
