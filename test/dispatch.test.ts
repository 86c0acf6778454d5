import { describe, expect, it, vi } from "vitest";
import type { Backend, Work } from "../src/backend";
import { cpuBackend, faster } from "../src/open-backend";
import * as kullback from "../src/index";

const work = (cells: number, more: Partial<Work> = {}): Work => ({ measures: ["kl"], p: "float32", q: "float32", rows: 1, cells, bytes: 8 * cells, ...more });

/** Stands for a GPU that takes so many milliseconds for any call. */
function gpuOf(ms: number): Backend {
  return Object.create(cpuBackend(), { info: { value: { ...cpuBackend().info, kind: "webgpu" } }, estimate: { value: async () => ms } }) as Backend;
}

const cpuMs = (of: Work) => cpuBackend().estimate(of);

describe("a call on data in host memory", () => {
  it.each([2 ** 20, 2 ** 22, 2 ** 24])("of %d cells goes to whichever is faster, and says so", async (cells) => {
    const ms = await cpuMs(work(cells));
    for (const [gpuMs, kind] of [[0.8 * ms, "webgpu"], [1.2 * ms, "cpu"]] as const) {
      const { backend, reason } = await faster(gpuOf(gpuMs), work(cells), ms);
      expect(backend.info.kind).toBe(kind);
      expect(reason).toMatch(/^about [\d.e+]+ ms on the CPU, [\d.e+]+ ms on the GPU with the way there$/);
    }
  });

  it("stays on the CPU where there is no GPU, for that reason", async () => {
    const backend = cpuBackend();
    expect(await faster(backend, work(2 ** 24), await cpuMs(work(2 ** 24)))).toEqual({ backend, reason: backend.info.reason });
  });

  it("of few cells looks for no GPU", async () => {
    const requestAdapter = vi.fn(() => Promise.resolve(null));
    vi.stubGlobal("navigator", { gpu: { requestAdapter } });
    const few = Float32Array.from({ length: 2 ** 14 }, (_, i) => 1 + (i % 7));
    const { backend, reason } = await kullback.klDivergence(few, few.toReversed(), { detail: true });
    expect([backend, requestAdapter.mock.calls.length]).toEqual(["cpu", 0]);
    expect(reason).toMatch(/^about [\d.e+-]+ ms on the CPU: less than the way to a GPU$/);
    vi.unstubAllGlobals();
  });
});

describe("what a call takes on the CPU", () => {
  it("grows with cells, rows, width and precision", async () => {
    const one = await kullback.openBackend({ prefer: "cpu", threads: 1 });
    const base = await one.estimate(work(2 ** 20));
    expect(await one.estimate(work(2 ** 24))).toBeGreaterThan(15 * base);
    for (const more of [{ rows: 2 }, { q: "float64" }, { p: "uint64" }, { measures: ["js"] }, { measures: ["a user's own"] }, { precision: "exact" }] as const) {
      expect(await one.estimate(work(2 ** 20, more))).toBeGreaterThan(1.5 * base);
    }
  });

  it("is less with threads, for what is long enough to be shared", async () => {
    const [one, four] = await Promise.all([1, 4].map((threads) => kullback.openBackend({ prefer: "cpu", threads })));
    const ratio = async (of: Work) => await four.estimate(of) / await one.estimate(of);
    expect(await ratio(work(2 ** 26))).toBeLessThan(0.5);
    expect(await ratio(work(2 ** 18))).toBe(1);
    expect(await ratio(work(2 ** 26, { precision: "exact" }))).toBe(1);
  });

  it("is learned from how long calls took", async () => {
    const backend = await kullback.openBackend({ prefer: "cpu", threads: 1 });
    const before = await backend.estimate(work(2 ** 24));
    vi.spyOn(performance, "now").mockImplementation(() => (clock += 60_000));
    let clock = 0;
    const cells = new Float32Array(2 ** 23).fill(1);
    await kullback.klDivergence(cells, cells, { backend });
    vi.restoreAllMocks();
    expect(await backend.estimate(work(2 ** 24))).toBeGreaterThan(100 * before);
  });

  it.runIf(process.env.KULLBACK_NODE_WEBGPU)("is less than on an adapter that computes on the CPU, whose way is measured in under 100 ms", async () => {
    const backend = await kullback.openBackend({ prefer: "webgpu" });
    const start = performance.now();
    for (const cells of [2 ** 8, 2 ** 16, 2 ** 24]) expect(await backend.estimate(work(cells))).toBeGreaterThan(await cpuMs(work(cells)));
    expect(performance.now() - start).toBeLessThan(100);
    expect(await backend.estimate(work(2 ** 20, { p: "float64", precision: "fast" }))).toBe(Infinity);
    expect(await backend.estimate(work(2 ** 20, { p: "float64" }))).toBeGreaterThan(await backend.estimate(work(2 ** 20)));
    backend.destroy();
  });
});
