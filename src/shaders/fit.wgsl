// Sums over a target's cells, a thread for some of those of a column or of neighbouring columns along the first axis. Needs: density.wgsl, log.wgsl, COMPONENTS,
// two terms: what is summed and its derivative by ln q. Twin: cpu-fallback/fit-plain.ts.

override WORKGROUP_SIZE: u32 = 64u;
override IS_BETA: bool = false;
// the derivative is p, and ln q is at hand where q underflows
override IS_FORWARD: bool = false;
// the derivative is q·ln(q/p), the term less p - q
override IS_REVERSE: bool = false;
// do cells that are 0 on one side alone make the term infinite?
override P_ZERO_INFINITE: bool = false;
override Q_ZERO_INFINITE: bool = false;
// does the table of axes say of some cell how long it is, or that it is left out?
override LOOKS_UP: bool = true;

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
  // of all threads the first that is one here, and how many are: multiples of LANES
  first_thread: u32,
  threads: u32,
  unused_10: u32,
  unused_11: u32,
}

// bits of f32; below 0: left out; -0 is 0
@group(0) @binding(0) var<storage, read> target_cells: array<Words>;
@group(0) @binding(3) var<uniform> extent: Extent;
// of all threads here the first number, of all the second, ...: the term, the sum of p - q, the number of infinite cells as u32, and for each component the sums
// of w, w·features, for the mass and for the slope's share, or of normals w, w·d and w·d² with the first coordinate's difference from the mean. Lanes are
// threads of their own
@group(0) @binding(4) var<storage, read_write> sums: array<u32>;

const LEAST_NORMAL = Floats(1.17549435e-38);
const ZERO = Floats(0.0);
// below, q is taken from its logarithm
const NEXT_TO_NOTHING = Floats(1e-30);
// cells that are added up before they join what was
const RUN = 32u;

struct Moments { w: Floats, first: Floats, second: Floats }

fn plus(moments: Moments, w: Floats, features: vec2<f32>) -> Moments {
  return Moments(moments.w + w, moments.first + w * features.x, moments.second + w * select(features.x * features.x, features.y, IS_BETA));
}

fn sum_of(a: Moments, b: Moments) -> Moments { return Moments(a.w + b.w, a.first + b.first, a.second + b.second); }

fn is_counted(bits: Words) -> Truths { return bits <= Words(0x80000000u); }

fn cell_of(bits: Words) -> Floats {
  let scaled = bitcast<Floats>(bits) * extent.scale;
  return select(select(scaled, LEAST_NORMAL, scaled < LEAST_NORMAL), ZERO, (bits & Words(0x7fffffffu)) == Words(0u));
}

fn is_infinite(p: Floats, q: Floats) -> Truths {
  return (Truths(P_ZERO_INFINITE) & (p == ZERO) & (q > ZERO)) | (Truths(Q_ZERO_INFINITE) & (q == ZERO) & (p > ZERO));
}

// of what is summed, whose derivative may be known by it
fn slope_of(p: Floats, q: Floats, d: Floats, of_term: Floats) -> Floats {
  if (IS_FORWARD) { return p; }
  if (IS_REVERSE) { return of_term - d; }
  return each_term_1(p, q, d);
}

