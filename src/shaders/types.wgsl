// Element types: 0 f32, 1 f16, 2 u32, 3 i32, 4 u16, 5 i16, 6 u8, 7 i8. Twin: gpu/kinds.ts.

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
