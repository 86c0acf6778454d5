import type { LogitComparison, LogitOptions } from "../../src/operations/kl-from-logits";
import { check, rejects, same, sameList, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { type Random, random } from "../support/random";
import { add, divide, exp, INFINITE, multiply, type Real, real, scale, subtract, toNumber, ZERO } from "../support/real";
import { type ConformanceCase, type ConformanceContext, FLOATS, type Floats, type FloatsType } from "./context";

type Name = "klDivergence" | "jensenShannon" | "crossEntropy";

/** Of a row of logits, in 256 bits: softmax and its logarithm; `null` for −Infinity, 0 for what is beyond e^−20000. */
function softmax(logits: ArrayLike<number>, temperature: number): readonly ({ readonly x: Real; readonly ln: Real } | null)[] {
  const most = real(Array.from(logits).reduce((largest, logit) => Math.max(largest, logit), -Infinity));
  const scaled = Array.from(logits, (logit) => (logit === -Infinity ? null : divide(subtract(real(logit), most), real(temperature))));
  const cells = scaled.map((x) => x && (toNumber(x) < -20000 ? ZERO : exp(x)));
  const sum = cells.reduce<Real>((total, cell) => (cell ? add(total, cell) : total), ZERO);
  const lnSum = oracle.ln(sum);
  return scaled.map((x, i) => x && { x: divide(cells[i] as Real, sum), ln: subtract(x, lnSum) });
}

/** Σ p̂·(ln p̂ − ln q̂) of one row, and what goes with it. */
export function truthsOf(a: ArrayLike<number>, b: ArrayLike<number>, temperature = 1): Record<Name, Real> {
  const [p, q] = [softmax(a, temperature), softmax(b, temperature)];
  const half = (x: Real) => scale(x, -1);
  let [klDivergence, jensenShannon, crossEntropy] = [ZERO, ZERO, ZERO];
  p.forEach((of, i) => {
    const other = q[i];
    const mean = half(add(of?.x ?? ZERO, other?.x ?? ZERO));
    const lnMean = mean.m === 0n ? ZERO : oracle.ln(mean);
    for (const side of [of, other]) if (side) jensenShannon = add(jensenShannon, half(multiply(side.x, subtract(side.ln, lnMean))));
    if (of && !other) klDivergence = crossEntropy = INFINITE;
    if (!of || !other || klDivergence.e === Infinity) return;
    klDivergence = add(klDivergence, multiply(of.x, subtract(of.ln, other.ln)));
    crossEntropy = subtract(crossEntropy, multiply(of.x, other.ln));
  });
  return { klDivergence, jensenShannon, crossEntropy };
}

const NAMES: readonly Name[] = ["klDivergence", "jensenShannon", "crossEntropy"];

/** Gaussian by the sum of twelve, as logits of a language model are. */
const gaussian = (rng: Random) => Array.from({ length: 12 }, () => rng.unit()).reduce((sum, x) => sum + x, -6);

/** Rows of logits, and of another model whose logits differ by so much; every other row shifted. */
export function modelsOf(Type: FloatsType, rng: Random, rows: number, cells: number, noise: number): readonly [Floats, Floats] {
  const a = Type.from(Array.from({ length: rows * cells }, () => 3 * gaussian(rng)));
  return [a, Type.from(a, (x, i) => x + noise * gaussian(rng) + (Math.floor(i / cells) % 2 ? 7.25 : 0))];
}

/** Widest relative bounds that are any use, of doubles and of binary32, where the divergence is not much smaller than what logits are rounded by. */
const WIDEST = { cpu: 1e-9, webgpu: 1e-2 } as const;

async function runRows({ kullback, backend }: ConformanceContext): Promise<void> {
  const rng = random(111);
  for (const Type of FLOATS) {
    for (const noise of [3, 0.3, 1e-2, 1e-3]) {
      const [cells, rows] = [61, 2];
      const [a, b] = modelsOf(Type, rng, rows, cells, noise);
      for (const temperature of noise === 0.3 ? [1, 0.5, 3] : [1]) {
        const truths = [0, 1].map((row) => truthsOf(a.subarray(row * cells, (row + 1) * cells), b.subarray(row * cells, (row + 1) * cells), temperature));
        for (const name of NAMES) {
          const found = await kullback.klFromLogits(a, b, { shape: [rows, cells], measure: kullback[name], temperature, backend });
          sameList(found.shape, [rows], "shape");
          truths.forEach(({ [name]: truth }, row) => {
            const what = `${name} of row ${row}, noise ${noise}, temperature ${temperature}, ${Type.name}`;
            within(found.values[row], truth, found.errorBounds[row], what);
            check(found.errorBounds[row] <= WIDEST[found.backend] * Math.max(toNumber(truth), 1e-7), () => `${what}: the bound ${found.errorBounds[row]} of ${found.values[row]} is wide.`);
          });
        }
      }
    }
  }
}

/** Large logits, one class alone, −Infinity, ties, shifts by a constant; half floats; axes; devices. */
async function runEdges({ kullback, backend }: ConformanceContext): Promise<void> {
  const { klFromLogits } = kullback;
  const one = async (a: number[], b: number[], options: LogitOptions = {}, Type: FloatsType = Float32Array): Promise<LogitComparison> => klFromLogits(Type.from(a), Type.from(b), { ...options, backend });
  const holds = async (a: number[], b: number[], what: string) => {
    for (const Type of FLOATS) {
      const truths = truthsOf(Type.from(a), Type.from(b));
      for (const name of NAMES) {
        const { values: [value], errorBounds: [bound] } = await one(a, b, { measure: kullback[name] }, Type);
        const truth = truths[name];
        if (truth.e === Infinity) same(value, Infinity, `${name} of ${what}`);
        // 256 bits lose what is below 1e-90
        else within(value, truth, bound + 1e-90, `${name} of ${what}, ${Type.name}`);
      }
    }
    // every class a thousand times over says the same
    const long = (row: number[]) => Float32Array.from({ length: 1501 * row.length }, (_, i) => row[i % row.length]);
    const { values: [value], errorBounds: [bound] } = await klFromLogits(long(a), long(b), { backend });
    const truth = truthsOf(Float32Array.from(a), Float32Array.from(b)).klDivergence;
    if (truth.e === Infinity) same(value, Infinity, `a long row of ${what}`);
    else within(value, truth, bound + 1e-90, `a long row of ${what}`);
  };
  await holds([1000, 999, -1000], [-500, -499, -501], "logits far from 0");
  await holds([0, -200, -400], [-200, 0, -400], "logits far apart");
  await holds([80, 0, 0, 0], [81, 0, 0, 0], "one class alone");
  await holds([0, 1, -Infinity], [1, 0, -Infinity], "a class that neither has");
  await holds([0, 1, -Infinity], [1, 0, 2], "a class that p lacks");
  await holds([0, 1, 2], [1, -Infinity, 0], "a class that q lacks");
  await holds([3e38, -3e38], [-3e38, 3e38], "the largest floats");
  await holds([0.1, 0.2], [1e4 + 0.3, 1e4 + 0.1], "a large shift");
  await holds([100_000.125, 100_003.375, 99_990], [0.41, -7.73, 3.17], "a large shift, and classes far apart");
  await holds([33.3, 35.7, 30.1, 34.9], [-1.3, -0.55, -7.9, -2.2], "raw logits against logarithms");
  await holds([0, -87.5], [0, -1e30], "a q much farther than a p that underflows");
  await holds([0, -100], [0, -101], "classes next to nothing");
  await holds([0, -740], [0, -1e30], "classes that doubles do not hold");
  for (const name of ["klDivergence", "crossEntropy"] as const) {
    const { values: [value] } = await one([0, 0], [0, -1e305], { measure: kullback[name] }, Float64Array);
    within(value, 5e304, 1e292, `${name} of a logit of -1e305`);
  }
  same((await one([0, -0, -5], [-5, 0, -9])).top1Agreement, 1, "0 and -0");
  const shifted = await one([0.5, 1.25, -3], [16.5, 17.25, 13]);
  same(shifted.values[0], 0, "a shift by a constant");
  same(shifted.top1Agreement, 1, "its agreement");
  same((await one([1, 2, 3], [3, 2, 1])).top1Agreement, 0, "models that disagree");
  same((await one([3, 1, 3], [1, 2, 2])).top1Agreement, 1, "ties");
  const halves = kullback.grid(Uint16Array.of(0x3c00, 0x4000, 0xc000), { dtype: "float16" });
  within((await klFromLogits(halves, Float32Array.of(1, 2, -2.5), { backend })).values[0], truthsOf([1, 2, -2], [1, 2, -2.5]).klDivergence, 1e-6, "half floats");
  const [a, b] = modelsOf(Float32Array, random(112), 6, 20, 0.1);
  const rows = await klFromLogits(a, b, { shape: [6, 20], backend });
  const transposed = (cells: Floats) => Float32Array.from(cells, (_: number, i: number) => cells[(i % 6) * 20 + Math.floor(i / 6)]);
  const columns = await klFromLogits(transposed(a), transposed(b), { shape: [20, 6], axis: 0, backend });
  rows.values.forEach((value, i) => within(columns.values[i], value, rows.errorBounds[i] + columns.errorBounds[i], `column ${i}`));
  const device = await kullback.upload(a, { backend });
  const onDevice = await klFromLogits(device, b, { shape: [6, 20], backend });
  rows.values.forEach((value, i) => within(onDevice.values[i], value, rows.errorBounds[i] + onDevice.errorBounds[i], `row ${i} on the device`));
  device.destroy();
  const bits = await klFromLogits(a, b, { shape: [6, 20], base: 2, backend });
  within(bits.mean, rows.mean / Math.LN2, rows.mean * 1e-5, "bits");
  same(bits.unit, "bit", "unit");
}

/** What all rows say together, against their definitions; a batch of the size of a language model's. */
async function runStatistics({ kullback, backend }: ConformanceContext): Promise<void> {
  const [rows, cells] = [201, 64];
  const [a, b] = modelsOf(Float32Array, random(113), rows, cells, 0.2);
  const { values, mean, standardError, quantiles, largest, top1Agreement } = await kullback.klFromLogits(a, b, { shape: [rows, cells], backend });
  const sum = values.reduce((total, x) => total + x, 0);
  within(mean, sum / rows, 1e-14 * mean, "mean");
  within(standardError, Math.sqrt(values.reduce((total, x) => total + (x - sum / rows) ** 2, 0) / (rows - 1) / rows), 1e-12 * mean, "standardError");
  const sorted = values.slice().sort();
  same(quantiles[0.5], sorted[100], "median");
  within(quantiles[0.99], sorted[198], 1e-15, "the 99 % quantile");
  within(quantiles[0.999], sorted[199] + 0.8 * (sorted[200] - sorted[199]), 1e-12, "the 99.9 % quantile");
  same(largest.value, sorted[200], "largest");
  same(values[largest.row], largest.value, "its row");
  const first = (cells_: Floats, row: number) => { const own = cells_.subarray(row * cells, (row + 1) * cells); return own.indexOf(Math.max(...own)); };
  same(top1Agreement, Array.from(values, (_, row) => Number(first(a, row) === first(b, row))).reduce((total, agrees) => total + agrees, 0) / rows, "top1Agreement");
  async function* blocksOf(logits: Floats) {
    for (let row = 0; row < rows; row += 40) yield kullback.grid(logits.subarray(row * cells, (row + 40) * cells), { shape: [Math.min(40, rows - row), cells] });
  }
  const streamed = await kullback.klFromLogits(blocksOf(a), blocksOf(b), { backend });
  sameList(streamed.values, values, "rows in blocks");
  same(streamed.top1Agreement, top1Agreement, "top1Agreement in blocks");
  same(streamed.quantiles[0.9], quantiles[0.9], "a quantile in blocks");
  await rejects(() => kullback.klFromLogits(blocksOf(a), blocksOf(b.subarray(0, 40 * cells)), { backend }), kullback.ShapeError, "blocks that end too soon");
  const broken = b.slice();
  broken[50 * cells + 3] = NaN;
  same((await rejects(() => kullback.klFromLogits(blocksOf(a), blocksOf(broken), { backend }), kullback.DomainError, "NaN in a block")).index, 50 * cells + 3, "where it is");
  same((await kullback.klFromLogits(a.subarray(0, cells), b.subarray(0, cells), { backend })).standardError, NaN, "the standard error of one row");
}

/** 128 256 classes, and models so near that a row differs by 1e-6 nats. */
async function runVocabulary({ kullback, backend }: ConformanceContext): Promise<void> {
  const cells = 128_256;
  for (const noise of [0.3, 1.4e-3]) {
    const [a, b] = modelsOf(Float32Array, random(114), 2, cells, noise);
    const { values, errorBounds } = await kullback.klFromLogits(a, b, { shape: [2, cells], backend });
    for (let row = 0; row < 2; row++) {
      const truth = nearTruth(a.subarray(row * cells, (row + 1) * cells), b.subarray(row * cells, (row + 1) * cells));
      within(values[row], truth, errorBounds[row] + truth * 1e-12, `row ${row} of a vocabulary, noise ${noise}`);
      check(values[row] > (noise / 2) ** 2 / 4 && errorBounds[row] < (backend.info.kind === "cpu" ? 1e-4 : 1e-2) * values[row], () => `row ${row}: ${values[row]} ± ${errorBounds[row]}.`);
    }
  }
}

/** In binary64, D = E[e − c] + ln E[exp(c − e)], c the mean of e: within 1e-12 of itself where no difference is large. */
function nearTruth(a: Floats, b: Floats): number {
  let most = -Infinity;
  for (const x of a) most = Math.max(most, x);
  const p = Float64Array.from(a, (x) => Math.exp(x - most));
  const meanOf = (of: (i: number) => number) => {
    let [sum, lost, total, lostTotal] = [0, 0, 0, 0];
    for (let i = 0; i < p.length; i++) {
      const x = p[i] * of(i) - lost;
      lost = sum + x - sum - x;
      sum += x;
      const y = p[i] - lostTotal;
      lostTotal = total + y - total - y;
      total += y;
    }
    return sum / total;
  };
  const c = meanOf((i) => a[i] - b[i]);
  const rest = (e: number) => (Math.abs(e) < 0.1 ? e * e * (1 / 2 - e * (1 / 6 - e * (1 / 24 - e * (1 / 120 - e * (1 / 720 - e * (1 / 5040 - e / 40320)))))) : Math.exp(-e) - 1 + e);
  const first = meanOf((i) => a[i] - b[i] - c);
  return Math.log1p(meanOf((i) => rest(a[i] - b[i] - c)) - first) + first;
}

async function refusesLogits({ kullback, backend }: ConformanceContext): Promise<void> {
  const call = (a: unknown, b: unknown, options: object = {}) => () => kullback.klFromLogits(a as number[], b as number[], { ...options, backend });
  const { message } = await rejects(call([0, NaN, 1, Infinity], [0, 0, 0, 0]), kullback.DomainError, "NaN");
  same(message, "klFromLogits: pLogits has 2 entries that are NaN or Infinity, the first at index 1.", "its message");
  same((await rejects(call(Float32Array.of(0, 1, 2, 3), Float32Array.of(0, 0, -Infinity, -Infinity), { shape: [2, 2] }), kullback.DomainError, "a row of nothing")).message, "klFromLogits: qLogits has nothing but -Infinity in row 1.", "its message");
  await rejects(call([0, 1], [0, 1, 2]), kullback.ShapeError, "other lengths");
  await rejects(call([0, 1], [0, 1], { temperature: 0 }), RangeError, "no temperature");
  for (const measure of [kullback.hellinger, kullback.renyi, "js", {}, null]) await rejects(call([0, 1], [0, 1], { measure }), RangeError, "another measure");
  for (const temperature of [-1, 1e-40, 1e40, NaN, Infinity]) await rejects(call([0, 1], [0, 1], { temperature }), RangeError, `temperature ${temperature}`);
  async function* blocks(...shapes: number[][]) {
    for (const shape of shapes) yield kullback.grid(new Float32Array(shape[0] * shape[1]), { shape });
  }
  await rejects(call(blocks([2, 2]), blocks([2, 2]), { axis: 0 }), RangeError, "the axis of the blocks");
  await rejects(call(blocks([2, 2], [2, 3]), blocks([2, 2], [2, 3])), kullback.ShapeError, "blocks of other classes");
  await rejects(call(blocks([2, 2]), [0, 1, 2, 3]), TypeError, "blocks beside an array");
  same((await rejects(call([0, 1], [0, 1, 2, 3], { shape: [1, 2] }), kullback.ShapeError, "q of another length")).message.includes("qLogits"), true, "its name");
  await rejects(call([0, 1], [0, 1], { detail: true }), TypeError, "an option of others");
  await rejects(call(Int32Array.of(0, 1), Int32Array.of(0, 1)), TypeError, "integers");
}

export const logitCases: readonly ConformanceCase[] = [
  { name: "klFromLogits is within its bound at every temperature, however near the models", run: runRows },
  { name: "klFromLogits of large logits, of −Infinity, of halves, along any axis and on the device", throughWindows: true, run: runEdges },
  { name: "klFromLogits tells mean, quantiles and agreement of all rows", run: runStatistics },
  { name: "klFromLogits of rows of 128 256 logits", throughWindows: true, run: runVocabulary },
  { name: "logits that are none are refused", run: refusesLogits },
];
