// Every cell by itself. Needs: axis_table. Twin: lanes-four.wgsl.

alias Floats = f32;
alias Words = u32;
alias Truths = bool;

const LANES = 1u;
const LANE = 0u;

fn is_any(truths: Truths) -> bool { return truths; }

fn of_lane(words: Words, lane: u32) -> u32 { return words; }

// of entries of the table of axes one part
fn of_axes(entries: Words, part: u32) -> Floats { return axis_table[entries][part]; }
