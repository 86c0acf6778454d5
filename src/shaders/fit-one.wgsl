// The same as fit.wgsl for one component, in numbers alone: arrays cost software adapters several times as much. Needs and twin: as there.

fn weighed_one(w: f32, x: f32, y: f32) -> vec3<f32> { return vec3<f32>(w, w * x, w * y); }

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) index: u32) {
  let columns = extent.sizes.y * extent.sizes.z;
  let threads = extent.threads;
  let own = column_of(group, groups, index);
  let thread = own.thread;
  if (thread >= threads) { return; }
  let component = component_of(0u, own.second, own.third);
  var mass = vec3<f32>();
  var slope = vec3<f32>();
  var term = 0.0;
  var all_d = 0.0;
  var infinite = 0u;
  for (var start = extent.first + own.slice; start < extent.end; start += RUN * extent.slices) {
    var run_mass = vec3<f32>();
    var run_slope = vec3<f32>();
    var run_term = 0.0;
    var run_d = 0.0;
    for (var i = start; i < min(start + RUN * extent.slices, extent.end); i += extent.slices) {
      let bits = target_cells[extent.place + (i - extent.first) * columns + own.column];
      var times = 1.0;
      var cell_length = 0.0;
      var is_there = is_counted(bits);
      if (LOOKS_UP) {
        let entry = axis_table[2u * i + 1u];
        cell_length = own.length + entry.x;
        times = exp_of(cell_length);
        is_there = is_there && entry.y != 0.0;
      }
      let p = select(0.0, cell_of(bits), is_there);
      let features = features_of(component, i);
      let exponent = exponent_of(component, features);
      let q = select(0.0, mass_of(component, exponent) * times, is_there);
      let d = p - q;
      var of_term = 0.0;
      var of_slope = p;
      if (IS_FORWARD && q < NEXT_TO_NOTHING) {
        of_term = select(q, p * (ln_ratio(p, 1.0) - (component.log + exponent + cell_length)) - d, p > 0.0);
      } else if (is_infinite(p, q)) {
        infinite += 1u;
        of_slope = 0.0;
      } else {
        of_term = term_0(p, q, d);
        of_slope = select(slope_of(p, q, d, of_term), 0.0, q == 0.0);
      }
      let square = select(features.x * features.x, features.y, IS_BETA);
      run_mass += weighed_one(q, features.x, square);
      run_slope += weighed_one(of_slope, features.x, square);
      run_term += of_term;
      run_d += d;
    }
    mass += run_mass;
    slope += run_slope;
    term += run_term;
    all_d += run_d;
  }
  store(threads, thread, 0u, term);
  store(threads, thread, 1u, all_d);
  sums[2u * threads + thread] = infinite;
  for (var j = 0u; j < 3u; j++) {
    store(threads, thread, 3u + j, mass[j]);
    store(threads, thread, 6u + j, slope[j]);
  }
}
