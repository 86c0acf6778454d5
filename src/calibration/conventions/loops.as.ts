// AssemblyScript: the loops of ncnn and MXNet in singles, and the scan of ncnn, two candidates at a time. Twins: ncnn.ts and mxnet.ts, where the comments say why.
import { ln64 } from "../../cpu-fallback/simd/logarithms.as";

/** Most bins. */
const BINS = 16384;
const EPSILON: f32 = 1e-4;
/** Of ((x − y)/(x + y))²: beyond, a series of four terms would not do. */
const NEAR: f64 = 0.001;

/** Shares of all in each bin, in singles, or counts. */
export const singles = memory.data((BINS + 4) * 4, 16);
/** The same in doubles, and sums of them below each bin. */
export const cells = memory.data((BINS + 2) * 8, 16);
export const sums = memory.data((BINS + 2) * 8, 16);
/** How many bins below each are not empty. */
export const filled = memory.data((BINS + 2) * 4, 16);
/** Of each candidate Σp·ln q. */
export const scanned = memory.data((BINS + 2) * 8, 16);

const p = memory.data((BINS + 4) * 4, 16);
const q = memory.data((BINS + 4) * 4, 16);

@inline
function single(at: usize, k: i32): f32 {
  return load<f32>(at + (<usize>k << 2));
}

@inline
function setSingle(at: usize, k: i32, value: f32): void {
  store<f32>(at + (<usize>k << 2), value);
}

@inline
function double(at: usize, k: i32): f64 {
  return load<f64>(at + (<usize>k << 3));
}

/** Of two places at once. */
@inline
function doubles(at: usize, k: v128): v128 {
  return v128.load64_lane(at + (<usize>i32x4.extract_lane(k, 1) << 3), v128.load64_zero(at + (<usize>i32x4.extract_lane(k, 0) << 3)), 1);
}

/** ln x from that of y: by a series where they are near each other. */
@inline
function lnFrom(x: v128, y: v128, lnY: v128): v128 {
  const t = f64x2.div(f64x2.sub(x, y), f64x2.add(x, y));
  const z = f64x2.mul(t, t);
  const isFar = f64x2.gt(z, f64x2.splat(NEAR));
  const tail = f64x2.add(f64x2.splat(0.4), f64x2.mul(z, f64x2.splat(0.2857142857142857)));
  const near = f64x2.add(lnY, f64x2.mul(t, f64x2.add(f64x2.splat(2), f64x2.mul(z, f64x2.add(f64x2.splat(0.6666666666666666), f64x2.mul(z, tail))))));
  return v128.any_true(isFar) ? v128.bitselect(ln64(x), near, isFar) : near;
}

/** ncnn, for levels that are a power of two: Σp·ln q of so many candidates and, where that is odd, one more, of n bins. */
export function scanNcnn(first: i32, count: i32, levels: i32, n: i32): void {
  const one = f64x2.splat(1);
  const epsilon = f64x2.splat(<f64>EPSILON);
  const zero = f64x2.splat(0);
  const total = f64x2.splat(double(sums, n));
  const shift = ctz(levels);
  const share = f64x2.splat(1 / <f64>levels);
  for (let i = 0; i < count; i += 2) {
    const two = f64x2(<f64>(first + i), <f64>min(first + i + 1, n));
    const kept = i32x4(first + i, min(first + i + 1, n), 0, 0);
    // so many times a group's width, in bins times the levels
    let stop = i32x4.splat(0);
    const inverse = f64x2.div(f64x2.splat(<f64>levels), two);
    let ofQ = zero;
    let start = zero;
    let sumStart = zero;
    let before = zero;
    let weight = zero;
    let part = zero;
    let above = epsilon;
    let lnHeight = zero;
    for (let group = 1; group <= levels; group++) {
      stop = i32x4.add(stop, kept);
      const bin = i32x4.shr_s(stop, shift);
      const b = f64x2.convert_low_i32x4_s(bin);
      const rest = f64x2.mul(f64x2.convert_low_i32x4_s(v128.and(stop, i32x4.splat(levels - 1))), share);
      const sum = doubles(sums, bin);
      const mass = doubles(cells, bin);
      const upTo = f64x2.add(sum, f64x2.mul(rest, mass));
      const height = f64x2.add(epsilon, f64x2.mul(f64x2.sub(upTo, before), inverse));
      lnHeight = ln64(height);
      const whole = f64x2.add(f64x2.sub(sum, sumStart), f64x2.mul(epsilon, f64x2.sub(b, start)));
      ofQ = f64x2.add(ofQ, f64x2.mul(whole, lnHeight));
      const mixed = f64x2.add(f64x2.mul(part, height), f64x2.mul(f64x2.sub(one, part), above));
      ofQ = f64x2.add(ofQ, f64x2.mul(weight, lnFrom(mixed, height, lnHeight)));
      const isShared = f64x2.gt(rest, zero);
      start = f64x2.add(b, v128.and(isShared, one));
      sumStart = f64x2.add(sum, v128.and(isShared, mass));
      weight = v128.and(isShared, f64x2.add(mass, epsilon));
      part = v128.and(isShared, f64x2.sub(one, rest));
      before = upTo;
      above = height;
    }
    ofQ = f64x2.add(ofQ, f64x2.mul(f64x2.sub(total, doubles(sums, kept)), lnHeight));
    v128.store(scanned + (<usize>i << 3), ofQ);
  }
}

