import { LN2_HIGH, LN2_LOW, lnRatio } from "../terms/log.js";

/*
 * ln x to about an ulp of max(|ln x|, 1), from tables: a scan takes a quarter of a million, and `lnRatio` divides. Only additions and multiplications, which round alike
 * everywhere; the engine's own logarithm does not. With x = 2^k·z and c the middle of z's step: ln x = k·ln 2 + ln c + ln(1 + r), r = (z − c)/c below 2⁻⁸.
 */

const STEPS = 128;
/** Bits of a high word within a step. */
const WITHIN = 13;
/** The high word where steps begin, below 0.6875: 1 is the middle of one, whose logarithm is 0, and has k = 0 on either side. */
const BASE = 0x3fe60000 - (1 << (WITHIN - 1));

const words = new Float64Array(1);
const highWords = new Int32Array(words.buffer);
/** 2^(1000 − i): a table, since building a double from words stalls on the store. */
const POWERS = /* @__PURE__ */ Float64Array.from({ length: 2001 }, (_, i) => 2 ** (1000 - i));
const MIDDLES = /* @__PURE__ */ Float64Array.from({ length: STEPS }, (_, i) => fromHighWord(BASE + ((2 * i + 1) << (WITHIN - 1))));
const INVERSES = /* @__PURE__ */ MIDDLES.map((middle) => 1 / middle);
const LOGS = /* @__PURE__ */ MIDDLES.map((middle) => lnRatio(middle, 1));

function fromHighWord(word: number): number {
  highWords[0] = 0;
  highWords[1] = word;
  return words[0];
}

/** ln x for x from 2⁻¹⁰⁰⁰ to 2¹⁰⁰⁰. */
export function ln(x: number): number {
  words[0] = x;
  const from = highWords[1] - BASE;
  const k = from >> 20;
  const step = (from >> WITHIN) & (STEPS - 1);
  const r = (x * POWERS[k + 1000] - MIDDLES[step]) * INVERSES[step];
  const r2 = r * r;
  return k * LN2_HIGH + LOGS[step] + (k * LN2_LOW + (r + r2 * (r * 0.3333333333333333 - 0.5 + r2 * (r * 0.2 - 0.25 - r2 * 0.16666666666666666))));
}

/** x·ln x, 0 at 0. */
export const xLnX = (x: number): number => (x > 0 ? x * ln(x) : 0);
