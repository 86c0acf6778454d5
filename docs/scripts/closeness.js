// Draws docs/images/closeness.svg: how wrong D(p ‖ q) comes out as q approaches p. `npm run docs:plots` builds and runs it.
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as Plot from "@observablehq/plot";
import { klDivergence, openBackend } from "kullback";
import { parseHTML } from "linkedom";
import { runnerImport } from "vite";

const CELLS = 4096;
const PAIRS = 8;
const EPSILONS = Array.from({ length: 49 }, (_, k) => 10 ** (-k / 4));

const inRepository = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const { module: oracle } = await runnerImport(inRepository("test/support/oracle.ts"));
const { module: { near, positive, random } } = await runnerImport(inRepository("test/support/random.ts"));
const backend = await openBackend({ prefer: "cpu" });

// `smallest`: below it most cells of q round to those of p
const SERIES = [
  { name: "exact", colour: "#0a7a55", cells: Float64Array, smallest: 0, compute: library("exact") },
  { name: "fast", colour: "#0b5cad", cells: Float64Array, smallest: 0, compute: library("fast") },
  { name: "scipy", colour: "#b34700", cells: Float64Array, smallest: 0, compute: normalisedSum(scipyTerm, (x) => x) },
  { name: "naive", colour: "#a3286f", cells: Float32Array, smallest: 1e-7, compute: normalisedSum(naiveTerm, Math.fround) },
];

function library(precision) {
  return async (p, q) => {
    const { value, errorBound } = await klDivergence(p, q, { backend, precision, detail: true });
    return { value, errorBound };
  };
}

/** The sum of the terms of p/Σp and q/Σq, every operation followed by `round`. */
function normalisedSum(term, round) {
  return (p, q) => {
    const totals = [p, q].map((values) => pairwiseSum(values, round));
    const terms = p.map((x, i) => term(round(x / totals[0]), round(q[i] / totals[1]), round));
    return { value: pairwiseSum(terms, round) };
  };
}

/** SciPy's rel_entr for positive arguments whose ratio is in range. */
function scipyTerm(x, y) {
  const ratio = x / y;
  return 0.5 < ratio && ratio < 2 ? x * Math.log1p((x - y) / y) : x * Math.log(ratio);
}

function naiveTerm(x, y, round) {
  return round(x * round(Math.log(round(x / y))));
}

/** NumPy's order: halves down to 128 values, these in eight running sums. The length is 128 times a power of two. */
function pairwiseSum(values, round) {
  if (values.length > 128) {
    const middle = values.length / 2;
    return round(pairwiseSum(values.subarray(0, middle), round) + pairwiseSum(values.subarray(middle), round));
  }
  const sums = Array.from(values.subarray(0, 8));
  for (let i = 8; i < 128; i++) sums[i % 8] = round(sums[i % 8] + values[i]);
  const pairs = [0, 2, 4, 6].map((i) => round(sums[i] + sums[i + 1]));
  return round(round(pairs[0] + pairs[1]) + round(pairs[2] + pairs[3]));
}

/** Pairs with their truth, q = p·(1 + ε·noise) rounded to the type of the cells. */
function pairsAt(epsilon, cells) {
  return Array.from({ length: PAIRS }, (_, seed) => {
    const rng = random(seed);
    const p = cells.from(positive(rng, CELLS));
    const q = cells.from(near(rng, p, epsilon));
    return { p, q, truth: oracle.klDivergence(p, q) };
  });
}

/** The largest error of a series over the pairs, relative to the truth, with the largest bound. */
async function worst({ name, compute }, epsilon, pairs) {
  const point = { name, epsilon, error: 0, bound: 0, negative: 0 };
  for (const { p, q, truth } of pairs) {
    const { value, errorBound = 0 } = await compute(p, q);
    const divergence = oracle.toNumber(truth);
    point.error = Math.max(point.error, oracle.errorOf(value, truth) / divergence);
    point.bound = Math.max(point.bound, errorBound / divergence);
    point.negative += value < 0;
  }
  return point;
}

const points = [];
for (const epsilon of EPSILONS) {
  for (const cells of [Float64Array, Float32Array]) {
    const series = SERIES.filter((one) => one.cells === cells && epsilon >= one.smallest);
    const pairs = series.length > 0 ? pairsAt(epsilon, cells) : [];
    for (const one of series) points.push(await worst(one, epsilon, pairs));
  }
}
backend.destroy();

