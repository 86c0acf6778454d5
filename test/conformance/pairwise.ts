import type { PairMeasure } from "../../src/operations/measures";
import { check, rejects, same, sameList, ulp, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { positive, random } from "../support/random";
import { add, type Real, toNumber } from "../support/real";
import { type ConformanceCase, type ConformanceContext, FLOATS, type Floats } from "./context";
import { truthOf } from "./orders";

type Truth = (p: ArrayLike<number>, q: ArrayLike<number>) => Real;

/** Measures with a form of their own for matrices, and some without. */
function measuresOf({ kullback }: ConformanceContext): readonly (readonly [PairMeasure, Truth])[] {
  const { renyi, tsallis, alphaDivergence } = kullback;
  return [
    [kullback.klDivergence, (p, q) => oracle.klDivergence(p, q)],
    [kullback.crossEntropy, (p, q) => oracle.crossEntropy(p, q)],
    [kullback.jeffreys, (p, q) => oracle.jeffreys(p, q)],
    [kullback.jensenShannon, (p, q) => oracle.jensenShannon(p, q)],
    [kullback.jensenShannonDistance, (p, q) => oracle.jensenShannonDistance(p, q)],
    [kullback.totalVariation, (p, q) => oracle.totalVariation(p, q)],
    [kullback.hellinger, (p, q) => oracle.hellinger(p, q)],
    [kullback.chiSquare, (p, q) => oracle.chiSquare(p, q)],
    [kullback.neymanChiSquare, (p, q) => oracle.chiSquare(q, p)],
    [kullback.bhattacharyya, (p, q) => truthOf("bhattacharyya", 0.5, p, q)],
    [renyi(0.3), (p, q) => truthOf("renyi", 0.3, p, q)],
    [renyi(3), (p, q) => truthOf("renyi", 3, p, q)],
    [renyi(Infinity), (p, q) => truthOf("renyi", Infinity, p, q)],
    [tsallis(0.5), (p, q) => truthOf("tsallis", 0.5, p, q)],
    [alphaDivergence(-1), (p, q) => truthOf("alphaDivergence", -1, p, q)],
  ];
}

const CELLS = 37;

/** Rows far apart, close, the same but for their size, next to nothing in common, and with zeros of which some meet. */
function rowsOf(seed: number): number[][] {
  const rng = random(seed);
  const first = positive(rng, CELLS);
  return [
    [...first],
    first.map((x) => x * (1 + 1e-4 * (rng.unit() - 0.5))),
    first.map((x) => 8 * x),
    positive(rng, CELLS).map((x) => x ** 6),
    first.map((x, i) => (i % 5 === 0 ? 0 : x)),
    first.map((x, i) => (i % 5 === 0 ? 0 : x * (1 + 0.3 * rng.unit()))),
    first.map((_, i) => (i === 7 ? 1 : 0)),
    first.map((x, i) => (i < 20 ? 1e-6 * x : x)),
  ].map((row) => [...row]);
}

const flat = (Type: (typeof FLOATS)[number], rows: readonly (readonly number[])[]): Floats => Type.from(rows.flat());
const rowAt = (data: Floats, row: number): Floats => data.subarray(row * CELLS, (row + 1) * CELLS);

async function runAgainstTruth(context: ConformanceContext): Promise<void> {
  const { kullback: { pairwise }, backend } = context;
  for (const Type of FLOATS) {
    const rows = flat(Type, rowsOf(1));
    const others = flat(Type, rowsOf(2).slice(0, 3));
    for (const [measure, truth] of measuresOf(context)) {
      for (const against of [undefined, others]) {
        const q = against ?? rows;
        const { data, errorBound, shape, unit } = await pairwise(measure, rows, { shape: [8, CELLS], backend, detail: true, ...(against && { against }) });
        sameList(shape, [8, q.length / CELLS], "shape of a matrix");
        same(unit, ["hellinger", "totalVariation", "chiSquare", "neymanChiSquare", "tsallis(0.5)", "alphaDivergence(-1)"].includes(measure.measure.name) ? "1" : measure.measure.name === "jensenShannonDistance" ? "√nat" : "nat", "unit");
        for (let i = 0; i < 8; i++) {
          for (let j = 0; j < shape[1]; j++) {
            const [value, bound] = [data[i * shape[1] + j], errorBound[i * shape[1] + j]];
            const expected = truth(rowAt(rows, i), rowAt(q, j));
            const what = `${measure.measure.name} of ${Type.name} rows ${i} and ${j}${against ? " of others" : ""}`;
            within(value, expected, bound + ulp(value) / 2, what);
            // a root of what is 0 but for rounding has no digits
            if (toNumber(expected) > 1e-12 && toNumber(expected) < Infinity) check(bound <= (Type === Float64Array ? 2 ** -28 : 2 ** -15) * Math.max(value, 1e-3) * 4, () => `${what}: the bound ${bound} of ${value} is wide.`);
          }
        }
      }
    }
  }
}

/** Few cells, of which nearly all mass lies in one: what cells are divided by shows. */
async function runFewCells({ kullback, backend }: ConformanceContext): Promise<void> {
  const { pairwise, crossEntropy, totalVariation, klDivergence, jensenShannon, alphaDivergence } = kullback;
  const cases = [
    [crossEntropy, oracle.crossEntropy, [1e10, 1, 3e9, 1]], [totalVariation, oracle.totalVariation, [1, 1e-12, 1, 2e-12]], [klDivergence, oracle.klDivergence, [1, 1e-12, 1, 3e-12]],
    [jensenShannon, oracle.jensenShannon, [3.43, 1, 1, 1]], [alphaDivergence(2), (p: Floats, q: Floats) => truthOf("alphaDivergence", 2, p, q), [0.5, 0.5, 1, 1e-30]],
  ] as const;
  for (const Type of FLOATS) {
    for (const [measure, truth, cells] of cases) {
      const rows = Type.from(cells);
      const { data, errorBound } = await pairwise(measure, rows, { shape: [2, 2], backend, detail: true });
      for (const at of [1, 2]) within(data[at], truth(rows.subarray(at === 1 ? 0 : 2, at === 1 ? 2 : 4), rows.subarray(at === 1 ? 2 : 0, at === 1 ? 4 : 2)), errorBound[at] + ulp(data[at]) / 2, `${measure.measure.name} of ${Type.name} [${cells}], entry ${at}`);
    }
  }
  const self = await pairwise(crossEntropy, Float64Array.of(1e10, 1), { shape: [1, 2], backend, detail: true });
  within(self.data[0], oracle.entropy([1e10, 1]), self.errorBound[0] + ulp(self.data[0]) / 2, "the entropy of a row of nearly one cell");
}

/** What a product of matrices in binary32 says: Σ p̂·ln p̂ − Σ p̂·ln q̂. */
function product32(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const normalized = (row: ArrayLike<number>) => Float32Array.from(row, (x) => x / Array.from(row).reduce((sum, y) => sum + y, 0));
  const [a, b] = [normalized(p), normalized(q)];
  let [own, mixed] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    own = Math.fround(own + Math.fround(a[i] * Math.fround(Math.log(a[i]))));
    mixed = Math.fround(mixed + Math.fround(a[i] * Math.fround(Math.log(b[i]))));
  }
  return Math.fround(own - mixed);
}

