import type { Term } from "../backend.js";
import type { ExactTerm } from "../terms/exact/measure.js";
import cellOnly from "../shaders/cell.wgsl?raw";
import densityOnly from "../shaders/density.wgsl?raw";
import densityMap from "../shaders/density-map.wgsl?raw";
import countOnly from "../shaders/count.wgsl?raw";
import countApart from "../shaders/count-apart.wgsl?raw";
import countNodes from "../shaders/count-nodes.wgsl?raw";
import countOne from "../shaders/count-one.wgsl?raw";
import countTogether from "../shaders/count-together.wgsl?raw";
import entry from "../shaders/entry.wgsl?raw";
import exactAligned from "../shaders/exact-aligned.wgsl?raw";
import exactAsIs from "../shaders/exact-as-is.wgsl?raw";
import exactCrossEntropy from "../shaders/exact-cross-entropy.wgsl?raw";
import exactEntry from "../shaders/exact-entry.wgsl?raw";
import exactIntegers from "../shaders/exact-integers.wgsl?raw";
import exactJeffreys from "../shaders/exact-jeffreys.wgsl?raw";
import exactJensenShannon from "../shaders/exact-jensen-shannon.wgsl?raw";
import exactKlDiv from "../shaders/exact-kl-div.wgsl?raw";
import exactKl from "../shaders/exact-kl.wgsl?raw";
import exactMultiplied from "../shaders/exact-multiplied.wgsl?raw";
import exactNone from "../shaders/exact-none.wgsl?raw";
import exactOneWay from "../shaders/exact-one-way.wgsl?raw";
import exactOperand128 from "../shaders/exact-operand-128.wgsl?raw";
import exactOperand64 from "../shaders/exact-operand-64.wgsl?raw";
import exactReduce from "../shaders/exact-reduce.wgsl?raw";
import exactSeries from "../shaders/exact-series.wgsl?raw";
import exactSum from "../shaders/exact-sum.wgsl?raw";
import exactTotalVariation from "../shaders/exact-total-variation.wgsl?raw";
import exp from "../shaders/exp.wgsl?raw";
import extentOnly from "../shaders/extent.wgsl?raw";
import fit from "../shaders/fit.wgsl?raw";
import infinite from "../shaders/infinite.wgsl?raw";
import lanesFour from "../shaders/lanes-four.wgsl?raw";
import lanesOne from "../shaders/lanes-one.wgsl?raw";
import layout from "../shaders/layout.wgsl?raw";
import loadEach from "../shaders/load-each.wgsl?raw";
import loadFour from "../shaders/load-four.wgsl?raw";
import log from "../shaders/log.wgsl?raw";
import logits from "../shaders/logits.wgsl?raw";
import map from "../shaders/map.wgsl?raw";
import pairs from "../shaders/pairs.wgsl?raw";
import record from "../shaders/record.wgsl?raw";
import reduceRow from "../shaders/reduce-row.wgsl?raw";
import reduceTile from "../shaders/reduce-tile.wgsl?raw";
import sample from "../shaders/sample.wgsl?raw";
import share from "../shaders/share.wgsl?raw";
import storeEach from "../shaders/store-each.wgsl?raw";
import storeShared from "../shaders/store-shared.wgsl?raw";
import storeSubgroup from "../shaders/store-subgroup.wgsl?raw";
import tabulate from "../shaders/tabulate.wgsl?raw";
import types from "../shaders/types.wgsl?raw";
import wide from "../shaders/wide.wgsl?raw";

const cell = [layout, types, entry, wide, infinite, cellOnly, exp, log].join("\n");

/** The kernels, each with the fragments it stands on; WGSL allows any order but for `enable`, which is first. */
const KERNELS = {
  "reduce-tile": [cell, record, share, storeShared, reduceTile],
  "reduce-tile-subgroup": [storeSubgroup, cell, record, share, reduceTile],
  "reduce-tile-each": [cell, record, storeEach, reduceTile],
  "reduce-row": [cell, record, reduceRow],
  map: [cell, map],
} as const;

/** How cells are loaded: four neighbours from a 16-byte boundary, or each from its own place. */
const LOADS = { four: loadFour, each: loadEach } as const;

/** What a cell counts: one, or what a table of nodes says. */
const COUNTS = { one: countOne, nodes: countNodes } as const;

export type Kernel = keyof typeof KERNELS;
export type Load = keyof typeof LOADS;
export type Counts = keyof typeof COUNTS;

