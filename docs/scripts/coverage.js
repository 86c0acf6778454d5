// Writes the table of docs/how-sure.md: npm run build, then node docs/scripts/coverage.js [repetitions]
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { confidenceInterval, grid, klDivergence, openBackend } from "kullback";
import { randomBinomial } from "d3-random";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";

const PAGE = fileURLToPath(new URL("../how-sure.md", import.meta.url));
const REPETITIONS = Number(process.argv[2] ?? 1000);
const LEVEL = 0.95;
const RESAMPLES = 400;

/** Bins, how far the logarithms of their probabilities spread, samples of either. */
const INSIDE = [[5, 1.2, 1000, 1200], [12, 1, 3000, 2000], [30, 0.8, 8000, 9000]];
const OUTSIDE = [[5, 0.3, 1000, 1200], [12, 0, 3000, 2000], [12, 0.2, 3000, 2000], [12, 1, 300, 200], [30, 0.8, 800, 900], [30, 0.8, 200, 200], [100, 0.5, 3000, 3000], [100, 0.5, 1000, 1000]];

const normalized = (list) => list.map((value) => value / list.reduce((sum, x) => sum + x, 0));

/** Counts of so many samples: one bin after the other, of what is left. */
function draw(probabilities, samples, binomial, into = new Float64Array(probabilities.length)) {
  let [left, mass] = [samples, 1];
  probabilities.forEach((probability, i) => {
    into[i] = i === probabilities.length - 1 || probability >= mass ? left : binomial(left, probability / mass)();
    left -= into[i];
    mass -= probability;
  });
  return into;
}

/** The plain percentile bootstrap: between two quantiles of what resamples say. */
async function percentileInterval(p, q, binomial, backend) {
  const cells = p.length;
  const [rowsP, rowsQ] = [p, q].map((counts) => {
    const [frequencies, samples] = [normalized(counts), counts.reduce((sum, count) => sum + count, 0)];
    const rows = new Float64Array(RESAMPLES * cells);
    for (let row = 0; row < RESAMPLES; row++) draw(frequencies, samples, binomial, rows.subarray(row * cells, (row + 1) * cells));
    return grid(rows, { shape: [RESAMPLES, cells] });
  });
  const values = (await klDivergence(rowsP, rowsQ, { axis: 1, backend })).filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share) => values[Math.round(share * (values.length - 1))];
  return { low: at((1 - LEVEL) / 2), high: at((1 + LEVEL) / 2) };
}

async function coverageOf([bins, spread, n, m], seed, backend) {
  const generator = mersenne(seed);
  const uniform = () => uniformFloat64(generator);
  const binomial = randomBinomial.source(uniform);
  const [p, q] = [0, 1].map(() => normalized(Array.from({ length: bins }, () => Math.exp(spread * (uniform() + uniform() + uniform() - 1.5)))));
  const truth = await klDivergence(p, q);
  const covered = { bootstrap: 0, jackknife: 0, percentile: 0 };
  let given = 0;
  for (let i = 0; i < REPETITIONS; i++) {
    const [a, b] = [draw(p, n, binomial), draw(q, m, binomial)];
    try {
      const intervals = {};
      for (const method of ["bootstrap", "jackknife"]) intervals[method] = await confidenceInterval(klDivergence, a, b, { method, level: LEVEL, resamples: RESAMPLES, seed: i, backend });
      intervals.percentile = await percentileInterval(Array.from(a), Array.from(b), binomial, backend);
      given += 1;
      for (const [name, { low, high }] of Object.entries(intervals)) if (low <= truth && truth <= high) covered[name] += 1;
    } catch (error) {
      // a bin of q is empty and that of p is not
      if (error.name !== "DomainError") throw error;
    }
  }
  const bias = ((bins - 1) / 2) * (1 / n + 1 / m);
  const share = (count) => (given > 0 ? ((100 * count) / given).toFixed(1) : "");
  const least = Math.min(...p.map((value) => n * value), ...q.map((value) => m * value));
  return `| ${bins} | ${n}, ${m} | ${truth.toFixed(4)} | ${(truth / bias).toFixed(1)} | ${least.toFixed(0)} | ${share(covered.bootstrap)} | ${share(covered.jackknife)} | ${share(covered.percentile)} | ${((100 * given) / REPETITIONS).toFixed(1)} |`;
}

const backend = await openBackend({ prefer: "cpu", threads: 1 });
const lines = ["| bins | samples | true D, nats | D / bias | least expected count | bootstrap, % | jackknife, % | plain percentiles, % | has an interval, % |", "|--:|--:|--:|--:|--:|--:|--:|--:|--:|"];
for (const [i, setting] of [...INSIDE, ...OUTSIDE].entries()) {
  lines.push(await coverageOf(setting, 100 + i, backend));
  console.log(lines.at(-1));
}
backend.destroy();
const [start, end] = ["<!-- coverage -->", "<!-- end of coverage -->"];
const page = readFileSync(PAGE, "utf8");
writeFileSync(PAGE, `${page.split(start)[0]}${start}\n${lines.join("\n")}\n${end}${page.split(end)[1]}`);
