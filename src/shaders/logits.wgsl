// Sums over rows of logits, a workgroup a row: their largest first, then of p = e^((a - A) scale) and q = e^((b - B) scale), A and B the
// largest. Needs: layout.wgsl, exp.wgsl, log.wgsl. Twin: cpu-fallback/logits.ts.

override WORKGROUP_SIZE: u32 = 64u;
// 0 f32, 1 f16
override P_TYPE: u32 = 0u;
override Q_TYPE: u32 = 0u;
// `LogitTerm` in backend.ts: 0 kl, 1 cross-entropy, 2 js
override TERM: u32 = 0u;

const NOTHING = 0xff800000u;
const INFINITE = 0x7f800000u;
const NEAR = 0.5;

struct LogitRecord {
  term: f32,
  p: f32,
  q: f32,
  d: f32,
  // keys of A and B, 0 where a row has nothing
  largest_p: u32,
  largest_q: u32,
  // bits of the largest size of any logit
  largest_size: u32,
  infinite_cells: u32,
  agrees: u32,
  invalid_p: u32,
  invalid_q: u32,
  // complements of the first invalid ones' places in their rows
  first_invalid_p_complement: u32,
  first_invalid_q_complement: u32,
  unused_13: u32,
  unused_14: u32,
  unused_15: u32,
}

@group(0) @binding(0) var<storage, read> p_words: array<u32>;
@group(0) @binding(1) var<storage, read> q_words: array<u32>;
@group(0) @binding(4) var<storage, read_write> records: array<LogitRecord>;

var<workgroup> shared_sums: array<vec4<f32>, WORKGROUP_SIZE>;
var<workgroup> shared_words: array<vec4<u32>, WORKGROUP_SIZE>;
var<workgroup> shared_counts: array<vec4<u32>, WORKGROUP_SIZE>;

fn f32_bits(half: u32) -> u32 {
  let magnitude = half & 0x7fffu;
  let subnormal = bitcast<u32>(f32(magnitude) * 5.9604644775390625e-8);
  let normal = (magnitude << 13u) + 0x38000000u;
  let special = (magnitude << 13u) | 0x7f800000u;
  return select(select(normal, subnormal, magnitude < 0x400u), special, magnitude >= 0x7c00u) | ((half & 0x8000u) << 16u);
}

// raw bits of a logit
fn p_bits(place: u32) -> u32 {
  if (P_TYPE == 0u) { return p_words[place]; }
  return f32_bits((p_words[place >> 1u] >> ((place & 1u) * 16u)) & 0xffffu);
}

fn q_bits(place: u32) -> u32 {
  if (Q_TYPE == 0u) { return q_words[place]; }
  return f32_bits((q_words[place >> 1u] >> ((place & 1u) * 16u)) & 0xffffu);
}

fn is_invalid(bits: u32) -> bool { return (bits & 0x7fffffffu) > INFINITE || bits == INFINITE; }
fn is_nothing(bits: u32) -> bool { return bits == NOTHING || is_invalid(bits); }

// rises with the number, -0 being 0; 0 for nothing
fn key_of(bits: u32) -> u32 {
  return select(select(bits | 0x80000000u, ~bits, bits > 0x80000000u), 0u, is_nothing(bits));
}
// of nothing 0
fn number_of(key: u32) -> f32 { return bitcast<f32>(select(select(~key, key & 0x7fffffffu, key >= 0x80000000u), 0u, key == 0u)); }

fn size_of(bits: u32) -> u32 { return select(bits & 0x7fffffffu, 0u, is_nothing(bits)); }

// e^-e - 1 + e for |e| <= 1/2
fn near_tail(e: f32) -> f32 {
  return e * e * (0.5 - e * (0.1666666667 - e * (0.0416666667 - e * (0.0083333333 - e * (0.0013888889 - e * (0.0001984127 - e * (0.0000248016 - e * 0.0000027557)))))));
}

struct Pair { p: f32, q: f32, d: f32, e: f32, q_only: bool, p_only: bool }

fn exponential(x: f32) -> f32 { return select(exp_of(x), 0.0, x < -87.0); }

fn pair_of(a_bits: u32, b_bits: u32, most_a: f32, most_b: f32) -> Pair {
  let a_none = is_nothing(a_bits);
  let b_none = is_nothing(b_bits);
  // chosen as bits: what is infinite never becomes a float
  let a = bitcast<f32>(select(a_bits, bitcast<u32>(most_a), a_none));
  let b = bitcast<f32>(select(b_bits, bitcast<u32>(most_b), b_none));
  let p = select(exponential((a - most_a) * parameters.factor), 0.0, a_none);
  let q = select(exponential((b - most_b) * parameters.factor), 0.0, b_none);
  let e = ((a - b) - (most_a - most_b)) * parameters.factor;
  let near = abs(e) <= NEAR && !a_none && !b_none;
  return Pair(p, q, select(p - q, p * (e - near_tail(e)), near), e, a_none, b_none);
}

