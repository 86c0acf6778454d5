import { blockContributions, compare, crossEntropy, hellinger, jensenShannon, klDivergence, pointwise, sliceContributions, totalVariation } from "kullback";
import type { Grid } from "kullback";
import type { Tools } from "../jobs";
import type { Measured } from "../measures-table";
import { volumesOf } from "./sources";
import type { Source } from "./sources";

/** What a map shows: where the forward divergence comes from, the reverse one, or Jensen-Shannon. */
export type Shown = "forward" | "reverse" | "jensen-shannon";

export interface Question {
  readonly source: Source;
  readonly shown: Shown;
  readonly base: number;
}

/** The numbers of two volumes; they come before the map. */
export interface Numbers {
  readonly measured: readonly Measured[];
  readonly closed: number | null;
  readonly cells: number;
  readonly ranOn: string;
  readonly elapsedMs: number;
}

export interface Step {
  readonly share: number;
  readonly numbers?: Numbers;
}

/** Part of the divergence in a block of cells. */
export interface Block {
  /** Its first cell. */
  readonly at: readonly number[];
  readonly value: number;
  readonly infiniteCells: number;
}

export interface Answer {
  /** What its map is of. */
  readonly shown: Shown;
  readonly shape: readonly number[];
  readonly p: Float32Array;
  readonly q: Float32Array;
  /** What each cell adds. */
  readonly terms: Float32Array;
  /** Magnitude that few cells exceed: the strongest colour of the map. */
  readonly strong: number;
  readonly largest: readonly [p: number, q: number];
  /** Along each axis what each slice adds. */
  readonly slices: readonly Float64Array[];
  readonly blockSize: number;
  /** Those that add most. */
  readonly blocks: readonly Block[];
  readonly infiniteCells: number;
  readonly numbers: Numbers;
}

const PAIRS = [
  ["D(P ‖ Q), forward", "kl-divergence", "Σ p·log(p/q)", klDivergence],
  ["Jensen-Shannon", "jensen-shannon", "½·D(P ‖ M) + ½·D(Q ‖ M), M = ½(P + Q)", jensenShannon],
  ["Hellinger", "hellinger", "√(½·Σ (√p − √q)²)", hellinger],
  ["total variation", "total-variation", "½·Σ |p − q|", totalVariation],
  ["cross entropy", "cross-entropy", "−Σ p·log q", crossEntropy],
] as const;

/** Blocks that are listed, and how many lie along the longest axis. */
const BLOCKS = 8;
const BLOCKS_ALONG = 12;
/** Share of the cells that add anything whose magnitudes the map tells apart. */
const TOLD_APART = 0.995;

async function numbersOf(p: Grid, q: Grid, closed: number | null, base: number, { backend, signal }: Tools<Step>): Promise<Numbers> {
  const options = { base, backend, signal, detail: true } as const;
  const start = performance.now();
  const details = await compare(PAIRS.map(([, , , measure]) => measure), p, q, options);
  const reverse = await klDivergence(q, p, options);
  const elapsedMs = performance.now() - start;
  const forward = PAIRS.map(([name, word, formula], i) => ({ name, word, formula, value: details[i].value, errorBound: details[i].errorBound, unit: details[i].unit }));
  const backward = { name: "D(Q ‖ P), reverse", word: "kl-divergence", formula: "Σ q·log(q/p)", value: reverse.value, errorBound: reverse.errorBound, unit: reverse.unit } as const;
  return { measured: [forward[0], backward, ...forward.slice(1)], closed: closed === null ? null : closed / Math.log(base), cells: p.data.length, ranOn: reverse.reason, elapsedMs };
}

/** The magnitude that only the strongest of those that add anything exceed, of at most so many looked at. */
function strongOf(terms: Float32Array): number {
  const step = Math.max(Math.floor(terms.length / 200_000), 1);
  const magnitudes: number[] = [];
  for (let i = 0; i < terms.length; i += step) if (terms[i] !== 0 && Number.isFinite(terms[i])) magnitudes.push(Math.abs(terms[i]));
  magnitudes.sort((a, b) => a - b);
  return magnitudes[Math.floor(TOLD_APART * (magnitudes.length - 1))] || 1;
}

