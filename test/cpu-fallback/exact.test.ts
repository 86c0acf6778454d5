import { describe, expect, it } from "vitest";
import type { ExactJob } from "../../src/backend";
import { BigIntEngine } from "../../src/cpu-fallback/exact/bigint";
import { sumRows } from "../../src/cpu-fallback/exact/reduce";
import { openWasm } from "../../src/cpu-fallback/exact/wasm";
import { type CellArray, dtypeOf, type Dtype, grid, layout } from "../../src/grid";
import { type Random, random } from "../support/random";

/** Random bits as cells of a type, made valid: every exponent, subnormals and zeros included. */
const ARRAYS: Record<string, (rng: Random, n: number) => CellArray> = {
  float64: (rng, n) => new Float64Array(Uint32Array.from({ length: 2 * n }, (_, i) => (i % 2 ? Math.min(rng.uint32() >>> 1, 0x7fefffff) * Number(rng.unit() < 0.9) : rng.uint32())).buffer),
  float32: (rng, n) => new Float32Array(Uint32Array.from({ length: n }, () => Math.min(rng.uint32() >>> 1, 0x7f7fffff) >>> rng.integer(0, 31)).buffer),
  float16: (rng, n) => Uint16Array.from({ length: n }, () => Math.min(rng.uint32() >>> 17, 0x7bff)),
  uint8: (rng, n) => Uint8Array.from({ length: n }, () => rng.uint32()),
  uint16: (rng, n) => Uint16Array.from({ length: n }, () => rng.uint32()),
  uint32: (rng, n) => Uint32Array.from({ length: n }, () => rng.uint32() >>> rng.integer(0, 31)),
  uint64: (rng, n) => BigUint64Array.from({ length: n }, () => ((BigInt(rng.uint32()) << 32n) + BigInt(rng.uint32())) >> BigInt(rng.integer(0, 63))),
  int8: (rng, n) => Int8Array.from({ length: n }, () => rng.uint32() & 127),
  int16: (rng, n) => Int16Array.from({ length: n }, () => rng.uint32() & 0x7fff),
  int32: (rng, n) => Int32Array.from({ length: n }, () => rng.uint32() >>> 1),
  int64: (rng, n) => BigInt64Array.from({ length: n }, () => ((BigInt(rng.uint32()) << 32n) + BigInt(rng.uint32())) >> BigInt(rng.integer(1, 63))),
};

function jobOf(rng: Random, p: CellArray, q: CellArray, dtypes: readonly string[], shape: readonly number[], axes: readonly number[]): ExactJob {
  const [gridP, gridQ] = [p, q].map((data, i) => grid(data, { shape, ...(dtypes[i] === "float16" && { dtype: "float16" }) }));
  const nest = layout("test", shape, axes, shape);
  const scales = Array.from({ length: nest.rows }, () => ({ p: rng.integer(-40, 40), q: rng.integer(-900, 40), multiplier: rng.integer(1, 1023) }));
  return { term: "kl", layout: nest, p: gridP, q: gridQ, totals: true, scales };
}

describe("the engine in WebAssembly", () => {
  const names = Object.keys(ARRAYS);
  it.each(names)("sums %s cells to the same integers as the one in BigInt, against every type", async (name) => {
    const rng = random(names.indexOf(name) + 11);
    const wasm = await openWasm();
    for (const other of names) {
      const n = 24;
      const job = jobOf(rng, ARRAYS[name](rng, n), ARRAYS[other](rng, n), [name, other], [4, 6], [1]);
      expect(await sumRows(job, wasm)).toEqual(await sumRows(job, new BigIntEngine()));
    }
  });

  it("sums near pairs to the same integers", async () => {
    const rng = random(8);
    const wasm = await openWasm();
    const p = Float64Array.from({ length: 1500 }, () => rng.unit() * 2 ** rng.integer(-30, 30));
    const q = p.map((x) => x * (1 + (2 * rng.unit() - 1) * 2 ** -rng.integer(1, 53)));
    const job = jobOf(rng, p, q, ["float64", "float64"], [3, 500], [0, 1]);
    expect(await sumRows(job, wasm)).toEqual(await sumRows(job, new BigIntEngine()));
    expect(await sumRows({ ...job, scales: undefined }, wasm)).toEqual(await sumRows({ ...job, scales: undefined }, new BigIntEngine()));
  });

  it("finds the same invalid entries", async () => {
    const wasm = await openWasm();
    for (const data of [Float64Array.of(1, NaN, -0, Infinity, -1), Float32Array.of(1, -0, -Infinity, NaN, 2), Int8Array.of(1, 2, -3, 0, 127), BigInt64Array.of(1n, -1n, 5n, -(2n ** 63n), 0n)]) {
      const shape = [5];
      const job: ExactJob = { term: "kl", layout: layout("test", shape, [0], shape), p: grid(data), q: grid(data), totals: true };
      const found = await sumRows(job, wasm);
      expect(found).toEqual(await sumRows(job, new BigIntEngine()));
      expect(found.invalidP.first, dtypeOf(data) as Dtype).toBeGreaterThan(0);
    }
  });
});
