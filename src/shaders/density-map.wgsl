// A density at every cell of a grid. Needs: density.wgsl.

override WORKGROUP_SIZE: u32 = 64u;
override IS_BETA: bool = false;

struct Extent {
  // sizes of the axes, slowest first
  sizes: vec3<u32>,
  components: u32,
  // of the cells the first that is written, and how many are
  first: u32,
  cells: u32,
  // where the first goes
  place: u32,
  unused_7: u32,
}

@group(0) @binding(3) var<uniform> extent: Extent;
@group(0) @binding(4) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let index = (group.x + group.y * groups.x) * WORKGROUP_SIZE + thread;
  if (index >= extent.cells) { return; }
  let cell = extent.first + index;
  let row = cell / extent.sizes.z;
  let first = row / extent.sizes.y;
  let second = extent.sizes.x + row % extent.sizes.y;
  let third = extent.sizes.x + extent.sizes.y + cell % extent.sizes.z;
  var density = 0.0;
  for (var k = 0u; k < extent.components; k++) {
    let component = component_of(k, second, third);
    density += mass_of(component, exponent_of(component, features_of(component, first)));
  }
  values[extent.place + index] = density;
}
