import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Backend } from "../src/index";
import { casesOn } from "./engines/run";

const file = async (path: string) => new Uint8Array(await readFile(join(import.meta.dirname, "../examples/data", path)));

describe("Node, cpu without WebAssembly", () => {
  let kullback: typeof import("../src/index");
  let backend: Backend;
  beforeAll(async () => {
    vi.resetModules();
    // Node itself needs it later
    vi.stubGlobal("WebAssembly", undefined);
    kullback = await import("../src/index");
    expect(await (await import("../src/cpu-fallback/simd/open")).openSimd()).toBeNull();
    vi.unstubAllGlobals();
    backend = await kullback.openBackend({ prefer: "cpu" });
  });

  // exact precision there is compared with WebAssembly's, integer by integer, in cpu-fallback/exact.test.ts; threads there are none
  for (const { name, run } of casesOn("cpu").filter(({ name }) => !/exact|one thread/.test(name))) it(name, () => run({ kullback, backend, file }));
});
