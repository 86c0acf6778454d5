// A function of each row of numbers and each column: a thread takes one of both. Needs: log.wgsl, `fn value(column: u32) -> f32`, which reads `word` and `shared_numbers`.
// Twin: none, the caller's function has one.

override WORKGROUP_SIZE: u32 = 64u;

struct Tabulation {
  rows: u32,
  // words of a row
  words: u32,
  first_column: u32,
  columns: u32,
  // the function's own
  own: vec4<u32>,
}

@group(0) @binding(0) var<storage, read> row_words: array<u32>;
@group(0) @binding(1) var<storage, read> shared_numbers: array<f32>;
@group(0) @binding(3) var<uniform> tabulation: Tabulation;
@group(0) @binding(4) var<storage, read_write> values: array<f32>;

// where the thread's row begins
var<private> row_start: u32;

// number `i` of the row
fn word(i: u32) -> u32 { return row_words[row_start + i]; }

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= tabulation.columns || id.y >= tabulation.rows) { return; }
  row_start = id.y * tabulation.words;
  values[id.y * tabulation.columns + id.x] = value(tabulation.first_column + id.x);
}
