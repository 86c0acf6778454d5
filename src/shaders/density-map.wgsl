// A density at every cell of a grid. Needs: density.wgsl, lanes.

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
@group(0) @binding(4) var<storage, read_write> values: array<Floats>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let index = LANES * ((group.x + group.y * groups.x) * WORKGROUP_SIZE + thread);
  if (index >= extent.cells) { return; }
  // lanes have the same first coordinate
  let columns = extent.sizes.y * extent.sizes.z;
  let first = (extent.first + index) / columns;
  let column = (extent.first + index) % columns + LANE;
  let second = extent.sizes.x + column / extent.sizes.z;
  let third = extent.sizes.x + extent.sizes.y + column % extent.sizes.z;
  var density = Floats(0.0);
  for (var k = 0u; k < extent.components; k++) {
    let component = component_of(k, second, third);
    density += mass_of(component, exponent_of(component, features_of(component, first)));
  }
  values[(extent.place + index) / LANES] = density;
}
