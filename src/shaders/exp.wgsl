// e^y, for the terms: no fma, no built-in exp. Needs: nothing. Twin: Math.exp and Math.expm1.

// e^y = power * (1 + rest), |rest| < 0.42; for |y| up to 87, beyond as there
struct Exponential { power: f32, rest: f32 }

fn exponential_of(y: f32) -> Exponential {
  let above = select(y, -87.0, y < -87.0);
  let near = select(above, 87.0, y > 87.0);
  let k = floor(near * 1.442695041 + 0.5);
  // ln 2 in two parts: k times the first is exact
  let r = (near - k * 0.693145752) - k * 1.428606765e-6;
  let rest = r + r * r * (0.5 + r * (0.1666666667 + r * (0.0416666667 + r * (0.0083333333 + r * (0.0013888889 + r * 0.0001984127)))));
  // the last bits of k + 127 + 1.5 * 2^23 are k + 127
  return Exponential(bitcast<f32>(bitcast<u32>(k + 12583039.0) * 0x800000u), rest);
}

fn exp_of(y: f32) -> f32 {
  let e = exponential_of(y);
  return e.power + e.power * e.rest;
}

// e^y - 1 without loss near 0
fn expm1_of(y: f32) -> f32 {
  let e = exponential_of(y);
  return e.power * e.rest + (e.power - 1.0);
}
