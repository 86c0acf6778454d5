// Four cells of two grids at a time, decoded from raw words to f32 with their difference. Needs: load-four.wgsl or
// load-each.wgsl, term. Twin: cpu-fallback/cells.ts.
// Zero, negative, NaN, infinite and subnormal are told apart on bits: float comparisons of these differ between devices.

// element types: 0 f32, 1 f16, 2 u32, 3 i32, 4 u16, 5 i16, 6 u8, 7 i8
override P_TYPE: u32 = 0u;
override Q_TYPE: u32 = 0u;
// the reduced cells of a row lie one after the other in p and in q
override CONTIGUOUS: bool = false;
// -0 is taken for 0, and cells that are negative, NaN or infinite on either side for nothing; otherwise all of these only
// show in `largest_p` and `largest_q`, as bits above LARGEST_FINITE
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
const SMALLEST_NORMAL = 0x00800000u;
const FOUR = vec4<u32>(0u, 1u, 2u, 3u);

// where four cells lie, in elements from the start of each binding
struct Places { p: vec4<u32>, q: vec4<u32> }

// what the terms see; the orders are bits of floats, 0 for 0 alone
struct Cells {
  p: vec4<f32>,
  q: vec4<f32>,
  d: vec4<f32>,
  p_order: vec4<u32>,
  q_order: vec4<u32>,
  // not 0 where p and q differ
  differs: vec4<u32>,
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

// One return a function, here and below: software adapters make loops of early ones.

// bits of an f32, or an integer with its sign in the highest bit
fn entries_of(kind: u32, raw: vec4<u32>) -> vec4<u32> {
  var entries = raw;
  if (kind == 1u) { entries = f16_to_f32_bits(raw); }
  if (kind == 5u) { entries |= (raw & vec4<u32>(0x8000u)) << vec4<u32>(16u); }
  if (kind == 7u) { entries |= (raw & vec4<u32>(0x80u)) << vec4<u32>(24u); }
  return entries;
}

fn numbers_of(kind: u32, entries: vec4<u32>) -> vec4<f32> {
  return select(vec4<f32>(entries), bitcast<vec4<f32>>(entries), is_float(kind));
}

fn orders_of(kind: u32, entries: vec4<u32>) -> vec4<u32> {
  let signs = select(vec4<u32>(), entries & vec4<u32>(0x80000000u), is_signed(kind));
  return select(max(bitcast<vec4<u32>>(vec4<f32>(entries)), signs), entries, is_float(kind));
}

// negative, NaN or infinite
fn invalid_of(kind: u32, entries: vec4<u32>) -> vec4<bool> {
  let minus_zero = entries == vec4<u32>(select(0u, 0x80000000u, is_float(kind)));
  return (orders_of(kind, entries) > vec4<u32>(LARGEST_FINITE)) & !minus_zero;
}

fn without_minus_zero(kind: u32, entries: vec4<u32>) -> vec4<u32> {
  return select(entries, vec4<u32>(), (entries == vec4<u32>(0x80000000u)) & vec4<bool>(is_float(kind)));
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

struct ScaledCell { p: f32, q: f32, d: f32, differs: u32 }

fn scaled_cell(row: u32, p_entry: u32, q_entry: u32) -> ScaledCell {
  let scale = row_table[row];
  let wide_p = wide_of(P_TYPE, p_entry, 1u, scale.p_shift);
  let wide_q = wide_of(Q_TYPE, q_entry, scale.multiplier, scale.q_shift);
  let p = select(float_of(wide_p), 0.0, p_entry == 0u);
  let q = select(float_of(wide_q), 0.0, q_entry == 0u);
  let d = select(wide_difference(wide_p, wide_q), p - q, p_entry == 0u || q_entry == 0u);
  return ScaledCell(p, q, d, bitcast<u32>(d) | u32(wide_p.exponent ^ wide_q.exponent));
}

// a value that a scale made too small still counts as one, and what is not finite stays to be seen
fn scaled_orders(orders: vec4<u32>, scaled: vec4<f32>) -> vec4<u32> {
  let finite = select(max(bitcast<vec4<u32>>(scaled), vec4<u32>(1u)), vec4<u32>(), orders == vec4<u32>());
  return select(finite, orders, orders > vec4<u32>(LARGEST_FINITE));
}

// entries of four cells; those that the row does not have are 0
fn p_entries_of(places: Places, within: vec4<bool>) -> vec4<u32> {
  return entries_of(P_TYPE, select(vec4<u32>(), p_raw(places.p), within));
}

fn q_entries_of(places: Places, within: vec4<bool>) -> vec4<u32> {
  return entries_of(Q_TYPE, select(vec4<u32>(), q_raw(places.q), within));
}

fn cells_of(row: u32, p_loaded: vec4<u32>, q_loaded: vec4<u32>) -> Cells {
  var p_entries = p_loaded;
  var q_entries = q_loaded;
  if (CHECKED) {
    let nothing = invalid_of(P_TYPE, p_loaded) | invalid_of(Q_TYPE, q_loaded);
    p_entries = without_minus_zero(P_TYPE, select(p_loaded, vec4<u32>(), nothing));
    q_entries = without_minus_zero(Q_TYPE, select(q_loaded, vec4<u32>(), nothing));
  }
  var cells = Cells();
  cells.p_order = orders_of(P_TYPE, p_entries);
  cells.q_order = orders_of(Q_TYPE, q_entries);
  if (SCALED) {
    let a = scaled_cell(row, p_entries.x, q_entries.x);
    let b = scaled_cell(row, p_entries.y, q_entries.y);
    let c = scaled_cell(row, p_entries.z, q_entries.z);
    let d = scaled_cell(row, p_entries.w, q_entries.w);
    cells.p = vec4<f32>(a.p, b.p, c.p, d.p);
    cells.q = vec4<f32>(a.q, b.q, c.q, d.q);
    cells.d = vec4<f32>(a.d, b.d, c.d, d.d);
    cells.differs = vec4<u32>(a.differs, b.differs, c.differs, d.differs);
    cells.p_order = scaled_orders(cells.p_order, cells.p);
    cells.q_order = scaled_orders(cells.q_order, cells.q);
  } else {
    cells.p = numbers_of(P_TYPE, p_entries);
    cells.q = numbers_of(Q_TYPE, q_entries);
    if (is_float(P_TYPE) || is_float(Q_TYPE)) {
      cells.d = cells.p - cells.q;
      cells.differs = cells.p_order ^ cells.q_order;
    } else {
      cells.d = select(-vec4<f32>(q_entries - p_entries), vec4<f32>(p_entries - q_entries), p_entries >= q_entries);
      cells.differs = p_entries ^ q_entries;
    }
  }
  if (NORMALIZED) {
    let totals = row_table[row];
    cells.d = (cells.d - cells.p * totals.offset) * totals.q_inverse;
    cells.p = cells.p * totals.p_inverse;
    cells.q = cells.q * totals.q_inverse;
  }
  return cells;
}

// what a valid cell adds; one with p > 0 where q = 0 adds nothing where those are counted
fn contribution(p: f32, q: f32, d: f32) -> f32 {
  // a subnormal, which a device may take for 0, is one: the difference is below the floor that the bound allows for
  let edge = min(bitcast<u32>(p), bitcast<u32>(q)) < SMALLEST_NORMAL;
  // stand-ins keep the term finite where it is not taken; of the two products at least one is 0
  let value = term(select(p, 1.0, edge), select(q, 1.0, edge), select(d, 0.0, edge));
  return select(value, parameters.edge_p_zero * q + parameters.edge_q_zero * p, edge);
}

// one by one: with fewer values alive at a time the compilers of software adapters spill less
fn contributions(c: Cells) -> vec4<f32> {
  return vec4<f32>(
    contribution(c.p.x, c.q.x, c.d.x), contribution(c.p.y, c.q.y, c.d.y),
    contribution(c.p.z, c.q.z, c.d.z), contribution(c.p.w, c.q.w, c.d.w),
  );
}

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
  if (CONTIGUOUS) { return Places(vec4<u32>(first.x + k) + FOUR, vec4<u32>(first.y + k) + FOUR); }
  let a = reduced_offsets(k);
  let b = reduced_offsets(k + 1u);
  let c = reduced_offsets(k + 2u);
  let d = reduced_offsets(k + 3u);
  return Places(vec4<u32>(first.x) + vec4<u32>(a.x, b.x, c.x, d.x), vec4<u32>(first.y) + vec4<u32>(a.y, b.y, c.y, d.y));
}

// which of cells k to k + 3 the row has
fn inside(k: u32) -> vec4<bool> { return vec4<u32>(k) + FOUR < vec4<u32>(parameters.cells); }
