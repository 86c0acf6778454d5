// Sums over a target's cells, a thread for some of those of a column along the first axis. Needs: fit-entry.wgsl, COMPONENTS. Twin: cpu-fallback/fit-plain.ts.

struct Moments { mass: vec3<f32>, slope: vec3<f32> }

fn weighed(w: f32, features: vec2<f32>) -> vec3<f32> {
  return w * vec3<f32>(1.0, features.x, select(features.x * features.x, features.y, IS_BETA));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) index: u32) {
  let columns = extent.sizes.y * extent.sizes.z;
  let threads = extent.threads;
  let own = column_of(group, groups, index);
  let thread = own.thread;
  if (thread >= threads) { return; }
  var components: array<Component, COMPONENTS>;
  var all: array<Moments, COMPONENTS>;
  for (var k = 0u; k < COMPONENTS; k++) { components[k] = component_of(k, own.second, own.third); }
  var all_term = 0.0;
  var all_d = 0.0;
  var infinite = 0u;
  for (var start = extent.first + own.slice; start < extent.end; start += RUN * extent.slices) {
    // said to be zero, since not every compiler begins anew here
    var run = array<Moments, COMPONENTS>();
    var run_term = 0.0;
    var run_d = 0.0;
    for (var i = start; i < min(start + RUN * extent.slices, extent.end); i += extent.slices) {
      let bits = target_cells[extent.place + (i - extent.first) * columns + own.column];
      let entry = axis_table[2u * i + 1u];
      if (!is_counted(bits) || entry.y == 0.0) { continue; }
      let p = cell_of(bits);
      let cell_length = own.length + entry.x;
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
        if (is_infinite(p, q)) { infinite += 1u; }
        else {
          let of_term = term_0(p, q, d);
          run_term += of_term;
          slope = slope_of(p, q, d, of_term);
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
  store(threads, thread, 0u, all_term);
  store(threads, thread, 1u, all_d);
  sums[2u * threads + thread] = infinite;
  for (var k = 0u; k < COMPONENTS; k++) {
    for (var j = 0u; j < 3u; j++) {
      store(threads, thread, 3u + 6u * k + j, all[k].mass[j]);
      store(threads, thread, 6u + 6u * k + j, all[k].slope[j]);
    }
  }
}
