import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Backend } from "../src/index";
import { file } from "./engines/node";
import { casesOn } from "./engines/run";

describe("Node, cpu without WebAssembly", () => {
  let kullback: typeof import("../src/index");
  let backend: Backend;
  beforeAll(async () => {
    vi.resetModules();
    // Node itself needs it later
    vi.stubGlobal("WebAssembly", undefined);
    kullback = await import("../src/index");
    const { openOrders, openSimd } = await import("../src/cpu-fallback/simd/open");
    expect([await openSimd(), await openOrders()]).toEqual([null, null]);
    expect(await (await import("../src/cpu-fallback/simd/open-logits")).openLogitKernel()).toBeNull();
    expect(await (await import("../src/cpu-fallback/simd/open-pairs")).openPairKernel()).toBeNull();
    vi.unstubAllGlobals();
    backend = await kullback.openBackend({ prefer: "cpu" });
  });

  // exact precision there is compared with WebAssembly's, integer by integer, in cpu-fallback/exact.test.ts; threads there are none
  for (const { name, run } of casesOn("cpu").filter(({ name }) => !/exact|one thread/.test(name))) it(name, () => run({ kullback, backend, file }));
});
