// Sums over a target's cells, a thread for some of those of a column along the first axis. Needs: density.wgsl, log.wgsl, COMPONENTS, two terms: what is
// summed and its derivative by ln q. Twin: cpu-fallback/fit-plain.ts.

override WORKGROUP_SIZE: u32 = 64u;
override IS_BETA: bool = false;
// ln q is at hand where q underflows, and the derivative is p
override IS_FORWARD: bool = false;
// do cells that are 0 on one side alone make the term infinite?
override P_ZERO_INFINITE: bool = false;
override Q_ZERO_INFINITE: bool = false;

struct Extent {
  sizes: vec3<u32>,
  // threads a column
  slices: u32,
  // along the first axis, from where on and to where
  first: u32,
  end: u32,
  // of the bound cells the first that is meant
  place: u32,
  // p is what lies there times this
  scale: f32,
}

// bits of f32; below 0: left out
@group(0) @binding(0) var<storage, read> target_cells: array<u32>;
@group(0) @binding(3) var<uniform> extent: Extent;
// of all threads the first number, of all the second, ...: the term, the sum of p - q, the number of infinite cells as u32, and for each component the sums
// of w, w·features, for the mass and for the slope's share, or of normals w, w·d and w·d² with the first coordinate's difference from the mean
@group(0) @binding(4) var<storage, read_write> sums: array<u32>;

const LEAST_NORMAL = 1.17549435e-38;
// below, q is taken from its logarithm
const NEXT_TO_NOTHING = 1e-30;
// cells that are added up before they join what was
const RUN = 32u;

struct Moments { mass: vec3<f32>, slope: vec3<f32> }

fn weighed(w: f32, features: vec2<f32>) -> vec3<f32> {
  return w * vec3<f32>(1.0, features.x, select(features.x * features.x, features.y, IS_BETA));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) index: u32) {
  let columns = extent.sizes.y * extent.sizes.z;
  let threads = columns * extent.slices;
  let thread = (group.x + group.y * groups.x) * WORKGROUP_SIZE + index;
  if (thread >= threads) { return; }
  let column = thread % columns;
  let second = extent.sizes.x + column / extent.sizes.z;
  let third = extent.sizes.x + extent.sizes.y + column % extent.sizes.z;
  let length = axis_table[2u * second + 1u].x + axis_table[2u * third + 1u].x;
  var components: array<Component, COMPONENTS>;
  var all: array<Moments, COMPONENTS>;
  for (var k = 0u; k < COMPONENTS; k++) { components[k] = component_of(k, second, third); }
  var all_term = 0.0;
  var all_d = 0.0;
  var infinite = 0u;
  for (var start = extent.first + thread / columns; start < extent.end; start += RUN * extent.slices) {
    // said to be zero, since not every compiler begins anew here
    var run = array<Moments, COMPONENTS>();
    var run_term = 0.0;
    var run_d = 0.0;
    for (var i = start; i < min(start + RUN * extent.slices, extent.end); i += extent.slices) {
      let bits = target_cells[extent.place + (i - extent.first) * columns + column];
      let entry = axis_table[2u * i + 1u];
      if ((bits & 0x80000000u) != 0u || entry.y == 0.0) { continue; }
      let p = select(max(bitcast<f32>(bits) * extent.scale, LEAST_NORMAL), 0.0, bits == 0u);
      let cell_length = length + entry.x;
      var times = 1.0;
      if (cell_length != 0.0) { times = exp_of(cell_length); }
      var masses: array<f32, COMPONENTS>;
      var logs: array<f32, COMPONENTS>;
      var features: array<vec2<f32>, COMPONENTS>;
      var q = 0.0;
      var greatest = -1e30;
      for (var k = 0u; k < COMPONENTS; k++) {
        features[k] = features_of(components[k], i);
        let exponent = exponent_of(components[k], features[k]);
        masses[k] = mass_of(components[k], exponent) * times;
        logs[k] = components[k].log + exponent + cell_length;
        greatest = max(greatest, logs[k]);
        q += masses[k];
      }
      let d = p - q;
      var slope = p;
      if (IS_FORWARD && q < NEXT_TO_NOTHING) {
        var sum = 0.0;
        for (var k = 0u; k < COMPONENTS; k++) { sum += exp_of(logs[k] - greatest); }
        let log_q = greatest + ln_ratio(sum, 1.0);
        if (p > 0.0) { run_term += p * (ln_ratio(p, 1.0) - log_q) - d; } else { run_term += q; }
        for (var k = 0u; k < COMPONENTS; k++) {
          let share = exp_of(logs[k] - log_q) * select(1.0, 0.0, logs[k] - log_q < FARTHEST);
          run[k].slope += weighed(p * share, features[k]);
          run[k].mass += weighed(masses[k], features[k]);
        }
      } else {
        if ((P_ZERO_INFINITE && p == 0.0 && q > 0.0) || (Q_ZERO_INFINITE && q == 0.0 && p > 0.0)) { infinite += 1u; }
        else {
          run_term += term_0(p, q, d);
          if (!IS_FORWARD) { slope = term_1(p, q, d); }
        }
        let times_share = select(slope / max(q, LEAST_NORMAL), 0.0, q == 0.0);
        for (var k = 0u; k < COMPONENTS; k++) {
          run[k].mass += weighed(masses[k], features[k]);
          run[k].slope += weighed(masses[k] * times_share, features[k]);
        }
      }
      run_d += d;
    }
    all_term += run_term;
    all_d += run_d;
    for (var k = 0u; k < COMPONENTS; k++) {
      all[k].mass += run[k].mass;
      all[k].slope += run[k].slope;
    }
  }
  sums[thread] = bitcast<u32>(all_term);
  sums[threads + thread] = bitcast<u32>(all_d);
  sums[2u * threads + thread] = infinite;
  for (var k = 0u; k < COMPONENTS; k++) {
    let at = (3u + 6u * k) * threads + thread;
    sums[at] = bitcast<u32>(all[k].mass.x);
    sums[at + threads] = bitcast<u32>(all[k].mass.y);
    sums[at + 2u * threads] = bitcast<u32>(all[k].mass.z);
    sums[at + 3u * threads] = bitcast<u32>(all[k].slope.x);
    sums[at + 4u * threads] = bitcast<u32>(all[k].slope.y);
    sums[at + 5u * threads] = bitcast<u32>(all[k].slope.z);
  }
}
