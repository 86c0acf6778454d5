import type { PointwiseOptions } from "../../src/operations/pointwise";
import { check, same, sameList, within } from "../support/assert";
import { positive, random } from "../support/random";
import { type ConformanceCase, type ConformanceContext, detailArrayOf, detailOf, FLOATS, type Floats, type FloatsType } from "./context";

const SHAPE = [7, 11, 13];
const CELLS = 7 * 11 * 13;
const CONTRIBUTING = ["klDivergence", "generalizedKl", "crossEntropy", "jensenShannon", "entropy", "totalVariation", "chiSquare"] as const;
type Contributing = (typeof CONTRIBUTING)[number];

function dataOf(Type: FloatsType): { p: Floats; q: Floats } {
  const rng = random(61);
  return { p: Type.from(positive(rng, CELLS), (value, i) => (i % 5 === 2 ? 0 : value * 40)), q: Type.from(positive(rng, CELLS)) };
}

async function contributions(context: ConformanceContext, measure: Contributing, p: Floats, q: Floats, options: Omit<PointwiseOptions, "output"> = {}): Promise<Floats> {
  const { pointwise, entropy } = context.kullback;
  const all = { shape: SHAPE, ...options, backend: context.backend };
  const grid = await (measure === "entropy" ? pointwise(entropy, p, all) : pointwise(context.kullback[measure], p, q, all));
  sameList(grid.shape, all.shape, `${measure}: shape`);
  same(grid.data.length, p.length, `${measure}: cells`);
  return grid.data;
}

/** Each contribution carries the error of a term and of its totals. */
function sumsTo(cells: Iterable<number>, value: number, bound: number, wide: boolean, what: string): void {
  let sum = 0;
  let size = 0;
  for (const cell of cells) {
    sum += cell;
    size += Math.abs(cell);
  }
  within(sum, value, bound + size * (wide ? 2 ** -43 : 2 ** -17), what);
}

async function runForms(context: ConformanceContext, measure: Contributing): Promise<void> {
  for (const Type of FLOATS) {
    const { p, q } = dataOf(Type);
    for (const base of [Math.E, 2]) {
      const { value, errorBound } = await detailOf(context, measure, p, q, { base });
      for (const form of ["signed", "nonnegative"] as const) {
        const cells = await contributions(context, measure, p, q, { form, base });
        sumsTo(cells, value, errorBound, Type === Float64Array, `Σ of ${form} ${measure}, base ${base}, ${Type.name}`);
        if (form === "nonnegative") check(cells.every((cell) => cell >= 0), () => `nonnegative ${measure} has a negative cell.`);
      }
    }
  }
}

async function runAxis(context: ConformanceContext): Promise<void> {
  const { p, q } = dataOf(Float32Array);
  const cells = await contributions(context, "klDivergence", p, q, { axis: [0, 2] });
  const { value, errorBound } = await detailArrayOf(context, "klDivergence", p, q, { shape: SHAPE, axis: [0, 2] });
  same(value.length, 11, "rows");
  value.forEach((expected, row) => {
    const own = cells.filter((_, i) => Math.floor(i / 13) % 11 === row);
    sumsTo(own, expected, errorBound[row], false, `Σ of row ${row}`);
  });
}

async function runCells(context: ConformanceContext): Promise<void> {
  const [p, q] = [Float32Array.of(2, 1, 1, 0), Float32Array.of(1, 1, 2, 4)];
  const expected = {
    signed: [0.5 * Math.log(4), 0.25 * Math.LN2, 0, 0],
    nonnegative: [0.5 * Math.log(4) - 0.375, 0.25 * Math.LN2 - 0.125, 0, 0.5],
  };
  for (const form of ["signed", "nonnegative"] as const) {
    const cells = await contributions(context, "klDivergence", p, q, { form, shape: [2, 2] });
    for (const [i, cell] of cells.entries()) within(cell, expected[form][i], 1e-6, `${form} cell ${i}`);
  }
  const raw = await contributions(context, "klDivergence", p, q, { normalize: false, shape: [4] });
  for (const [i, value] of [2 * Math.LN2, 0, -Math.LN2, 0].entries()) within(raw[i], value, 2e-6, `normalize: false, cell ${i}`);
}

