// Sums of a term over the cells of each row of p with each row of q, a thread a pair. Needs: log.wgsl, exp.wgsl, term. Twin: cpu-fallback/pairs.ts.

// threads a side of a workgroup, and cells that it loads at a time where its threads share them
override WIDTH: u32 = 16u;
override SHARES: bool = true;

const CELLS = 16u;
// cells that are added up before they join what was: runs of 16, eight of these, the rest
const RUNS = 8u;

struct Extent {
  // first rows of each side, and how many of them
  p_first: u32,
  q_first: u32,
  p_rows: u32,
  q_rows: u32,
  // cells a row, and of them in a slice
  cells: u32,
  slice: u32,
  unused_6: u32,
  unused_7: u32,
}

// bits of a cell as f32, and the cell in units of 2^-31 and of 2^-62
@group(0) @binding(0) var<storage, read> p_cells: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> q_cells: array<vec4<u32>>;
@group(0) @binding(3) var<uniform> extent: Extent;
@group(0) @binding(4) var<storage, read_write> sums: array<f32>;

var<workgroup> p_tile: array<vec4<u32>, 256>;
var<workgroup> q_tile: array<vec4<u32>, 256>;

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

@compute @workgroup_size(WIDTH, WIDTH)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) thread: vec3<u32>) {
  let i = group.y * WIDTH + thread.y;
  let j = group.x * WIDTH + thread.x;
  // rows beyond are those before once more
  let p_row = (extent.p_first + min(i, extent.p_rows - 1u)) * extent.cells;
  let q_row = (extent.q_first + min(j, extent.q_rows - 1u)) * extent.cells;
  let q_loaded = (extent.q_first + min(group.x * WIDTH + thread.y, extent.q_rows - 1u)) * extent.cells;
  let first = group.z * extent.slice;
  let end = min(first + extent.slice, extent.cells);
  let place = thread.y * CELLS + thread.x;
  var sum = 0.0;
  for (var start = first; start < end; start += CELLS * RUNS) {
    var middle = 0.0;
    for (var at = start; at < min(start + CELLS * RUNS, end); at += CELLS) {
      let count = min(end - at, CELLS);
      if (SHARES) {
        workgroupBarrier();
        let k = min(at + thread.x, end - 1u);
        p_tile[place] = p_cells[p_row + k];
        q_tile[place] = q_cells[q_loaded + k];
        workgroupBarrier();
      }
      var run = 0.0;
      for (var c = 0u; c < count; c++) {
        if (SHARES) {
          run += value(p_tile[thread.y * CELLS + c], q_tile[thread.x * CELLS + c]);
        } else {
          run += value(p_cells[p_row + at + c], q_cells[q_row + at + c]);
        }
      }
      middle += run;
    }
    sum += middle;
  }
  if (i < extent.p_rows && j < extent.q_rows) { sums[(group.z * extent.p_rows + i) * extent.q_rows + j] = sum; }
}
