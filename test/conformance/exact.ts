import type { ExactJob } from "../../src/backend";
import { type Dtype, grid, layout } from "../../src/grid";
import type { ExactTerm } from "../../src/terms/exact/measure";
import { build, type HardCase } from "../cases/hard-cases.gen.mjs";
import hard from "../cases/hard-cases.json";
import { check, rejects, same, sameList } from "../support/assert";
import { DTYPES } from "../support/bits";
import { digestOf } from "../support/digest";
import { anyJob, NORMALIZED, TERMS } from "../support/exact-job";
import { inBase, parse } from "../support/oracle";
import { random } from "../support/random";
import { toNumber } from "../support/real";
import { type ConformanceCase, type ConformanceContext, detailArrayOf, detailOf, type MeasureName, sameOnAnyPlan } from "./context";
import { EXACT_PROMISES, keepsExactly } from "./exact-promise";
import { EXACT_MEASURES } from "./measures";
import { nats } from "./promise";

interface Way {
  readonly name: MeasureName;
  readonly options: { readonly base?: number; readonly normalize?: boolean };
  readonly truth: "klNormalized" | "klPlain" | "klGeneralized";
}

const WAYS: readonly Way[] = [
  { name: "klDivergence", options: {}, truth: "klNormalized" },
  { name: "klDivergence", options: { base: 2 }, truth: "klNormalized" },
  { name: "klDivergence", options: { normalize: false }, truth: "klPlain" },
  { name: "generalizedKl", options: {}, truth: "klGeneralized" },
];

async function runWay(context: ConformanceContext, hardCase: HardCase, { name, options, truth: kind }: Way): Promise<void> {
  const { p, q } = build(hardCase);
  const answer = hardCase.truth[kind];
  const exact = { ...options, precision: "exact" } as const;
  if (answer === "nan") {
    await rejects(() => detailOf(context, name, p, q, exact), context.kullback.DomainError, "no mass to normalise");
    return;
  }
  const { base = Math.E } = options;
  const truth = inBase(parse(answer), base);
  // Σ p·ln(p/q) = G + Σ(p − q): the promise is G's
  const promise = kind === "klNormalized" ? EXACT_PROMISES.klDivergence(toNumber(parse(answer))) : EXACT_PROMISES.generalizedKl(toNumber(parse(hardCase.truth.klGeneralized)));
  const detail = await detailOf(context, name, p, q, exact);
  keepsExactly(detail, truth, promise / nats(base), "value");
}

/** Both rooms add up the same integers, which is more than the same doubles. */
async function sameIntegers(context: ConformanceContext, job: ExactJob): Promise<void> {
  const cpu = await context.kullback.openBackend({ prefer: "cpu" });
  const [here, there] = [await context.backend.reduceExact(job), await cpu.reduceExact(job)];
  for (const [i, row] of there.rows.entries()) {
    for (const sum of ["p", "q", "infiniteCells"] as const) same(here.rows[i][sum], row[sum], `row ${i}: ${sum}`);
    sameList(here.rows[i].terms, row.terms, `row ${i}: terms`);
  }
  for (const side of ["invalidP", "invalidQ"] as const) sameList(Object.values(here[side]), Object.values(there[side]), side);
}

/** Layouts that take every path: one long row, many short ones, strided and split axes. */
const LAYOUTS: readonly (readonly [shape: readonly number[], axes: readonly number[]])[] = [
  [[5000], [0]], [[37, 3], [1]], [[3, 37], [0]], [[4, 5, 6], [0, 2]],
];

// each pair of types is a pipeline to compile, and each with weights another: every type meets two others in one term, and the
// widths of numbers every term
const typeCases = TERMS.flatMap((term) => (term === "kl" ? DTYPES : (["float32", "float64", "uint64"] as const)).map((p, i): ConformanceCase => ({
  name: `reduceExact adds up the CPU's integers for the terms ${term} of ${p} cells of any bits`,
  only: "webgpu",
  run: async (context) => {
    for (const j of term === "kl" ? [0, 4] : [0, 5]) {
      const dtypes = { p, q: DTYPES[(DTYPES.indexOf(p) + j) % DTYPES.length] };
      await sameIntegers(context, anyJob(random(i * 16 + j), term, dtypes, ...LAYOUTS[(i + j) % LAYOUTS.length], (i + j) % 2 === 1));
    }
  },
})));