export const kernels = Object.keys(KERNELS) as readonly Kernel[];
export const loads = Object.keys(LOADS) as readonly Load[];
export const countings = Object.keys(COUNTS) as readonly Counts[];

/** Terms that one read takes: of the columns of `Sums` the first has one, with the totals, and each of the others four. */
export const MOST_TERMS = 13;

/** Columns of `Sums`. */
export function columnsOf(terms: number): number {
  return 1 + Math.ceil((terms - 1) / 4);
}

/** `Sums` of all terms of a cell: a vector or, of more than one, a matrix. What is added up counts as often as the cell. */
function sumsOf(terms: readonly Pick<Term, "combine">[], counts: Counts): string {
  const times = counts === "one" ? "" : "count * ";
  const termOf = (i: number) => `term_${i}(cell.p, cell.q, cell.d)`;
  const valueOf = (i: number) => (i >= terms.length ? "0.0" : counts === "one" || terms[i].combine === "max" ? termOf(i) : `counted(${termOf(i)}, count)`);
  const first = `vec4<f32>(${valueOf(0)}, ${times}cell.p, ${times}cell.q, ${times}cell.d)`;
  const columns = Array.from({ length: columnsOf(terms.length) }, (_, i) => (i === 0 ? first : `vec4<f32>(${[3, 2, 1, 0].map((k) => valueOf(4 * i - k)).join(", ")})`));
  const count = counts === "one" ? "" : "let count = count_of(k); ";
  return `alias Sums = ${terms.length === 1 ? "vec4<f32>" : `mat${columns.length}x4<f32>`};\nfn sums_of(cell: Cell, k: u32) -> Sums { ${count}return Sums(${columns.join(", ")}); }\n`;
}

/** `Sums` of two parts: but for terms whose largest is asked for they are added. */
function plusOf(terms: readonly Pick<Term, "combine">[]): string {
  const columns = Array.from({ length: columnsOf(terms.length) }, (_, i) => (i === 0 ? [terms[0]] : terms.slice(4 * i - 3, 4 * i + 1)));
  const greatest = columns.map((of) => Array.from({ length: 4 }, (_, i) => of[i]?.combine === "max"));
  if (!greatest.flat().includes(true)) return "fn plus(a: Sums, b: Sums) -> Sums { return a + b; }\n";
  const parts = greatest.map((of, i) => {
    const [a, b] = terms.length === 1 ? ["a", "b"] : [`a[${i}]`, `b[${i}]`];
    return `select(${a} + ${b}, max(${a}, ${b}), vec4<bool>(${of.join(", ")}))`;
  });
  return `fn plus(a: Sums, b: Sums) -> Sums { return Sums(${parts.join(", ")}); }\n`;
}

/** `Sums` of the lane that a step leads to: it takes vectors one by one. */
function sumsOfLane(terms: number): string {
  const columns = terms === 1 ? ["sums"] : Array.from({ length: columnsOf(terms) }, (_, i) => `sums[${i}]`);
  return `fn sums_of_lane(sums: Sums, step: u32) -> Sums { return Sums(${columns.map((column) => `subgroupShuffleXor(${column}, step)`).join(", ")}); }\n`;
}

/** A term of several. */
const numbered = ({ wgsl }: Pick<Term, "wgsl">, i: number) => wgsl.replace("fn term(", `fn term_${i}(`);

/** A kernel's text with a way to load, one to count and terms in it: one for `map`, up to `MOST_TERMS` for the others. */
export function assemble(kernel: Kernel, load: Load, counts: Counts, terms: readonly Pick<Term, "wgsl" | "combine">[]): string {
  const text = [...KERNELS[kernel], LOADS[load], COUNTS[counts]];
  if (kernel === "map") return [...text, terms[0].wgsl].join("\n");
  return [...text, ...terms.map(numbered), sumsOf(terms, counts), plusOf(terms), ...(kernel === "reduce-tile-subgroup" ? [sumsOfLane(terms.length)] : [])].join("\n");
}

/** Sums over rows of logits. */
export const assembleLogits = () => [layout, exp, log, logits].join("\n");

/** Sums of a term over pairs of rows. */
export const assemblePairs = ({ wgsl }: Pick<Term, "wgsl">) => [log, exp, wgsl, pairs].join("\n");

/** How many neighbouring cells a thread takes at a time. */
export type Lanes = 1 | 4;

