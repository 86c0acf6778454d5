// Loads four neighbouring elements at once; the first one's index is a multiple of four. Needs: layout.wgsl, entry.wgsl.

@group(0) @binding(0) var<storage, read> p_words: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> q_words: array<vec4<u32>>;

// four elements of 16 or 8 bits from their two words or one
fn unpacked(kind: u32, words: vec2<u32>) -> vec4<u32> {
  return select(
    (words.xxxx >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(0xffu),
    (words.xxyy >> vec4<u32>(0u, 16u, 0u, 16u)) & vec4<u32>(0xffffu),
    word_shift(kind) == 1u,
  );
}

fn p_raw(places: vec4<u32>) -> vec4<u32> {
  let word = places.x >> word_shift(P_TYPE);
  var raw: vec4<u32>;
  if (word_shift(P_TYPE) == 0u) {
    raw = p_words[word / 4u];
  } else {
    let first = p_words[word / 4u][word % 4u];
    var second = first;
    if (word_shift(P_TYPE) == 1u) { second = p_words[word / 4u][word % 4u + 1u]; }
    raw = unpacked(P_TYPE, vec2<u32>(first, second));
  }
  return raw;
}

fn q_raw(places: vec4<u32>) -> vec4<u32> {
  let word = places.x >> word_shift(Q_TYPE);
  var raw: vec4<u32>;
  if (word_shift(Q_TYPE) == 0u) {
    raw = q_words[word / 4u];
  } else {
    let first = q_words[word / 4u][word % 4u];
    var second = first;
    if (word_shift(Q_TYPE) == 1u) { second = q_words[word / 4u][word % 4u + 1u]; }
    raw = unpacked(Q_TYPE, vec2<u32>(first, second));
  }
  return raw;
}

// cells k to k + 3 of the row that starts at `first`
fn places_of(first: vec2<u32>, k: u32) -> Places {
  return Places(vec4<u32>(first.x + k) + FOUR, vec4<u32>(first.y + k) + FOUR);
}
