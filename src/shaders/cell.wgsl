// Cells of two grids, decoded from raw words to f32 with their difference. Twin: cpu-fallback/cells.ts.
// Zero, negative, NaN, infinite and subnormal are told apart on bits: float comparisons of these differ between devices.

// element types: 0 f32, 1 f16, 2 u32, 3 i32, 4 u16, 5 i16, 6 u8, 7 i8
override P_TYPE: u32 = 0u;
override Q_TYPE: u32 = 0u;
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

@group(0) @binding(0) var<storage, read> p_words: array<u32>;
@group(0) @binding(1) var<storage, read> q_words: array<u32>;
@group(0) @binding(2) var<storage, read> row_table: array<Row>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

// integer value, or bits of an f32, with -0 made 0
struct Entry { bits: u32, invalid: bool }

// what the kernels see; p and q are the bits of non-negative floats where they order values
struct Cell {
  p: f32,
  q: f32,
  d: f32,
  p_order: u32,
  q_order: u32,
  p_zero: bool,
  q_zero: bool,
  differs: bool,
  p_invalid: bool,
  q_invalid: bool,
}

fn is_float(kind: u32) -> bool { return kind < 2u; }

fn word_shift(kind: u32) -> u32 {
  return select(select(0u, 2u, kind >= 6u), 1u, kind == 1u || kind == 4u || kind == 5u);
}

fn f16_to_f32_bits(half: u32) -> u32 {
  let magnitude = half & 0x7fffu;
  let sign = (half & 0x8000u) << 16u;
  if (magnitude == 0u) { return sign; }
  if (magnitude >= 0x7c00u) { return sign | 0x7f800000u | ((magnitude & 0x3ffu) << 13u); }
  if (magnitude >= 0x400u) { return sign | ((magnitude << 13u) + 0x38000000u); }
  let shift = countLeadingZeros(magnitude) - 21u;
  return sign | (((magnitude << shift) & 0x3ffu) << 13u) | ((113u - shift) << 23u);
}

fn entry_of(kind: u32, word: u32, index: u32) -> Entry {
  if (is_float(kind)) {
    var bits = word;
    if (kind == 1u) { bits = f16_to_f32_bits((word >> ((index & 1u) * 16u)) & 0xffffu); }
    return Entry(select(bits, 0u, bits == 0x80000000u), bits > 0x7f7fffffu && bits != 0x80000000u);
  }
  if (kind == 2u) { return Entry(word, false); }
  if (kind == 3u) { return Entry(word, word > 0x7fffffffu); }
  if (kind == 4u || kind == 5u) {
    let value = (word >> ((index & 1u) * 16u)) & 0xffffu;
    return Entry(value, kind == 5u && value > 0x7fffu);
  }
  let value = (word >> ((index & 3u) * 8u)) & 0xffu;
  return Entry(value, kind == 7u && value > 0x7fu);
}

// a positive number as (high + low * 2^-32) * 2^exponent, high >= 2^31
struct Wide { high: u32, low: u32, exponent: i32 }

