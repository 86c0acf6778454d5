// The series of a logarithm in integers. Needs: exact-integers.wgsl. Twin: `seriesOf` in terms/exact/term.ts.

// B(z) for z in units of 2^-64, in the same
fn tail(z: vec2<u32>) -> vec2<u32> {
  var small = 1996008231u + upper32(2133380004u, z.y);
  small = 2291682250u + upper32(small, z.y);
  small = 2643032231u + upper32(small, z.y);
  var b = add64(vec2<u32>(0x1e6713c5u, 0x1745d19fu), top_product(vec2<u32>(small << 29u, small >> 3u), z));
  b = add64(vec2<u32>(0x1c58578eu, 0x1c71c71cu), top_product(b, z));
  b = add64(vec2<u32>(0x929e8a63u, 0x24924924u), top_product(b, z));
  b = add64(vec2<u32>(0x3333125fu, 0x33333333u), top_product(b, z));
  return add64(vec2<u32>(0x55555557u, 0x55555555u), top_product(b, z));
}

// The distance with its leading bit the highest of 64, after a shift by so many; |t|(1 + x B(t^2)) times 2^(63 + scale), its
// leading bit the highest too.
struct Series { difference: vec2<u32>, shift: u32, series: vec2<u32>, scale: u32 }

// t = (a - b) / (a + b) from 2^32 |a - b| and the mean of a and b; x is t + t^2 where `both`, else t^2
fn series_of(distance: vec3<u32>, mean: vec2<u32>, both: bool, above: bool) -> Series {
  let lift = 1u - (mean.y >> 31u);
  let shift = leading_zeros96(distance);
  let difference = left96(distance, shift).yz;
  let t = quotient(difference, left64(mean, lift));
  let fixed = right64(t, shift - lift);
  let square = top_product(fixed, fixed);
  let argument = select(square, select(subtract64(fixed, square), add64(fixed, square), above), both);
  let correction = right64(top_product(argument, tail(square)), 1u);
  let one = vec2<u32>(0u, 0x80000000u);
  let raw = top_product(t, select(add64(one, correction), subtract64(one, correction), both && !above));
  let zeros = leading_zeros64(raw);
  return Series(difference, shift, left64(raw, zeros), shift - lift + zeros);
}

fn mean64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> { return add64(a & b, right64(a ^ b, 1u)); }
