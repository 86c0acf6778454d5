import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { LogitReader } from "../../src/cpu-fallback/logits";
import { Panel } from "../../src/cpu-fallback/simd/pair-panel";
import { TileSums } from "../../src/cpu-fallback/simd/tiles";
import { IDLE, Pool } from "../../src/cpu-fallback/workers/pool";
import type { Simd } from "../../src/cpu-fallback/simd/engine";
import { openSimd } from "../../src/cpu-fallback/simd/open";
import { Threads, WHEN } from "../../src/cpu-fallback/workers/threads";
import { Turns } from "../../src/cpu-fallback/workers/turns";
import type { Backend, CellArray, Detail, DetailArray, MeasureOptions } from "../../src/index";
import * as kullback from "../../src/index";
import { random } from "../support/random";

const before = { ...WHEN };
beforeAll(() => { Object.assign(WHEN, { worth: 0, started: 0, tried: Infinity }); });
afterAll(() => { Object.assign(WHEN, before); });

/** One that workers sum with an engine of its own among them. */
const measures = { klDivergence: kullback.klDivergence, jensenShannon: kullback.jensenShannon, totalVariation: kullback.totalVariation, crossEntropy: kullback.crossEntropy, renyi: kullback.renyi(2) };
const MEASURES = Object.keys(measures) as (keyof typeof measures)[];
const TYPES = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int32: Int32Array };

/** A backend whose workers are ready. */
async function openWith(threads: number): Promise<Backend> {
  const backend = await kullback.openBackend({ prefer: "cpu", threads });
  const cells = new Float32Array(100).fill(1);
  await vi.waitFor(async () => {
    await kullback.klDivergence(cells, cells, { backend });
    expect(backend.info.reason).toContain(`on ${threads} threads`);
  }, { timeout: 20_000 });
  return backend;
}

/** This thread waits for the workers at each turn: what they were sent is theirs. */
function withSlowTurns() {
  const turn = vi.spyOn(Turns.prototype, "next").mockImplementation(() => new Promise((resolve) => { setTimeout(resolve, 2); }));
  return { [Symbol.dispose]: () => { turn.mockRestore(); } };
}

function cellsOf(dtype: keyof typeof TYPES, cells: number, seed: number, zeros: number): CellArray {
  const rng = random(seed);
  return new TYPES[dtype](Array.from({ length: cells }, () => (rng.unit() < zeros ? 0 : dtype.startsWith("float") ? rng.unit() + 1e-3 : rng.integer(1, 100))));
}

type Result = Detail | DetailArray | string;

/** Everything that a call says but the time it took and where it ran; or its error. */
async function resultOf(measure: (typeof MEASURES)[number], p: kullback.Grid, q: kullback.Grid, options: MeasureOptions): Promise<Result> {
  const all: MeasureOptions = { ...options, detail: true };
  try {
    const detail = await measures[measure](p, q, all) as Detail | DetailArray;
    return { ...detail, elapsedMs: 0, reason: "" };
  } catch (error) {
    return String(error);
  }
}

/** Long rows, several of them, short rows, one reference for all, columns, an inner axis. */
const LAYOUTS: [shape: readonly number[], axis?: number | readonly number[], one?: "one reference"][] = [
  [[200_003]], [[30, 5001], 1], [[3001, 50], 1], [[3001, 50], 1, "one reference"], [[100, 1500], 0], [[100, 1501], 0, "one reference"], [[20, 90, 70], 1], [[20, 90, 70], [0, 2]],
];