async function runClose({ kullback, backend }: ConformanceContext): Promise<void> {
  const { pairwise, klDivergence, jensenShannon, hellinger } = kullback;
  const cells = 1024;
  const rng = random(3);
  const common = positive(rng, cells);
  const rows = Float32Array.from({ length: 6 * cells }, (_, i) => common[i % cells] * (1 + 1e-4 * (rng.unit() - 0.5)));
  const row = (i: number) => rows.subarray(i * cells, (i + 1) * cells);
  let worst32 = 0;
  for (const [measure, truth] of [[klDivergence, oracle.klDivergence], [jensenShannon, oracle.jensenShannon], [hellinger, oracle.hellinger]] as const) {
    const { data, errorBound, alone } = await pairwise(measure, rows, { shape: [6, cells], backend, detail: true });
    if (measure === klDivergence) same(alone, 0, "close rows that a product did not reach");
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < 6; j++) {
        if (i === j) continue;
        const expected = truth(row(i), row(j));
        const at = 6 * i + j;
        within(data[at], expected, errorBound[at] + ulp(data[at]) / 2, `${measure.measure.name} of close rows ${i} and ${j}`);
        check(errorBound[at] <= 2 ** -16 * data[at], () => `${measure.measure.name} of close rows: the bound ${errorBound[at]} of ${data[at]} is wide.`);
        if (measure === klDivergence) worst32 = Math.max(worst32, Math.abs(product32(row(i), row(j)) / toNumber(expected) - 1));
      }
    }
  }
  check(worst32 > 100, () => `a product in binary32 is off by ${worst32} times only: these rows are no test.`);
}

