/*
 * The modified Bessel functions I0 and I1 as the von Mises distribution has them: ln I0, A = I1/I0 = (ln I0)′ and A′.
 * Below 25 their power series (A & S 9.6.10), all terms positive; from there on Hankel's expansion (9.7.1) of I0, as
 * ln I0(x) = x − ½·ln 2πx + Σ c_k·x^−k, whose error is below e^−2x.
 */
const LARGE = 25;
const TERMS = 24;

/** c_k, from the expansion's a_k = a_(k−1)·(2k − 1)²/(8k) by the series of a logarithm: k·c_k = k·a_k − Σ j·c_j·a_(k−j). */
const TAIL = /* @__PURE__ */ tailOf(TERMS);

function tailOf(terms: number): Float64Array {
  const a = new Float64Array(terms + 1);
  const c = new Float64Array(terms + 1);
  a[0] = 1;
  for (let k = 1; k <= terms; k++) {
    a[k] = (a[k - 1] * (2 * k - 1) ** 2) / (8 * k);
    let sum = k * a[k];
    for (let j = 1; j < k; j++) sum -= j * c[j] * a[k - j];
    c[k] = sum / k;
  }
  return c;
}

/** Σ c_k·weight(k)·x^−k */
function tail(x: number, weight: (k: number) => number): number {
  let sum = 0;
  for (let k = TERMS; k >= 1; k--) sum = (sum + TAIL[k] * weight(k)) / x;
  return sum;
}

/** I0(x) − 1 and 2·I1(x)/x − 1. */
function seriesOf(x: number): { readonly zero: number; readonly one: number } {
  const y = (x * x) / 4;
  let [zero, one] = [0, 0];
  for (let k = 1, term = y; ; k++, term *= y / (k * k)) {
    zero += term;
    one += term / (k + 1);
    if (term <= zero * 2 ** -56) return { zero, one };
  }
}

/** ln I0(x) for x ≥ 0. */
export function lnBesselI0(x: number): number {
  return x < LARGE ? Math.log1p(seriesOf(x).zero) : x + lnBesselI0Scaled(x);
}

/** ln(e^−x·I0(x)) for x ≥ 0. */
export function lnBesselI0Scaled(x: number): number {
  return x < LARGE ? lnBesselI0(x) - x : -0.5 * Math.log(2 * Math.PI * x) + tail(x, () => 1);
}

/** A(x) = I1(x)/I0(x) for x ≥ 0. */
export function besselRatio(x: number): number {
  if (x >= LARGE) return 1 - besselDeficit(x);
  const { zero, one } = seriesOf(x);
  return (0.5 * x * (1 + one)) / (1 + zero);
}

/** 1 − A(x) */
export function besselDeficit(x: number): number {
  return x < LARGE ? 1 - besselRatio(x) : 0.5 / x + tail(x, (k) => k) / x;
}

/** A′(x) = 1 − A/x − A² for x ≥ 0. */
export function besselRatioSlope(x: number): number {
  if (x >= LARGE) return (0.5 + tail(x, (k) => k * (k + 1))) / (x * x);
  const { zero, one } = seriesOf(x);
  const half = (0.5 * (1 + one)) / (1 + zero);
  return 1 - half - (half * x) ** 2;
}