fn normalized_wide(high: u32, low: u32, exponent: i32) -> Wide {
  var wide = Wide(high, low, exponent);
  if (wide.high == 0u) { wide = Wide(low, 0u, exponent - 32); }
  let shift = countLeadingZeros(wide.high);
  if (shift > 0u && shift < 32u) {
    wide = Wide((wide.high << shift) | (wide.low >> (32u - shift)), wide.low << shift, wide.exponent - i32(shift));
  }
  return wide;
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

fn half_of(wide: Wide) -> Wide {
  return Wide(wide.high >> 1u, (wide.low >> 1u) | (wide.high << 31u), wide.exponent + 1);
}

// p - q, exact but for its last rounding where the two are within a factor of two
fn wide_difference(p: Wide, q: Wide) -> f32 {
  if (abs(p.exponent - q.exponent) > 1) { return float_of(p) - float_of(q); }
  var a = p;
  var b = q;
  if (p.exponent < q.exponent) { a = half_of(p); }
  if (q.exponent < p.exponent) { b = half_of(q); }
  let negative = a.high < b.high || (a.high == b.high && a.low < b.low);
  if (negative) {
    let swap = a;
    a = b;
    b = swap;
  }
  let low = a.low - b.low;
  let high = a.high - b.high - select(0u, 1u, a.low < b.low);
  if ((high | low) == 0u) { return 0.0; }
  let size = float_of(normalized_wide(high, low, a.exponent));
  return select(size, -size, negative);
}

fn number_of(kind: u32, bits: u32) -> f32 {
  if (is_float(kind)) { return bitcast<f32>(bits); }
  return f32(bits);
}

fn cell_at(row: u32, p_index: u32, q_index: u32) -> Cell {
  let p_entry = entry_of(P_TYPE, p_words[p_index >> word_shift(P_TYPE)], p_index);
  let q_entry = entry_of(Q_TYPE, q_words[q_index >> word_shift(Q_TYPE)], q_index);
  let p_bits = select(p_entry.bits, 0u, p_entry.invalid);
  let q_bits = select(q_entry.bits, 0u, q_entry.invalid);
  var cell: Cell;
  cell.p_invalid = p_entry.invalid;
  cell.q_invalid = q_entry.invalid;
  cell.p_zero = p_bits == 0u;
  cell.q_zero = q_bits == 0u;
  if (SCALED) {
    let scale = row_table[row];
    let p = wide_of(P_TYPE, p_bits, 1u, scale.p_shift);
    let q = wide_of(Q_TYPE, q_bits, scale.multiplier, scale.q_shift);
    cell.p = select(float_of(p), 0.0, cell.p_zero);
    cell.q = select(float_of(q), 0.0, cell.q_zero);
    cell.d = wide_difference(p, q);
    if (cell.p_zero || cell.q_zero) { cell.d = cell.p - cell.q; }
    cell.p_order = bitcast<u32>(cell.p);
    cell.q_order = bitcast<u32>(cell.q);
    cell.differs = cell.d != 0.0 || p.exponent != q.exponent;
  } else {
    cell.p = number_of(P_TYPE, p_bits);
    cell.q = number_of(Q_TYPE, q_bits);
    cell.p_order = select(bitcast<u32>(cell.p), p_bits, is_float(P_TYPE));
    cell.q_order = select(bitcast<u32>(cell.q), q_bits, is_float(Q_TYPE));
    if (is_float(P_TYPE) || is_float(Q_TYPE)) {
      cell.d = cell.p - cell.q;
    } else {
      cell.d = select(-f32(q_bits - p_bits), f32(p_bits - q_bits), p_bits >= q_bits);
    }
    cell.differs = cell.p_order != cell.q_order || cell.d != 0.0;
  }
  if (NORMALIZED) {
    let totals = row_table[row];
    cell.d = (cell.d - cell.p * totals.offset) * totals.q_inverse;
    cell.p = cell.p * totals.p_inverse;
    cell.q = cell.q * totals.q_inverse;
  }
  return cell;
}

// what a valid cell adds; a cell with p > 0 where q = 0 adds nothing where those are counted
fn contribution(cell: Cell) -> f32 {
  if (cell.p_zero || cell.q_zero) {
    if (cell.p_zero) { return parameters.edge_p_zero * cell.q; }
    return select(parameters.edge_q_zero * cell.p, 0.0, COUNT_INFINITE);
  }
  // two subnormals, which a device may take for 0: less than the floor that the bound allows for
  if (max(cell.p, cell.q) < 1.17549435e-38) { return 0.0; }
  return term(cell.p, cell.q, cell.d);
}

// element offsets of cell k of a row; the last axis is the fastest
fn element_offsets(row: u32, k: u32) -> vec2<u32> {
  var offsets = vec2<u32>(parameters.p_first, parameters.q_first);
  var rest = row;
  for (var i = parameters.kept_axes; i > 0u; i--) {
    let axis = parameters.kept[i - 1u];
    let digit = select(rest % axis.x, rest, i == 1u);
    offsets += digit * axis.yz;
    rest = rest / axis.x;
  }
  rest = k;
  for (var i = parameters.reduced_axes; i > 0u; i--) {
    let axis = parameters.reduced[i - 1u];
    let digit = select(rest % axis.x, rest, i == 1u);
    offsets += digit * axis.yz;
    rest = rest / axis.x;
  }
  return offsets;
}
