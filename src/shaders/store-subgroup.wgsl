enable subgroups;

// A record for every GROUP of threads, on devices whose subgroups have WIDTH threads or more; twin: store-shared.wgsl. The order
// of subgroupAdd is anybody's, and so its depth: here lanes exchange theirs, log2(WIDTH) roundings deep. Needs: record.wgsl, share.wgsl, `sums_of_lane`.

// WebGPU does not say that neighbouring threads are neighbouring lanes: where they are not, the host takes the twin
const STRAYED = 2u;

fn of_lane(record: Record, step: u32) -> Record {
  let extremes = subgroupShuffleXor(vec4<u32>(record.largest_p, record.largest_q, record.smallest_q_from_top, record.infinite_cells), step);
  let flags = subgroupShuffleXor(vec2<u32>(record.differs, record.suspect), step);
  var invalid = vec4<u32>();
  if (CHECKED) {
    invalid = subgroupShuffleXor(vec4<u32>(record.invalid_p, record.invalid_q, record.first_invalid_p_complement, record.first_invalid_q_complement), step);
  }
  return Record(
    sums_of_lane(record.sums, step), extremes.x, extremes.y, extremes.z, extremes.w,
    invalid.x, invalid.y, invalid.z, invalid.w, flags.x, flags.y,
  );
}

fn store(index: u32, thread: u32, tally: Tally) {
  var record = record_of(tally);
  for (var step = 1u; step < WIDTH; step *= 2u) {
    record.suspect |= select(STRAYED, 0u, subgroupShuffleXor(thread, step) == (thread ^ step));
    record = joined(record, of_lane(record, step));
  }
  share(index, thread, record);
}
