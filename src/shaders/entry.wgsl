// Entries of the arrays, decoded from raw words in fours. Needs: types.wgsl, layout.wgsl, load-four.wgsl or load-each.wgsl.
// Zero, negative, NaN, infinite and subnormal are told apart on bits: float comparisons of these differ between devices.
// No early returns and few branches, here and in what stands on this: a software adapter's compiler makes loops of the first
// and took minutes over nests of the second.

// as in types.wgsl
override P_TYPE: u32 = 0u;
override Q_TYPE: u32 = 0u;

const LARGEST_FINITE = 0x7f7fffffu;
const SMALLEST_NORMAL = 0x00800000;

// bits of an f32, or an integer with its sign in the highest bit
fn entries_of(kind: u32, raw: vec4<u32>) -> vec4<u32> {
  var entries = raw;
  if (kind == 1u) { entries = f16_to_f32_bits(raw); }
  if (kind == 5u) { entries |= (raw & vec4<u32>(0x8000u)) << vec4<u32>(16u); }
  if (kind == 7u) { entries |= (raw & vec4<u32>(0x80u)) << vec4<u32>(24u); }
  return entries;
}

struct Entries { p: vec4<u32>, q: vec4<u32> }

// cells k to k + 3 of a row; those that it does not have are 0
fn entries_at(places: Places, k: u32) -> Entries {
  var p = p_raw(places.p);
  var q = q_raw(places.q);
  // at the row's end alone: eight selects are a tenth of a cell's work
  if (k + 4u > parameters.cells) {
    p = select(vec4<u32>(), p, inside(k));
    q = select(vec4<u32>(), q, inside(k));
  }
  return Entries(entries_of(P_TYPE, p), entries_of(Q_TYPE, q));
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
