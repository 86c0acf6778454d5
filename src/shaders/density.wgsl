// The components of a model, cell by cell of a grid. Needs: exp.wgsl, IS_BETA. Twin: terms/density.ts.

// of a coordinate, two entries: itself in two parts, or ln x and ln(1 - x) in two each; then the logarithm of the cell's length and whether a density is
// neither 0 nor infinite there. One axis after the other
@group(0) @binding(1) var<storage, read> axis_table: array<vec4<f32>>;
// of a component, five entries: the logarithm of what it is times and that itself; the mean in two parts; the lower half of the root's rows. Or: the same
// first, then ln c and ln(1 - c) of some c within in two parts each; and both powers
@group(0) @binding(2) var<storage, read> component_table: array<vec4<f32>>;

const ENTRIES = 5u;
// of an exponent, as far as binary32 goes
const FARTHEST = -87.0;

struct Component {
  log: f32,
  factor: f32,
  // of z what the other coordinates make of it
  z: vec2<f32>,
  // times the first coordinate
  root: vec3<f32>,
  high: vec2<f32>,
  low: vec2<f32>,
  powers: vec2<f32>,
}

// its form along the first axis, with the places of the other coordinates in the table
fn component_of(k: u32, second: u32, third: u32) -> Component {
  let at = k * ENTRIES;
  let scale = component_table[at];
  let high = component_table[at + 1u];
  let low = component_table[at + 2u];
  if (IS_BETA) { return Component(scale.x, scale.y, vec2<f32>(), vec3<f32>(), high.xz, high.yw, low.xy); }
  let upper = component_table[at + 3u];
  let lower = component_table[at + 4u];
  let y = axis_table[2u * second];
  let x = axis_table[2u * third];
  let d1 = (y.x - high.y) + (y.y - low.y);
  let d2 = (x.x - high.z) + (x.y - low.z);
  return Component(scale.x, scale.y, vec2<f32>(upper.z * d1, lower.y * d1 + lower.z * d2), vec3<f32>(upper.x, upper.y, lower.x), vec2<f32>(high.x, 0.0), vec2<f32>(low.x, 0.0), vec2<f32>());
}

// from the mean or from c: the two features of a place along the first axis, the second for betas
fn features_of(component: Component, place: u32) -> vec2<f32> {
  let entry = axis_table[2u * place];
  if (IS_BETA) { return (entry.xz - component.high) + (entry.yw - component.low); }
  return vec2<f32>((entry.x - component.high.x) + (entry.y - component.low.x), 0.0);
}

fn exponent_of(component: Component, features: vec2<f32>) -> f32 {
  if (IS_BETA) { return component.powers.x * features.x + component.powers.y * features.y; }
  let z = vec3<f32>(component.root.x * features.x, component.root.y * features.x + component.z.x, component.root.z * features.x + component.z.y);
  return -0.5 * (z.x * z.x + z.y * z.y + z.z * z.z);
}

fn mass_of(component: Component, exponent: f32) -> f32 { return select(component.factor * exp_of(exponent), 0.0, exponent < FARTHEST); }