fn store(thread: u32, number: u32, words: Words) {
  for (var lane = 0u; lane < LANES; lane++) { sums[number * extent.threads + thread + lane] = of_lane(words, lane); }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) index: u32) {
  let columns = extent.sizes.y * extent.sizes.z;
  let thread = LANES * ((group.x + group.y * groups.x) * WORKGROUP_SIZE + index);
  if (thread >= extent.threads) { return; }
  let column = (extent.first_thread + thread) % columns;
  let slice = (extent.first_thread + thread) / columns;
  // the places of the other coordinates in the table of axes, and what cells' lengths have of these
  let second = extent.sizes.x + (column + LANE) / extent.sizes.z;
  let third = extent.sizes.x + extent.sizes.y + (column + LANE) % extent.sizes.z;
  let length_across = of_axes(2u * second + 1u, 0u) + of_axes(2u * third + 1u, 0u);
  var components: array<Component, COMPONENTS>;
  for (var k = 0u; k < COMPONENTS; k++) { components[k] = component_of(k, second, third); }
  var mass = array<Moments, COMPONENTS>();
  var slope = array<Moments, COMPONENTS>();
  var term = ZERO;
  var all_d = ZERO;
  var infinite = Words(0u);
  let slices = extent.slices;
  let end = extent.end;
  let place = extent.place + column - extent.first * columns;
  for (var start = extent.first + slice; start < end; start += RUN * slices) {
    // said to be zero, since not every compiler begins anew here
    var run_mass = array<Moments, COMPONENTS>();
    var run_slope = array<Moments, COMPONENTS>();
    var run_term = ZERO;
    var run_d = ZERO;
    let run_end = min(start + RUN * slices, end);
    for (var i = start; i < run_end; i += slices) {
      let bits = target_cells[(place + i * columns) / LANES];
      var times = Floats(1.0);
      var cell_length = ZERO;
      var is_there = is_counted(bits);
      if (LOOKS_UP) {
        let entry = axis_table[2u * i + 1u];
        cell_length = length_across + entry.x;
        times = each_exp_of(cell_length);
        is_there = is_there & Truths(entry.y != 0.0);
      }
      let p = select(ZERO, cell_of(bits), is_there);
      var features: array<vec2<f32>, COMPONENTS>;
      var exponents: array<Floats, COMPONENTS>;
      var masses: array<Floats, COMPONENTS>;
      var q = ZERO;
      for (var k = 0u; k < COMPONENTS; k++) {
        features[k] = features_of(components[k], i);
        exponents[k] = exponent_of(components[k], features[k]);
        masses[k] = select(ZERO, mass_of(components[k], exponents[k]) * times, is_there);
        q += masses[k];
      }
      let d = p - q;
      let is_out = is_infinite(p, q);
      var of_term = select(each_term_0(p, q, d), ZERO, is_out);
      let of_slope = select(slope_of(p, q, d, of_term), ZERO, is_out | (q == ZERO));
      var shares: array<Floats, COMPONENTS>;
      if (COMPONENTS == 1u) {
        shares[0] = of_slope;
      } else {
        let share = of_slope / select(q, LEAST_NORMAL, q < LEAST_NORMAL);
        for (var k = 0u; k < COMPONENTS; k++) { shares[k] = masses[k] * share; }
      }
      if (IS_FORWARD && is_any((q < NEXT_TO_NOTHING) & is_there)) {
        // ln q is at hand where q underflows
        let is_tiny = q < NEXT_TO_NOTHING;
        var log_q = components[0].log + exponents[0];
        if (COMPONENTS > 1u) {
          var greatest = log_q;
          for (var k = 0u; k < COMPONENTS; k++) { greatest = max(greatest, components[k].log + exponents[k]); }
          var sum = ZERO;
          for (var k = 0u; k < COMPONENTS; k++) { sum += each_exp_of(components[k].log + exponents[k] - greatest); }
          log_q = greatest + each_ln_ratio(sum, Floats(1.0));
        }
        of_term = select(of_term, select(q, p * (each_ln_ratio(p, Floats(1.0)) - (log_q + cell_length)) - d, p > ZERO), is_tiny);
        for (var k = 0u; k < COMPONENTS; k++) {
          let log_share = components[k].log + exponents[k] - log_q;
          shares[k] = select(shares[k], select(p * each_exp_of(log_share), ZERO, log_share < Floats(FARTHEST)), is_tiny);
        }
      }
      for (var k = 0u; k < COMPONENTS; k++) {
        run_mass[k] = plus(run_mass[k], masses[k], features[k]);
        run_slope[k] = plus(run_slope[k], shares[k], features[k]);
      }
      infinite += select(Words(0u), Words(1u), is_out);
      run_term += of_term;
      run_d += d;
    }
    for (var k = 0u; k < COMPONENTS; k++) {
      mass[k] = sum_of(mass[k], run_mass[k]);
      slope[k] = sum_of(slope[k], run_slope[k]);
    }
    term += run_term;
    all_d += run_d;
  }
  store(thread, 0u, bitcast<Words>(term));
  store(thread, 1u, bitcast<Words>(all_d));
  store(thread, 2u, infinite);
  for (var k = 0u; k < COMPONENTS; k++) {
    store(thread, 3u + 6u * k, bitcast<Words>(mass[k].w));
    store(thread, 4u + 6u * k, bitcast<Words>(mass[k].first));
    store(thread, 5u + 6u * k, bitcast<Words>(mass[k].second));
    store(thread, 6u + 6u * k, bitcast<Words>(slope[k].w));
    store(thread, 7u + 6u * k, bitcast<Words>(slope[k].first));
    store(thread, 8u + 6u * k, bitcast<Words>(slope[k].second));
  }
}
