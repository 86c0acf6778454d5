/*
 * Logarithms of ratios, and g(p, q) = p·ln(p/q) − p + q, with a relative error of a few ulp for every positive p and q.
 * With t = (p − q)/(p + q): ln(p/q) = 2·atanh(t) and g = d·t·(1 + (t + t²)·B(t²)), where atanh(t) = t + t³·B(t²) and
 * d = p − q. Nothing cancels for |t| ≤ 1/3; beyond, a power of two brings the ratio next to 1 and g = p·ln(p/q) − d.
 * Coefficients by docs/scripts/polynomial.py (degree 4: 2⁻²⁸, degree 10: 2⁻⁵⁵).
 */

const words = new Float64Array(2);
const highWords = new Uint32Array(words.buffer);
/** 2^(1000 − i): a table, since building a double from words stalls on the store, and a power of variables is a call. */
export const POWERS = Float64Array.from({ length: 2001 }, (_, i) => 2 ** (1000 - i));
/** ln 2 in two parts, the first with 33 bits. */
export const LN2_HIGH = 0.6931471803691238;
export const LN2_LOW = 1.9082149292705877e-10;

/** B(z) in Estrin's order: a third of Horner's latency. */
export function atanhTail(z: number): number {
  const z2 = z * z;
  const z4 = z2 * z2;
  const low = 0.3333333333333333 + z * 0.19999999999999762 + z2 * (0.1428571428580005 + z * 0.11111111099118386);
  const middle = 0.09090909948981357 + z * 0.07692271982430275 + z2 * (0.06667589315724629 + z * 0.05867139530651599);
  const high = 0.05422589197440007 + z * 0.03746071897775383 + z2 * 0.07815288900461426;
  return low + z4 * (middle + z4 * high);
}

/** ln(p/q) for positive finite p and q, to about 2 ulp. */
export function lnRatio(p: number, q: number): number {
  words[0] = p;
  words[1] = q;
  const pHigh = highWords[1];
  const qHigh = highWords[3];
  // 1 where p's mantissa is the larger by more than a half, −1 where q's is: p·2^−k is then within a factor 1.5 of q
  const difference = (pHigh & 0xfffff) - (qHigh & 0xfffff);
  const carry = ((0x80000 - difference) >>> 31) - ((difference + 0x80000) >>> 31);
  const k = (pHigh >>> 20) - (qHigh >>> 20) + carry;
  if (k > 1000 || k < -1000 || pHigh < 0x100000 || qHigh < 0x100000) return lnRatioFar(p, q);
  const scaled = p * POWERS[k + 1000];
  const t = (scaled - q) / (scaled + q);
  const z = t * t;
  return k * LN2_HIGH + (k * LN2_LOW + (2 * t + 2 * t * (z * atanhTail(z))));
}

/** The same for subnormals and for ratios beyond 2^1000: both are brought near 1 first. */
function lnRatioFar(p: number, q: number): number {
  if (!(p > 0 && q > 0 && p < Infinity && q < Infinity)) return NaN;
  let k = 0;
  for (; p < 2 ** -400; k -= 400) p *= 2 ** 400;
  for (; p > 2 ** 400; k += 400) p *= 2 ** -400;
  for (; q < 2 ** -400; k += 400) q *= 2 ** 400;
  for (; q > 2 ** 400; k -= 400) q *= 2 ** -400;
  return k * LN2_HIGH + (k * LN2_LOW + lnRatio(p, q));
}

/** ln(p/q) where d = p − q is known better than p and q say. */
export function lnRatioNear(p: number, q: number, d: number): number {
  if (d > q || -d > p) return lnRatio(p, q);
  const t = d / (p + q);
  const z = t * t;
  return 2 * t + 2 * t * (z * atanhTail(z));
}

/** g(p, q) = p·ln(p/q) − p + q ≥ 0 from p, q > 0 and d = p − q; SciPy's `kl_div`. */
export function klDiv(p: number, q: number, d: number): number {
  if (d > q || -d > p) return p * lnRatio(p, q) - d;
  const t = d / (p + q);
  const z = t * t;
  return d * t * (1 + (t + z) * atanhTail(z));
}
