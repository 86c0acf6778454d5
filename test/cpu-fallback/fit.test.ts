import { expect, it } from "vitest";
import { type FitRows, FitSummer } from "../../src/cpu-fallback/fit-rows";
import { openFitKernel } from "../../src/cpu-fallback/simd/open-fit";
import { random } from "../support/random";

const components = [{ log: -4, mean: [0.3], root: [1.2] }, { log: -5, mean: [-1], root: [0.7] }];
const rowsOf = (seed: number, length: number): FitRows => {
  const { unit } = random(seed);
  return { kind: "normal", way: "reverse", values: Float64Array.from({ length }, () => Math.log(0.1 + unit())) };
};
const axis = (length: number, to: number) => [{ at: Float64Array.from({ length }, (_, i) => -to + (2 * to * i) / length) }];

it("sums of two targets that share a kernel by turns are those of each alone", async () => {
  const kernel = await openFitKernel();
  const summers = () => [new FitSummer(rowsOf(1, 900), axis(300, 2), kernel), new FitSummer(rowsOf(2, 900), axis(300, 5), kernel)];
  const sum = (summer: FitSummer, part: number) => [...summer.sum(300 * part, 300 * (part + 1), components)];
  const [first, second] = summers();
  const byTurns = [0, 1, 2].map((part) => [sum(first, part), sum(second, part)]);
  const [other, another] = summers();
  const alone = [[0, 1, 2].map((part) => sum(other, part)), [0, 1, 2].map((part) => sum(another, part))];
  byTurns.forEach((both, part) => both.forEach((sums, i) => expect(sums).toEqual(alone[i][part])));
});

it("sums of any piece are those of plain loops, in rows of any length", async () => {
  const kernel = await openFitKernel();
  expect(kernel).not.toBeNull();
  for (const [length, rows] of [[1, 40], [2, 33], [7, 60], [256, 20], [2047, 3], [2048, 3], [2049, 3], [5000, 2]]) {
    for (const count of [1, 2]) {
      const target = rowsOf(length, length * rows);
      // some cells are left out
      target.values.forEach((_, i) => { if (i % 13 === 5) target.values[i] = NaN; });
      const three = components.slice(0, count).map(({ log, mean, root }) => ({ log, mean: [...mean, 0.1], root: [root[0], 0, 0.2, 0.9] }));
      const axes = [...axis(rows, 3), ...axis(length, 2)];
      const [fast, plain] = [new FitSummer(target, axes, kernel), new FitSummer(target, axes, null)];
      for (const [first, end] of [[0, length * rows], [Math.floor(length / 2), length * rows - 1]]) {
        if (end <= first) continue;
        const [a, b] = [fast.sum(first, end, three), plain.sum(first, end, three)];
        const size = Math.max(...b.map(Math.abs));
        a.forEach((value, i) => expect(Math.abs(value - b[i]), `rows of ${length}, ${count} components, from ${first}, sum ${i}: ${value} against ${b[i]}`).toBeLessThan(1e-9 * size));
      }
    }
  }
});
