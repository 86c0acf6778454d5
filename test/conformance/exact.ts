import type { ExactJob } from "../../src/backend";
import type { Detail } from "../../src/options";
import { build, type HardCase } from "../cases/hard-cases.gen.mjs";
import hard from "../cases/hard-cases.json";
import { keepsPromise, rejects, same, sameList, ulp, within } from "../support/assert";
import { DTYPES } from "../support/bits";
import { anyJob } from "../support/exact-job";
import { inBase, parse } from "../support/oracle";
import { random } from "../support/random";
import { type Real, toNumber } from "../support/real";
import { type ConformanceCase, type ConformanceContext, detailOf, type MeasureName } from "./context";
import { truthOf } from "./measures";
import { nats } from "./promise";
import { DOUBLE, type Kind, randomPair, SINGLE } from "./random-pairs";

/** DESIGN section 4: error allowed a value in nats, beside the ulp. */
const PROMISES = {
  klDivergence: (value) => 2 ** -55 * (value + 2 ** -20),
  generalizedKl: (value) => 2 ** -55 * value,
  entropy: (value) => 2 ** -55 * Math.max(1, value),
  crossEntropy: (value) => 2 ** -55 * Math.max(1, value),
  jensenShannon: (value) => 2 ** -55 * (value + 2 ** -64),
} as const satisfies Partial<Record<MeasureName, (value: number) => number>>;

const MEASURES = Object.keys(PROMISES) as readonly (keyof typeof PROMISES)[];

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
  const promise = kind === "klNormalized" ? PROMISES.klDivergence(toNumber(parse(answer))) : PROMISES.generalizedKl(toNumber(parse(hardCase.truth.klGeneralized)));
  const detail = await detailOf(context, name, p, q, exact);
  keepsExactly(detail, truth, promise / nats(base), "value");
}

/** Within the promise and an ulp; the returned bound no wider than 64 times that. */
function keepsExactly(detail: Detail, truth: Real, promise: number, what: string): void {
  same(detail.precision, "exact", "precision");
  const allowed = promise + ulp(toNumber(truth));
  within(detail.value, truth, allowed, `${what} against the promise`);
  keepsPromise(detail, truth, allowed, what);
}

/** Every measure of random pairs, in both types and mixed. */
async function runRandom(context: ConformanceContext, kinds: readonly [Kind, Kind], pairs: number, seed: number): Promise<void> {
  const rng = random(seed);
  for (let i = 0; i < pairs; i++) {
    const pair = randomPair(rng, kinds[0]);
    const { p } = pair;
    const q = kinds[0] === kinds[1] ? pair.q : kinds[1].Type.from(pair.q, (x) => Math.min(x, kinds[1].largest));
    if (q.every((x) => x === 0)) q[0] = 1;
    for (const measure of i % 4 === 0 ? MEASURES : (["klDivergence"] as const)) {
      const detail = await detailOf(context, measure, p, q, { precision: "exact" });
      const { truth } = truthOf(measure, p, q, "wide");
      keepsExactly(detail, truth, PROMISES[measure](toNumber(truth)), `pair ${i}: ${measure} of [${p}] and [${q}]`);
    }
  }
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

const TERMS = ["kl", "cross-entropy", "jensen-shannon"] as const;

const typeCases = TERMS.flatMap((term) => DTYPES.map((p, i): ConformanceCase => ({
  name: `reduceExact adds up the CPU's integers for the terms ${term} of ${p} cells of any bits`,
  only: "webgpu",
  run: async (context) => {
    // each pair of types is a pipeline to compile: every type meets three others
    for (const j of [0, 1, 4]) {
      await sameIntegers(context, anyJob(random(i * 16 + j), term, { p, q: DTYPES[(i + j) % DTYPES.length] }, ...LAYOUTS[(i + j) % LAYOUTS.length]));
    }
  },
})));

const hardExactCases = (hard.cases as unknown as readonly HardCase[]).flatMap((hardCase) =>
  WAYS.map((way): ConformanceCase => ({
    name: `${way.name}(${hardCase.id}, ${JSON.stringify(way.options)}) in exact precision keeps the promise`,
    run: (context) => runWay(context, hardCase, way),
  })),
);

const randomExactCases: readonly ConformanceCase[] = ([[SINGLE, SINGLE], [DOUBLE, DOUBLE], [DOUBLE, SINGLE]] as const).map((kinds, i) => ({
  name: `random ${kinds[0].dtype} against ${kinds[1].dtype} in exact precision keeps the promise`,
  run: (context) => runRandom(context, kinds, context.backend.info.kind === "cpu" ? 400 : 40, 70 + i),
}));

export const exactCases: readonly ConformanceCase[] = [...hardExactCases, ...typeCases, ...randomExactCases];
