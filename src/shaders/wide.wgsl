// Numbers with 64-bit mantissas, for differences that f32 cannot form. Needs: entry.wgsl. Twin: `applyScale` in cpu-fallback/cells.ts.

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
