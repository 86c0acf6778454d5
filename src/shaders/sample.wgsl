// Samples as keys: unsigned integers in the order of the numbers, told apart on bits since float comparisons of subnormals differ between devices.
// Needs: types.wgsl. Twin: gpu/keys.ts.

override TYPE_0: u32 = 0u;
override TYPE_1: u32 = 0u;
override TYPE_2: u32 = 0u;

@group(0) @binding(0) var<storage, read> samples_0: array<u32>;
@group(0) @binding(1) var<storage, read> samples_1: array<u32>;
@group(0) @binding(2) var<storage, read> samples_2: array<u32>;

fn kind_of(column: u32) -> u32 { return select(select(TYPE_2, TYPE_1, column == 1u), TYPE_0, column == 0u); }

// bits of an f32, or an integer with its sign
fn sample_at(column: u32, place: u32) -> u32 {
  let kind = kind_of(column);
  let at = place >> word_shift(kind);
  var word = 0u;
  if (column == 0u) { word = samples_0[at]; }
  if (column == 1u) { word = samples_1[at]; }
  if (column == 2u) { word = samples_2[at]; }
  if (word_shift(kind) == 0u) { return word; }
  // to the top and back again
  let width = 32u >> word_shift(kind);
  let top = word << (32u - width - (place << (5u - word_shift(kind))) % 32u);
  if (is_signed(kind)) { return bitcast<u32>(bitcast<i32>(top) >> (32u - width)); }
  let low = top >> (32u - width);
  if (kind == 1u) { return f16_to_f32_bits(vec4<u32>(low)).x; }
  return low;
}

fn is_nan(kind: u32, sample: u32) -> bool { return is_float(kind) && (sample & 0x7fffffffu) > 0x7f800000u; }

fn number_of(kind: u32, sample: u32) -> f32 {
  if (is_float(kind)) { return bitcast<f32>(sample); }
  if (is_signed(kind)) { return f32(bitcast<i32>(sample)); }
  return f32(sample);
}

fn key_of(kind: u32, sample: u32) -> u32 {
  if (is_float(kind)) {
    // -0 is 0
    let bits = select(sample, 0u, sample == 0x80000000u);
    return bits ^ select(0x80000000u, 0xffffffffu, bits > 0x7fffffffu);
  }
  return select(sample, sample ^ 0x80000000u, is_signed(kind));
}
