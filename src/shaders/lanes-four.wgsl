// Four neighbouring cells at a time, the first of which is at a multiple of four. Needs: axis_table. Twin: lanes-one.wgsl.

alias Floats = vec4<f32>;
alias Words = vec4<u32>;
alias Truths = vec4<bool>;

const LANES = 4u;
const LANE = vec4<u32>(0u, 1u, 2u, 3u);

fn is_any(truths: Truths) -> bool { return any(truths); }

fn of_lane(words: Words, lane: u32) -> u32 { return words[lane]; }

// of entries of the table of axes one part
fn of_axes(entries: Words, part: u32) -> Floats {
  return Floats(axis_table[entries.x][part], axis_table[entries.y][part], axis_table[entries.z][part], axis_table[entries.w][part]);
}