/** Sums of 3000 cells, half of them near at every closeness, of which every engine must make the same digits. */
const GOLDEN = {
  kl: { float32: "e8713095b2e57bed", float64: "37e92998d98e18ad", uint32: "04ef995e846d6cba" },
  jeffreys: { float32: "7b63237c22ee3f05", float64: "ec1e9594991a91ef", uint32: "3f510dd569f05c8d" },
  "cross-entropy": { float32: "5eb824eb52c8a883", float64: "bc28a56cc06a6947", uint32: "1f373964d3167847" },
  "jensen-shannon": { float32: "8445392f59af11bb", float64: "db774568fe0ffa10", uint32: "372bb71b813500b2" },
  "total-variation": { float32: "c1624927e0f7c1c6", float64: "2be0b3445a14fa69", uint32: "2e6fd7029eb6168a" },
} as const satisfies Record<ExactTerm, Partial<Record<Dtype, string>>>;

async function keepsDigits(context: ConformanceContext, term: ExactTerm, dtype: keyof typeof GOLDEN.kl): Promise<void> {
  const rng = random(2026);
  const cells = { float32: Float32Array, float64: Float64Array, uint32: Uint32Array }[dtype];
  const size = dtype === "uint32" ? 2 ** 31 : 1;
  const p = Array.from({ length: 3000 }, () => (rng.uint32() + rng.unit()) * size * 2 ** (-32 - rng.integer(0, 20)));
  const q = p.map((x, i) => (i % 2 ? x * (1 + (2 * rng.unit() - 1) * 2 ** -rng.integer(1, 50)) : rng.unit() * size));
  const shape = [3000];
  const job: ExactJob = { term, layout: layout("test", shape, [0], shape), p: grid(cells.from(p)), q: grid(cells.from(q)), totals: true };
  const scales = [{ pShift: -130, qShift: -125, pTimes: 1n << 127n, qTimes: (1n << 127n) + (12345n << 60n) + 1n }];
  // as they are, and times totals, where the terms come so
  const jobs = [...(NORMALIZED.has(term) ? [] : [job]), ...(term === "cross-entropy" ? [] : [{ ...job, scales }])];
  const sums: bigint[] = [];
  for (const one of jobs) {
    const [row] = (await context.backend.reduceExact(one)).rows;
    sums.push(row.p, row.q, ...row.terms);
  }
  same(digestOf(sums), GOLDEN[term][dtype], `digest of ${term} of ${dtype}`);
}

const goldenCases = TERMS.flatMap((term) => (["float32", "float64", "uint32"] as const).map((dtype): ConformanceCase => ({
  name: `reduceExact makes the known digits of the terms ${term} of ${dtype} cells, ${GOLDEN[term][dtype]}`,
  run: (context) => keepsDigits(context, term, dtype),
})));

const hardExactCases = (hard.cases as unknown as readonly HardCase[]).flatMap((hardCase) =>
  WAYS.map((way): ConformanceCase => ({
    name: `${way.name}(${hardCase.id}, ${JSON.stringify(way.options)}) in exact precision keeps the promise`,
    run: (context) => runWay(context, hardCase, way),
  })),
);