/** ln x of four singles, rounded from doubles. */
@inline
function ln32(x: v128): v128 {
  const low = ln64(f64x2.promote_low_f32x4(x));
  const high = ln64(f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1)));
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** Σx·ln(x/y) of so many entries of p and q, where asked for over their totals: each step rounded, one after the other. */
@inline
function sumOf(size: i32, totalP: f32, totalQ: f32, isDivided: bool): f32 {
  let sum: f32 = 0;
  // what fills the last four up is 0
  for (let k = size; k < size + 3; k++) {
    setSingle(p, k, totalP);
    setSingle(q, k, totalQ);
  }
  for (let k = 0; k < size; k += 4) {
    let x = v128.load(p + (<usize>k << 2));
    let y = v128.load(q + (<usize>k << 2));
    if (isDivided) {
      x = f32x4.div(x, f32x4.splat(totalP));
      y = f32x4.div(y, f32x4.splat(totalQ));
    }
    const term = f32x4.mul(x, ln32(f32x4.div(x, y)));
    sum += f32x4.extract_lane(term, 0);
    sum += f32x4.extract_lane(term, 1);
    sum += f32x4.extract_lane(term, 2);
    sum += f32x4.extract_lane(term, 3);
  }
  return sum;
}

/** ncnn: a candidate of n bins. */
export function loopNcnn(kept: i32, levels: i32, n: i32): f32 {
  for (let k = 0; k < kept; k++) {
    setSingle(p, k, EPSILON + single(singles, k));
    setSingle(q, k, EPSILON);
  }
  let last = single(p, kept - 1);
  for (let k = kept; k < n; k++) last += single(singles, k);
  setSingle(p, kept - 1, last);
  const width = <f64>kept / <f64>levels;
  for (let group = 0; group < levels; group++) {
    const start = <f64>group * width;
    const stop = group == levels - 1 ? <f64>kept : <f64>(group + 1) * width;
    const from = <i32>ceil(start);
    const to = <i32>floor(stop);
    const before = <f64>from - start;
    const after = stop - <f64>to;
    let mean: f32 = 0;
    if (before > 0) mean += <f32>(before * double(cells, from - 1));
    if (after > 0) mean += <f32>(after * double(cells, to));
    for (let k = from; k < to; k++) mean += single(singles, k);
    mean = <f32>(<f64>mean / width);
    if (before > 0) setSingle(q, from - 1, single(q, from - 1) + <f32>(before * <f64>mean));
    if (after > 0) setSingle(q, to, single(q, to) + <f32>(after * <f64>mean));
    for (let k = from; k < to; k++) setSingle(q, k, single(q, k) + mean);
  }
  return sumOf(kept, 1, 1, false);
}

/** Of a candidate of MXNet that is ready. */
export let totalP: f32 = 0;
export let totalQ: f32 = 0;
let sizeMxnet: i32 = 0;

/** MXNet: sets p and q of bins from `start` on, smoothed, and their totals; p begins with `low` and has what lies beyond in its last. */
export function readyMxnet(start: i32, stop: i32, levels: i32, n: i32, low: f32, takenP: f32, takenQ: f32): void {
  const size = stop - start;
  let last = single(singles, stop - 1);
  for (let k = stop; k < n; k++) last += single(singles, k);
  const width = size / levels;
  let sumP: f32 = 0;
  let sumQ: f32 = 0;
  for (let group = 0; group < levels; group++) {
    const from = group * width;
    const to = group == levels - 1 ? size : from + width;
    const a = start + max(from, 1);
    const norm = load<i32>(filled + (<usize>(start + to) << 2)) - load<i32>(filled + (<usize>a << 2));
    const mean = norm > 0 ? <f32>(double(sums, start + to) - double(sums, a)) / <f32>norm - takenQ : EPSILON;
    for (let k = from; k < to; k++) {
      const count = k == 0 ? low : k == size - 1 ? last : single(singles, start + k);
      const x = count == 0 ? EPSILON : count - takenP;
      const y = count == 0 ? EPSILON : mean;
      setSingle(p, k, x);
      setSingle(q, k, y);
      sumP += x;
      sumQ += y;
    }
  }
  totalP = sumP;
  totalQ = sumQ;
  sizeMxnet = size;
}

export function loopMxnet(): f32 {
  return sumOf(sizeMxnet, totalP, totalQ, true);
}