describe("sums on several threads", () => {
  it.each(LAYOUTS.map((layout) => [JSON.stringify(layout), ...layout] as const))("of shape and axis %s have the bits of one thread", async (_, shape, axis, one) => {
    using _slow = withSlowTurns();
    await using backend = await openWith(3);
    await using alone = await kullback.openBackend({ prefer: "cpu", threads: 1 });
    const here = vi.spyOn(TileSums.prototype, "sum");
    const taken = vi.spyOn(TileSums.prototype, "take");
    const cells = shape.reduce((product, size) => product * size, 1);
    const reference = one ? [shape[axis as number]] : shape;
    for (const dtype of Object.keys(TYPES) as (keyof typeof TYPES)[]) {
      const p = kullback.grid(cellsOf(dtype, cells, 1, 0.1), { shape });
      const q = kullback.grid(cellsOf(dtype, reference.reduce((product, size) => product * size, 1), 2, 0), { shape: reference });
      for (const measure of MEASURES) {
        const options = axis === undefined ? {} : { axis };
        const expected = await resultOf(measure, p, q, { ...options, backend: alone });
        here.mockClear();
        taken.mockClear();
        expect(await resultOf(measure, p, q, { ...options, backend }), `${measure} of ${dtype}`).toEqual(expected);
        // some of the tiles were summed elsewhere
        expect(here.mock.calls.length, `${measure} of ${dtype}`).toBeLessThan(taken.mock.calls.length);
      }
    }
    here.mockRestore();
    taken.mockRestore();
  });

  const [p, q] = [cellsOf("float32", 2 ** 18, 3, 0) as Float32Array, cellsOf("float32", 2 ** 18, 4, 0) as Float32Array];
  const divergence = (backend: Backend) => kullback.klDivergence(p, q, { backend });
  let expected: number;
  beforeAll(async () => {
    await using alone = await kullback.openBackend({ prefer: "cpu", threads: 1 });
    expected = await divergence(alone);
  });

  it.each([2, 3, 4])("are the same at every call, on %d threads", async (threads) => {
    await using backend = await openWith(threads);
    for (let i = 0; i < 10; i++) expect(await divergence(backend)).toBe(expected);
    // at the same time, too
    expect(await Promise.all(Array.from({ length: 4 }, () => divergence(backend)))).toEqual(Array(4).fill(expected));
  });

  it("read shared memory where it lies", async () => {
    await using backend = await openWith(2);
    using _slow = withSlowTurns();
    const sent = vi.spyOn(Pool.prototype, "send");
    const shared = [p, q].map((cells) => {
      const copy = new Float32Array(new SharedArrayBuffer(cells.byteLength + 12), 12);
      copy.set(cells);
      return copy;
    });
    expect(await kullback.klDivergence(shared[0], shared[1], { backend })).toBe(expected);
    expect(sent.mock.calls[0][0]).toMatchObject({ p: shared[0].buffer, q: shared[1].buffer });
    expect(await kullback.klDivergence(shared[0], q, { backend })).toBe(expected);
    sent.mockRestore();
  });

  it("do without shared memory", async () => {
    vi.stubGlobal("SharedArrayBuffer", undefined);
    await using backend = await openWith(2);
    vi.unstubAllGlobals();
    expect(await divergence(backend)).toBe(expected);
  });

  it("leave cells far out to the caller's thread, and name the first wrong entry", async () => {
    await using backend = await openWith(3);
    using _slow = withSlowTurns();
    await using alone = await kullback.openBackend({ prefer: "cpu", threads: 1 });
    const far = Float64Array.from(p, (x, i) => (i % 3000 === 7 ? 1e300 : i % 5000 === 9 ? 1e-300 : x));
    const pair = [kullback.grid(far, { shape: [64, 4096] }), kullback.grid(Float64Array.from(q), { shape: [64, 4096] })] as const;
    for (const axis of [[0, 1], 1, 0]) {
      expect(await resultOf("klDivergence", ...pair, { axis, backend })).toEqual(await resultOf("klDivergence", ...pair, { axis, backend: alone }));
    }
    const wrong = p.slice();
    for (const at of [200_000, 100_001, 250_000]) wrong[at] = NaN;
    expect(await resultOf("klDivergence", kullback.grid(wrong), kullback.grid(q), { backend })).toContain("3 entries");
    expect(await resultOf("klDivergence", kullback.grid(wrong), kullback.grid(q), { backend })).toContain("the first at index 100001");
  });

  it("end with the signal's reason; the workers stay", async () => {
    await using backend = await openWith(2);
    const controller = new AbortController();
    const reason = new Error("enough");
    const cells = new Float32Array(2 ** 24).fill(1);
    setTimeout(() => controller.abort(reason), 5);
    await expect(kullback.klDivergence(cells, cells, { backend, signal: controller.signal }).then(() => "finished")).rejects.toBe(reason);
    const sent = vi.spyOn(Pool.prototype, "send");
    expect(await divergence(backend)).toBe(expected);
    sent.mockRestore();
  });

  it("go on without a worker that fails, and without any", async () => {
    await using backend = await openWith(3);
    const send = Pool.prototype.send;
    let failures = 0;
    // a window that no worker can read
    const failing = vi.spyOn(Pool.prototype, "send").mockImplementation(function fail(this: Pool, window, take) {
      failures += 1;
      send.call(this, { ...window, way: null } as never, take);
    });
    using _slow = withSlowTurns();
    for (let i = 0; i < 3; i++) expect(await divergence(backend)).toBe(expected);
    failing.mockRestore();
    expect(failures).toBeGreaterThanOrEqual(2);
    await vi.waitFor(() => expect(backend.info.reason).not.toContain("threads"));
    expect(await divergence(backend)).toBe(expected);
  });

  it("compare rows with rows to the same bits, whoever has them", async () => {
    const shape = [300, 70];
    const rows = cellsOf("float32", 300 * 70, 3, 0.1) as Float32Array;
    await using alone = await kullback.openBackend({ prefer: "cpu", threads: 1 });
    const zeros = { policy: "laplace", value: 0.5 } as const;
    for (const [measure, options] of [[kullback.klDivergence, {}], [kullback.jensenShannon, {}], [kullback.hellinger, { against: rows.subarray(0, 70 * 9) }], [kullback.klDivergence, { zeros, shape: [30, 700] }]] as const) {
      const expected = (await kullback.pairwise(measure, rows, { shape, backend: alone, ...options })).data;
      await using backend = await openWith(3);
      const here = vi.spyOn(Panel.prototype, "sum");
      {
        using _slow = withSlowTurns();
        expect((await kullback.pairwise(measure, rows, { shape, backend, ...options })).data).toEqual(expected);
      }
      // strips that this thread did not sum
      if (!("zeros" in options) && !("against" in options)) expect(here.mock.calls.length).toBeLessThan(5);
      here.mockRestore();
      const lost = vi.spyOn(Pool.prototype, "send").mockImplementation(() => {});
      expect((await kullback.pairwise(measure, rows, { shape, backend, ...options })).data).toEqual(expected);
      lost.mockRestore();
    }
  });

  it("compare rows of logits to the same bits, whoever has them", async () => {
    const cells = 5003;
    const rng = random(5);
    const a = Float32Array.from({ length: 40 * cells }, () => 8 * rng.unit());
    const b = a.map((x, i) => (i % 30_011 === 0 ? -Infinity : x + 0.1 * rng.unit()));
    await using alone = await kullback.openBackend({ prefer: "cpu", threads: 1 });
    for (const [p, q, options] of [[b, a, {}], [a, b, {}], [Float64Array.from(b), a, {}], [b, a, { temperature: 2 }], [b, a, { measure: kullback.crossEntropy }]] as const) {
      const expected = await kullback.klFromLogits(p, q, { shape: [40, cells], backend: alone, ...options });
      await using backend = await openWith(3);
      const here = vi.spyOn(LogitReader.prototype, "sumRow");
      {
        using _slow = withSlowTurns();
        const found = await kullback.klFromLogits(p, q, { shape: [40, cells], backend, ...options });
        for (const name of ["values", "errorBounds", "top1Agreement"] as const) expect(found[name]).toEqual(expected[name]);
      }
      expect(here.mock.calls.length).toBeLessThan(20);
      here.mockRestore();
    }
    await using backend = await openWith(2);
    const wrong = a.with(12_345, NaN);
    await expect(kullback.klFromLogits(a, wrong, { shape: [40, cells], backend })).rejects.toThrow("qLogits has 1 entry that is NaN or Infinity, the first at index 12345.");
    wrong.fill(-Infinity, 0, cells);
    await expect(kullback.klFromLogits(a, wrong, { shape: [40, cells], backend })).rejects.toThrow();
  });

  it("end a matrix with the signal's reason", async () => {
    await using backend = await openWith(2);
    const controller = new AbortController();
    const reason = new Error("enough");
    const rows = new Float32Array(2000 * 256).fill(1);
    setTimeout(() => controller.abort(reason), 30);
    await expect(kullback.pairwise(kullback.jensenShannon, rows, { shape: [2000, 256], backend, signal: controller.signal }).then(() => "finished")).rejects.toBe(reason);
  });

  it("go on without workers once the backend is destroyed, which ends them", async () => {
    const backend = await openWith(2);
    using _slow = withSlowTurns();
    const end = vi.spyOn(Worker.prototype, "terminate");
    const call = divergence(backend);
    setTimeout(() => backend.destroy(), 4);
    expect(await call).toBe(expected);
    await vi.waitFor(() => expect(end).toHaveBeenCalledOnce());
    end.mockRestore();
    await expect(divergence(backend)).rejects.toThrow("destroyed");
  });

  it("end workers that are idle, and start others when they are needed", async () => {
    const usual = IDLE.ms;
    IDLE.ms = 60;
    const end = vi.spyOn(Worker.prototype, "terminate");
    await using backend = await openWith(2);
    await vi.waitFor(() => expect(end).toHaveBeenCalledOnce());
    IDLE.ms = usual;
    end.mockRestore();
    const sent = vi.spyOn(Pool.prototype, "send");
    await vi.waitFor(async () => {
      expect(await divergence(backend)).toBe(expected);
      expect(sent).toHaveBeenCalled();
    }, { timeout: 20_000 });
    sent.mockRestore();
  });

  it("are not what a host without workers has", async () => {
    const none = vi.spyOn(process, "getBuiltinModule").mockImplementation(() => { throw new Error("none"); });
    await using backend = await kullback.openBackend({ prefer: "cpu", threads: 2 });
    for (let i = 0; i < 3; i++) expect(await divergence(backend)).toBe(expected);
    none.mockRestore();
    expect(backend.info.reason).toBe("the CPU was asked for");
  });

  it("take as many threads as asked for", async () => {
    for (const threads of [0, -1, 1.5, 65, NaN, "2" as unknown as number]) await expect(kullback.openBackend({ threads })).rejects.toThrow(RangeError);
    await using alone = await kullback.openBackend({ prefer: "cpu", threads: 1 });
    for (let i = 0; i < 3; i++) await divergence(alone);
    expect(alone.info.reason).toBe("the CPU was asked for");
  });
});

