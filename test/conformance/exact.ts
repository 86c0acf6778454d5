import { build, type HardCase } from "../cases/hard-cases.gen.mjs";
import hard from "../cases/hard-cases.json";
import { keepsPromise, rejects, same, ulp, within } from "../support/assert";
import { inBase, parse } from "../support/oracle";
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

export const exactCases: readonly ConformanceCase[] = (hard.cases as unknown as readonly HardCase[]).flatMap((hardCase) =>
  WAYS.map((way): ConformanceCase => ({
    name: `${way.name}(${hardCase.id}, ${JSON.stringify(way.options)}) in exact precision keeps the promise`,
    run: (context) => runWay(context, hardCase, way),
  })),
);
