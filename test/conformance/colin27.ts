import { check, same, within } from "../support/assert";
import { parse } from "../support/oracle";
import { type ConformanceCase, type ConformanceContext, detailOf, type MeasureName } from "./context";
import { entropyPromise } from "./promise";

const CELLS = 181 * 217 * 181;
/** `vox_offset` of both NIfTI headers. */
const DATA_START = 352;
const SHAPE = [181, 217, 181];

async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  const compressed = new Blob([bytes.slice().buffer as ArrayBuffer]).stream();
  const stream = compressed.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const volumes = new Map<string, Promise<Uint8Array>>();

/** The intensities of one volume, uint8. */
export function volume({ file }: ConformanceContext, name: string): Promise<Uint8Array> {
  const known = volumes.get(name) ?? file(`colin27/${name}.nii.gz`).then(inflate).then((bytes) => bytes.subarray(DATA_START, DATA_START + CELLS));
  volumes.set(name, known);
  return known;
}

interface Row {
  readonly measure: MeasureName;
  readonly p: "ch2" | "ch2bet";
  readonly q: "ch2" | "ch2bet";
  readonly truth: string;
  /** Widest bound that is any use. */
  readonly widest: number;
}

const table: readonly Row[] = [
  { measure: "klDivergence", p: "ch2bet", q: "ch2", truth: "0.6934573015569220377670488", widest: 1e-5 },
  { measure: "jensenShannon", p: "ch2bet", q: "ch2", truth: "0.2158467248305852944332081", widest: 1e-5 },
  { measure: "jensenShannon", p: "ch2", q: "ch2bet", truth: "0.2158467248305852944332081", widest: 1e-5 },
  { measure: "entropy", p: "ch2", q: "ch2", truth: "15.11647644806506670683266", widest: 64 * entropyPromise(15.1, "narrow") },
  { measure: "entropy", p: "ch2bet", q: "ch2bet", truth: "14.34351373019002695479639", widest: 64 * entropyPromise(14.3, "narrow") },
  // entropy(p) + D(p ‖ q)
  { measure: "crossEntropy", p: "ch2bet", q: "ch2", truth: "15.0369710317469489925634388", widest: 64 * entropyPromise(15, "narrow") },
];

/** What each block of 16³ cells adds to Jensen-Shannon, in binary64: 7 million terms of which half are 0. */
function blocksOf(p: Uint8Array, q: Uint8Array, blocks: readonly number[]): Float64Array {
  const total = (cells: Uint8Array) => cells.reduce((sum, x) => sum + x, 0);
  const [sumP, sumQ] = [total(p), total(q)];
  const parts = new Float64Array(blocks[0] * blocks[1] * blocks[2]);
  const [, rows, columns] = SHAPE;
  for (let i = 0; i < CELLS; i++) {
    const [x, y] = [p[i] / sumP, q[i] / sumQ];
    if (x === y) continue;
    const mean = (x + y) / 2;
    const [a, b, c] = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns].map((at) => Math.floor(at / 16));
    parts[(a * blocks[1] + b) * blocks[2] + c] += ((x > 0 ? x * Math.log(x / mean) : 0) + (y > 0 ? y * Math.log(y / mean) : 0)) / 2;
  }
  return parts;
}

async function runBlocks(context: ConformanceContext): Promise<void> {
  const { kullback, backend } = context;
  const [p, q] = [await volume(context, "ch2bet"), await volume(context, "ch2")];
  const { data, errorBound, shape } = await kullback.blockContributions(kullback.jensenShannon, p, q, { shape: SHAPE, size: 16, backend });
  const truth = blocksOf(p, q, shape);
  for (const [i, value] of data.entries()) within(value, truth[i], errorBound[i] + 1e-14, `block ${i}`);
  const largest = data.indexOf(Math.max(...data));
  same([Math.floor(largest / shape[1] / shape[2]), Math.floor(largest / shape[2]) % shape[1], largest % shape[2]].map((block) => 16 * block).join(), "0,128,160", "the largest block");
}

export const colinCases: readonly ConformanceCase[] = [
  ...table.map(({ measure, p, q, truth, widest }): ConformanceCase => ({
    name: `${measure}(${p}, ${q}) of Colin27 is ${truth.slice(0, 12)} within its errorBound`,
    async run(context) {
      const detail = await detailOf(context, measure, await volume(context, p), await volume(context, q), { shape: SHAPE });
      within(detail.value, parse(truth), detail.errorBound, measure);
      check(detail.errorBound < widest, () => `errorBound ${detail.errorBound} is not below ${widest}.`);
      same(detail.cells, CELLS, "cells");
    },
  })),
  {
    name: "klDivergence(ch2, ch2bet) of Colin27 is Infinity, for 2414414 cells",
    async run(context) {
      const detail = await detailOf(context, "klDivergence", await volume(context, "ch2"), await volume(context, "ch2bet"), { shape: SHAPE });
      same(detail.value, Infinity, "value");
      same(detail.infiniteCells, 2414414, "infiniteCells");
      within(detail.totalP, 317151210, 317151210 * 2 ** -19, "totalP");
      within(detail.totalQ, 158526435, 158526435 * 2 ** -19, "totalQ");
    },
  },
  { name: "the skull of Colin27 costs most at the neck: Jensen-Shannon by blocks of 16³ cells", run: runBlocks },
];
