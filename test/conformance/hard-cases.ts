import type { Dtype } from "../../src/grid";
import type { Detail } from "../../src/options";
import { build, type HardCase } from "../cases/hard-cases.gen.mjs";
import hard from "../cases/hard-cases.json";
import { check, keepsPromise, rejects, same } from "../support/assert";
import { inBase, type PairSums, parse } from "../support/oracle";
import { type ConformanceCase, type ConformanceContext, detailOf, gradeOf, type Grade, type MeasureName } from "./context";
import { generalizedPromise, klPromise, nats, plainPromise } from "./promise";

/** A way to ask for a divergence of a hard case, and the truth that answers it. */
interface Way {
  readonly name: MeasureName;
  readonly options: { readonly base?: number; readonly normalize?: boolean };
  readonly truth: "klNormalized" | "klPlain" | "klGeneralized";
  readonly promise: (sums: PairSums, grade: Grade) => number;
}

const ways: readonly Way[] = [
  { name: "klDivergence", options: {}, truth: "klNormalized", promise: klPromise },
  { name: "klDivergence", options: { base: 2 }, truth: "klNormalized", promise: klPromise },
  { name: "klDivergence", options: { base: 10 }, truth: "klNormalized", promise: klPromise },
  { name: "klDivergence", options: { normalize: false }, truth: "klPlain", promise: plainPromise },
  { name: "generalizedKl", options: {}, truth: "klGeneralized", promise: generalizedPromise },
];

const DTYPES: Record<HardCase["dtype"], Dtype> = { f32: "float32", f64: "float64", u32: "uint32" };

let built: { readonly id: string; readonly data: ReturnType<typeof build> } | undefined;

/** The data of a case; its ways follow one another, so the last is kept. */
function dataOf(hardCase: HardCase): ReturnType<typeof build> {
  if (built?.id !== hardCase.id) built = { id: hardCase.id, data: build(hardCase) };
  return built.data;
}

async function runWay(context: ConformanceContext, hardCase: HardCase, way: Way): Promise<void> {
  const { p, q } = dataOf(hardCase);
  const { truth } = hardCase;
  const answer = truth[way.truth];
  if (answer === "nan") {
    const error = await rejects(() => detailOf(context, way.name, p, q, way.options), context.kullback.DomainError, "no mass to normalise");
    same(error.argument, "p", "argument");
    return;
  }
  const sums = { p: parse(truth.sumP), q: parse(truth.sumQ), plain: parse(truth.klPlain), generalized: parse(truth.klGeneralized) };
  const { base = Math.E } = way.options;
  for (const detail of [await detailOf(context, way.name, p, q, way.options), await besideOthers(context, hardCase, way)]) {
    const grade = gradeOf(detail, DTYPES[hardCase.dtype]);
    keepsPromise(detail, inBase(parse(answer), base), way.promise(sums, grade) / nats(base), "value");
    if (way.truth !== "klPlain") check(detail.value >= 0, () => `value ${detail.value} is negative or NaN.`);
    if (hardCase.id === "identical") same(detail.value, 0, "D(p, p)");
  }
}

/** The same from a read that is shared with other measures'. */
async function besideOthers({ kullback, backend }: ConformanceContext, hardCase: HardCase, { name, options }: Way): Promise<Detail> {
  const { p, q } = dataOf(hardCase);
  // these are not defined without mass
  const others = hardCase.truth.klNormalized === "nan" ? [] : [kullback.jensenShannon, kullback.crossEntropy, kullback.totalVariation, kullback.entropy];
  const [detail] = await kullback.compare([kullback[name], ...others], p, q, { ...options, backend, detail: true });
  return detail;
}

export const hardCases: readonly ConformanceCase[] = (hard.cases as unknown as readonly HardCase[]).flatMap((hardCase) =>
  ways.map((way) => ({
    name: `${way.name}(${hardCase.id}, ${JSON.stringify(way.options)}) keeps the promise`,
    // on WebGPU a Float64Array is computed in integers: exact.ts
    ...(hardCase.dtype === "f64" && { only: "cpu" as const }),
    run: (context) => runWay(context, hardCase, way),
  })),
);
