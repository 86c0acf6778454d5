// Counts of samples in bins: a workgroup takes `span` consecutive ones, neighbouring threads neighbours. Needs: sample.wgsl, COLUMNS, where counts go.
// Twin: cpu-fallback/count.ts.

override WORKGROUP_SIZE: u32 = 64u;

struct Axis {
  bins: u32,
  // in the table of keys, where those of its edges begin and how many of them, but for the last, a sample of its type can reach
  start: u32,
  reach: u32,
  // the largest power of two below that
  step: u32,
  // keys of the smallest and the largest sample that it has
  bottom: u32,
  top: u32,
  // where no sample of its type is within, on which side it lies: as in OUTSIDE below
  none: u32,
  // a guess at the bin, from which it is looked for
  origin: f32,
  per_unit: f32,
  unused_9: u32,
  unused_10: u32,
  unused_11: u32,
}

struct Extent {
  axes: array<Axis, 3>,
  // of the bound samples the first that is meant, of each column
  first: vec3<u32>,
  samples: u32,
  span: u32,
  cells: u32,
  unused_6: u32,
  unused_7: u32,
}

@group(0) @binding(3) var<uniform> extent: Extent;
// of each bin, then of what is outside
@group(0) @binding(4) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(5) var<storage, read> edge_keys: array<u32>;

// by which `counts` says of a sample outside why
const INSIDE = 0u;
const NAN = 1u;
const BELOW = 2u;
const ABOVE = 3u;

// the last bin whose edge the key reaches
fn bin_of(axis: Axis, key: u32, number: f32) -> u32 {
  let scaled = (number - axis.origin) * axis.per_unit;
  let most = f32(axis.reach - 1u);
  var bin = u32(select(select(scaled, most, scaled > most), 0.0, !(scaled > 0.0)));
  let reaches = edge_keys[axis.start + bin] <= key;
  let stays = bin + 1u >= axis.reach || key < edge_keys[axis.start + min(bin + 1u, axis.reach - 1u)];
  if (!(reaches && stays)) {
    bin = 0u;
    for (var step = axis.step; step > 0u; step >>= 1u) {
      let next = bin + step;
      if (next < axis.reach && edge_keys[axis.start + min(next, axis.reach - 1u)] <= key) { bin = next; }
    }
  }
  return bin;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let start = (group.x + group.y * groups.x) * extent.span;
  let end = min(start + extent.span, extent.samples);
  var outside = vec3<u32>();
  for (var i = start + thread; i < end; i += WORKGROUP_SIZE) {
    var place = 0u;
    var why = INSIDE;
    for (var k = 0u; k < COLUMNS; k++) {
      let axis = extent.axes[k];
      let kind = kind_of(k);
      let sample = sample_at(k, extent.first[k] + i);
      let key = key_of(kind, sample);
      let here = select(select(select(INSIDE, ABOVE, key > axis.top), BELOW, key < axis.bottom), axis.none, axis.none != INSIDE);
      why = select(select(here, why, why != INSIDE), NAN, is_nan(kind, sample));
      if (why == INSIDE) { place = place * axis.bins + bin_of(axis, key, number_of(kind, sample)); }
    }
    if (why == INSIDE) { count_one(place); }
    else { outside[why - 1u] += 1u; }
  }
  finish(thread);
  for (var j = 0u; j < 3u; j++) {
    if (outside[j] > 0u) { atomicAdd(&counts[extent.cells + j], outside[j]); }
  }
}
