import type { ExactJob } from "../../src/backend";
import { build, type HardCase } from "../cases/hard-cases.gen.mjs";
import hard from "../cases/hard-cases.json";
import { keepsPromise, rejects, same, sameList, ulp, within } from "../support/assert";
import { DTYPES } from "../support/bits";
import { anyJob } from "../support/exact-job";
import { inBase, parse } from "../support/oracle";
import { random } from "../support/random";
import { toNumber } from "../support/real";
import { type ConformanceCase, type ConformanceContext, detailOf, type MeasureName } from "./context";
import { nats } from "./promise";

/** DESIGN section 4, in nats, beside the ulp. */
const klPromise = (value: number) => 2 ** -55 * (value + 2 ** -20);
const generalizedPromise = (value: number) => 2 ** -55 * value;

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
  const promise = kind === "klNormalized" ? klPromise(toNumber(parse(answer))) : generalizedPromise(toNumber(parse(hardCase.truth.klGeneralized)));
  const detail = await detailOf(context, name, p, q, exact);
  same(detail.precision, "exact", "precision");
  const allowed = promise / nats(base) + ulp(toNumber(truth));
  within(detail.value, truth, allowed, "value against the promise");
  keepsPromise(detail, truth, allowed, "value");
}

/** Both rooms add up the same integers, which is more than the same doubles. */
async function sameIntegers(context: ConformanceContext, job: ExactJob): Promise<void> {
  const cpu = await context.kullback.openBackend({ prefer: "cpu" });
  const [here, there] = [await context.backend.reduceExact(job), await cpu.reduceExact(job)];
  for (const [i, row] of there.rows.entries()) {
    for (const sum of ["p", "q", "term", "infiniteCells"] as const) same(here.rows[i][sum], row[sum], `row ${i}: ${sum}`);
  }
  for (const side of ["invalidP", "invalidQ"] as const) sameList(Object.values(here[side]), Object.values(there[side]), side);
}

/** Layouts that take every path: one long row, many short ones, strided and split axes. */
const LAYOUTS: readonly (readonly [shape: readonly number[], axes: readonly number[]])[] = [
  [[5000], [0]], [[37, 3], [1]], [[3, 37], [0]], [[4, 5, 6], [0, 2]],
];

const typeCases = DTYPES.map((p, i): ConformanceCase => ({
  name: `reduceExact of ${p} cells of any bits adds up the CPU's integers`,
  only: "webgpu",
  run: async (context) => {
    // each pair of types is a pipeline to compile: every type meets three others
    for (const j of [0, 1, 4]) {
      await sameIntegers(context, anyJob(random(i * 16 + j), { p, q: DTYPES[(i + j) % DTYPES.length] }, ...LAYOUTS[(i + j) % LAYOUTS.length]));
    }
  },
}));

const hardExactCases = (hard.cases as unknown as readonly HardCase[]).flatMap((hardCase) =>
  WAYS.map((way): ConformanceCase => ({
    name: `${way.name}(${hardCase.id}, ${JSON.stringify(way.options)}) in exact precision keeps the promise`,
    run: (context) => runWay(context, hardCase, way),
  })),
);

export const exactCases: readonly ConformanceCase[] = [...hardExactCases, ...typeCases];
