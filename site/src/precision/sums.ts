/*
 * The usual ways to add a divergence up, operation by operation. `round` follows each of them: `Math.fround` makes them binary32's.
 */
type Round = (x: number) => number;
type Cells = Float32Array | Float64Array;

const asIs: Round = (x) => x;

/** NumPy halves an array down to so many values, and adds these up in eight running sums. */
const BLOCK = 128;

/** NumPy's order of a sum (numpy/core/src/umath/loops_utils.h.src, BSD-3-Clause), for a length of 128 times a power of two. */
function pairwiseSum(values: Cells, round: Round): number {
  if (values.length > BLOCK) {
    const middle = values.length / 2;
    return round(pairwiseSum(values.subarray(0, middle), round) + pairwiseSum(values.subarray(middle), round));
  }
  const sums = Array.from(values.subarray(0, 8));
  for (let i = 8; i < BLOCK; i++) sums[i % 8] = round(sums[i % 8] + values[i]);
  const pairs = [0, 2, 4, 6].map((i) => round(sums[i] + sums[i + 1]));
  return round(round(pairs[0] + pairs[1]) + round(pairs[2] + pairs[3]));
}

/** The sum of the terms of p/Σp and q/Σq. */
function normalisedSum(p: Cells, q: Cells, term: (x: number, y: number) => number, round: Round): number {
  const [totalP, totalQ] = [pairwiseSum(p, round), pairwiseSum(q, round)];
  return pairwiseSum(p.map((x, i) => term(round(x / totalP), round(q[i] / totalQ))), round);
}

const { fround, log, log1p } = Math;

/** Σ p·ln(p/q) in binary32. */
export const naiveSum = (p: Float32Array, q: Float32Array): number => normalisedSum(p, q, (x, y) => fround(x * fround(log(fround(x / y)))), fround);

/** What `scipy.stats.entropy(p, q)` computes: SciPy's rel_entr (BSD-3-Clause), whose arguments are positive here and their ratio in range. */
export const scipySum = (p: Float64Array, q: Float64Array): number => normalisedSum(p, q, (x, y) => (0.5 < x / y && x / y < 2 ? x * log1p((x - y) / y) : x * log(x / y)), asIs);
