import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../src/index";
import * as kullback from "../src/index";
import { type BackendName, backends, casesOn } from "./engines/run";
import { noteDigest } from "./support/known-digests";

const file = async (path: string) => new Uint8Array(await readFile(join(import.meta.dirname, "../examples/data", path)));

// scripts/test.js says which engines there are and reports the others as not run
const names = (Object.keys(backends) as BackendName[]).filter((name) => name === "cpu" || process.env.KULLBACK_NODE_WEBGPU);

describe.each(names)("Node, %s", (name) => {
  let backend: Backend;
  const uncaptured: string[] = [];
  beforeAll(async () => {
    backend = await backends[name]();
    const { device } = backend as unknown as { device?: GPUDevice };
    device?.addEventListener("uncapturederror", (event) => uncaptured.push((event as GPUUncapturedErrorEvent).error.message));
  });
  afterAll(() => backend.destroy());

  for (const { name: title, run } of casesOn(name)) {
    it(title, async () => {
      await run({ kullback, backend, file });
      noteDigest(`Node, ${name}`, title);
    });
  }

  it("raises no error that nobody caught", () => expect(uncaptured).toEqual([]));
});
