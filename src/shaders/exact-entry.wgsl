// Cells as integers times powers of two, decoded from raw words. Needs: exact-integers.wgsl.
// Twin: cpu-fallback/exact/blocks.as.ts.

// element types: 0 f32, 1 f16, 2 u32, 3 i32, 4 u16, 5 i16, 6 u8, 7 i8, 8 f64, 9 u64, 10 i64
override P_TYPE: u32 = 0u;
override Q_TYPE: u32 = 0u;
// cells are multiplied and shifted: see exact-multiplied.wgsl
override SCALED: bool = false;
// integers by which cells count: 0 none, 1 of 32 bits, 2 of 16, 3 of 8
override WEIGHT_TYPE: u32 = 0u;

struct Parameters {
  // first element of each grid within its binding; for 64-bit types its first word
  p_first: u32,
  q_first: u32,
  // from a cell of a segment to the next, in elements
  p_stride: u32,
  q_stride: u32,
  // the same of the weights
  w_first: u32,
  w_stride: u32,
}

// a run of cells of one row
struct Segment {
  p_start: u32,
  q_start: u32,
  cells: u32,
  // the terms are those of p_times * p * 2^p_shift and q_times * q * 2^q_shift
  p_shift: i32,
  q_shift: i32,
  // low word first
  p_times: array<u32, 4>,
  q_times: array<u32, 4>,
  w_start: u32,
}

@group(0) @binding(0) var<storage, read> p_words: array<u32>;
@group(0) @binding(1) var<storage, read> q_words: array<u32>;
@group(0) @binding(2) var<storage, read> segments: array<Segment>;
@group(0) @binding(3) var<uniform> parameters: Parameters;
@group(0) @binding(5) var<storage, read> weights: array<u32>;

// m * 2^e, not normalised; an entry that is negative, NaN or infinite is bad and counts as 0
struct Cell { m: vec2<u32>, e: i32, bad: bool }

fn is_double_word(kind: u32) -> bool { return kind >= 8u; }

// log2 of the elements in a word
fn word_shift(kind: u32) -> u32 {
  return select(select(0u, 2u, kind == 6u || kind == 7u), 1u, kind == 1u || kind == 4u || kind == 5u);
}

// an element's bits out of its word
fn unpacked(kind: u32, word: u32, place: u32) -> u32 {
  let halves = (word >> (16u * (place & 1u))) & 0xffffu;
  let bytes = (word >> (8u * (place & 3u))) & 0xffu;
  return select(select(word, bytes, word_shift(kind) == 2u), halves, word_shift(kind) == 1u);
}

fn p_bits_at(index: u32) -> vec2<u32> {
  let place = parameters.p_first + select(index, 2u * index, is_double_word(P_TYPE));
  let at = place >> word_shift(P_TYPE);
  let high = select(0u, p_words[at + u32(is_double_word(P_TYPE))], is_double_word(P_TYPE));
  return vec2<u32>(unpacked(P_TYPE, p_words[at], place), high);
}

fn q_bits_at(index: u32) -> vec2<u32> {
  let place = parameters.q_first + select(index, 2u * index, is_double_word(Q_TYPE));
  let at = place >> word_shift(Q_TYPE);
  let high = select(0u, q_words[at + u32(is_double_word(Q_TYPE))], is_double_word(Q_TYPE));
  return vec2<u32>(unpacked(Q_TYPE, q_words[at], place), high);
}

// a float's cell from its exponent field, its fraction and the bit that stands before it
fn float_cell(field: u32, fraction: vec2<u32>, leading: vec2<u32>, bias: i32, largest: u32, is_minus_zero: bool) -> Cell {
  let outside = field > largest;
  let m = select(fraction | select(vec2<u32>(), leading, field > 0u), vec2<u32>(), outside);
  return Cell(m, select(i32(max(field, 1u)) - bias, 0, outside), outside && !is_minus_zero);
}

fn cell_of(kind: u32, bits: vec2<u32>) -> Cell {
  var cell = Cell(bits, 0, false);
  if (kind == 0u) {
    cell = float_cell(bits.x >> 23u, vec2<u32>(bits.x & 0x7fffffu, 0u), vec2<u32>(0x800000u, 0u), 150, 0xfeu, bits.x == 0x80000000u);
  }
  if (kind == 1u) {
    cell = float_cell(bits.x >> 10u, vec2<u32>(bits.x & 0x3ffu, 0u), vec2<u32>(0x400u, 0u), 25, 0x1eu, bits.x == 0x8000u);
  }
  if (kind == 8u) {
    cell = float_cell(bits.y >> 20u, vec2<u32>(bits.x, bits.y & 0xfffffu), vec2<u32>(0u, 0x100000u), 1075, 0x7feu, bits.y == 0x80000000u && bits.x == 0u);
  }
  if (kind == 3u || kind == 5u || kind == 7u || kind == 10u) {
    let signs = select(select(select(0x80u, 0x8000u, kind == 5u), 0x80000000u, kind == 3u), 0u, kind == 10u);
    let bad = (bits.x & signs) != 0u || (bits.y & 0x80000000u) != 0u;
    cell = Cell(select(bits, vec2<u32>(), bad), 0, bad);
  }
  return cell;
}

fn is_zero(cell: Cell) -> bool { return (cell.m.x | cell.m.y) == 0u; }

fn weight_at(index: u32) -> u32 {
  let place = parameters.w_first + index;
  let word = weights[place >> select(select(0u, 1u, WEIGHT_TYPE == 2u), 2u, WEIGHT_TYPE == 3u)];
  return select(select(word, (word >> (16u * (place & 1u))) & 0xffffu, WEIGHT_TYPE == 2u), (word >> (8u * (place & 3u))) & 0xffu, WEIGHT_TYPE == 3u);
}
