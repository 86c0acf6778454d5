// The series of a logarithm in integers. Needs: exact-integers.wgsl. Twin: `seriesOf` in terms/exact/term.ts.

// B(z) for z in units of 2^-64, in the same
fn tail(z: vec2<u32>) -> vec2<u32> {
  var small = 1967722795u + upper32(2289130645u, z.y);
  small = 2293780105u + upper32(small, z.y);
  small = 2642950867u + upper32(small, z.y);
  var b = add64(vec2<u32>(0x4c6c01f0u, 0x1745d27au), top_product(vec2<u32>(small << 29u, small >> 3u), z));
  b = add64(vec2<u32>(0x8ac3e02fu, 0x1c71c719u), top_product(b, z));
  b = add64(vec2<u32>(0x9666e5e2u, 0x24924924u), top_product(b, z));
  b = add64(vec2<u32>(0x3330f4b0u, 0x33333333u), top_product(b, z));
  return add64(vec2<u32>(0x55555589u, 0x55555555u), top_product(b, z));
}

// what is needed of t = (a - b) / (a + b)
struct Series {
  // |t| * 2^(64 + scale)
  t: vec2<u32>,
  scale: u32,
  // 2|t|, and t^2 B(t^2) or (t + t^2) B(t^2) without its sign, in units of 2^-64
  double: vec2<u32>,
  correction: vec2<u32>,
}

// from the leading 64 bits of |a - b|, which lie `shift` below those of 1, and the mean of a and b
fn series_of(difference: vec2<u32>, shift: u32, mean: vec2<u32>, both: bool, above: bool) -> Series {
  let low = mean.y < 0x80000000u;
  let t = quotient(difference, select(mean, add64(mean, mean), low));
  let scale = shift - u32(low);
  let double = right64(t, scale - 1u);
  let square = quarter64(top_product(double, double));
  let fixed = half64(double);
  let argument = select(square, select(subtract64(fixed, square), add64(fixed, square), above), both);
  return Series(t, scale, double, top_product(argument, tail(square)));
}
