import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../src/index";
import * as kullback from "../src/index";
import { cases } from "./conformance/index";

const file = async (path: string) => new Uint8Array(await readFile(join(import.meta.dirname, "../examples/data", path)));

// scripts/test.js says which engines there are and reports the others as not run
const kinds = process.env.KULLBACK_NODE_WEBGPU ? (["cpu", "webgpu"] as const) : (["cpu"] as const);

describe.each(kinds)("Node, %s", (kind) => {
  let backend: Backend;
  const uncaptured: string[] = [];
  beforeAll(async () => {
    backend = await kullback.openBackend({ prefer: kind });
    const { device } = backend as unknown as { device?: GPUDevice };
    device?.addEventListener("uncapturederror", (event) => uncaptured.push((event as GPUUncapturedErrorEvent).error.message));
  });
  afterAll(() => backend.destroy());

  for (const { name, only, run } of cases) {
    if (!only || only === kind) it(name, () => run({ kullback, backend, file }));
  }

  it("raises no error that nobody caught", () => expect(uncaptured).toEqual([]));
});
