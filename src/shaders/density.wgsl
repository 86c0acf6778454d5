// The components of a model, cell by cell of a grid. Needs: exp.wgsl, lanes, IS_BETA. Twin: terms/density.ts.

// of a coordinate, two entries: itself in two parts, or ln x and ln(1 - x) in two each; then the logarithm of the cell's length and whether a density is
// neither 0 nor infinite there. One axis after the other
@group(0) @binding(1) var<storage, read> axis_table: array<vec4<f32>>;
// of a component, five entries: the logarithm of what it is times and that itself; the mean in two parts; the lower half of the root's rows, with
// the length of its first column after the first two rows. Or: the same
// first, then ln c and ln(1 - c) of some c within in two parts each; and both powers
@group(0) @binding(2) var<storage, read> component_table: array<vec4<f32>>;

const ENTRIES = 5u;
// of an exponent, as far as binary32 goes
const FARTHEST = -87.0;

struct Component {
  log: f32,
  factor: f32,
  high: vec2<f32>,
  low: vec2<f32>,
  powers: vec2<f32>,
  // along the first axis the exponent is most - (steep * (x - peak))^2 / 2, x counted from the mean
  steep: f32,
  peak: Floats,
  most: Floats,
}

// its form along the first axis, with the places of the other coordinates in the table
fn component_of(k: u32, second: Words, third: Words) -> Component {
  let at = k * ENTRIES;
  let scale = component_table[at];
  let high = component_table[at + 1u];
  let low = component_table[at + 2u];
  if (IS_BETA) { return Component(scale.x, scale.y, high.xz, high.yw, low.xy, 0.0, Floats(0.0), Floats(0.0)); }
  let upper = component_table[at + 3u];
  let lower = component_table[at + 4u];
  let d1 = (of_axes(2u * second, 0u) - high.y) + (of_axes(2u * second, 1u) - low.y);
  let d2 = (of_axes(2u * third, 0u) - high.z) + (of_axes(2u * third, 1u) - low.z);
  let z1 = upper.z * d1;
  let z2 = lower.y * d1 + lower.z * d2;
  let steep = upper.w;
  let peak = -((upper.y / steep) * z1 + (lower.x / steep) * z2) / steep;
  let y0 = upper.x * peak;
  let y1 = upper.y * peak + z1;
  let y2 = lower.x * peak + z2;
  return Component(scale.x, scale.y, vec2<f32>(high.x, 0.0), vec2<f32>(low.x, 0.0), vec2<f32>(), steep, peak, -0.5 * (y0 * y0 + y1 * y1 + y2 * y2));
}

// from the mean or from c: the two features of a place along the first axis, the second for betas
fn features_of(component: Component, place: u32) -> vec2<f32> {
  let entry = axis_table[2u * place];
  if (IS_BETA) { return (entry.xz - component.high) + (entry.yw - component.low); }
  return vec2<f32>((entry.x - component.high.x) + (entry.y - component.low.x), 0.0);
}

fn exponent_of(component: Component, features: vec2<f32>) -> Floats {
  if (IS_BETA) { return Floats(component.powers.x * features.x + component.powers.y * features.y); }
  let z = component.steep * (features.x - component.peak);
  return component.most - 0.5 * (z * z);
}

fn mass_of(component: Component, exponent: Floats) -> Floats {
  return select(component.factor * each_exp_of(exponent), Floats(0.0), exponent < Floats(FARTHEST));
}