async function runForms({ kullback, backend }: ConformanceContext): Promise<void> {
  const { pairwise, klDivergence, jeffreys, jensenShannon, crossEntropy, entropy } = kullback;
  const rng = random(4);
  const shape = [70, 3, 11];
  // more rows than one tile, and some that are the same
  const rows = Float32Array.from({ length: 70 * 33 }, () => rng.unit());
  rows.copyWithin(5 * 33, 66 * 33, 67 * 33);
  const options = { shape, backend } as const;
  const kl = await pairwise(klDivergence, rows, options);
  same(kl.dtype, "float64", "dtype of a matrix");
  const both = await pairwise(jeffreys, rows, options);
  const js = await pairwise(jensenShannon, rows, options);
  for (let i = 0; i < 70; i++) {
    same(kl.data[71 * i], 0, "a row from itself");
    for (let j = 0; j < 70; j++) {
      within(both.data[70 * i + j], kl.data[70 * i + j] + kl.data[70 * j + i], 1e-5 * both.data[70 * i + j], "both directions");
      same(js.data[70 * i + j], js.data[70 * j + i], "a symmetric matrix");
    }
  }
  same(js.data[70 * 5 + 66], 0, "rows that are the same");
  const condensed = await pairwise(jensenShannon, rows, { ...options, condensed: true });
  sameList(condensed.shape, [35 * 69], "shape of the condensed form");
  sameList(condensed.data, [...js.data].filter((_, at) => at % 70 > Math.floor(at / 70)), "the condensed form");
  const bits = await pairwise(jensenShannon, rows, { ...options, base: 2, condensed: true });
  within(bits.data[0] * Math.LN2, js.data[1], 1e-6 * js.data[1], "bits");
  for (const measure of [jensenShannon, klDivergence]) {
    const all = measure === jensenShannon ? js : kl;
    const { data, indices, shape: [, top] } = await pairwise(measure, rows, { ...options, top: 4 });
    same(top, 4, "how many are nearest");
    for (let i = 0; i < 70; i++) {
      const order = Array.from({ length: 70 }, (_, j) => j).filter((j) => j !== i).sort((a, b) => all.data[70 * i + a] - all.data[70 * i + b] || a - b).slice(0, 4);
      sameList(indices.subarray(4 * i, 4 * i + 4), order, `nearest rows of row ${i}`);
      sameList(data.subarray(4 * i, 4 * i + 4), order.map((j) => all.data[70 * i + j]), `their values`);
    }
  }
  const first = rows.subarray(0, 2 * 33);
  const nearest = await pairwise(klDivergence, rows, { ...options, against: first, top: 2, detail: true });
  same(nearest.indices[0], 0, "a row among the others");
  same(nearest.data[0], 0, "its divergence");
  same(nearest.errorBound.length, 140, "bounds of the nearest");
  const cross = await pairwise(crossEntropy, rows, options);
  within(cross.data[71], await entropy(rows.subarray(33, 66), { backend }), 1e-5, "the cross entropy of a row with itself");
  const device = await kullback.upload(kullback.grid(rows, { shape: [70, 33] }), { backend });
  const onDevice = await pairwise(jensenShannon, device, { backend, output: "device" });
  sameList(onDevice.shape, [70, 70], "shape on the device");
  const copy = await backend.download(onDevice);
  within(Number(copy[70 + 2]), js.data[70 + 2], 1e-6, "an entry on the device");
  onDevice.destroy();
  device.destroy();
}

