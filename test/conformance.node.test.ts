import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebGpuBackend } from "../src/gpu/backend";
import { openDevice } from "../src/gpu/device";
import type { Backend } from "../src/index";
import * as kullback from "../src/index";
import { cases } from "./conformance/index";

const file = async (path: string) => new Uint8Array(await readFile(join(import.meta.dirname, "../examples/data", path)));

const RUNS = [
  { title: "cpu", kind: "cpu", open: () => kullback.openBackend({ prefer: "cpu" }) },
  { title: "webgpu", kind: "webgpu", open: () => kullback.openBackend({ prefer: "webgpu" }) },
  // software adapters have a kernel of their own: here they run the one of real GPUs
  { title: "webgpu with workgroups that share their sums", kind: "webgpu", open: async () => new WebGpuBackend({ ...(await openDevice(true)), software: false }) },
] as const;

// scripts/test.js says which engines there are and reports the others as not run
const runs = RUNS.filter(({ kind }) => kind === "cpu" || process.env.KULLBACK_NODE_WEBGPU);

describe.each(runs)("Node, $title", ({ kind, open }) => {
  let backend: Backend;
  const uncaptured: string[] = [];
  beforeAll(async () => {
    backend = await open();
    const { device } = backend as unknown as { device?: GPUDevice };
    device?.addEventListener("uncapturederror", (event) => uncaptured.push((event as GPUUncapturedErrorEvent).error.message));
  });
  afterAll(() => backend.destroy());

  for (const { name, only, run } of cases) {
    if (!only || only === kind) it(name, () => run({ kullback, backend, file }));
  }

  it("raises no error that nobody caught", () => expect(uncaptured).toEqual([]));
});
