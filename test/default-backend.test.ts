import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Backend, Work } from "../src/backend";
import { DeviceError } from "../src/errors";
import { klDivergence } from "../src/index";
import type { Choice } from "../src/open-backend";

const opened = vi.hoisted(() => ({ backends: [] as unknown[], count: 0 }));

// stands for a GPU that this machine may not have
vi.mock(import("../src/open-backend"), async (original) => ({
  ...(await original()),
  withDefaultBackend: <T>(_: Work | null, use: (choice: Choice) => Promise<T>) => {
    const backend = opened.backends[opened.count++] as Backend;
    return use({ backend, reason: backend.info.reason });
  },
}));

/** The CPU backend, whose first read of the data fails. */
async function failing(reason: DeviceError["reason"]): Promise<Backend> {
  const { cpuBackend } = await import("../src/open-backend");
  const backend = Object.create(cpuBackend()) as { -readonly [K in keyof Backend]: Backend[K] };
  backend.info = { ...cpuBackend().info, kind: "webgpu" };
  backend.reduce = () => Promise.reject(new DeviceError("2 GiB is too much", reason));
  return backend;
}

const [p, q] = [[0.5, 0.5], [0.25, 0.75]];

describe("a call without a backend", () => {
  beforeEach(() => { opened.count = 0; });
  afterAll(() => vi.restoreAllMocks());

  it("goes to the CPU where the data exceed the device's limits, and says why", async () => {
    opened.backends = [await failing("limit")];
    const { value, backend, reason } = await klDivergence(p, q, { detail: true });
    expect(value).toBeCloseTo(0.14384103622589045, 15);
    expect([backend, reason]).toEqual(["cpu", "2 GiB is too much"]);
  });

  it("opens another device where one was lost, once", async () => {
    const { cpuBackend } = await import("../src/open-backend");
    opened.backends = [await failing("lost"), cpuBackend()];
    expect(await klDivergence(p, q)).toBeCloseTo(0.14384103622589045, 15);
    opened.count = 0;
    opened.backends = [await failing("lost"), await failing("lost")];
    await expect(klDivergence(p, q)).rejects.toThrow(DeviceError);
  });

  it("is never moved from a backend that the caller opened", async () => {
    await expect(klDivergence(p, q, { backend: await failing("limit") })).rejects.toThrow("2 GiB is too much");
    await expect(klDivergence(p, q, { backend: await failing("lost") })).rejects.toThrow(DeviceError);
  });
});
