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
function volume({ file }: ConformanceContext, name: string): Promise<Uint8Array> {
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
];
