import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebGpuBackend } from "../../src/gpu/backend";
import { openDevice } from "../../src/gpu/device";
import * as kullback from "../../src/index";
import { positive, random } from "../support/random";

const cells = (seed: number) => Float32Array.from(positive(random(seed), 4096));

// scripts/test.js says whether there is WebGPU here
describe.runIf(process.env.KULLBACK_NODE_WEBGPU)("many calls", () => {
  let backend: WebGpuBackend;
  let p: kullback.DeviceGrid;
  let q: kullback.DeviceGrid;
  /** Buffers that were made and not destroyed, and how often buffers were mapped. */
  const made = new Set<GPUBuffer>();
  let maps = 0;
  const expected = new Map<string, number>();

  beforeAll(async () => {
    backend = new WebGpuBackend(await openDevice(true));
    const { device } = backend;
    const create = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const buffer = create(descriptor);
      made.add(buffer);
      const [destroy, map] = [buffer.destroy.bind(buffer), buffer.mapAsync.bind(buffer)];
      buffer.destroy = () => {
        made.delete(buffer);
        return destroy();
      };
      buffer.mapAsync = (...range) => {
        maps += 1;
        return map(...range);
      };
      return buffer;
    };
    p = await kullback.upload(cells(1), { backend });
    q = await kullback.upload(cells(2), { backend });
    for (const measure of ["klDivergence", "jensenShannon"] as const) expected.set(measure, await kullback[measure](p, q, { backend }));
  });
  afterAll(() => backend.destroy());

  it("made in one turn are submitted together and mapped once", async () => {
    const submit = vi.spyOn(backend.device.queue, "submit");
    maps = 0;
    const values = await Promise.all(Array.from({ length: 100 }, () => kullback.klDivergence(p, q, { backend })));
    expect(new Set(values)).toEqual(new Set([expected.get("klDivergence")]));
    expect([submit.mock.calls.length, maps]).toEqual([1, 1]);
    submit.mockRestore();
  });

  it("of measures that read once and twice share what they can", async () => {
    maps = 0;
    const values = await Promise.all(Array.from({ length: 20 }, (_, i) => kullback[i % 2 ? "klDivergence" : "jensenShannon"](p, q, { backend })));
    values.forEach((value, i) => expect(value).toBe(expected.get(i % 2 ? "klDivergence" : "jensenShannon")));
    expect(maps).toBeLessThanOrEqual(3);
  });

  it("are not spoilt by one with a grid that was destroyed", async () => {
    const gone = await kullback.upload(cells(3), { backend });
    gone.destroy();
    const settled = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => kullback.klDivergence(i === 4 ? gone : p, q, { backend })));
    settled.forEach((result, i) => {
      if (i === 4) expect(result).toMatchObject({ status: "rejected", reason: { name: "DeviceError", reason: "unavailable" } });
      else expect(result).toEqual({ status: "fulfilled", value: expected.get("klDivergence") });
    });
  });

  it("one after the other leave no buffer and no memory behind", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const rounds = async (n: number) => { for (let i = 0; i < n; i++) await kullback.klDivergence(p, i % 2 ? q : cells(2), { backend }); };
    await rounds(200);
    const heap = async () => {
      collect();
      // Dawn's objects are finalised in a later turn
      await new Promise(setImmediate);
      collect();
      const { heapUsed, external, arrayBuffers } = process.memoryUsage();
      return heapUsed + external + arrayBuffers;
    };
    const [buffers, before] = [made.size, await heap()];
    await rounds(1000);
    expect(made.size).toBe(buffers);
    expect(await heap() - before).toBeLessThan(2 ** 20);
  });

  it("leave nothing once the backend is destroyed, but for the callers' grids", async () => {
    const guest = await kullback.openBackend({ device: backend.device });
    const before = made.size;
    await Promise.all(Array.from({ length: 300 }, () => kullback.klDivergence(p, cells(4), { backend: guest })));
    await kullback.klDivergence(p, q, { backend: guest, precision: "exact" });
    guest.destroy();
    expect(made.size).toBe(before);
  });
});