// of a pair the term, p, q and p - q
fn sums_of(pair: Pair, b_bits: u32, most_b: f32) -> vec4<f32> {
  let both = !(pair.q_only || pair.p_only);
  var term: f32;
  if (TERM == 1u) {
    let b = bitcast<f32>(select(bitcast<u32>(most_b), b_bits, both));
    term = pair.p * ((most_b - b) * parameters.factor);
  } else {
    let far = pair.p * pair.e - pair.d;
    term = select(select(far, pair.p * near_tail(pair.e), abs(pair.e) <= NEAR), pair.q, !both);
  }
  return vec4<f32>(term, pair.p, pair.p - pair.d, pair.d);
}

// of the pair divided by the totals of its row
fn divided_term(pair: Pair, totals: vec4<f32>) -> f32 {
  let p = pair.p / totals.y;
  let q = pair.q / totals.z;
  let d = (pair.d - pair.p * (totals.w / totals.y)) / totals.z;
  let mean = 0.5 * (p + q);
  let half = 0.5 * d;
  return 0.5 * (kl_div(p, mean, half) + kl_div(q, mean, -half));
}

fn sum_of_all(thread: u32, own: vec4<f32>) -> vec4<f32> {
  workgroupBarrier();
  shared_sums[thread] = own;
  for (var step = WORKGROUP_SIZE / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (thread < step) { shared_sums[thread] += shared_sums[thread + step]; }
  }
  workgroupBarrier();
  return shared_sums[0];
}

fn greatest_of_all(thread: u32, own: vec4<u32>) -> vec4<u32> {
  workgroupBarrier();
  shared_words[thread] = own;
  for (var step = WORKGROUP_SIZE / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (thread < step) { shared_words[thread] = max(shared_words[thread], shared_words[thread + step]); }
  }
  workgroupBarrier();
  return shared_words[0];
}

fn count_of_all(thread: u32, own: vec4<u32>) -> vec4<u32> {
  workgroupBarrier();
  shared_counts[thread] = own;
  for (var step = WORKGROUP_SIZE / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (thread < step) { shared_counts[thread] += shared_counts[thread + step]; }
  }
  workgroupBarrier();
  return shared_counts[0];
}

const RUN = 32u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let row = parameters.first + group.x;
  let first = kept_offsets(row);
  let strides = vec2<u32>(parameters.reduced[0].y, parameters.reduced[0].z);
  let cells = parameters.cells;

  // keys of the largest and the largest size; complements of the first invalid ones
  var greatest = vec4<u32>();
  var invalid = vec4<u32>();
  var first_complement = vec2<u32>();
  for (var k = thread; k < cells; k += WORKGROUP_SIZE) {
    let a = p_bits(first.x + k * strides.x);
    let b = q_bits(first.y + k * strides.y);
    greatest = max(greatest, vec4<u32>(key_of(a), key_of(b), max(size_of(a), size_of(b)), 0u));
    let wrong = vec2<u32>(u32(is_invalid(a)), u32(is_invalid(b)));
    invalid += vec4<u32>(wrong, 0u, 0u);
    first_complement = max(first_complement, wrong * ~vec2<u32>(k));
  }
  let largest = greatest_of_all(thread, greatest);
  let places = greatest_of_all(thread, vec4<u32>(first_complement, 0u, 0u));
  let most_a = number_of(largest.x);
  let most_b = number_of(largest.y);

  var sums = vec4<f32>();
  var k = thread;
  while (k < cells) {
    var middle = vec4<f32>();
    for (var i = 0u; i < RUN && k < cells; i++) {
      var run = vec4<f32>();
      for (var j = 0u; j < RUN && k < cells; j++) {
        let a = p_bits(first.x + k * strides.x);
        let b = q_bits(first.y + k * strides.y);
        let pair = pair_of(a, b, most_a, most_b);
        run += sums_of(pair, b, most_b);
        invalid.z += u32(pair.p_only && !pair.q_only);
        invalid.w |= u32(key_of(a) == largest.x && key_of(b) == largest.y);
        k += WORKGROUP_SIZE;
      }
      middle += run;
    }
    sums += middle;
  }
  let counts = count_of_all(thread, invalid);
  var total = sum_of_all(thread, sums);

  if (TERM == 2u) {
    var divided = vec4<f32>();
    k = thread;
    while (k < cells) {
      var middle = 0.0;
      for (var i = 0u; i < RUN && k < cells; i++) {
        var run = 0.0;
        for (var j = 0u; j < RUN && k < cells; j++) {
          run += divided_term(pair_of(p_bits(first.x + k * strides.x), q_bits(first.y + k * strides.y), most_a, most_b), total);
          k += WORKGROUP_SIZE;
        }
        middle += run;
      }
      divided.x += middle;
    }
    total.x = sum_of_all(thread, divided).x;
  }
  if (thread == 0u) {
    records[group.x] = LogitRecord(
      total.x, total.y, total.z, total.w, largest.x, largest.y, largest.z, counts.z, min(counts.w, 1u),
      counts.x, counts.y, places.x, places.y, 0u, 0u, 0u,
    );
  }
}
