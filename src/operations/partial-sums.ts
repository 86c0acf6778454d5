import type { Detail, DetailArray, MeasureOptions } from "../options.js";
import { mergeRows } from "../terms/exact/measure.js";
import type { Measure } from "../terms/measure.js";
import type { Input } from "../validate.js";
import type { PairMeasure, SingleMeasure } from "./measures.js";
import { partialRow, rowOf, scaleOf } from "./partial-row.js";
import type { PartialRow } from "./partial-row.js";

/** Goes up with any change of a term's digits. */
export const VERSION = 1;

/** Exact sums of part of the data, a row for each result: plain values that JSON and `postMessage` keep, a few hundred bytes a row. */
export interface PartialSums {
  /** Which arithmetic made them: sums of two versions do not go together. */
  readonly version: typeof VERSION;
  readonly measure: string;
  readonly normalize: boolean;
  readonly cellVolume: number;
  /** Shape of the result: the axes that remain. */
  readonly shape: readonly number[];
  /** Cells of a row so far. */
  readonly cells: number;
  readonly rows: readonly PartialRow[];
}

/** Options of `partialSums`. */
export interface PartialSumsOptions extends Omit<MeasureOptions, "base" | "totals" | "precision" | "rtol" | "detail"> {
  /** Merged sums of all the data, from a round before this one. */
  readonly totals?: PartialSums;
}

/** Options of `finishSums`. */
export type FinishSumsOptions = Pick<MeasureOptions, "base" | "detail">;

/** A finished value, or one a row of the result, with its bound. */
export type FinishedSums = Omit<Detail, "backend" | "reason" | "elapsedMs"> | Omit<DetailArray, "backend" | "reason" | "elapsedMs">;

/**
 * Exact sums of part of the data, to be merged with those of the others: the finished value has the same bits for any parts, in any
 * order, on any device. For data that come in pieces or lie on many machines.
 *
 * Entropies and `generalizedKl` take one round over the parts, and so do `klDivergence` and `jeffreys` where Σp and Σq agree.
 * `jensenShannon`, its distance and `totalVariation`, whose cells are divided by the totals first, take two, which is right for
 * every measure:
 *
 * ```ts
 * const totals = mergeSums(await partialSums(totalVariation, p1, q1), await partialSums(totalVariation, p2, q2));
 * const sums = mergeSums(await partialSums(totalVariation, p1, q1, { totals }), await partialSums(totalVariation, p2, q2, { totals }));
 * const value = await finishSums(totalVariation, sums);
 * ```
 *
 * @param measure - A measure of two distributions; of one: `partialSums(entropy, p, options)`.
 * @param p - As for the measure.
 * @param q - As for the measure.
 * @param options - `shape`, `axis`, `spacing`, `normalize`, `mask`, `weights`, `backend`, `signal` as for the measure, and `totals`.
 * @throws As the measure; RangeError where `totals` are those of another measure, shape or setting.
 */
export function partialSums(measure: PairMeasure, p: Input, q: Input, options?: PartialSumsOptions): Promise<PartialSums>;
export function partialSums(measure: SingleMeasure, p: Input, options?: PartialSumsOptions): Promise<PartialSums>;
export async function partialSums(callable: PairMeasure | SingleMeasure, p: Input, ...rest: readonly unknown[]): Promise<PartialSums> {
  const { measure }: { readonly measure: Measure } = callable;
  const [q, given] = measure.arity === "single" ? [undefined, rest[0]] : [rest[0] as Input, rest[1]];
  const { totals, ...options } = (given ?? {}) as PartialSumsOptions;
  return (await import("./sum-parts.js")).sumPart(measure, p, q, options, totals);
}

/**
 * The sums of all parts together; addition of integers, so that neither order nor grouping changes a bit.
 *
 * @throws RangeError for sums of different measures, shapes, settings or rounds.
 */
export function mergeSums(first: PartialSums, ...others: readonly PartialSums[]): PartialSums {
  for (const [i, part] of [first, ...others].entries()) checkSums(`mergeSums: argument ${i + 1}`, part);
  return others.reduce((sums, part) => {
    checkSame("mergeSums", sums, part);
    const rows = sums.rows.map((row, i): PartialRow => {
      const other = part.rows[i];
      if (JSON.stringify(row.scale) !== JSON.stringify(other.scale) || (row.terms === null) !== (other.terms === null)) {
        throw new RangeError("mergeSums: sums of different rounds, or with different totals.");
      }
      return partialRow(mergeRows(rowOf(row), rowOf(other)), row.terms ? scaleOf(row) : undefined);
    });
    return { ...sums, cells: sums.cells + part.cells, rows };
  }, first);
}

/**
 * The value of merged sums, as the measure gives it for all the data in exact precision.
 *
 * @param measure - The measure that the sums are of.
 * @param sums - Of all parts, merged.
 * @param options - `base`, and `detail` for the bound.
 * @returns A number; a `Float64Array` for sums made with `axis`. With `detail` the value of `klDivergence` and `jeffreys` after one
 *   round even where the totals differ, with the wide bound that it has then.
 * @throws RangeError where the sums are another measure's, or a second round is missing or left out parts; DomainError where p or q
 *   sums to 0 and is to be normalised; TypeError for what are no sums.
 */
export function finishSums(measure: PairMeasure | SingleMeasure, sums: PartialSums, options: FinishSumsOptions & { readonly detail: true }): Promise<FinishedSums>;
export function finishSums(measure: PairMeasure | SingleMeasure, sums: PartialSums, options?: FinishSumsOptions): Promise<number | Float64Array>;
export async function finishSums(callable: PairMeasure | SingleMeasure, sums: PartialSums, options: FinishSumsOptions = {}): Promise<number | Float64Array | FinishedSums> {
  return (await import("./sum-parts.js")).finishParts(callable.measure, sums, options);
}

/** Throws TypeError for what `partialSums` cannot have made, RangeError for another version's. */
export function checkSums(what: string, sums: unknown): void {
  if (typeof sums !== "object" || sums === null || !("version" in sums) || !("rows" in sums)) {
    const found = Array.isArray(sums) ? "an array" : sums instanceof Promise ? "a promise" : sums === null ? "null" : typeof sums === "string" ? "text" : typeof sums;
    throw new TypeError(`${what} is ${found}, not what partialSums resolves to.`);
  }
  if (sums.version !== VERSION) throw new RangeError(`${what}: sums of version ${String(sums.version)}, this is version ${VERSION}.`);
}

/** What sums must have in common. */
const SETTINGS = ["measure", "normalize", "cellVolume", "shape"] as const;

export function checkSame(what: string, a: Pick<PartialSums, (typeof SETTINGS)[number]>, b: PartialSums): void {
  for (const name of SETTINGS) {
    const [mine, other] = [JSON.stringify(a[name]), JSON.stringify(b[name])];
    if (mine !== other) throw new RangeError(`${what}: the ${name === "cellVolume" ? "spacing" : name} differs: ${mine} and ${other}.`);
  }
}
