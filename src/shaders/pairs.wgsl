// Sums of a term over the cells of each row of p with each row of q, eight pairs a thread. Needs: log.wgsl, exp.wgsl, term. Twin:
// cpu-fallback/pairs.ts.

// threads a side of a workgroup, and whether they share the cells they load
override WIDTH: u32 = 16u;
override SHARES: bool = true;

// rows of a thread: of each side those of its place, and so many further on
const P_ROWS = 2u;
const Q_ROWS = 4u;
// cells that are loaded at a time, and added up before they join what was; sixteen of these, the rest
const CELLS = 8u;
const RUNS = 16u;

struct Extent {
  // first rows of each side, and how many of them
  p_first: u32,
  q_first: u32,
  p_rows: u32,
  q_rows: u32,
  // cells a row, and of them in a slice
  cells: u32,
  slice: u32,
  // are p and q the same rows, and pairs wanted in their order alone?
  half: u32,
  unused_7: u32,
}

// bits of a cell as f32, and the cell in units of 2^-31 and of 2^-62
@group(0) @binding(0) var<storage, read> p_cells: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> q_cells: array<vec4<u32>>;
@group(0) @binding(3) var<uniform> extent: Extent;
@group(0) @binding(4) var<storage, read_write> sums: array<f32>;

var<workgroup> p_tile: array<vec4<u32>, 256>;
var<workgroup> q_tile: array<vec4<u32>, 512>;

// p - q: of cells that are close from integers, which no compiler rounds or reorders
fn difference(p: vec4<u32>, q: vec4<u32>) -> f32 {
  var high = bitcast<i32>(p.y) - bitcast<i32>(q.y);
  var low = bitcast<i32>(p.z) - bitcast<i32>(q.z);
  // so that the second part is no more than half of the first one's unit
  let carry = select(select(0, 1, low > 0x40000000), -1, low < -0x40000000);
  high += carry;
  low -= bitcast<i32>(bitcast<u32>(carry) << 31u);
  let close = f32(high) * 4.656612873077393e-10 + f32(low) * 2.168404344971009e-19;
  let a = bitcast<f32>(p.x);
  let b = bitcast<f32>(q.x);
  return select(a - b, close, max(a, b) <= 2.0 * min(a, b));
}

fn value(p: vec4<u32>, q: vec4<u32>) -> f32 { return term(bitcast<f32>(p.x), bitcast<f32>(q.x), difference(p, q)); }

// rows beyond the last are that once more
fn p_place(row: u32) -> u32 { return (extent.p_first + min(row, extent.p_rows - 1u)) * extent.cells; }
fn q_place(row: u32) -> u32 { return (extent.q_first + min(row, extent.q_rows - 1u)) * extent.cells; }

fn of_four(p: vec4<u32>, q0: vec4<u32>, q1: vec4<u32>, q2: vec4<u32>, q3: vec4<u32>) -> vec4<f32> {
  return vec4<f32>(value(p, q0), value(p, q1), value(p, q2), value(p, q3));
}

fn store(slice: u32, i: u32, j: u32, sum: f32) {
  if (i < extent.p_rows && j < extent.q_rows) { sums[(slice * extent.p_rows + i) * extent.q_rows + j] = sum; }
}

@compute @workgroup_size(WIDTH, WIDTH)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) thread: vec3<u32>, @builtin(local_invocation_index) index: u32) {
  let p_group = group.y * WIDTH * P_ROWS;
  let q_group = group.x * WIDTH * Q_ROWS;
  // of rows with themselves those that come later
  if (extent.half != 0u && extent.q_first + q_group + WIDTH * Q_ROWS <= extent.p_first + p_group) { return; }
  let i = p_group + thread.y;
  let j = q_group + thread.x;
  let p_rows = vec2<u32>(p_place(i), p_place(i + WIDTH));
  let q_rows = vec4<u32>(q_place(j), q_place(j + WIDTH), q_place(j + 2u * WIDTH), q_place(j + 3u * WIDTH));
  let first = group.z * extent.slice;
  let end = min(first + extent.slice, extent.cells);
  var sum0 = vec4<f32>();
  var sum1 = vec4<f32>();
  for (var start = first; start < end; start += CELLS * RUNS) {
    var middle0 = vec4<f32>();
    var middle1 = vec4<f32>();
    for (var at = start; at < min(start + CELLS * RUNS, end); at += CELLS) {
      let count = min(end - at, CELLS);
      if (SHARES) {
        workgroupBarrier();
        for (var k = index; k < WIDTH * P_ROWS * CELLS; k += WIDTH * WIDTH) { p_tile[k] = p_cells[p_place(p_group + k / CELLS) + min(at + k % CELLS, end - 1u)]; }
        for (var k = index; k < WIDTH * Q_ROWS * CELLS; k += WIDTH * WIDTH) { q_tile[k] = q_cells[q_place(q_group + k / CELLS) + min(at + k % CELLS, end - 1u)]; }
        workgroupBarrier();
      }
      var run0 = vec4<f32>();
      var run1 = vec4<f32>();
      for (var c = 0u; c < count; c++) {
        if (SHARES) {
          let q = thread.x * CELLS + c;
          let step = WIDTH * CELLS;
          let q0 = q_tile[q];
          let q1 = q_tile[q + step];
          let q2 = q_tile[q + 2u * step];
          let q3 = q_tile[q + 3u * step];
          run0 += of_four(p_tile[thread.y * CELLS + c], q0, q1, q2, q3);
          run1 += of_four(p_tile[(thread.y + WIDTH) * CELLS + c], q0, q1, q2, q3);
        } else {
          let q0 = q_cells[q_rows.x + at + c];
          let q1 = q_cells[q_rows.y + at + c];
          let q2 = q_cells[q_rows.z + at + c];
          let q3 = q_cells[q_rows.w + at + c];
          run0 += of_four(p_cells[p_rows.x + at + c], q0, q1, q2, q3);
          run1 += of_four(p_cells[p_rows.y + at + c], q0, q1, q2, q3);
        }
      }
      middle0 += run0;
      middle1 += run1;
    }
    sum0 += middle0;
    sum1 += middle1;
  }
  for (var k = 0u; k < Q_ROWS; k++) {
    store(group.z, i, j + k * WIDTH, sum0[k]);
    store(group.z, i + WIDTH, j + k * WIDTH, sum1[k]);
  }
}
