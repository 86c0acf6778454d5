import { lnRatio } from "../terms/log.js";

/*
 * Counts drawn anew from their own frequencies, the same from the same seed on every engine: additions, multiplications, divisions and square roots, which round alike, and
 * logarithms made of these.
 */

/** Numbers ≥ 0 and < 1 with 53 random bits: xoshiro128**, of Blackman and Vigna, begun by SplitMix32. */
export function uniformsOf(seed: number): () => number {
  let state = seed >>> 0;
  const mixed = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let [a, b, c, d] = [mixed(), mixed(), mixed(), mixed()];
  const next = () => {
    const times5 = Math.imul(b, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) * 2 ** -53;
}

/** Successes from which on they are drawn by rejection. */
const MANY = 10;

/** How many of n trials succeed, each by p. */
export function binomial(n: number, p: number, uniform: () => number): number {
  if (n === 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(n, 1 - p, uniform);
  return n * p < MANY ? byInversion(n, p, uniform) : byRejection(n, p, uniform);
}

/** Goes through the probabilities from 0 on. */
function byInversion(n: number, p: number, uniform: () => number): number {
  const odds = p / (1 - p);
  const none = power(1 - p, n);
  for (;;) {
    let [left, mass] = [uniform(), none];
    for (let k = 0; k <= 110; k++) {
      left -= mass;
      if (left < 0) return k;
      mass *= (odds * (n - k)) / (k + 1);
    }
  }
}

/** x^n by squares. */
function power(x: number, n: number): number {
  let [result, square] = [1, x];
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** Hörmann's BTRS (Journal of Statistical Computation and Simulation 46, 1993): from a table mountain over the density. */
function byRejection(n: number, p: number, uniform: () => number): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = n * p + 0.5;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const mode = Math.floor((n + 1) * p);
  const top = 0.92 - 4.2 / b;
  for (;;) {
    let v = uniform();
    const u = uniform() - 0.5;
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + c);
    if (us >= 0.07 && v <= top) return k;
    if (!(k >= 0 && k <= n)) continue;
    v = (v * alpha) / (a / (us * us) + b);
    // ln of the density beside that of the mode
    const log = (mode + 0.5) * lnRatio((mode + 1) * (1 - p), (n - mode + 1) * p) + (n + 1) * lnRatio(n - mode + 1, n - k + 1)
      + (k + 0.5) * lnRatio((n - k + 1) * p, (k + 1) * (1 - p)) + tail(mode) + tail(n - mode) - tail(k) - tail(n - k);
    if (v === 0 || lnRatio(v, 1) <= log) return k;
  }
}

/** ln k! less Stirling's formula at k + 1. */
function tail(k: number): number {
  if (k < TAILS.length) return TAILS[k];
  const x = 1 / (k + 1);
  const z = x * x;
  return x * (1 / 12 - z * (1 / 360 - z / 1260));
}

/** ln k! = (k + ½)·ln(k + 1) − (k + 1) + ½·ln 2π + tail(k). */
const TAILS = /* @__PURE__ */ tails();

function tails(): Float64Array {
  const values = new Float64Array(10);
  let factorial = 1;
  for (let k = 0; k < values.length; k++) {
    if (k > 0) factorial *= k;
    values[k] = lnRatio(factorial, 1) - (k + 0.5) * lnRatio(k + 1, 1) + (k + 1) - 0.9189385332046727;
  }
  return values;
}

/** Draws as many samples as there are from their frequencies: one bin after the other, of what is left. */
export function resample(counts: ArrayLike<number>, total: number, uniform: () => number, into: Uint32Array | Float64Array, at: number): void {
  let [left, mass] = [total, total];
  for (let i = 0; i < counts.length; i++) {
    const drawn = counts[i] === 0 ? 0 : counts[i] === mass ? left : binomial(left, counts[i] / mass, uniform);
    into[at + i] = drawn;
    left -= drawn;
    mass -= counts[i];
  }
}