/** Functions of numbers for those of all lanes: `each_` before their names. */
function inLanes(lanes: Lanes, functions: Readonly<Record<string, number>>): string {
  return Object.entries(functions).map(([name, count]) => {
    const parameters = Array.from({ length: count }, (_, i) => `x${i}`);
    const of = (lane: string) => `${name}(${parameters.map((x) => `${x}${lane}`).join(", ")})`;
    return `fn each_${name}(${parameters.map((x) => `${x}: Floats`).join(", ")}) -> Floats { return ${lanes === 1 ? of("") : `Floats(${[".x", ".y", ".z", ".w"].map(of).join(", ")})`}; }`;
  }).join("\n");
}

const lanesOf = (lanes: Lanes) => (lanes === 1 ? lanesOne : lanesFour);

/** A density at every cell. */
export const assembleDensity = (lanes: Lanes) => [exp, lanesOf(lanes), inLanes(lanes, { exp_of: 1 }), densityOnly, densityMap].join("\n");

/** Turns up to which loops are written out: arrays that loops lead through lie in memory. */
const WRITTEN_OUT = 8;

/** Loops over components or columns, each turn written out. */
function writtenOut(text: string, turns: number): string {
  if (turns > WRITTEN_OUT) return text;
  return text.replace(/^( *)for \(var k = 0u; k < (?:COMPONENTS|COLUMNS); k\+\+\) \{(?: (.*) \}|\n((?:\1 .*\n)*)\1\})$/gm, (_, indent: string, line: string | undefined, lines: string) => (
    Array.from({ length: turns }, (_turn, k) => `${indent}{ const k = ${k}u;\n${line ?? lines}\n${indent}}`).join("\n")));
}

/** Sums over a target of what is summed and of its derivative, for so many components. */
export const assembleFit = (components: number, lanes: Lanes, term: Pick<Term, "wgsl">, slope: Pick<Term, "wgsl">) => [
  exp, log, infinite, ...[term, slope].map(numbered), lanesOf(lanes), inLanes(lanes, { exp_of: 1, ln_ratio: 2, term_0: 3, term_1: 3 }), densityOnly,
  `const COMPONENTS = ${components}u;`, writtenOut(fit, components),
].join("\n");

/** Bins that a workgroup counts by itself, at most: its memory is 16 KiB anywhere. */
export const LARGEST_APART = 4096;

/** Counts of samples with so many coordinates; `apart`: bins that a workgroup has room for, 0 where all count together. */
export const assembleCount = (columns: number, apart: number) => [
  types, sample, `const COLUMNS = ${columns}u;`, writtenOut(countOnly, columns), ...(apart > 0 ? [`const BINS = ${apart};`, countApart] : [countTogether]),
].join("\n");

/** A function of rows of numbers, for each of their columns. */
export const assembleTabulate = (wgsl: string) => [log, wgsl, tabulate].join("\n");

/** The smallest and the largest sample. */
export const assembleExtent = () => [types, sample, extentOnly].join("\n");

/** Exact terms by the name an `ExactJob` has for them, but for how cells become numbers. */
const EXACT_TERMS = {
  kl: [exactKlDiv, exactKl, exactOneWay],
  jeffreys: [exactKlDiv, exactJeffreys],
  "jensen-shannon": [exactAligned, exactKlDiv, exactJensenShannon, exactOneWay],
  "total-variation": [exactAligned, exactTotalVariation, exactOneWay],
  "cross-entropy": [exactCrossEntropy, exactOneWay],
  none: [exactNone, exactOneWay],
} as const satisfies Record<ExactTerm | "none", readonly string[]>;

export const exactTerms = Object.keys(EXACT_TERMS) as readonly (ExactTerm | "none")[];

/** How a kernel takes cells: as they are, 64-bit integers with more room than others, or times totals. */
const CELLS = {
  narrow: [exactOperand64, exactAsIs],
  wide: [exactOperand128, exactAsIs],
  multiplied: [exactOperand128, exactMultiplied],
} as const;

export type ExactCells = keyof typeof CELLS;

/** Terms of normalised cells come with cells that are multiplied, entropies with others. */
export function assembleExact(term: ExactTerm | "none", cells: ExactCells): string {
  return [exactIntegers, exactEntry, ...CELLS[cells], exactSeries, exactSum, ...EXACT_TERMS[term], exactReduce].join("\n");
}