/** Cells whose sum is beyond their type's range, and small ones: each contributes what it is. */
async function runFar(context: ConformanceContext): Promise<void> {
  for (const [Type, sizes] of [[Float32Array, [2 ** 126, 2 ** -120]], [Float64Array, [2 ** 1021, 2 ** -1000]]] as const) {
    for (const size of sizes) {
      const [p, q] = [Type.of(3 * size, size, 2 * size), Type.of(size, 2 * size, size)];
      const expected = { klDivergence: [3 * Math.log(3), -Math.LN2, 2 * Math.LN2], generalizedKl: [3 * Math.log(3) - 2, 1 - Math.LN2, 2 * Math.LN2 - 1], totalVariation: [1, 0.5, 0.5], chiSquare: [4, 0.5, 1] };
      for (const [measure, values] of Object.entries(expected)) {
        const cells = await contributions(context, measure as Contributing, p, q, { shape: [3], normalize: false });
        for (const [i, value] of values.entries()) within(cells[i] / size, value, 1e-5, `${measure} of cells of ${size}, cell ${i}`);
        const { data } = await context.kullback.pointwise(context.kullback[measure as "klDivergence"], p, q, { normalize: false, top: 1, backend: context.backend });
        within(data[0] / size, Math.max(...values), 1e-5, `${measure}: the largest of cells of ${size}`);
      }
    }
  }
}

async function runInfinity(context: ConformanceContext): Promise<void> {
  for (const Type of FLOATS) {
    const { p, q } = dataOf(Type);
    // p is 0 in cell 2 and of every size elsewhere: the smallest subnormal counts
    const tiny = Type === Float32Array ? 2 ** -149 : 5e-324;
    p[100] = tiny;
    for (const i of [2, 100, 500]) q[i] = 0;
    for (const measure of ["klDivergence", "crossEntropy", "generalizedKl"] as const) {
      const cells = await contributions(context, measure, p, q);
      const infinite = [...cells.keys()].filter((i) => cells[i] === Infinity);
      sameList(infinite, [100, 500], `${measure}: infinite cells (${Type.name})`);
      check(!cells.some(Number.isNaN), () => `${measure}: NaN among the contributions.`);
      same(cells[2], 0, `${measure}: a cell with p = q = 0`);
    }
    const finite = await contributions(context, "jensenShannon", p, q);
    check(finite.every(Number.isFinite), () => "jensenShannon: a contribution is not finite.");
  }
}

/** Squares over values so small that binary32 does not hold them together. */
async function runFarApart({ kullback, backend }: ConformanceContext): Promise<void> {
  const [small, large] = [Float32Array.of(1, 2 ** -80, 2), Float32Array.of(3, 1, 2 ** -70)];
  for (const [p, q] of [[small, large], [large, small]]) {
    for (const normalize of [true, false]) {
      const [sp, sq] = [p, q].map((cells) => (normalize ? cells.reduce((sum, x) => sum + x) : 1));
      for (const measure of ["chiSquare", "neymanChiSquare"] as const) {
        const { data } = await kullback.pointwise(kullback[measure], p, q, { backend, normalize });
        p.forEach((x, i) => {
          const [a, b] = [x / sp, q[i] / sq];
          const expected = (a - b) ** 2 / (measure === "chiSquare" ? b : a);
          within(data[i], expected, expected * 2 ** -18, `${measure} of cell ${i}, normalize: ${normalize}`);
        });
      }
    }
  }
}

async function runDevice(context: ConformanceContext): Promise<void> {
  const { pointwise, klDivergence } = context.kullback;
  const { p, q } = dataOf(Float32Array);
  const options = { shape: SHAPE, backend: context.backend };
  const left = await pointwise(klDivergence, p, q, { ...options, output: "device" });
  try {
    check(left.buffer !== null && left.host === null, () => "the result is not in GPU memory.");
    sameList(left.shape, SHAPE, "shape");
    const host = await pointwise(klDivergence, p, q, options);
    sameList(await context.backend.download(left), host.data, "downloaded");
  } finally {
    left.destroy();
  }
}

export const pointwiseCases: readonly ConformanceCase[] = [
  ...CONTRIBUTING.map((measure): ConformanceCase => ({
    name: `pointwise(${measure}) sums to the measure in both forms`,
    run: (context) => runForms(context, measure),
  })),
  { name: "pointwise(klDivergence, { axis }) normalises each remaining cell on its own", run: runAxis },
  { name: "pointwise(klDivergence) gives p̂·ln(p̂/q̂), and −p̂ + q̂ more when nonnegative", run: runCells },
  { name: "pointwise puts Infinity where p > 0 meets q = 0 and nowhere else", run: runInfinity },
  { name: "pointwise of numbers as they are, of any size", run: runFar },
  { name: "pointwise of both chi-squares keeps cells that are far apart", run: runFarApart },
  { name: "pointwise(klDivergence, { output: \"device\" }) leaves the same contributions on the GPU", only: "webgpu", run: runDevice },
];
