import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { WebGpuBackend } from "../src/gpu/backend";
import * as kullback from "../src/index";

const root = join(import.meta.dirname, "..");
const kinds = process.env.KULLBACK_NODE_WEBGPU ? (["cpu", "webgpu"] as const) : (["cpu"] as const);
const [p, q] = [Float32Array.of(0.5, 0.5), Float32Array.of(0.25, 0.75)];

/** A program that imports the built package by its name. */
function run(program: string) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { cwd: root, encoding: "utf8", timeout: 30_000 });
  return { status, signal, stdout: stdout.trim(), stderr };
}

describe("a Node process", () => {
  const call = "klDivergence(Float32Array.of(0.5, 0.5), Float32Array.of(0.25, 0.75)";

  it("ends by itself after calls without a backend", () => {
    const { status, stdout } = run(`import { klDivergence } from "kullback"; await ${call}); console.log(await ${call}, { base: 2 }));`);
    expect([status, stdout.slice(0, 12)]).toEqual([0, "0.2075187496"]);
  });

  // idle workers would end after ten seconds
  it.each(["", ', { backend: await openBackend({ prefer: "cpu", threads: 2 }) }'])("ends by itself while workers wait for work: klDivergence(p, q%s)", (options) => {
    const { status, stdout } = run(`import { klDivergence, openBackend } from "kullback"; const cells = new Float32Array(2 ** 23).fill(1); const { backend } = { backend: undefined${options} };
      for (const end = performance.now() + 500; performance.now() < end;) await klDivergence(cells, cells, { backend });
      console.log(backend ? backend.info.reason : "default"); process.on("exit", () => console.log(performance.now()));`.replace("undefined, {", "undefined, ...{"));
    const [reason, endedAt] = stdout.split("\n");
    expect(reason).toBe(options ? "the CPU was asked for; long calls on 2 threads" : "default");
    expect([status, Number(endedAt) < 9000]).toEqual([0, true]);
  });

  it.each(kinds)("ends by itself once a %s backend is destroyed", (kind) => {
    const { status, stdout } = run(`import { klDivergence, openBackend } from "kullback"; const backend = await openBackend({ prefer: "${kind}" });
      const detail = await ${call}, { backend, detail: true }); await backend[Symbol.asyncDispose](); console.log(detail.backend, detail.value);`);
    expect(stdout).toContain(`${kind} 0.14384`);
    expect(status).toBe(0);
  });
});

it.runIf(kinds.length > 1)("a WebGPU backend destroyed at once, and collected, leaves the process whole", () => {
  const { status, signal } = run('import { openBackend } from "kullback"; (await openBackend({ prefer: "webgpu" })).destroy(); await new Promise((resolve) => setTimeout(resolve, 100));');
  expect([status, signal]).toEqual([0, null]);
});

describe.each(kinds)("a %s backend", (kind) => {
  it("is destroyed at the end of its block by await using", async () => {
    let outside: kullback.Backend;
    {
      await using backend = await kullback.openBackend({ prefer: kind });
      outside = backend;
      expect(await kullback.klDivergence(p, q, { backend })).toBeGreaterThan(0.14);
    }
    await expect(kullback.klDivergence(p, q, { backend: outside })).rejects.toThrow("destroyed");
  });

  it("rejects every call after destroy(), which may be repeated", async () => {
    const backend = await kullback.openBackend({ prefer: kind });
    backend.destroy();
    backend.destroy();
    await expect(kullback.klDivergence(p, q, { backend })).rejects.toThrow(kullback.DeviceError);
    await expect(kullback.pointwise(kullback.klDivergence, p, q, { backend })).rejects.toThrow(kullback.DeviceError);
    await expect(kullback.upload(p, { backend })).rejects.toThrow("this backend was destroyed");
  });
});

describe("openBackend({ device })", () => {
  it.runIf(kinds.length > 1)("leaves device and buffers to the caller", async () => {
    await using owner = await kullback.openBackend({ prefer: "webgpu" });
    const { device } = owner as WebGpuBackend;
    const buffer = device.createBuffer({ label: "the caller's", size: 16, usage: 0x80 | 0x08 | 0x04 });
    device.queue.writeBuffer(buffer, 0, p);
    const guest = await kullback.openBackend({ device });
    const grid = kullback.fromGPUBuffer(buffer, { shape: [2] });
    const value = await kullback.klDivergence(grid, q, { backend: guest });
    grid.destroy();
    guest.destroy();
    expect(await kullback.klDivergence(grid, q, { backend: owner })).toBe(value);
    buffer.destroy();
  });

  it.runIf(kinds.length > 1)("rejects with DeviceError once the device is gone", async () => {
    const owner = await kullback.openBackend({ prefer: "webgpu" });
    const guest = await kullback.openBackend({ device: (owner as WebGpuBackend).device });
    owner.destroy();
    const error = await kullback.klDivergence(p, q, { backend: guest }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(kullback.DeviceError);
    expect((error as kullback.DeviceError).reason).toBe("lost");
  });
});

describe("destroy() of a WebGPU backend", () => {
  it.runIf(kinds.length > 1)("rejects the calls under way with DeviceError", async () => {
    const backend = await kullback.openBackend({ prefer: "webgpu" });
    const cells = new Float32Array(2 ** 20).fill(1);
    const calls = [kullback.klDivergence(cells, cells, { backend }), kullback.pointwise(kullback.jensenShannon, cells, cells, { backend })];
    backend.destroy();
    for (const call of calls) await expect(call).rejects.toThrow(expect.objectContaining({ name: "DeviceError", reason: "lost" }));
  });
});

describe("a signal", () => {
  const reason = new Error("enough");
  const ABORT_MS = 20;
  /** Milliseconds from when the abort is due, soon after `start` arms it, to the rejection with the reason. */
  const delayOf = async (start: (signal: AbortSignal, arm: () => void) => Promise<unknown>) => {
    const controller = new AbortController();
    let due = Infinity;
    const arm = () => {
      due = performance.now() + ABORT_MS;
      setTimeout(() => controller.abort(reason), ABORT_MS);
    };
    // a report need not print 2^24 cells
    await expect(start(controller.signal, arm).then(() => "finished")).rejects.toBe(reason);
    return performance.now() - due;
  };

  it("ends long work on the CPU with its reason, soon", async () => {
    await using backend = await kullback.openBackend({ prefer: "cpu" });
    // half a second of work and more for each; the abort has to wait for a pause
    const cells = new Float64Array(2 ** 25).fill(1);
    expect(await delayOf((signal, arm) => {
      arm();
      return kullback.klDivergence(cells, cells, { backend, signal });
    })).toBeLessThan(400);
    const fewer = cells.subarray(0, 2 ** 24);
    expect(await delayOf((signal, arm) => {
      // pointwise reads the totals first: the abort is to meet what comes after
      const map = backend.map.bind(backend);
      vi.spyOn(backend, "map").mockImplementation((job) => {
        arm();
        return map(job);
      });
      return kullback.pointwise(kullback.klDivergence, fewer, fewer, { backend, signal });
    })).toBeLessThan(400);
  });

  it.runIf(kinds.length > 1)("aborted while the GPU works rejects the call with its reason and leaves the backend in use", async () => {
    await using backend = await kullback.openBackend({ prefer: "webgpu" });
    for (const call of [kullback.klDivergence, kullback.jensenShannon]) {
      const controller = new AbortController();
      const aborted = call(p, q, { backend, signal: controller.signal });
      controller.abort(reason);
      await expect(aborted).rejects.toBe(reason);
      expect(await call(p, q, { backend, signal: new AbortController().signal })).toBeGreaterThan(0);
    }
  });
});
