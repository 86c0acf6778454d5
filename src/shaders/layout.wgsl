// How a kernel walks its two grids: rows, and the places of four cells of a row at a time. Needs: nothing. Twin: `Layout` in grid.ts.

struct Parameters {
  // first element of each grid within its binding
  p_first: u32,
  q_first: u32,
  rows: u32,
  // cells a row
  cells: u32,
  // tiles a row
  tiles: u32,
  kept_axes: u32,
  reduced_axes: u32,
  // map only: (term + per_p * p) * factor
  per_p: f32,
  factor: f32,
  // index of the first workgroup; in map, of the first cell's value within its binding
  first: u32,
  unused_10: u32,
  unused_11: u32,
  // size, stride in p, stride in q (elements), and where its weights begin, 0 for none; slowest first
  kept: array<vec4<u32>, 8>,
  reduced: array<vec4<u32>, 8>,
}

struct Row {
  // p * 2^p_shift, multiplier * q * 2^q_shift
  p_shift: i32,
  q_shift: i32,
  multiplier: u32,
  // what ZEROS puts in p; in map what is added to a row's terms
  p_extra: f32,
  // 1 / total of p and q, and total of p - q over total of p
  p_inverse: f32,
  q_inverse: f32,
  offset: f32,
  // what ZEROS puts in q; in map what multiplies them
  q_extra: f32,
}

@group(0) @binding(2) var<storage, read> row_table: array<Row>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

const FOUR = vec4<u32>(0u, 1u, 2u, 3u);

// where four cells lie, in elements from the start of each binding
struct Places { p: vec4<u32>, q: vec4<u32> }

// where row `index` starts; the last axis is the fastest
fn kept_offsets(index: u32) -> vec2<u32> {
  var offsets = vec2<u32>(parameters.p_first, parameters.q_first);
  var rest = index;
  for (var i = parameters.kept_axes; i > 0u; i--) {
    let axis = parameters.kept[i - 1u];
    offsets += select(rest % axis.x, rest, i == 1u) * axis.yz;
    rest = rest / axis.x;
  }
  return offsets;
}

// where cell `index` of a row lies from the row's start
fn reduced_offsets(index: u32) -> vec2<u32> {
  var offsets = vec2<u32>();
  var rest = index;
  for (var i = parameters.reduced_axes; i > 0u; i--) {
    let axis = parameters.reduced[i - 1u];
    offsets += select(rest % axis.x, rest, i == 1u) * axis.yz;
    rest = rest / axis.x;
  }
  return offsets;
}

// which of cells k to k + 3 the row has
fn inside(k: u32) -> vec4<bool> { return vec4<u32>(k) + FOUR < vec4<u32>(parameters.cells); }
