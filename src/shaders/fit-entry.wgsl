// What both kernels of fits have: how a target's cells are read, and where the sums go. Needs: density.wgsl, log.wgsl, two terms: what is summed and its
// derivative by ln q.

override WORKGROUP_SIZE: u32 = 64u;
override IS_BETA: bool = false;
// ln q is at hand where q underflows, and the derivative is p
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
  // of all threads the first that is one here, and how many are
  first_thread: u32,
  threads: u32,
  unused_10: u32,
  unused_11: u32,
}

// bits of f32; below 0: left out; -0 is 0
@group(0) @binding(0) var<storage, read> target_cells: array<u32>;
@group(0) @binding(3) var<uniform> extent: Extent;
// of all threads here the first number, of all the second, ...: the term, the sum of p - q, the number of infinite cells as u32, and for each component the sums
// of w, w·features, for the mass and for the slope's share, or of normals w, w·d and w·d² with the first coordinate's difference from the mean
@group(0) @binding(4) var<storage, read_write> sums: array<u32>;

const LEAST_NORMAL = 1.17549435e-38;
// below, q is taken from its logarithm
const NEXT_TO_NOTHING = 1e-30;
// cells that are added up before they join what was
const RUN = 32u;

fn is_counted(bits: u32) -> bool { return bits <= 0x80000000u; }

fn cell_of(bits: u32) -> f32 { return select(max(bitcast<f32>(bits) * extent.scale, LEAST_NORMAL), 0.0, (bits & 0x7fffffffu) == 0u); }

fn is_infinite(p: f32, q: f32) -> bool { return (P_ZERO_INFINITE && p == 0.0 && q > 0.0) || (Q_ZERO_INFINITE && q == 0.0 && p > 0.0); }

// which cells of a column a thread has, and where the column lies: the places of both its coordinates in the table of axes, and what its cells' lengths have of these
struct Column { thread: u32, slice: u32, column: u32, second: u32, third: u32, length: f32 }

fn column_of(group: vec3<u32>, groups: vec3<u32>, index: u32) -> Column {
  let columns = extent.sizes.y * extent.sizes.z;
  let thread = (group.x + group.y * groups.x) * WORKGROUP_SIZE + index;
  let slice = (extent.first_thread + thread) / columns;
  let column = (extent.first_thread + thread) % columns;
  let second = extent.sizes.x + column / extent.sizes.z;
  let third = extent.sizes.x + extent.sizes.y + column % extent.sizes.z;
  return Column(thread, slice, column, second, third, axis_table[2u * second + 1u].x + axis_table[2u * third + 1u].x);
}

// of what is summed, whose derivative may be known by it
fn slope_of(p: f32, q: f32, d: f32, of_term: f32) -> f32 {
  if (IS_FORWARD) { return p; }
  if (IS_REVERSE) { return of_term - d; }
  return term_1(p, q, d);
}

fn store(threads: u32, thread: u32, number: u32, sum: f32) { sums[number * threads + thread] = bitcast<u32>(sum); }
