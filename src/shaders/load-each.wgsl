// Loads four elements from anywhere, each from its own word. Needs: layout.wgsl, entry.wgsl.

// one step along the only reduced axis leads from a cell of a row to the next
override ONE_AXIS: bool = false;

@group(0) @binding(0) var<storage, read> p_words: array<u32>;
@group(0) @binding(1) var<storage, read> q_words: array<u32>;

// the bits of each element within its word
fn unpacked(kind: u32, words: vec4<u32>, places: vec4<u32>) -> vec4<u32> {
  if (word_shift(kind) == 0u) { return words; }
  if (word_shift(kind) == 1u) { return (words >> ((places & vec4<u32>(1u)) * 16u)) & vec4<u32>(0xffffu); }
  return (words >> ((places & vec4<u32>(3u)) * 8u)) & vec4<u32>(0xffu);
}

fn p_raw(places: vec4<u32>) -> vec4<u32> {
  let at = places >> vec4<u32>(word_shift(P_TYPE));
  return unpacked(P_TYPE, vec4<u32>(p_words[at.x], p_words[at.y], p_words[at.z], p_words[at.w]), places);
}

fn q_raw(places: vec4<u32>) -> vec4<u32> {
  let at = places >> vec4<u32>(word_shift(Q_TYPE));
  return unpacked(Q_TYPE, vec4<u32>(q_words[at.x], q_words[at.y], q_words[at.z], q_words[at.w]), places);
}

// cells k to k + 3 of the row that starts at `first`
fn places_of(first: vec2<u32>, k: u32) -> Places {
  var places: Places;
  if (ONE_AXIS) {
    let stride = parameters.reduced[0].yz;
    places = Places(vec4<u32>(first.x) + (vec4<u32>(k) + FOUR) * stride.x, vec4<u32>(first.y) + (vec4<u32>(k) + FOUR) * stride.y);
  } else {
    let a = reduced_offsets(k);
    let b = reduced_offsets(k + 1u);
    let c = reduced_offsets(k + 2u);
    let d = reduced_offsets(k + 3u);
    places = Places(vec4<u32>(first.x) + vec4<u32>(a.x, b.x, c.x, d.x), vec4<u32>(first.y) + vec4<u32>(a.y, b.y, c.y, d.y));
  }
  return places;
}
