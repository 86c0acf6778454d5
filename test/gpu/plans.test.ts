import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebGpuBackend } from "../../src/gpu/backend";
import { openDevice } from "../../src/gpu/device";
import * as kullback from "../../src/index";
import { positive, random } from "../support/random";

/** A thread, part of a workgroup or a workgroup for each row; several workgroups from 16385 on. */
const LENGTHS = [1, 5, 32, 33, 64, 255, 256, 257, 300, 511, 512, 513, 1023, 1024, 1025, 2047, 2049, 4096, 5000, 16_384, 16_385];
const MOST_CELLS = 67 * 16_385;
/** Few rows; many, so that the last workgroup has rows that are none; more than 2^18 cells, which have a pipeline of their own. */
const rowsOf = (cells: number) => [1, 3, 67, Math.ceil(2 ** 18 / Math.max(cells, 33)) + 1];

/** The plan of software adapters and those of GPUs: without subgroups, with the adapter's own and with larger ones than it has. */
const PLANS = [
  { name: "a software adapter", plan: {}, kernels: ["reduce-tile-each"] },
  { name: "a GPU without subgroups", plan: { software: false, lanes: 1 }, kernels: ["reduce-tile"] },
  { name: "a GPU with subgroups", plan: { software: false }, kernels: ["reduce-tile-subgroup"] },
  { name: "a GPU whose lanes are not what threads are", plan: { software: false, lanes: 64 }, kernels: ["reduce-tile", "reduce-tile-subgroup"] },
] as const;

// scripts/test.js says whether there is WebGPU here
describe.runIf(process.env.KULLBACK_NODE_WEBGPU).each(PLANS)("rows for $name", ({ plan, kernels }) => {
  let backend: WebGpuBackend;
  let lanes: number;
  const compiled = new Set<string>();
  const [p, q] = [1, 2].map((seed) => Float32Array.from(positive(random(seed), MOST_CELLS)));

  beforeAll(async () => {
    const opened = await openDevice(true);
    lanes = opened.lanes;
    backend = new WebGpuBackend({ ...opened, ...plan });
    const compile = opened.device.createComputePipelineAsync.bind(opened.device);
    opened.device.createComputePipelineAsync = (descriptor) => {
      compiled.add(descriptor.label ?? "");
      return compile(descriptor);
    };
  });
  afterAll(() => backend.destroy());

  it("this adapter has subgroups", () => expect(lanes).toBeGreaterThan(1));

  it.each(LENGTHS)("klDivergence of rows of %i cells is within its bound of binary64", async (cells) => {
    await using cpu = await kullback.openBackend({ prefer: "cpu" });
    for (const rows of rowsOf(cells)) {
      const [a, b] = [p.subarray(0, rows * cells), q.subarray(0, rows * cells)];
      const options = { shape: [rows, cells], axis: 1, detail: true, precision: "fast" } as const;
      const found = await kullback.klDivergence(a, b, { ...options, backend });
      const expected = await kullback.klDivergence(Float64Array.from(a), Float64Array.from(b), { ...options, backend: cpu });
      const bounds = found.errorBound.map((bound, row) => bound + expected.errorBound[row]);
      const wrong = [...found.value.keys()].filter((row) => !(Math.abs(found.value[row] - expected.value[row]) <= bounds[row] && bounds[row] < 1e-4));
      expect(wrong, `of ${rows} rows`).toEqual([]);
    }
  });

  it("the last cell of every row counts, and a bad one is named", async () => {
    for (const cells of [33, 257, 513, 1025, 5000, 16_385]) {
      const shape = [67, cells];
      const [a, b] = [p.slice(0, 67 * cells), q.slice(0, 67 * cells)];
      for (const row of [0, 8, 66]) b[(row + 1) * cells - 1] = 0;
      const found = await kullback.klDivergence(a, b, { backend, shape, axis: 1, precision: "fast" });
      expect([...found.keys()].filter((row) => found[row] === Infinity), `${cells} cells`).toEqual([0, 8, 66]);
      a[a.length - 1] = -1;
      a[9 * cells - 1] = NaN;
      await expect(kullback.klDivergence(a, b, { backend, shape, axis: 1, precision: "fast" })).rejects.toMatchObject({ argument: "p", count: 2, index: 9 * cells - 1 });
    }
  });

  it("these kernels ran", () => {
    expect([...compiled].sort()).toEqual(["kl reduce-row", ...kernels.map((kernel) => `kl ${kernel}`)]);
  });
});