describe("workers that do not gain", () => {
  it("are left out for a while, and tried again", async () => {
    Object.assign(WHEN, { worth: 1, tried: 2, mostTried: 8, skipped: 2 });
    let threads = new Threads(2, () => {});
    const ready = new Promise<void>((resolve) => { threads = new Threads(2, () => resolve()); });
    const simd = await openSimd() as Simd;
    const hasPool = async () => (await threads.poolFor(simd, 10)) !== null;
    expect(await hasPool()).toBe(false);
    await ready;
    threads.note(10, 20, false);
    /** Reads with workers that take so long, and one without them to compare with. */
    const reads = async (count: number, ms: number) => {
      for (let i = 0; i < count; i++) {
        expect(await hasPool()).toBe(true);
        threads.note(10, ms, true);
      }
      expect(await hasPool()).toBe(false);
      threads.note(10, 12, false);
    };
    await reads(2, 8);
    // they gain: for twice as many
    await reads(4, 8);
    await reads(8, 30);
    const skipped = async (count: number) => {
      for (let i = 0; i < count; i++) expect(await hasPool()).toBe(false);
    };
    await skipped(2);
    await reads(2, 30);
    await skipped(4);
    await reads(2, 8);
    await reads(4, 8);
    threads.end();
    Object.assign(WHEN, { worth: 0, tried: Infinity, skipped: 0 });
  });
});
