import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebGpuBackend } from "../../src/gpu/backend";
import { type Limits, openDevice } from "../../src/gpu/device";
import * as kullback from "../../src/index";
import { positive, random } from "../support/random";

const MIB = 2 ** 20;
const cells = (n: number, seed: number) => Float32Array.from(positive(random(seed), n));

// scripts/test.js says whether there is WebGPU here
describe.runIf(process.env.KULLBACK_NODE_WEBGPU)("through windows", () => {
  let whole: WebGpuBackend;
  let cut: WebGpuBackend;
  let fine: WebGpuBackend;
  let bindings: GPUBufferBinding[] = [];
  let gpu: GPU;
  const opened: WebGpuBackend[] = [];
  const open = async (limits: Partial<Limits>) => {
    const device = await openDevice(true);
    gpu = device.keep[0] as GPU;
    const backend = new WebGpuBackend({ ...device, limits: { ...device.limits, ...limits } });
    opened.push(backend);
    return backend;
  };
  const [p, q] = [cells(2 ** 20 + 4097, 1), cells(2 ** 20 + 4097, 2)];

  beforeAll(async () => {
    whole = await open({ upload: Infinity, cells: Infinity });
    cut = await open({ binding: MIB, upload: MIB, cells: 2 ** 17 });
    fine = await open({ binding: 2 ** 17, upload: 2 ** 17, cells: 2 ** 14 });
    const { device } = cut;
    const bind = device.createBindGroup.bind(device);
    device.createBindGroup = (descriptor) => {
      bindings.push(...[...descriptor.entries].map(({ resource }) => resource as GPUBufferBinding));
      return bind(descriptor);
    };
  });
  afterAll(() => opened.forEach((backend) => backend.destroy()));
  /** What was bound since it was last asked. */
  const bound = () => bindings.splice(0);

  /** The values of a call on host arrays and on grids, through windows and without. */
  async function both<T>(call: (backend: WebGpuBackend, p: kullback.Input, q: kullback.Input) => Promise<T>, hostP: kullback.Grid, hostQ: kullback.Grid, through = cut) {
    const expected = await call(whole, hostP, hostQ);
    const [gridP, gridQ] = [await kullback.upload(hostP, { backend: through }), await kullback.upload(hostQ, { backend: through })];
    try {
      return { expected, host: await call(through, hostP, hostQ), device: await call(through, gridP, gridQ) };
    } finally {
      gridP.destroy();
      gridQ.destroy();
    }
  }

  it.each(["klDivergence", "jensenShannon", "jeffreys"] as const)("%s of long arrays has the same bits, whatever the window", async (measure) => {
    const { expected, host, device } = await both((backend, a, b) => kullback[measure](a, b, { backend, detail: true, precision: "fast" }), kullback.grid(p), kullback.grid(q));
    for (const { value, errorBound, totalP } of [host, device]) expect([value, errorBound, totalP]).toEqual([expected.value, expected.errorBound, expected.totalP]);
    const sizes = bound().map(({ buffer, offset = 0, size }) => size ?? (buffer as GPUBuffer).size - offset);
    expect(sizes.length).toBeGreaterThan(60);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MIB);
  });

  it.each([
    { what: "rows", shape: [1001, 1024], axis: 1, shapeQ: [1001, 1024] },
    { what: "rows longer than a window", shape: [2, 2 ** 19 + 2048], axis: 1, shapeQ: [2, 2 ** 19 + 2048] },
    { what: "rows against one reference", shape: [1024, 1025], axis: 1, shapeQ: [1025] },
    { what: "short rows", shape: [2 ** 14, 64], axis: 1, shapeQ: [2 ** 14, 64] },
  ])("klDivergence of $what has the same bits, whatever the window", async ({ shape, axis, shapeQ }) => {
    const gridOf = (data: Float32Array, of: readonly number[]) => kullback.grid(data.subarray(0, of.reduce((n, size) => n * size, 1)), { shape: of });
    const { expected, host, device } = await both((backend, a, b) => kullback.klDivergence(a, b, { backend, axis, precision: "fast" }), gridOf(p, shape), gridOf(q, shapeQ));
    expect(host).toEqual(expected);
    expect(device).toEqual(expected);
  });

  it("klDivergence of slices along a slow axis stays within its bound", async () => {
    const shape = [64, 2 ** 14];
    const call = (backend: WebGpuBackend) => kullback.klDivergence(p.subarray(0, MIB), q.subarray(0, MIB), { backend, shape, axis: 0, precision: "fast", detail: true });
    const [expected, found] = [await call(whole), await call(cut)];
    for (let i = 0; i < 2 ** 14; i++) expect(Math.abs(found.value[i] - expected.value[i])).toBeLessThanOrEqual(expected.errorBound[i] + found.errorBound[i]);
  });

  it("exact precision has the same bits: floats, doubles, weights, many rows", async () => {
    const few = 2 ** 14 + 5077;
    const doubles = Float64Array.from(p.subarray(0, few));
    const weights = Uint8Array.from({ length: few }, (_, i) => i % 5);
    for (const [a, options] of [[p.subarray(0, few), {}], [doubles, {}], [doubles, { weights }]] as const) {
      const { expected, host, device } = await both((backend, x, y) => kullback.klDivergence(x, y, { backend, precision: "exact", ...options }), kullback.grid(a), kullback.grid(q.subarray(0, few)), fine);
      expect([host, device]).toEqual([expected, expected]);
    }
    const rows = (backend: WebGpuBackend) => kullback.klDivergence(p.subarray(0, 4200 * 12), q.subarray(0, 12), { backend, shape: [4200, 12], axis: 1, precision: "exact" });
    expect(await rows(fine)).toEqual(await rows(whole));
  });

  it("exact precision of many rows reads host arrays that no buffer holds", async () => {
    const small = await open({ binding: MIB, buffer: MIB, upload: MIB });
    const rows = (backend: WebGpuBackend) => kullback.klDivergence(p.subarray(0, 4200 * 70), q.subarray(0, 70), { backend, shape: [4200, 70], axis: 1, precision: "exact" });
    expect(await rows(small)).toEqual(await rows(whole));
  });

  it("pointwise has the same bits on the host and on the device, beyond a binding", async () => {
    for (const [shape, axis] of [[[100_003], 0], [[256, 257], 1], [[257, 256], 0]] as const) {
      const n = shape.reduce((product, size) => product * size, 1);
      const call = (backend: WebGpuBackend) => kullback.pointwise(kullback.klDivergence, p.subarray(0, n), q.subarray(0, n), { backend, shape, axis });
      const expected = (await call(whole)).data as Float32Array;
      // a pointwise sum's totals may differ in their last bits along a slow axis
      const tolerance = axis === 0 && shape.length > 1 ? 1e-6 : 0;
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const same = (found: ArrayLike<number>) => expect(expected.every((value, i) => Math.abs(value - found[i]) <= tolerance * largest)).toBe(true);
      same((await call(fine)).data);
      const grid = await kullback.pointwise(kullback.klDivergence, p.subarray(0, n), q.subarray(0, n), { backend: fine, shape, axis, output: "device" });
      same(await fine.download(grid) as Float32Array);
      grid.destroy();
    }
  });

  it.each(["fast", "exact"] as const)("the first bad entry is named by its place in the whole array, %s", async (precision) => {
    const bad = p.slice(0, 70_000);
    for (const i of [69_999, 60_001, 34_000]) bad[i] = -1;
    const good = q.subarray(0, bad.length);
    for (const backend of [whole, fine]) {
      await expect(kullback.klDivergence(bad, good, { backend, precision })).rejects.toMatchObject({ argument: "p", count: 3, index: 34_000 });
      await expect(kullback.klDivergence(good, bad, { backend, precision })).rejects.toMatchObject({ argument: "q", count: 3, index: 34_000 });
    }
  });

  it("a result or a grid that no buffer holds is refused with what to do", async () => {
    const small = await open({ buffer: MIB });
    const many = new Float32Array(MIB / 4 + 1).fill(1);
    const limit = (message: RegExp) => expect.objectContaining({ name: "DeviceError", reason: "limit", message: expect.stringMatching(message) });
    await expect(kullback.pointwise(kullback.klDivergence, many, many, { backend: small, output: "device" })).rejects.toEqual(limit(/output "host"/));
    await expect(kullback.upload(many, { backend: small })).rejects.toEqual(limit(/pass the host array/));
  });

  it("a device opened with WebGPU's default limits reads more than a binding of 128 MiB", async () => {
    const adapter = await gpu.requestAdapter() as GPUAdapter;
    const device = await adapter.requestDevice({ requiredLimits: { maxStorageBufferBindingSize: 128 * MIB } });
    expect(device.limits.maxStorageBufferBindingSize).toBe(128 * MIB);
    const backend = await kullback.openBackend({ device });
    const many = new Uint8Array(136 * MIB).fill(3);
    many[many.length - 1] = 0;
    const grid = await kullback.upload(many, { backend });
    // n - 1 cells of one kind: ln(n - 1)
    expect(await kullback.entropy(grid, { backend, precision: "fast" })).toBeCloseTo(Math.log(many.length - 1), 5);
    grid.destroy();
    backend.destroy();
    device.destroy();
  });

  it("an abort is honoured between dispatches", async () => {
    const slow = await open({ cells: 2 ** 14, upload: MIB });
    const reason = new Error("enough");
    const controller = new AbortController();
    const submit = vi.spyOn(slow.device.queue, "submit").mockImplementation(function (this: GPUQueue, buffers) {
      controller.abort(reason);
      submit.mockRestore();
      return this.submit(buffers);
    });
    const count = vi.spyOn(slow.device, "createCommandEncoder");
    await expect(kullback.klDivergence(p, q, { backend: slow, precision: "fast", signal: controller.signal })).rejects.toBe(reason);
    expect(count.mock.calls.length).toBeLessThan(8);
  });
});
