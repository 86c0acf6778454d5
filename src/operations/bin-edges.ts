import type { BinOptions, BinRule } from "./histogram.js";

/** What rules go by, of the samples within the range. */
export interface SampleStatistics {
  readonly count: number;
  readonly least: number;
  readonly greatest: number;
  /** Deviation and third standardised moment; for `"scott"` and `"doane"`. */
  readonly deviation?: number;
  readonly skewness?: number;
  /** 75th less 25th percentile; for `"fd"` and `"auto"`. */
  readonly interquartile?: number;
}

export const RULES: readonly BinRule[] = ["auto", "fd", "scott", "doane", "sturges", "rice", "sqrt"];

/** Widths of bins as NumPy has them; 0: one bin. */
const WIDTHS: Readonly<Record<BinRule, (of: Required<SampleStatistics>) => number>> = {
  sqrt: ({ count, least, greatest }) => (greatest - least) / Math.sqrt(count),
  sturges: ({ count, least, greatest }) => (greatest - least) / (Math.log2(count) + 1),
  rice: ({ count, least, greatest }) => (greatest - least) / (2 * count ** (1 / 3)),
  scott: ({ count, deviation }) => Math.cbrt((24 * Math.sqrt(Math.PI)) / count) * deviation,
  doane({ count, least, greatest, deviation, skewness }) {
    if (count <= 2 || !(deviation > 0)) return 0;
    const scale = Math.sqrt((6 * (count - 2)) / ((count + 1) * (count + 3)));
    return (greatest - least) / (1 + Math.log2(count) + Math.log2(1 + Math.abs(skewness) / scale));
  },
  fd: ({ count, interquartile }) => 2 * interquartile * count ** (-1 / 3),
  auto: (of) => Math.min(Math.max(WIDTHS.fd(of), WIDTHS.sqrt(of) / 2), WIDTHS.sturges(of)),
};

/** How many bins a rule asks for in a range. */
export function binsBy(rule: BinRule, statistics: SampleStatistics, [start, stop]: readonly [number, number], areIntegers: boolean): number {
  if (statistics.count === 0) return 1;
  const width = WIDTHS[rule]({ deviation: 0, skewness: 0, interquartile: 0, ...statistics });
  if (!(width > 0)) return 1;
  return Math.ceil((stop - start) / (areIntegers ? Math.max(width, 1) : width));
}

/** Bins of one axis as they were asked for, checked as far as that goes without samples. */
export interface AskedBins {
  readonly edges?: Float64Array;
  readonly bins: number | BinRule;
  readonly range?: readonly [number, number];
}

const MOST_BINS = 2 ** 30;

export function askedBins(name: string, { bins, range, edges }: BinOptions): AskedBins {
  if (edges !== undefined) {
    if (bins !== undefined || range !== undefined) throw new RangeError(`${name}: edges go with neither bins nor range.`);
    const list = Float64Array.from(edges);
    const falls = list.findIndex((edge, i) => !(Math.abs(edge) < Infinity) || (i > 0 && edge < list[i - 1]));
    if (falls >= 0) throw new RangeError(`${name}: edges must be finite and rise; the one at index ${falls} is ${list[falls]}${falls > 0 ? ` after ${list[falls - 1]}` : ""}.`);
    if (list.length < 2) throw new RangeError(`${name}: ${list.length} edges make no bin: there are one more than bins.`);
    return { edges: list, bins: list.length - 1 };
  }
  const asked = bins ?? 10;
  if (typeof asked === "number" ? !(Number.isInteger(asked) && asked >= 1 && asked <= MOST_BINS) : !RULES.includes(asked)) {
    throw new RangeError(`${name}: bins ${JSON.stringify(asked)} must be an integer from 1 to 2^30 or one of ${RULES.map((rule) => `"${rule}"`).join(", ")}.`);
  }
  if (range === undefined) return { bins: asked };
  const [start, stop] = range;
  if (!(start <= stop && stop - start < Infinity) || range.length !== 2) throw new RangeError(`${name}: range [${range.join(", ")}] must be two numbers, the second not below the first, and finite.`);
  return { bins: asked, range: ends(start, stop) };
}

/** Both ends of a range: half a unit to either side where they are one. */
export function ends(start: number, stop: number): readonly [number, number] {
  return start === stop ? [start - 0.5, stop + 0.5] : [start, stop];
}

/**
 * Edges of bins as NumPy makes them: singles for singles, and worked out in these where the range was found in samples.
 */
export function evenEdges(name: string, bins: number, [start, stop]: readonly [number, number], singles: "no" | "rounded" | "throughout"): Float64Array {
  const round = singles === "throughout" ? Math.fround : (x: number) => x;
  const span = round(stop - start);
  const step = round(span / bins);
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => round(start + (step === 0 ? round(round(i / bins) * span) : round(i * step))));
  edges[bins] = stop;
  if (singles !== "no") edges.forEach((edge, i) => { edges[i] = Math.fround(edge); });
  if (edges.some((edge, i) => i > 0 && !(edge > edges[i - 1]))) throw new RangeError(`${name}: between ${start} and ${stop} there are too few numbers for ${bins} bins.`);
  return edges;
}
