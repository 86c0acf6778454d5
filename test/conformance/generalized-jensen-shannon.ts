import { check, keepsPromise, rejects, same, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { near, positive, random } from "../support/random";
import { add, divide, klDivTerm, multiply, type Real, real, ZERO } from "../support/real";
import { type ConformanceCase, type ConformanceContext, FLOATS, type Floats, type FloatsType } from "./context";

/** Σ πᵢ·Σ g(p̂ᵢ, m) over cells. */
function truthOf(distributions: readonly ArrayLike<number>[], priors: readonly number[]): Real {
  const totals = distributions.map(oracle.sumOf);
  const total = oracle.sumOf(priors);
  let sum = ZERO;
  for (let cell = 0; cell < distributions[0].length; cell++) {
    const parts = distributions.map((p, i) => divide(real(p[cell]), totals[i]));
    const mean = parts.reduce((mixed, part, i) => add(mixed, divide(multiply(real(priors[i]), part), total)), ZERO);
    for (const [i, part] of parts.entries()) sum = add(sum, divide(multiply(real(priors[i]), klDivTerm(part, mean)), total));
  }
  return sum;
}

const CELLS = 300;
const PRIORS = [[3, 1], [1, 1e-3], [1, 1, 1], [0.2, 5, 1], [1, 2, 3, 4, 5]] as const;

function dataOf(Type: FloatsType, count: number, closeness?: number): Floats[] {
  const rng = random(91 + count);
  const first = positive(rng, CELLS);
  return Array.from({ length: count }, (_, i) => {
    const values = closeness ? near(rng, first, closeness) : positive(rng, CELLS).map((x, cell) => ((cell + i) % 7 === 0 ? 0 : x));
    return Type.from(values, (x) => x * 10 ** i);
  });
}

async function runTruth({ kullback, backend }: ConformanceContext): Promise<void> {
  for (const Type of FLOATS) {
    const isWide = Type === Float64Array;
    for (const priors of PRIORS) {
      for (const closeness of [undefined, 1e-3, isWide ? 1e-9 : 1e-5]) {
        const distributions = dataOf(Type, priors.length, closeness);
        const truth = truthOf(distributions, priors);
        const what = `priors ${priors}, closeness ${closeness}, ${Type.name}`;
        const { value, errorBound, unit } = await kullback.generalizedJensenShannon(distributions, { priors, backend, detail: true });
        same(unit, "nat", what);
        const expected = oracle.toNumber(truth);
        within(value, truth, errorBound, `${what} against its errorBound`);
        // of more than two the mixture's own rounding is in it
        const promise = expected * (isWide ? 2 ** -47 : 2 ** -19) + (isWide ? 2 ** -96 : 2 ** -37);
        keepsPromise({ value, errorBound }, truth, promise, what);
      }
    }
  }
}

async function runRelations(context: ConformanceContext): Promise<void> {
  const { generalizedJensenShannon, jensenShannon } = context.kullback;
  const { backend } = context;
  const [p, q, r] = dataOf(Float32Array, 3);
  same(await generalizedJensenShannon([p, q], { backend }), await jensenShannon(p, q, { backend }), "two with the same priors");
  // nothing in common: the entropy of the priors, in bits
  const apart = [Float32Array.of(1, 0, 0, 0), Float32Array.of(0, 5, 0, 0), Float32Array.of(0, 0, 1, 1)];
  within(await generalizedJensenShannon(apart, { backend, base: 2, priors: [2, 1, 1] }), 1.5, 1e-6, "of what has nothing in common");
  within(await generalizedJensenShannon(apart.slice(0, 2), { backend, base: 2, priors: [3, 1] }), 2 - 0.75 * Math.log2(3), 1e-6, "of two that have nothing in common");
  check((await generalizedJensenShannon([p, p, p], { backend })) <= 1e-12, () => "of three times the same");
  // parts that no binary32 holds once they are normalised, beside ones that are 0
  const tiny = [Float32Array.of(1e-30, 1e10, 0), Float32Array.of(0, 1, 1), Float32Array.of(0, 1, 2)];
  const { value, errorBound } = await generalizedJensenShannon(tiny, { backend, detail: true });
  within(value, truthOf(tiny, [1, 1, 1]), errorBound, "of parts that underflow");
  const huge = [Float64Array.of(5e-324, 1e-323), Float64Array.of(1, 20), Float64Array.of(20, 1)];
  const far = await generalizedJensenShannon(huge, { backend, detail: true });
  within(far.value, truthOf(huge, [1, 1, 1]), far.errorBound, "of the smallest numbers there are");
  within(await generalizedJensenShannon([p, q, r], { backend, priors: [1e308, 1e308, 1e308] }), await generalizedJensenShannon([p, q, r], { backend }), 1e-9, "of large priors");
  for (const options of [{ normalize: false }, { precision: "exact" }, { mask: p }, { offsets: [0, 300] }]) {
    await rejects(() => generalizedJensenShannon([p, q, r], { backend, ...options } as object), TypeError, JSON.stringify(Object.keys(options)));
  }
  const shape = [3, 100];
  const rows = await generalizedJensenShannon([p, q, r], { backend, shape, axis: 1, detail: true });
  same(rows.value.length, 3, "rows");
  for (const [row, found] of rows.value.entries()) {
    const own = [p, q, r].map((values) => values.slice(100 * row, 100 * row + 100));
    within(found, truthOf(own, [1, 1, 1]), rows.errorBound[row], `row ${row}`);
  }
  const { DomainError, ShapeError } = context.kullback;
  await rejects(() => generalizedJensenShannon([p], { backend }), RangeError, "one distribution");
  await rejects(() => generalizedJensenShannon([p, q, r], { backend, priors: [1, 1] }), RangeError, "too few priors");
  await rejects(() => generalizedJensenShannon([p, q, r], { backend, priors: [1, 0, 1] }), RangeError, "a prior of 0");
  await rejects(() => generalizedJensenShannon([p, q, r.slice(1)], { backend }), ShapeError, "another length");
  const bad = r.slice();
  bad[7] = -1;
  for (const distributions of [[p, bad], [p, q, bad]]) {
    const { argument, index } = await rejects(() => generalizedJensenShannon(distributions, { backend }), DomainError, "a negative entry");
    same(argument, `distributions[${distributions.length - 1}]`, "argument");
    same(index, 7, "index");
  }
}

async function runDevice({ kullback, backend }: ConformanceContext): Promise<void> {
  for (const distributions of [dataOf(Float32Array, 3), dataOf(Float64Array, 3)]) await runUploaded({ kullback, backend }, distributions);
}

async function runUploaded({ kullback, backend }: Pick<ConformanceContext, "kullback" | "backend">, distributions: readonly Floats[]): Promise<void> {
  const onDevice = await Promise.all(distributions.map((p) => kullback.upload(p, { backend })));
  try {
    same(await kullback.generalizedJensenShannon(onDevice, { backend }), await kullback.generalizedJensenShannon(distributions, { backend }), "resident");
  } finally {
    for (const grid of onDevice) grid.destroy();
  }
}

export const generalizedJensenShannonCases: readonly ConformanceCase[] = [
  { name: "generalizedJensenShannon with priors keeps the promise, near and far", run: runTruth },
  { name: "generalizedJensenShannon of two, of none in common, of rows, and what is refused", run: runRelations },
  { name: "generalizedJensenShannon of grids on the device is that of the arrays", run: runDevice },
];
