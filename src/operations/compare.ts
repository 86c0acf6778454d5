import type { Detail, DetailArray, MeasureOptions, RaggedOptions } from "../options.js";
import type { Measure } from "../terms/measure.js";
import type { Input } from "../validate.js";
import { evaluate, evaluateCall, isRagged } from "./evaluate.js";
import type { AxisOptions, DetailArrayOptions, DetailOptions, Even, PairMeasure, RaggedDetailOptions, RaggedValueOptions, ScalarOptions, SingleMeasure } from "./measures.js";
import { prepare } from "./prepare.js";
import { SharedReads } from "./shared-reads.js";

type Measures = readonly (PairMeasure | SingleMeasure)[];
/** One result for each measure. */
export type Compared<Of extends Measures, Result> = { -readonly [Key in keyof Of]: Result };

/**
 * Several measures of the same data. They have those reads in common that see the same cells and take the same for infinite: Kullback–Leibler
 * and cross entropy need one, with Jensen–Shannon and total variation a second, of cells divided by the totals from the first. A measure
 * of one distribution reads for itself, and so does each in exact precision.
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
export function compare<const Of extends Measures>(measures: Of, p: Input, q: Input, options: RaggedValueOptions): Promise<Compared<Of, Float64Array>>;
export function compare<const Of extends Measures>(measures: Of, p: Input, q: Input, options: RaggedDetailOptions): Promise<Compared<Of, DetailArray>>;
export function compare<const Of extends Measures>(measures: Of, p: Input, q: Input, options?: Even | RaggedOptions): Promise<Compared<Of, number | Float64Array | Detail | DetailArray>>;
export async function compare(callables: Measures, p: Input, q: Input, options: MeasureOptions | RaggedOptions = {}): Promise<readonly unknown[]> {
  const started = performance.now();
  const measures = measuresOf(callables);
  if (isRagged(options)) return Promise.all(measures.map((measure) => evaluate(measure, p, measure.arity === "pair" ? q : undefined, options)));
  const dataOf = (arity: Measure["arity"]) => prepare({ name: "compare", arity }, p, arity === "pair" ? q : undefined, options);
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
