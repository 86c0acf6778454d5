import { rejects, same, sameList, within } from "../support/assert";
import * as oracle from "../support/oracle";
import { positive, random } from "../support/random";
import { type ConformanceCase, type ConformanceContext, FLOATS } from "./context";

/** Neighbours of the same length, lengths that come again, one cell, and a row longer than a block; cells before and after them belong to none. */
const LENGTHS = [10, 10, 7, 10, 1, 700, 7, 7, 33];
const OFFSETS = LENGTHS.reduce((starts, cells) => [...starts, starts[starts.length - 1] + cells], [3]);
const CELLS = OFFSETS[LENGTHS.length] + 5;

async function runRows({ kullback, backend }: ConformanceContext): Promise<void> {
  for (const Type of [...FLOATS, Uint32Array]) {
    const rng = random(101);
    const [p, q] = [positive(rng, CELLS), positive(rng, CELLS)].map((values) => Type.from(values.map((x) => 1 + 1000 * x)));
    const rowOf = (values: typeof p, row: number) => values.slice(OFFSETS[row], OFFSETS[row + 1]);
    const { value, errorBound, shape, cells, totalP } = await kullback.klDivergence(p, q, { backend, offsets: OFFSETS, detail: true });
    sameList(shape, [LENGTHS.length], "shape");
    same(cells, CELLS - 8, "cells");
    for (const [row, found] of value.entries()) {
      const [own, ownQ] = [rowOf(p, row), rowOf(q, row)];
      within(found, oracle.klDivergence(own, ownQ), errorBound[row] + 1e-300, `row ${row}`);
      within(totalP[row], oracle.toNumber(oracle.sumOf(own)), totalP[row] * 1e-6, `total of row ${row}`);
    }
    sameList(await kullback.klDivergence(p, q, { backend, offsets: OFFSETS }), value, "without detail");
    const [js, entropy] = await kullback.compare([kullback.jensenShannon, kullback.entropy], p, q, { backend, offsets: Uint32Array.from(OFFSETS), base: 2 });
    for (const row of [0, 2, 5]) {
      within(js[row], await kullback.jensenShannon(rowOf(p, row), rowOf(q, row), { backend, base: 2 }), 1e-6, `jensenShannon of row ${row}`);
      within(entropy[row], await kullback.entropy(rowOf(p, row), { backend, base: 2 }), 1e-5, `entropy of row ${row}`);
    }
    const [onDevice, other] = [await kullback.upload(p, { backend }), await kullback.upload(q, { backend })];
    const resident = await kullback.klDivergence(onDevice, other, { backend, offsets: OFFSETS, detail: true });
    for (const [row, found] of resident.value.entries()) within(found, value[row], errorBound[row] + resident.errorBound[row], `row ${row} on the device`);
    onDevice.destroy();
    other.destroy();
  }
}

async function runErrors({ kullback, backend }: ConformanceContext): Promise<void> {
  const { klDivergence, DomainError, ShapeError } = kullback;
  const p = Float32Array.of(1, 2, 3, 0, 0, 4, 5, 6);
  const ones = Float32Array.from(p, () => 1);
  const offsets = [0, 3, 5, 8];
  const all = { backend, offsets };
  const sums = await rejects(() => klDivergence(p, ones, all), DomainError, "a row of zeros");
  same(sums.message, "klDivergence: p sums to 0 in row 1 and cannot be normalised.", "message");
  const values = await klDivergence(p, ones, { ...all, emptyRows: "nan" });
  sameList([...values].map(Number.isNaN).map(Number), [0, 1, 0], "emptyRows: nan");
  const bad = Float32Array.of(1, 2, 3, 1, NaN, 4, -5, 6);
  const entries = await rejects(() => klDivergence(bad, ones, all), DomainError, "bad entries");
  sameList([entries.count, entries.index], [2, 4], "count and the first");
  same(entries.message, "klDivergence: p has 2 entries that are negative, NaN or infinite, the first at index 4.", "message");
  const above = Float32Array.of(2, 0.5, 0.5, 2, 0.5);
  const most = await rejects(() => kullback.binaryCrossEntropy(above, above.map(() => 0.5), { backend, offsets: [0, 2, 5] }), DomainError, "entries above 1");
  same(most.message, "binaryCrossEntropy: p has 2 entries above 1, the first at index 0.", "message");
  await rejects(() => klDivergence(kullback.grid(ones, { spacing: 2 }), ones, all), RangeError, "a grid with spacing");
  await rejects(() => klDivergence(p, ones, { ...all, offsets: null } as object), TypeError, "no array");
  // bytes that begin between words
  const bytes = await kullback.upload(Uint8Array.of(1, 2, 3, 4, 5, 6, 7), { backend });
  const halves = await klDivergence(bytes, Float64Array.of(1, 1, 1, 1, 1, 1, 1), { backend, offsets: [0, 3, 7], precision: "fast" });
  const [, second] = await klDivergence(Uint8Array.of(1, 2, 3, 4, 5, 6, 7), Float64Array.of(1, 1, 1, 1, 1, 1, 1), { backend, offsets: [0, 3, 7], precision: "fast" });
  within(halves[1], second, 1e-12, "a row that begins between words");
  bytes.destroy();
  same((await klDivergence(ones, p, { ...all, emptyRows: "nan", zeros: { policy: "omit" }, detail: true })).zeros?.cells.length, 3, "an audit of every row");
  await rejects(() => klDivergence(p, ones, { ...all, offsets: [0, 3, 3] }), ShapeError, "an empty row");
  await rejects(() => klDivergence(p, ones, { ...all, offsets: [0, 9] }), ShapeError, "beyond the end");
  await rejects(() => klDivergence(p, ones, { ...all, offsets: [0] }), ShapeError, "no row");
  await rejects(() => klDivergence(p, ones.slice(1), all), ShapeError, "another length");
  await rejects(() => klDivergence(p, ones, { ...all, axis: 0 } as object), RangeError, "axis");
  await rejects(() => kullback.pointwise(klDivergence, p, ones, { ...all } as object), TypeError, "pointwise");
}

export const raggedCases: readonly ConformanceCase[] = [
  { name: "offsets: rows of lengths of their own are what each is by itself", run: runRows },
  { name: "offsets: errors name row and entry in the flat data", run: runErrors },
];