const largestOf = (values: Float32Array) => values.reduce((most, value) => Math.max(most, value), 0);

/** Where a map's measure takes its cells: of the reverse divergence the other way round. */
function shownOf(shown: Shown, p: Grid, q: Grid) {
  if (shown === "jensen-shannon") return { measure: jensenShannon, of: [p, q], form: "nonnegative" } as const;
  return { measure: klDivergence, of: shown === "forward" ? [p, q] : [q, p], form: "signed" } as const;
}

/** Everything the page says of two volumes; its numbers are told first. */
export async function measure({ source, shown, base }: Question, tools: Tools<Step>): Promise<Answer> {
  const { step, backend, signal } = tools;
  const { p, q, closed } = await volumesOf(source, (share) => step({ share: 0.2 * share }));
  const { shape } = p;
  if (shape.join() !== q.shape.join()) throw new RangeError(`P has ${shape.join(" × ")} cells and Q ${q.shape.join(" × ")}: the volumes must lie on the same grid. Resample one onto the other.`);
  step({ share: 0.25 });
  const numbers = await numbersOf(p, q, closed, base, tools);
  step({ share: 0.4, numbers });
  const { measure: one, of, form } = shownOf(shown, p, q);
  const options = { base, backend, signal, form } as const;
  const terms = Float32Array.from((await pointwise(one, of[0], of[1], options)).data as ArrayLike<number>);
  step({ share: 0.6, numbers });
  const slices: Float64Array[] = [];
  for (const axis of [0, 1, 2]) {
    slices.push((await sliceContributions(one, of[0], of[1], { ...options, axis })).data);
    step({ share: 0.7 + axis / 10, numbers });
  }
  const blockSize = Math.max(Math.ceil(Math.max(...shape) / BLOCKS_ALONG), 1);
  const parts = await blockContributions(one, of[0], of[1], { ...options, size: blockSize });
  const [asP, asQ] = [p, q].map(({ data }) => Float32Array.from(data as ArrayLike<number | bigint>, Number));
  return {
    shown, shape, p: asP, q: asQ, terms, strong: strongOf(terms), largest: [largestOf(asP), largestOf(asQ)], slices, blockSize, blocks: largestBlocks(parts.data, parts.shape, blockSize, terms, shape),
    infiniteCells: terms.reduce((count, term) => count + Number(term === Infinity), 0), numbers,
  };
}

/** Cells of each block that add infinitely much. */
function infiniteIn(terms: Float32Array, shape: readonly number[], blocks: readonly number[], size: number): Uint32Array {
  const counts = new Uint32Array(blocks[0] * blocks[1] * blocks[2]);
  for (let i = 0; i < terms.length; i++) {
    if (terms[i] !== Infinity) continue;
    const [z, y, x] = [Math.floor(i / (shape[1] * shape[2])), Math.floor(i / shape[2]) % shape[1], i % shape[2]];
    counts[(Math.floor(z / size) * blocks[1] + Math.floor(y / size)) * blocks[2] + Math.floor(x / size)]++;
  }
  return counts;
}

/** Those that add most; of those that add infinitely much, those with the most such cells. */
function largestBlocks(data: Float64Array, blocks: readonly number[], size: number, terms: Float32Array, shape: readonly number[]): Block[] {
  const infinite = data.includes(Infinity) ? infiniteIn(terms, shape, blocks, size) : null;
  const order = [...data.keys()].sort((a, b) => (data[b] === data[a] ? (infinite ? infinite[b] - infinite[a] : 0) : data[b] - data[a])).slice(0, BLOCKS);
  return order.filter((i) => data[i] > 0).map((i) => ({
    at: [Math.floor(i / (blocks[1] * blocks[2])), Math.floor(i / blocks[2]) % blocks[1], i % blocks[2]].map((block) => block * size), value: data[i], infiniteCells: infinite?.[i] ?? 0,
  }));
}
