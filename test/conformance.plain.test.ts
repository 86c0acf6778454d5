import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it, vi } from "vitest";
import type { Backend } from "../src/index";
import { casesOn } from "./engines/run";

const file = async (path: string) => new Uint8Array(await readFile(join(import.meta.dirname, "../examples/data", path)));

describe("Node, cpu without WebAssembly", () => {
  let kullback: typeof import("../src/index");
  let backend: Backend;
  beforeAll(async () => {
    vi.stubGlobal("WebAssembly", undefined);
    vi.resetModules();
    kullback = await import("../src/index");
    backend = await kullback.openBackend({ prefer: "cpu" });
  });
  afterAll(() => vi.unstubAllGlobals());

  // exact precision there is compared with WebAssembly's, integer by integer, in cpu-fallback/exact.test.ts
  for (const { name, run } of casesOn("cpu").filter(({ name }) => !name.includes("exact"))) it(name, () => run({ kullback, backend, file }));
});
