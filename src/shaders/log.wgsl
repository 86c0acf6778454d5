// Logarithms of ratios and g(p, q), for the terms: no fma, no built-in log, nothing that reassociation could spoil. Finite for zeros
// and subnormals too: kl_div(0, q, -q) is q and kl_div(0, 0, 0) is 0. Needs: nothing. Twin: terms/log.ts.

fn atanh_tail(z: f32) -> f32 {
  return 0.3333333366 + z * (0.1999985317 + z * (0.1429617900 + z * (0.1085328790 + z * 0.1161216461)));
}

// ln(p / q) = k * ln 2 + 2 * atanh(difference / sum), |difference / sum| <= 0.2; k in units of 2^-23
struct Ratio { k: f32, difference: f32, sum: f32 }

// for normal p and q the difference of their bits is log2(p / q) to 0.09, so that q * 2^k is within a factor of 1.5 of p;
// both are brought next to 1, since a difference of small numbers may be flushed to 0
fn ratio_of(p: f32, q: f32) -> Ratio {
  let p_bits = bitcast<u32>(p);
  let q_bits = bitcast<u32>(q);
  let k_bits = (p_bits - q_bits + 0x00400000u) & 0xff800000u;
  let a_bits = (p_bits & 0x007fffffu) | 0x3f800000u;
  let a = bitcast<f32>(a_bits);
  let b = bitcast<f32>(q_bits + k_bits + (a_bits - p_bits));
  return Ratio(f32(bitcast<i32>(k_bits)), a - b, a + b);
}

fn ln_from(k: f32, t: f32, tail: f32) -> f32 {
  let half = k * 4.131479147435e-8 + (t + t * tail);
  return half + half;
}

fn ln_ratio(p: f32, q: f32) -> f32 {
  let ratio = ratio_of(p, q);
  let t = ratio.difference / ratio.sum;
  let z = t * t;
  return ln_from(ratio.k, t, z * atanh_tail(z));
}

// within a factor of two of each other, and normal: d / (p + q) would be 0 / 0 otherwise
fn are_near(p: f32, q: f32, d: f32) -> bool {
  // without branches, which software adapters compile for seconds
  return (abs(d) <= p) & (abs(d) <= q) & (p >= 1.17549435e-38) & (q >= 1.17549435e-38);
}

fn ln_ratio_near(p: f32, q: f32, d: f32) -> f32 {
  let near = are_near(p, q, d);
  let ratio = ratio_of(p, q);
  let t = select(ratio.difference, d, near) / select(ratio.sum, p + q, near);
  let z = t * t;
  return ln_from(select(ratio.k, 0.0, near), t, z * atanh_tail(z));
}

fn kl_div(p: f32, q: f32, d: f32) -> f32 {
  let near = are_near(p, q, d);
  let ratio = ratio_of(p, q);
  let t = select(ratio.difference, d, near) / select(ratio.sum, p + q, near);
  let z = t * t;
  let tail = atanh_tail(z);
  return select(p * ln_from(ratio.k, t, z * tail) - d, d * t * (1.0 + (t + z) * tail), near);
}
