import type { Detail, DetailArray, MeasureOptions } from "../options.js";
import type { Measure } from "../terms/measure.js";
import type { Input } from "../validate.js";
import { evaluateCall } from "./evaluate.js";
import type { AxisOptions, DetailArrayOptions, DetailOptions, PairMeasure, ScalarOptions, SingleMeasure } from "./measures.js";
import { prepareData } from "./prepare.js";
import { SharedReads } from "./shared-reads.js";

type Measures = readonly (PairMeasure | SingleMeasure)[];
/** One result for each measure. */
export type Compared<Of extends Measures, Result> = { -readonly [Key in keyof Of]: Result };

/**
 * Several measures of the same data, which is read as often as the one of them that reads it most often: once for Kullback–Leibler and
 * entropies, twice with those that need the totals first. In exact precision each measure reads for itself.
 *
 * ```ts
 * const [kl, js, tv] = await compare([klDivergence, jensenShannon, totalVariation], p, q, { base: 2 });
 * ```
 *
 * @param measures - Measures, in any order; one of a single distribution is that of p.
 * @param p - As for each measure.
 * @param q - As for each measure.
 * @param options - As for each measure; see {@link MeasureOptions}.
 * @returns What each measure by itself would return, in their order: numbers, with `axis` arrays, with `detail` details. Within its
 *   bound each is as sure as by itself; its last digits may be others.
 * @throws As the first of the measures that throws; TypeError for what is no measure.
 */
export function compare<const Of extends Measures>(measures: Of, p: Input, q: Input, options?: ScalarOptions): Promise<Compared<Of, number>>;
export function compare<const Of extends Measures>(measures: Of, p: Input, q: Input, options: AxisOptions): Promise<Compared<Of, Float64Array>>;
export function compare<const Of extends Measures>(measures: Of, p: Input, q: Input, options: DetailOptions): Promise<Compared<Of, Detail>>;
export function compare<const Of extends Measures>(measures: Of, p: Input, q: Input, options: DetailArrayOptions): Promise<Compared<Of, DetailArray>>;
export function compare<const Of extends Measures>(measures: Of, p: Input, q: Input, options?: MeasureOptions): Promise<Compared<Of, number | Float64Array | Detail | DetailArray>>;
export async function compare(callables: Measures, p: Input, q: Input, options: MeasureOptions = {}): Promise<readonly unknown[]> {
  const started = performance.now();
  const measures = measuresOf(callables);
  const dataOf = (arity: Measure["arity"]) => prepareData({ name: "compare", arity }, p, arity === "pair" ? q : undefined, options);
  const data = { pair: dataOf("pair"), single: measures.some(({ arity }) => arity === "single") ? dataOf("single") : undefined };
  const reads = new SharedReads(measures.length);
  const answers = measures.map((measure) => evaluateCall({ ...(data[measure.arity] ?? data.pair), measure, measures, reads }, started).finally(() => reads.leave()));
  // what throws is the same each time
  await Promise.allSettled(answers);
  return Promise.all(answers);
}

function measuresOf(callables: Measures): readonly Measure[] {
  if (!Array.isArray(callables)) throw new TypeError("compare: measures must be an array such as [klDivergence, jensenShannon].");
  return callables.map((callable: Partial<PairMeasure> | undefined, i) => {
    if (!callable?.measure) throw new TypeError(`compare: measures[${i}] is not a measure such as klDivergence.`);
    return callable.measure;
  });
}