/** A fast answer that will do stays; one that will not is exact, and the detail says so. */
async function keepsRtol(context: ConformanceContext): Promise<void> {
  const rng = random(77);
  const p = Float32Array.from({ length: 500 }, () => rng.unit() + 0.1);
  const q = p.map((x) => x * (1 + 1e-4 * (2 * rng.unit() - 1)));
  const exact = await detailOf(context, "klDivergence", p, q, { precision: "exact" });
  for (const [rtol, precision] of [[1e-2, "fast"], [1e-15, "exact"]] as const) {
    const detail = await detailOf(context, "klDivergence", p, q, { rtol });
    same(detail.precision, precision, `precision for rtol ${rtol}`);
    same(detail.reason.includes("rtol"), precision === "exact", `reason for rtol ${rtol} (${detail.reason})`);
    check(detail.errorBound <= rtol * detail.value, () => `errorBound ${detail.errorBound} is wider than ${rtol} of ${detail.value}.`);
    if (precision === "exact") same(detail.value, exact.value, "value");
  }
  // proportional data: D is 0, the bound need not be, and no rtol can be met
  const counts = Uint16Array.from({ length: 500 }, () => rng.integer(1, 20000));
  const multiple = await detailOf(context, "klDivergence", counts, counts.map((x) => 3 * x), { rtol: 1e-3 });
  same(multiple.precision, "exact", "precision for proportional data");
  check(multiple.value <= multiple.errorBound, () => `value ${multiple.value} of proportional data is above its bound ${multiple.errorBound}.`);
  same((await detailOf(context, "klDivergence", p, p, { rtol: 1e-3 })).precision, "fast", "precision for D = 0 with a bound of 0");
}

/** Else a kernel that is wrong would be switched off by its trial, and the CPU's right results would hide it. */
async function findsNoFault(context: ConformanceContext): Promise<void> {
  const [p, q] = [Float32Array.of(1, 2, 3), Float32Array.of(3, 2, 2)];
  for (const measure of EXACT_MEASURES) {
    for (const precision of ["fast", "exact"] as const) {
      const detail = await detailOf(context, measure, p, q, { precision });
      same(`${detail.backend} ${detail.precision}`, `${context.backend.info.kind} ${precision}`, `${measure}: where and how`);
    }
  }
  same(context.backend.info.faults.join("; "), "", "faults");
}

/** More rows than are held at a time: each the bits of its own call, and what is wrong is counted over all of them. */
async function takesManyRows(context: ConformanceContext): Promise<void> {
  const rng = random(78);
  const shape = [4200, 3];
  const p = Float32Array.from({ length: 12600 }, () => rng.unit() + 0.1);
  const q = p.map(() => rng.unit() + 0.1);
  for (const measure of ["klDivergence", "totalVariation"] as const) {
    const { value } = await detailArrayOf(context, measure, p, q, { shape, axis: 1, precision: "exact" });
    for (const row of [0, 4095, 4096, 4199]) {
      const alone = await detailOf(context, measure, p.subarray(3 * row, 3 * row + 3), q.subarray(3 * row, 3 * row + 3), { precision: "exact" });
      same(value[row], alone.value, `${measure} of row ${row}`);
    }
  }
  const call = (cells: Float32Array) => context.kullback.klDivergence(p, cells, { backend: context.backend, shape, axis: 1, precision: "exact" });
  const error = await rejects(() => call(q.map((x, i) => (i === 30 || i === 12500 ? NaN : x))), context.kullback.DomainError, "two that are NaN");
  same(`${error.count} ${error.index}`, "2 30", "count and index");
  const empty = await rejects(() => call(q.map((x, i) => (i >= 12300 && i < 12303 ? 0 : x))), context.kullback.DomainError, "an empty row");
  check(empty.message.includes("row 4100"), () => `"${empty.message}" does not tell the row.`);
}

export const exactCases: readonly ConformanceCase[] = [...sameOnAnyPlan([...hardExactCases, ...typeCases]), ...goldenCases, {
  name: "klDivergence(p, q, { rtol }) is computed again in exact precision where the fast bound is wider",
  run: keepsRtol,
}, {
  name: "backend.info.faults is empty: every measure is computed here, in both precisions",
  run: findsNoFault,
}, {
  name: "measures of 4200 rows in exact precision are those of each row, and errors tell of all",
  run: takesManyRows,
}];
