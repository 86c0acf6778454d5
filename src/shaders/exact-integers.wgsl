// Integers of 64 bits in two words, the low one first. No division, no remainder, no float. Needs: nothing.
// Twin: terms/exact/term.ts, of which every function here computes the same integers.

fn mean64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> { return add64(a & b, half64(a ^ b)); }

fn add64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = a.x + b.x;
  return vec2<u32>(low, a.y + b.y + u32(low < a.x));
}

fn subtract64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> { return vec2<u32>(a.x - b.x, a.y - b.y - u32(a.x < b.x)); }

fn is_less64(a: vec2<u32>, b: vec2<u32>) -> bool { return a.y < b.y || (a.y == b.y && a.x < b.x); }

fn half64(a: vec2<u32>) -> vec2<u32> { return vec2<u32>((a.x >> 1u) | (a.y << 31u), a.y >> 1u); }

fn quarter64(a: vec2<u32>) -> vec2<u32> { return vec2<u32>((a.x >> 2u) | (a.y << 30u), a.y >> 2u); }

// by two bits up
fn fourfold64(a: vec2<u32>) -> vec2<u32> { return vec2<u32>(a.x << 2u, (a.y << 2u) | (a.x >> 30u)); }

// shifts by 0 to 63; by more they give 0 as long as the shift is below 2^31
fn left64(a: vec2<u32>, by: u32) -> vec2<u32> {
  let moved = select(a, vec2<u32>(0u, a.x), by >= 32u);
  let rest = by & 31u;
  // in two steps: a shift by 32 is none
  let shifted = vec2<u32>(moved.x << rest, (moved.y << rest) | ((moved.x >> 1u) >> (31u - rest)));
  return select(shifted, vec2<u32>(), by >= 64u);
}

fn right64(a: vec2<u32>, by: u32) -> vec2<u32> {
  let moved = select(a, vec2<u32>(a.y, 0u), by >= 32u);
  let rest = by & 31u;
  let shifted = vec2<u32>((moved.x >> rest) | ((moved.y << 1u) << (31u - rest)), moved.y >> rest);
  return select(shifted, vec2<u32>(), by >= 64u);
}

// 64 for 0
fn leading_zeros64(a: vec2<u32>) -> u32 { return select(countLeadingZeros(a.y), 32u + countLeadingZeros(a.x), a.y == 0u); }

fn product32(a: u32, b: u32) -> vec2<u32> {
  let a_low = a & 0xffffu;
  let a_high = a >> 16u;
  let b_low = b & 0xffffu;
  let b_high = b >> 16u;
  let middle = a_high * b_low + ((a_low * b_low) >> 16u);
  let cross = a_low * b_high + (middle & 0xffffu);
  return vec2<u32>(a * b, a_high * b_high + (middle >> 16u) + (cross >> 16u));
}

fn upper32(a: u32, b: u32) -> u32 { return product32(a, b).y; }

// the upper word of a * b for a below 2^16
fn upper_by16(a: u32, b: u32) -> u32 { return (a * (b >> 16u) + ((a * (b & 0xffffu)) >> 16u)) >> 16u; }

// three words of a * b for a below 2^16 and b of 64 bits: half the work of product96
fn product_by16(a: u32, b: vec2<u32>) -> vec3<u32> {
  let high = a * b.y;
  let middle = high + upper_by16(a, b.x);
  return vec3<u32>(a * b.x, middle, upper_by16(a, b.y) + u32(middle < high));
}

// three words of a * b for b of 64 bits
fn product96(a: u32, b: vec2<u32>) -> vec3<u32> {
  let low = product32(a, b.x);
  let high = product32(a, b.y);
  let middle = high.x + low.y;
  return vec3<u32>(low.x, middle, high.y + u32(middle < high.x));
}

fn add96(a: vec3<u32>, b: vec3<u32>) -> vec3<u32> {
  let low = a.x + b.x;
  let carry = u32(low < a.x);
  let middle = a.y + b.y;
  let both = middle + carry;
  return vec3<u32>(low, both, a.z + b.z + (u32(middle < a.y) | u32(both < carry)));
}

fn subtract96(a: vec3<u32>, b: vec3<u32>) -> vec3<u32> {
  let borrow = u32(a.x < b.x);
  let middle = a.y - b.y;
  return vec3<u32>(a.x - b.x, middle - borrow, a.z - b.z - (u32(a.y < b.y) | u32(middle < borrow)));
}

// by 0 to 31
fn raised96(a: vec3<u32>, by: u32) -> vec3<u32> {
  return (a << vec3<u32>(by)) | vec3<u32>(0u, (a.xy >> vec2<u32>(1u)) >> vec2<u32>(31u - by));
}

// by 96 and more it is 0
fn right96(a: vec3<u32>, by: u32) -> vec3<u32> {
  let once = select(a, vec3<u32>(a.yz, 0u), by >= 32u);
  let twice = select(once, vec3<u32>(once.yz, 0u), by >= 64u);
  let rest = by & 31u;
  let shifted = (twice >> vec3<u32>(rest)) | vec3<u32>((twice.yz << vec2<u32>(1u)) << vec2<u32>(31u - rest), 0u);
  return select(shifted, vec3<u32>(), by >= 96u);
}

fn top_product(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let crossed = add64(vec2<u32>(upper32(a.y, b.x), 0u), vec2<u32>(upper32(a.x, b.y), 0u));
  return add64(product32(a.y, b.y), crossed);
}

// d has its highest bit set; 2^95 / d less 0 to 3
fn reciprocal(d: vec2<u32>) -> u32 {
  let x = i32(d.y >> 16u) + 1;
  var r = 92521 - i32((u32(x) * 61681u) >> 16u);
  r += (r * (i32(0x80000000u - u32(r * x)) >> 15u)) >> 16u;
  r += (r * (i32(0x80000000u - u32(r * x)) >> 8u)) >> 23u;
  let first = u32(r);
  let e = 0u - first * (d.y >> 3u) - ((first * (2u * (d.y & 7u) + 1u)) >> 4u);
  let e_high = e >> 16u;
  let step = first * e_high + ((first * (e & 0xffffu)) >> 16u) + ((first * ((e_high * e_high) >> 16u)) >> 12u);
  return (first << 16u) + (step >> 12u) - 1u;
}

// 2^63 * n / d less 0 to 1.01; n is 0 or has its highest bit set, as d has
fn quotient(n: vec2<u32>, d: vec2<u32>) -> vec2<u32> {
  let r = reciprocal(d);
  let first = upper32(n.y, r);
  let rest = subtract96(vec3<u32>(n.x << 31u, (n.x >> 1u) | (n.y << 31u), n.y >> 1u), product96(first, d));
  let second = upper32((rest.z << 30u) | (rest.y >> 2u), r);
  // rest * 2^29 - second * d, of which bits 51 to 82 are wanted
  let raised = vec3<u32>(rest.x << 29u, (rest.x >> 3u) | (rest.y << 29u), (rest.y >> 3u) | (rest.z << 29u));
  let left = subtract96(raised, product96(second, d));
  let third = (((left.z << 13u) | (left.y >> 19u)) * (r >> 16u)) >> 25u;
  return add64(vec2<u32>(third, first), vec2<u32>(second << 3u, second >> 29u));
}