/** What has no form for matrices is what the measure itself says, bit by bit. */
async function runOneByOne({ kullback, backend }: ConformanceContext): Promise<void> {
  const { pairwise, klDivergence, totalVariation, jensenShannon } = kullback;
  const rng = random(5);
  const counts = Uint16Array.from({ length: 9 * 20 }, () => (rng.unit() < 0.2 ? 0 : rng.integer(1, 900)));
  const row = (i: number) => counts.subarray(i * 20, (i + 1) * 20);
  for (const [measure, options] of [
    [klDivergence, { precision: "exact" }], [totalVariation, { precision: "exact", base: 2 }], [klDivergence, { zeros: { policy: "laplace", value: 1 } }], [klDivergence, { normalize: false }],
    [jensenShannon, { normalize: false }], [klDivergence, { zeros: { policy: "omit" } }],
  ] as const) {
    const { data, precision } = await pairwise(measure, counts, { shape: [9, 20], backend, detail: true, ...options });
    same(precision, "precision" in options ? "exact" : "fast", "precision of a matrix");
    for (const [i, j] of [[0, 1], [1, 0], [8, 2], [3, 3], [4, 7]]) {
      const alone = await measure(row(i), row(j), { backend, detail: true, ...options });
      if (precision === "exact") same(data[9 * i + j], alone.value, `${measure.measure.name} of rows ${i} and ${j}`);
      else within(data[9 * i + j], alone.value, alone.errorBound * 2, `${measure.measure.name} of rows ${i} and ${j}, ${JSON.stringify(options)}`);
    }
  }
  const large = BigUint64Array.from({ length: 2 * 4 }, (_, i) => 2n ** 60n + BigInt(i));
  const { data } = await pairwise(klDivergence, large, { shape: [2, 4], backend, precision: "exact" });
  same(data[1], await klDivergence(large.subarray(0, 4), large.subarray(4), { backend, precision: "exact" }), "rows of integers next to each other");
  const wide = await pairwise(klDivergence, large, { shape: [2, 4], backend, detail: true });
  within(wide.data[1], data[1], wide.errorBound[1], "the same as they come");
  const tight = await pairwise(klDivergence, Float32Array.from(counts, (x) => x + 1), { shape: [9, 20], backend, rtol: 1e-12, detail: true });
  for (let at = 0; at < 81; at++) check(tight.errorBound[at] <= 1e-12 * tight.data[at], () => `rtol: the bound ${tight.errorBound[at]} of ${tight.data[at]} is wide.`);
}

async function runEmptyRows({ kullback, backend }: ConformanceContext): Promise<void> {
  const { pairwise, klDivergence, jensenShannon, hellinger } = kullback;
  const rows = Float32Array.of(1, 2, 3, 0, 0, 0, 3, 2, 0);
  const options = { shape: [3, 3], backend } as const;
  const { message, argument } = await rejects(() => pairwise(klDivergence, rows, options), kullback.DomainError, "a row without mass");
  same(message, "pairwise: rows sums to 0 in row 1 and cannot be normalised.", "its message");
  same(argument, "rows", "its argument");
  for (const measure of [klDivergence, jensenShannon, hellinger]) {
    const { data } = await pairwise(measure, rows, { ...options, emptyRows: "nan" });
    for (const at of [1, 3, 4, 5, 7]) same(data[at], NaN, `${measure.measure.name} with a row without mass`);
    same(data[0], 0, "a row from itself");
    check(data[6] > 0, () => "rows with mass have a value.");
  }
  const { indices } = await pairwise(klDivergence, rows, { ...options, emptyRows: "nan", top: 2 });
  sameList(indices, [2, 1, 0, 2, 0, 1], "nearest rows, those without mass last");
}

