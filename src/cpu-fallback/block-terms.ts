import type { Term } from "../backend.js";
import { LN2_HIGH, LN2_LOW, atanhTail, klDiv, lnRatio } from "../terms/log.js";
import type { Block } from "./cells.js";

/** Evaluates a term over a block. */
export type BlockTerm = (block: Block, count: number) => void;

/*
 * Terms whose loop is written out, by measure id, without a branch that data could mislead: with k = log2(p/q) rounded towards
 * zero, q·2^k is within a factor of two of p, and g(p, q) = g(p, q·2^k) + k·ln2·p + q − q·2^k, of which only the first
 * remains where k = 0. Each loop is tested against its twin `cpu`.
 */
const blockTerms: Readonly<Record<string, BlockTerm>> = {
  kl: klBlock,
  "generalized-kl": klBlock,
  js: jensenShannonBlock,
  "js-distance": jensenShannonBlock,
  entropy: ({ p, pWords, term }, count) => selfInformation(p, p, pWords, term, count),
  "cross-entropy": ({ p, q, qWords, term }, count) => selfInformation(p, q, qWords, term, count),
  totals() {},
};

/** The loop for a term: its own, else one that calls the twin cell by cell. */
export function blockTermOf({ id, cpu }: Term): BlockTerm {
  return blockTerms[id] ?? (({ p, q, d, term }, count) => {
    for (let i = 0; i < count; i++) term[i] = cpu(p[i], q[i], d[i]);
  });
}

const LARGEST_POWER = 1000;
/** 2^(i − 1000). */
const POWERS = Float64Array.from({ length: 2 * LARGEST_POWER + 1 }, (_, i) => 2 ** (i - LARGEST_POWER));
/** High word of the smallest normal number, and of 1. */
const NORMAL = 0x100000;
const ONE = 0x3ff00000;

/** log2 of a ratio from the difference of two high words, towards zero. */
function exponentOf(difference: number): number {
  return (difference + ((difference >> 31) & 0xfffff)) >> 20;
}

/** Negative when a value is subnormal (or 0) or a power too large for the table. */
function oddness(pHigh: number, qHigh: number, k: number): number {
  return (pHigh - NORMAL) | (qHigh - NORMAL) | (k + LARGEST_POWER) | (LARGEST_POWER - k);
}

function klBlock({ p, q, d, pWords, qWords, term }: Block, count: number): void {
  let odd = 0;
  for (let i = 0; i < count; i++) {
    const pHigh = pWords[2 * i + 1];
    const qHigh = qWords[2 * i + 1];
    const k = exponentOf(pHigh - qHigh);
    odd |= oddness(pHigh, qHigh, k);
    const x = p[i];
    const y = q[i] * POWERS[(k + LARGEST_POWER) & 0x7ff];
    const gap = q[i] - y;
    const difference = d[i] + gap;
    const t = difference / (x + y);
    const z = t * t;
    term[i] = difference * t * (1 + (t + z) * atanhTail(z)) + (k * Math.LN2 * x + gap);
  }
  if (odd >= 0) return;
  for (let i = 0; i < count; i++) {
    const pHigh = pWords[2 * i + 1];
    const qHigh = qWords[2 * i + 1];
    if (oddness(pHigh, qHigh, exponentOf(pHigh - qHigh)) < 0 && p[i] > 0 && q[i] > 0) term[i] = klDiv(p[i], q[i], d[i]);
  }
}

function jensenShannonBlock({ p, q, d, term }: Block, count: number): void {
  for (let i = 0; i < count; i++) {
    const mean = 0.5 * (p[i] + q[i]);
    const half = 0.5 * d[i];
    term[i] = 0.5 * (klDiv(p[i], mean, half) + klDiv(q[i], mean, -half));
  }
}

/** −p·ln(of), where `of` is p or q. */
function selfInformation(p: Float64Array, of: Float64Array, words: Int32Array, term: Float64Array, count: number): void {
  let odd = 0;
  for (let i = 0; i < count; i++) {
    const high = words[2 * i + 1];
    const k = exponentOf(high - ONE);
    odd |= oddness(high, ONE, k);
    const x = of[i] * POWERS[(LARGEST_POWER - k) & 0x7ff];
    const t = (x - 1) / (x + 1);
    term[i] = -(p[i] * (k * LN2_HIGH + (k * LN2_LOW + (2 * t + 2 * t * (t * t * atanhTail(t * t))))));
  }
  if (odd >= 0) return;
  for (let i = 0; i < count; i++) {
    const high = words[2 * i + 1];
    if (oddness(high, ONE, exponentOf(high - ONE)) < 0 && of[i] > 0) term[i] = -(p[i] * lnRatio(of[i], 1));
  }
}
