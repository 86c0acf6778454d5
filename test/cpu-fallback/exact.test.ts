import { describe, expect, it } from "vitest";
import type { ExactJob } from "../../src/backend";
import { BigIntEngine } from "../../src/cpu-fallback/exact/bigint";
import { sumRows } from "../../src/cpu-fallback/exact/reduce";
import { openWasm } from "../../src/cpu-fallback/exact/wasm";
import { dtypeOf, grid, layout } from "../../src/grid";
import * as kullback from "../../src/index";
import { ownExactCases } from "../conformance/exact-cases";
import { DTYPES } from "../support/bits";
import { anyJob, TERMS } from "../support/exact-job";
import { random } from "../support/random";

describe("the engine in WebAssembly", () => {
  it.each(TERMS.flatMap((term) => DTYPES.map((p) => [term, p] as const)))("sums the terms %s of %s cells to the same integers as the one in BigInt, against every type", async (term, p) => {
    const rng = random(DTYPES.indexOf(p) + 11);
    const wasm = await openWasm();
    for (const q of DTYPES) {
      const job = anyJob(rng, term, { p, q }, [4, 6], [1]);
      expect(await sumRows(job, wasm)).toEqual(await sumRows(job, new BigIntEngine()));
    }
  });

  it("sums near pairs to the same integers", async () => {
    const rng = random(8);
    const wasm = await openWasm();
    const p = Float64Array.from({ length: 1500 }, () => rng.unit() * 2 ** rng.integer(-30, 30));
    const q = p.map((x) => x * (1 + (2 * rng.unit() - 1) * 2 ** -rng.integer(1, 53)));
    const shape = [3, 500];
    const job: ExactJob = { term: "kl", layout: layout("test", shape, [0, 1], shape), p: grid(p, { shape }), q: grid(q, { shape }), totals: true };
    expect(await sumRows(job, wasm)).toEqual(await sumRows(job, new BigIntEngine()));
    const scaled = { ...job, totals: false, scales: [{ pShift: -125, qShift: -130, pTimes: 1n << 127n, qTimes: (1n << 128n) - 12345n }] };
    expect(await sumRows(scaled, wasm)).toEqual(await sumRows(scaled, new BigIntEngine()));
  });

  it("sums to the same integers however often its counters are read", async () => {
    const rng = random(9);
    const wasm = await openWasm();
    const job = anyJob(rng, "kl", { p: "float32", q: "uint16" }, [5000], [0]);
    expect(await sumRows(job, wasm, 1024)).toEqual(await sumRows(job, wasm));
  });

  it("finds the same invalid entries", async () => {
    const wasm = await openWasm();
    for (const data of [Float64Array.of(1, NaN, -0, Infinity, -1), Float32Array.of(1, -0, -Infinity, NaN, 2), Int8Array.of(1, 2, -3, 0, 127), BigInt64Array.of(1n, -1n, 5n, -(2n ** 63n), 0n)]) {
      const shape = [5];
      const job: ExactJob = { term: "kl", layout: layout("test", shape, [0], shape), p: grid(data), q: grid(data), totals: true };
      const found = await sumRows(job, wasm);
      expect(found).toEqual(await sumRows(job, new BigIntEngine()));
      expect(found.invalidP.first, dtypeOf(data)).toBeGreaterThan(0);
      // what counts for nothing may be anything
      const masked = { ...job, layout: layout("test", shape, [0], shape, shape), weights: grid(Uint8Array.from({ length: 5 }, (_, i) => (i === found.invalidP.first ? 0 : 3))) };
      const others = await sumRows(masked, wasm);
      expect(others).toEqual(await sumRows(masked, new BigIntEngine()));
      expect(others.invalidP.count).toBe(found.invalidP.count - 1);
    }
  });
});

describe("the engine in BigInt", () => {
  const file = () => Promise.reject(new Error("these cases read no file"));

  for (const { name, run } of ownExactCases) {
    it(name, async () => {
      const backend = await kullback.openBackend({ prefer: "cpu" });
      await run({ kullback, file, backend: Object.assign(backend, { reduceExact: (job: ExactJob) => sumRows(job, new BigIntEngine()) }) });
    });
  }
});