async function refusesRows({ kullback, backend }: ConformanceContext): Promise<void> {
  const { pairwise, klDivergence, jensenShannon, entropy, DomainError, ShapeError } = kullback;
  const rows = [1, 2, 3, 4];
  const options = { shape: [2, 2], backend } as const;
  await rejects(() => pairwise(klDivergence, rows, { backend }), ShapeError, "rows without a shape");
  await rejects(() => pairwise(klDivergence, [], { shape: [0, 2], backend }), ShapeError, "no rows");
  await rejects(() => pairwise(klDivergence, rows, { ...options, against: [1, 2, 3] }), ShapeError, "others of another length");
  await rejects(() => pairwise(klDivergence, rows, { ...options, against: kullback.grid([1, 2, 3, 4, 5, 6], { shape: [2, 3] }) }), ShapeError, "others of other cells");
  const smoothed = await pairwise(klDivergence, [0, 0, 1, 2], { ...options, zeros: { policy: "laplace", value: 1 } });
  check(smoothed.data[1] > 0, () => "a row without mass that is smoothed has a value.");
  const { message, index } = await rejects(() => pairwise(jensenShannon, [1, 2, 3, 4], { ...options, against: [1, 2, 3, -4] }), DomainError, "a negative entry");
  same(message, "pairwise: against has 1 entry that is negative, NaN or infinite, the first at index 3.", "its message");
  same(index, 3, "its index");
  await rejects(() => pairwise(klDivergence, [1, NaN, 3, 4], options), DomainError, "NaN");
  await rejects(() => pairwise(klDivergence, rows, { ...options, condensed: true }), RangeError, "a condensed form of what is not symmetric");
  await rejects(() => pairwise(jensenShannon, rows, { ...options, condensed: true, against: rows }), RangeError, "a condensed form of two sides");
  for (const top of [0, 1.5, 2]) await rejects(() => pairwise(klDivergence, rows, { ...options, top }), RangeError, `top ${top}`);
  await rejects(() => pairwise(entropy as never, rows, options), TypeError, "a measure of one distribution");
  await rejects(() => pairwise(klDivergence, rows, { ...options, axis: 1 } as never), TypeError, "an option of others");
  await rejects(() => pairwise(klDivergence, rows, { ...options, output: "gpu" } as never), RangeError, "another output");
  await rejects(() => pairwise(klDivergence, rows, { ...options, signal: AbortSignal.abort(new RangeError("stopped")) }), RangeError, "a signal");
  await rejects(() => pairwise(kullback.binaryCrossEntropy, [0.1, 2, 0.3, 0.4], options), DomainError, "more than 1");
}

/** D(p ‖ q) of distributions that are apart in every way is the sum of the truths, whatever way each entry came. */
async function runMixed({ kullback, backend }: ConformanceContext): Promise<void> {
  const { pairwise, klDivergence } = kullback;
  const rows = flat(Float32Array, [...rowsOf(6), ...rowsOf(6).slice(0, 3).map((row) => row.map((x, i) => x * (1 + 1e-7 * (i % 3))))]);
  const { data, errorBound } = await pairwise(klDivergence, rows, { shape: [11, CELLS], backend, detail: true });
  let [sum, truth] = [0, oracle.parse("0")];
  for (let at = 0; at < 121; at++) {
    const expected = oracle.klDivergence(rowAt(rows, Math.floor(at / 11)), rowAt(rows, at % 11));
    check(!Number.isNaN(data[at]) && data[at] >= 0, () => `entry ${at} is ${data[at]}.`);
    if (data[at] === Infinity) {
      same(toNumber(expected), Infinity, "an infinite entry");
      continue;
    }
    sum += data[at];
    truth = add(truth, expected);
  }
  within(sum, truth, errorBound.reduce((all, bound) => all + bound, 0) + 1e-12, "the sum of all finite entries");
}

export const pairwiseCases: readonly ConformanceCase[] = [
  { name: "every entry of a pairwise matrix is within its bound", run: runAgainstTruth },
  { name: "pairwise of few cells, nearly all in one, is within its bound", run: runFewCells },
  { name: "pairwise of rows 1e-4 apart keeps its digits, where a product in binary32 has none", run: runClose },
  { name: "pairwise comes as a matrix, condensed, as the nearest, and on the device", throughWindows: true, run: runForms },
  { name: "pairwise in exact precision and with policies is what the measure says", run: runOneByOne },
  { name: "pairwise of rows far apart, close, and with zeros has no NaN", run: runMixed },
  { name: "pairwise of rows without mass is refused, or NaN", run: runEmptyRows },
  { name: "rows that are none are refused", run: refusesRows },
];
