// Sums without rounding: a thread keeps 160 bits of each around the cells it sees, and hands them over as digits of 16 bits when
// a cell lies elsewhere. Whatever the order, the digits add up to the same number. Needs: exact-integers.wgsl, exact-entry.wgsl.

// bits below 1 that the sums keep
const UNIT = 1216;
// digits of one sum; a counter of 32 bits takes 65 536 of them
const DIGITS = 154u;
// sums of p, q and two terms, then the counts
const COUNTS = 616u;
const SLAB = 624u;

@group(0) @binding(4) var<storage, read_write> digits: array<atomic<u32>>;

// the number (low + top * 2^128) * 2^(32 * base)
struct Window { base: u32, low: vec4<u32>, top: u32 }

fn hand_over_word(word: u32, at: u32) {
  if (word != 0u) {
    atomicAdd(&digits[at], word & 0xffffu);
    atomicAdd(&digits[at + 1u], word >> 16u);
  }
}

fn hand_over(window: Window, sum: u32) {
  let at = sum + 2u * window.base;
  hand_over_word(window.low.x, at);
  hand_over_word(window.low.y, at + 2u);
  hand_over_word(window.low.z, at + 4u);
  hand_over_word(window.low.w, at + 6u);
  hand_over_word(window.top, at + 8u);
}

// the sums of a measure's terms
struct Terms { first: Window, second: Window }

// adds m * 2^e for m of 80 bits, or of 96 where cells are weighted; `sum` is where the sum's digits lie
fn added_once(before: Window, sum: u32, m: vec3<u32>, e: i32) -> Window {
  let position = e + UNIT;
  var kept = m;
  if (SCALED) { kept = right96(m, u32(max(-position, 0))); }
  let at = u32(max(position, 0));
  let rest = at & 31u;
  let raised = vec4<u32>(raised96(kept, rest), (kept.z >> 1u) >> (31u - rest));
  var window = before;
  let nothing = (kept.x | kept.y | kept.z) == 0u;
  // 128 bits fit at the window's start, and without their upper word, which must not overflow, one word higher
  let spare = select(0u, 1u, WEIGHT_TYPE == 0u);
  if (!nothing && (at >> 5u) - window.base > spare) {
    hand_over(window, sum);
    window = Window(max(at >> 5u, spare) - spare, vec4<u32>(), 0u);
  }
  let higher = !nothing && at >> 5u != window.base;
  let addend = select(raised, vec4<u32>(0u, raised.xyz), higher);
  let x = window.low.x + addend.x;
  let x_carry = u32(x < addend.x);
  let y_sum = window.low.y + addend.y;
  let y = y_sum + x_carry;
  let y_carry = u32(y_sum < addend.y) | u32(y < x_carry);
  let z_sum = window.low.z + addend.z;
  let z = z_sum + y_carry;
  let z_carry = u32(z_sum < addend.z) | u32(z < y_carry);
  let w_sum = window.low.w + addend.w;
  let w = w_sum + z_carry;
  let w_carry = u32(w_sum < addend.w) | u32(w < z_carry);
  return Window(window.base, vec4<u32>(x, y, z, w), window.top + select(0u, raised.w, higher) + w_carry);
}

// the same times a weight, in two halves of 16 bits
fn added(before: Window, sum: u32, m: vec3<u32>, e: i32, weight: u32) -> Window {
  if (WEIGHT_TYPE == 0u) { return added_once(before, sum, m, e); }
  // what lies below the last bit is cut off before the weight counts
  let cut = select(m, right96(m, u32(max(-e - UNIT, 0))), SCALED);
  let kept_e = select(e, max(e, -UNIT), SCALED);
  var window = before;
  // a loop, since compilers that inline took twenty seconds over two copies
  for (var shift = 0u; shift < select(32u, 16u, WEIGHT_TYPE > 1u); shift += 16u) {
    let half = (weight >> shift) & 0xffffu;
    let product = product_by16(half, cut.xy) + vec3<u32>(0u, 0u, half * cut.z);
    window = added_once(window, sum, product, kept_e + i32(shift));
  }
  return window;
}
