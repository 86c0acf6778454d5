const SIZES = [12, 16, 20, 24];
const SIZES_OF_64_BITS = [20, 24];
const ROWS = [1024, 4096];

/** A case: data are "random", "near" (p ≈ q to 1e-4) or "zeros" (a fifth of p's cells is 0, a third of these in q too). */
function caseOf(data, dtype, shape) {
  const cells = shape.reduce((product, size) => product * size, 1);
  return { name: `${data} ${dtype} ${shape.join(" × ")}`, data, dtype, shape, cells };
}

/** klDivergence of one pair at each size, and of rows; `sizes` (powers of two) takes of all cases those with as many cells. */
export function casesOf(sizes) {
  const all = [
    ...["random", "near", "zeros"].flatMap((data) => (sizes ?? SIZES).map((size) => caseOf(data, "float32", [2 ** size]))),
    caseOf("random", "float32", ROWS),
    ...SIZES_OF_64_BITS.map((size) => caseOf("random", "float64", [2 ** size])),
  ];
  return all.filter(({ cells }) => !sizes || sizes.includes(Math.log2(cells)));
}

const ARRAYS = { float32: Float32Array, float64: Float64Array };
/** Mean weight of a cell; a weight and its neighbour add up to twice of it. All weights and totals fit the type exactly. */
const MEAN = { float32: 2 ** 20, float64: 2 ** 28 };
const CLOSENESS = 1e-4;
/** Of so many pairs of neighbours three have a zero. */
const PERIOD = 8;

/** Numbers in (-1, 1], the same on every run: a 32-bit linear congruential generator (Numerical Recipes, 3rd ed., §7.1). */
function noise() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2147483648 - 1;
  };
}

/**
 * p and q, each row of which adds up to exactly 1: neighbours are M + d and M − d, times a power of two. Peers that
 * normalise and peers that do not are asked the same question.
 */
export function pairOf({ data, dtype, shape, cells }) {
  const next = noise();
  const mean = MEAN[dtype];
  const scale = 1 / (mean * shape.at(-1));
  const offset = () => Math.trunc(next() * (mean - 1));
  const zeros = data === "zeros" ? [-mean, -mean, mean] : [];
  const [p, q] = [new ARRAYS[dtype](cells), new ARRAYS[dtype](cells)];
  for (let i = 0; i < cells; i += 2) {
    const place = (i / 2) % PERIOD;
    const d = zeros[place] ?? offset();
    // "near" moves a little from one neighbour to the other; one of the pairs with a zero has it in q too
    const near = () => d + Math.round(CLOSENESS * next() * (mean - Math.abs(d)));
    const e = data === "near" ? near() : zeros.length > 0 && place === 0 ? d : offset();
    p[i] = (mean + d) * scale;
    p[i + 1] = (mean - d) * scale;
    q[i] = (mean + e) * scale;
    q[i + 1] = (mean - e) * scale;
  }
  return { p, q };
}

const NEAR = 1 / 8;
const DEGREE = 20;

/** x − ln(1 + x) for |x| < 1/8: its Taylor series from x²/2 on. */
function series(x) {
  let sum = 0;
  for (let k = DEGREE; k >= 2; k--) sum = 1 / k - x * sum;
  return x * x * sum;
}

/** p·ln(p/q) − p + q, without cancellation: p and q have a common unit, so their difference is exact. */
function term(p, q) {
  if (p === 0) return q;
  const x = (q - p) / p;
  return p * (Math.abs(x) < NEAR ? series(x) : x - Math.log(q / p));
}

/** D(p ‖ q) of each row, in binary64 with a compensated sum (Neumaier 1974) of terms that are at least 0: right to 1e-14. */
export function truthsOf({ shape, cells }, { p, q }) {
  const width = shape.at(-1);
  const truths = [];
  for (let start = 0; start < cells; start += width) {
    let [sum, lost] = [0, 0];
    for (let i = start; i < start + width; i++) {
      const one = term(p[i], q[i]);
      const total = sum + one;
      lost += sum >= one ? sum - total + one : one - total + sum;
      sum = total;
    }
    truths.push(sum + lost);
  }
  return truths;
}

/** Largest relative error of values, null where one is not finite; `answer` names what cannot be a divergence. */
export function judge(values, truths) {
  const found = [["NaN", Number.isNaN], ["Infinity", (value) => !Number.isFinite(value)], ["negative", (value) => value < 0]];
  const answer = values.length === truths.length ? found.find(([, is]) => values.some(is))?.[0] : "wrong shape";
  const error = values.reduce((largest, value, i) => Math.max(largest, Math.abs(value / truths[i] - 1)), 0);
  return { error: Number.isFinite(error) ? error : null, ...(answer && { answer }) };
}
