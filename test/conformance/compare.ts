import type { Detail, DetailArray } from "../../src/options";
import { same, sameList, within } from "../support/assert";
import { positive, random } from "../support/random";
import type { ConformanceCase, ConformanceContext } from "./context";

const MEASURES = ["klDivergence", "jensenShannon", "entropy", "generalizedKl", "jeffreys", "crossEntropy", "totalVariation", "jensenShannonDistance"] as const;

const TYPES = { Float32Array, Float64Array, Uint8Array, Uint32Array } as const;

const numbers = (list: number | Float64Array) => (typeof list === "number" ? [list] : list);

/** Each measure's values beside the others are those that it has by itself, within both bounds. */
async function compareToEach({ kullback, backend }: ConformanceContext, type: keyof typeof TYPES, shape: readonly number[], options: { readonly axis?: number; readonly normalize?: boolean }): Promise<void> {
  const rng = random(shape.length + shape[0]);
  const cells = shape.reduce((product, size) => product * size, 1);
  const [p, q] = [0.2, 0].map((zeros) => {
    const values = [...positive(rng, cells)].map((value) => (rng.unit() < zeros ? 0 : type.startsWith("U") ? 1 + Math.floor(250 * value) : value));
    return kullback.grid(TYPES[type].from(values), { shape });
  });
  const all = { ...options, backend, detail: true } as const;
  const together = (await kullback.compare(MEASURES.map((name) => kullback[name]), p, q, all)) as readonly (Detail | DetailArray)[];
  same(together.length, MEASURES.length, "results");
  for (const [i, name] of MEASURES.entries()) {
    const alone = (name === "entropy" ? await kullback.entropy(p, all) : await kullback[name](p, q, all)) as Detail | DetailArray;
    const [values, bounds, expected, bound] = [together[i].value, together[i].errorBound, alone.value, alone.errorBound].map(numbers);
    for (const key of ["unit", "cells", "precision", "backend"] as const) same(together[i][key], alone[key], `${name}: ${key}`);
    sameList(numbers(together[i].infiniteCells), numbers(alone.infiniteCells), `${name}: infiniteCells`);
    for (let row = 0; row < expected.length; row++) within(values[row], expected[row], bounds[row] + bound[row], `${name} of ${type}, row ${row}`);
  }
}

export const compareCases: readonly ConformanceCase[] = [
  ...(["Float32Array", "Float64Array", "Uint8Array", "Uint32Array"] as const).map((type): ConformanceCase => ({
    name: `compare of ${type}s gives what each measure gives by itself`,
    // in integers nothing is shared
    ...(type === "Float64Array" && { only: "cpu" as const }),
    ...(type !== "Float32Array" && { sameOnAnyPlan: true as const }),
    async run(context) {
      await compareToEach(context, type, [3001], {});
      if (type === "Uint32Array") return;
      await compareToEach(context, type, [70, 40], { axis: 1 });
      await compareToEach(context, type, [40, 70], { axis: 0, normalize: false });
    },
  })),
  {
    name: "compare of long rows gives what each measure gives by itself",
    throughWindows: true,
    run: (context) => compareToEach(context, "Float32Array", [3, 20_001], { axis: 1 }),
  },
  {
    name: "compare tells infinite divergences from finite ones",
    async run({ kullback, backend }) {
      const [p, q] = [Float32Array.of(1, 2, 3, 0), Float32Array.of(3, 2, 0, 1)];
      const { compare, crossEntropy, entropy, jeffreys, jensenShannon, klDivergence, totalVariation } = kullback;
      for (const normalize of [true, false]) {
        const values = await compare([klDivergence, totalVariation, jensenShannon, jeffreys, crossEntropy, entropy], p, q, { backend, normalize });
        sameList(values.map(Number.isFinite).map(Number), [0, 1, 1, 0, 0, 1], "finite");
      }
      const [kl, tv] = await compare([klDivergence, totalVariation], q, Float32Array.of(3, 2, 1, 1), { backend, detail: true });
      same(kl.infiniteCells + tv.infiniteCells, 0, "infiniteCells");
    },
  },
];
