import published from "../cases/published.json";
import { keepsPromise, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { type ConformanceCase, type ConformanceContext, detailOf, gradeOf, type MeasureName } from "./context";
import { truthOf } from "./measures";

/** The measures of published.json that exist; the cases of the others wait for theirs. */
export const EXISTING: readonly string[] = [
  "klDivergence", "generalizedKl", "entropy", "crossEntropy", "jensenShannon", "jensenShannonDistance",
] satisfies readonly MeasureName[];

interface PublishedCase {
  readonly id: string;
  readonly source: string;
  readonly measure: MeasureName;
  readonly p: readonly (number | string)[];
  readonly q: readonly (number | string)[] | null;
  readonly base: number | null;
  readonly normalize: boolean;
  /** 20 digits, for the decimals as written. */
  readonly exact: string;
}

const existing = (published.cases as unknown as readonly PublishedCase[]).filter(({ measure }) => EXISTING.includes(measure));

function argumentsOf({ p, q, base, normalize }: PublishedCase): { p: number[]; q: number[]; options: { base: number; normalize: boolean } } {
  const numbers = p.map(Number);
  return { p: numbers, q: q === null ? numbers : q.map(Number), options: { base: base ?? Math.E, normalize } };
}

/** Binary64 against the published decimals. */
async function runDecimals(context: ConformanceContext, published: PublishedCase): Promise<void> {
  const { p, q, options } = argumentsOf(published);
  const exact = oracle.parse(published.exact);
  const { value } = await detailOf(context, published.measure, p, q, options);
  within(value, exact, 1e-13 * oracle.toNumber(exact), "value");
}

/** f32 data against the truth of the rounded numbers. */
async function runSingles(context: ConformanceContext, published: PublishedCase): Promise<void> {
  const { p, q, options } = argumentsOf(published);
  const [p32, q32] = [Float32Array.from(p), Float32Array.from(q)];
  const detail = await detailOf(context, published.measure, p32, q32, options);
  const { truth, promise } = truthOf(published.measure, p32, q32, gradeOf(detail, "float32"), options.base);
  keepsPromise(detail, truth, promise, "value");
}

export const publishedCases: readonly ConformanceCase[] = existing.flatMap((published): ConformanceCase[] => [
  { name: `${published.measure} has 13 digits of ${published.id} (${published.source})`, only: "cpu", run: (context) => runDecimals(context, published) },
  { name: `${published.measure} of Float32Arrays keeps the promise on ${published.id}`, run: (context) => runSingles(context, published) },
]);
