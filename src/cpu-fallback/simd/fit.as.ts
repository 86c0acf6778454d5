// AssemblyScript: sums over some cells of a row of a target, for components of a model whose logarithms are a + b·f + c·g there, their exponentials to 2^-35.
// Twin: ../fit-plain.ts.
import { exp } from "./exponential.as";
import { bothLanes } from "./lanes.as";
import { ln64, madd64 } from "./logarithms.as";

/** Cells that are there at once, and components. */
const COUNT = 2048;
const MOST = 16;
/** p or ln p of each cell, its two features and the logarithm of its length. */
export const values = memory.data(COUNT * 8, 16);
export const f = memory.data(COUNT * 8, 16);
export const g = memory.data(COUNT * 8, 16);
export const lengths = memory.data(COUNT * 8, 16);
/** The term, Σq and 0; of each component Σw, Σw·f, Σw·g for the mass and for the slope's share. */
export const sums = memory.data((3 + 6 * MOST) * 8, 16);

/** Of several components: their masses, the mass of all, and the slope over that. */
const masses = memory.data(COUNT * MOST * 8, 16);
const all = memory.data(COUNT * 8, 16);
const shares = memory.data(COUNT * 8, 16);
/** All bits of cells that are not left out. */
const counted = memory.data(COUNT * 8, 16);
/** Below, a sum of several is next to nothing: its logarithm is for loops. */
const LEAST = 1e-290;

/** The smallest normal number. */
const NORMAL = 2.2250738585072014e-308;

/**
 * Makes cells ready, an even number: times the scale, NaN for those below 0, and where asked for their logarithms; `sums` are of p and of p·ln p. Were all logarithms of normal
 * numbers, or of 0 in a sum of p·ln p?
 */
export function prepare(count: i32, scale: f64, logs: bool): bool {
  const times = f64x2.splat(scale);
  const zero = f64x2.splat(0);
  const normal = f64x2.splat(NORMAL);
  let p = zero;
  let entropy = zero;
  let wrong = zero;
  for (let at = values; at < values + (<usize>count << 3); at += 16) {
    const raw = v128.load(at);
    const isThere = f64x2.ge(raw, zero);
    const v = f64x2.mul(raw, times);
    const log = ln64(f64x2.pmax(normal, v));
    wrong = v128.or(wrong, v128.and(isThere, logs ? f64x2.lt(v, normal) : v128.and(f64x2.lt(v, normal), f64x2.gt(v, zero))));
    p = f64x2.add(p, v128.and(v, isThere));
    entropy = madd64(v128.and(v, isThere), log, entropy);
    v128.store(at, v128.bitselect(logs ? log : v, f64x2.splat(NaN), isThere));
  }
  store<f64>(sums, bothLanes(p));
  store<f64>(sums + 8, bothLanes(entropy));
  return !v128.any_true(wrong);
}

@inline
function storeMoments(at: usize, w: v128, wf: v128, wg: v128): void {
  store<f64>(at, bothLanes(w));
  store<f64>(at + 8, bothLanes(wf));
  store<f64>(at + 16, bothLanes(wg));
}

/** One component, whose logarithm is at hand: of `count` cells from `first` on, an even number; those whose value is NaN are left out. */
export function sumOne(reverse: bool, first: i32, count: i32, ofA: f64, ofB: f64, ofC: f64): void {
  const a = f64x2.splat(ofA);
  const b = f64x2.splat(ofB);
  const c = f64x2.splat(ofC);
  let term = f64x2.splat(0);
  let q = term;
  let qf = term;
  let qg = term;
  let s = term;
  let sf = term;
  let sg = term;
  for (let at: usize = 0; at < <usize>count << 3; at += 16) {
    const v = v128.load(values + (<usize>first << 3) + at);
    const isThere = f64x2.eq(v, v);
    const x = v128.load(f + at);
    const y = v128.load(g + at);
    const t = f64x2.add(madd64(c, y, madd64(b, x, a)), v128.load(lengths + at));
    const mass = v128.and(exp<f32>(t), isThere);
    const slope = v128.and(reverse ? f64x2.mul(mass, f64x2.sub(t, v)) : v, isThere);
    if (!reverse) term = madd64(slope, t, term);
    q = f64x2.add(q, mass);
    qf = madd64(mass, x, qf);
    qg = madd64(mass, y, qg);
    s = f64x2.add(s, slope);
    sf = madd64(slope, x, sf);
    sg = madd64(slope, y, sg);
  }
  store<f64>(sums, bothLanes(reverse ? s : term));
  store<f64>(sums + 8, bothLanes(q));
  storeMoments(sums + 24, q, qf, qg);
  storeMoments(sums + 48, s, sf, sg);
}

/** The masses of component `k` of several. */
export function evaluate(k: i32, count: i32, ofA: f64, ofB: f64, ofC: f64): void {
  const a = f64x2.splat(ofA);
  const b = f64x2.splat(ofB);
  const c = f64x2.splat(ofC);
  const own = masses + <usize>k * COUNT * 8;
  for (let at: usize = 0; at < <usize>count << 3; at += 16) {
    const t = f64x2.add(madd64(c, v128.load(g + at), madd64(b, v128.load(f + at), a)), v128.load(lengths + at));
    const mass = exp<f64>(t);
    v128.store(own + at, mass);
    v128.store(all + at, k === 0 ? mass : f64x2.add(v128.load(all + at), mass));
  }
}

/** The term of all components over cells from `first` on, and the slope's share; false where p is something and they are next to nothing. */
export function share(reverse: bool, first: i32, count: i32): bool {
  const least = f64x2.splat(LEAST);
  let lacks = f64x2.splat(0);
  let term = f64x2.splat(0);
  let q = term;
  for (let at: usize = 0; at < <usize>count << 3; at += 16) {
    const v = v128.load(values + (<usize>first << 3) + at);
    const isThere = f64x2.eq(v, v);
    const mass = f64x2.pmax(least, v128.load(all + at));
    if (!reverse) lacks = v128.or(lacks, v128.and(f64x2.eq(mass, least), f64x2.gt(v, f64x2.splat(0))));
    const log = ln64(mass);
    const ofMass = reverse ? v128.and(f64x2.sub(log, v), isThere) : v128.and(f64x2.div(v, mass), isThere);
    term = madd64(v128.and(reverse ? mass : v, isThere), reverse ? ofMass : log, term);
    q = f64x2.add(q, v128.and(mass, isThere));
    v128.store(shares + at, ofMass);
    v128.store(counted + at, isThere);
  }
  store<f64>(sums, bothLanes(term));
  store<f64>(sums + 8, bothLanes(q));
  return !v128.any_true(lacks);
}

/** The moments of component `k`. */
export function addUp(k: i32, count: i32): void {
  let q = f64x2.splat(0);
  let qf = q;
  let qg = q;
  let s = q;
  let sf = q;
  let sg = q;
  const own = masses + <usize>k * COUNT * 8;
  for (let at: usize = 0; at < <usize>count << 3; at += 16) {
    const mass = v128.and(v128.load(own + at), v128.load(counted + at));
    const slope = f64x2.mul(mass, v128.load(shares + at));
    const x = v128.load(f + at);
    const y = v128.load(g + at);
    q = f64x2.add(q, mass);
    qf = madd64(mass, x, qf);
    qg = madd64(mass, y, qg);
    s = f64x2.add(s, slope);
    sf = madd64(slope, x, sf);
    sg = madd64(slope, y, sg);
  }
  const at = sums + 24 + 48 * <usize>k;
  storeMoments(at, q, qf, qg);
  storeMoments(at + 24, s, sf, sg);
}