const INK = "#1f2328";
const PALE = "#59636e";
const GRID = "#d8dee4";
const colourOf = Object.fromEntries(SERIES.map(({ name, colour }) => [name, colour]));
const decades = (from, to) => Array.from({ length: (to - from) / 2 + 1 }, (_, i) => 10 ** (from + 2 * i));
const power = (x) => `10${String(Math.round(Math.log10(x))).replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻")}`;
const HALO = { stroke: "white", strokeWidth: 4 };
const at = (x, y, text, options) => Plot.text([text], { x: [x], y: [y], textAnchor: "start", ...HALO, ...options });
const above = (dy, text, options) => Plot.text([text], { frameAnchor: "top-left", textAnchor: "start", dx: -44, dy, ...options });

const setting = `${PAIRS} pairs of ${CELLS} cells on the CPU: q = p·(1 + ε·noise), noise uniform in [−1, 1), D ≈ ε²/6`;

const svg = Plot.plot({
  document: parseHTML("<html></html>").document,
  width: 760,
  height: 620,
  marginTop: 92,
  marginLeft: 54,
  marginRight: 18,
  marginBottom: 50,
  ariaLabel: "Relative error of D(p ‖ q) against the closeness of p and q, on logarithmic axes",
  style: { background: "white", color: INK, fontFamily: "system-ui, sans-serif", fontSize: "13px" },
  x: { type: "log", domain: [1e-12, 1], ticks: decades(-12, 0), tickFormat: power, tickSize: 0, label: null },
  y: { type: "log", domain: [1e-18, 1e10], ticks: decades(-18, 10), tickFormat: power, tickSize: 0, label: null },
  marks: [
    Plot.gridX(decades(-12, 0), { stroke: GRID, strokeOpacity: 1 }),
    Plot.gridY(decades(-18, 10), { stroke: GRID, strokeOpacity: 1 }),
    Plot.ruleY([1, 2 ** -53], { stroke: PALE }),
    Plot.line(points.filter(({ name }) => name === "fast"), {
      x: "epsilon", y: "bound", stroke: colourOf.fast, strokeDasharray: "5 4",
    }),
    Plot.line(points, { x: "epsilon", y: "error", z: "name", stroke: ({ name }) => colourOf[name] }),
    Plot.dot([...points, { name: "note", epsilon: 2e-5, error: 1e8, negative: 1 }], {
      x: "epsilon", y: "error", r: 2.8, strokeWidth: 1.4,
      stroke: ({ name }) => colourOf[name] ?? PALE,
      fill: ({ name, negative }) => (negative > 0 ? "white" : colourOf[name]),
    }),
    above(-74, "Relative error of D(p ‖ q) as q approaches p", { fontSize: 16, fontWeight: 600 }),
    above(-52, `The largest of ${setting}`),
    above(-22, "|computed − D| / D", { fill: PALE }),
    Plot.text(["ε"], { frameAnchor: "bottom", dy: 38, fill: PALE }),
    at(2e-5, 1e8, `some of the ${PAIRS} results are negative`, { dx: 10, fill: PALE }),
    at(1e-12, 1, "above: no digit is right", { dx: 6, dy: -9, fill: PALE }),
    at(1, 2 ** -53, "grey line: 2⁻⁵³, never exceeded by correct rounding", { textAnchor: "end", dx: -4, dy: 26, fill: PALE }),
    at(1e-6, 1e6, "Σ p·ln(p/q), binary32", { dx: 10, fill: colourOf.naive }),
    at(1.5e-10, 2e5, "SciPy’s entropy, binary64", { dx: 10, fill: colourOf.scipy }),
    at(1e-12, 3.3e-14, "the bound that fast returns", { dx: 6, dy: -9, fill: colourOf.fast }),
    at(1e-12, 3e-16, "kullback, fast", { dx: 6, dy: -10, fill: colourOf.fast }),
    at(1e-12, 5e-17, "kullback, exact", { dx: 6, dy: 14, fill: colourOf.exact }),
  ],
});
svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
await mkdir(inRepository("docs/images"), { recursive: true });
await writeFile(inRepository("docs/images/closeness.svg"), `${svg.outerHTML}\n`);
console.table(points);
