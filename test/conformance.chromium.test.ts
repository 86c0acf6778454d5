import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPage } from "../scripts/page.js";
import { cases } from "./conformance/index";
import type { Result } from "./engines/page";

const chromium = process.env.KULLBACK_CHROMIUM;

// scripts/test.js says which engines there are and reports the others as not run
describe.runIf(chromium)("Chromium", () => {
  let open: Awaited<ReturnType<typeof openPage>>;
  beforeAll(async () => { open = await openPage(chromium ?? "", "test/engines/page.ts", "runConformance"); });
  afterAll(() => open?.close());

  describe.each(["webgpu", "cpu"] as const)("%s", (kind) => {
    const results = new Map<string, Result>();
    let uncaptured: readonly string[] = [];
    beforeAll(async () => {
      const ran = (await open.page.evaluate(`runConformance("${kind}")`)) as { results: Result[]; uncaptured: string[] };
      for (const result of ran.results) results.set(result.name, result);
      uncaptured = ran.uncaptured;
    });

    for (const { name, only } of cases) {
      if (only && only !== kind) continue;
      it(name, () => {
        expect(results.has(name), "the case was run").toBe(true);
        expect(results.get(name)?.error).toBeUndefined();
      });
    }

    it("raises no error that nobody caught", () => expect(uncaptured).toEqual([]));
  });
});
