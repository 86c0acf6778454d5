import { afterAll, beforeAll, describe, it } from "vitest";
import { type Engine, openBrowser, openDeno } from "./engines/open";
import { type BackendName, type Ran, SUBGROUPS, WINDOWS, backends, casesOn } from "./engines/run";
import { noteDigest } from "./support/known-digests";

const { KULLBACK_CHROMIUM: chromium, KULLBACK_FIREFOX: firefox, KULLBACK_DENO: deno } = process.env;
// how grids are cut is no engine's affair: Node shows it; neither Firefox nor Deno has subgroups
const all = (Object.keys(backends) as BackendName[]).filter((name) => name !== WINDOWS && name !== SUBGROUPS);
const plain = ["cpu", "webgpu"] as const;

const ENGINES = [
  // its compiler is that of Node, where all kernels run
  { title: "Chromium", executable: chromium, names: plain, open: openBrowser.bind(null, "chromium") },
  // nor is the other plan, which wgpu runs in Deno
  { title: "Firefox", executable: firefox, names: plain, open: openBrowser.bind(null, "firefox") },
  { title: "Deno", executable: deno, names: all, open: openDeno },
] as const;

// scripts/test.js says which engines there are and reports the others as not run
const engines = ENGINES.filter(({ executable }) => executable);

// at the same time: none keeps two cores busy
describe.concurrent.each(engines)("$title", ({ title, executable, names, open }) => {
  let engine: Engine;
  const ran = new Map<BackendName, Ran>();
  beforeAll(async () => {
    engine = await open(executable ?? "");
    for (const [i, result] of (await engine.run(names)).entries()) ran.set(names[i], result);
  });
  afterAll(() => engine?.close());

  describe.each(names)("%s", (name) => {
    for (const { name: caseTitle } of casesOn(name)) {
      it(caseTitle, ({ expect }) => {
        expect(ran.get(name)?.results[caseTitle]).toBeNull();
        noteDigest(`${title}, ${name}`, caseTitle);
      });
    }

    it("raises no error that nobody caught", ({ expect }) => { expect(ran.get(name)?.uncaptured).toEqual([]); });
  });

  // Firefox polls every 100 ms: src/gpu/nudge.ts
  if (title === "Firefox") {
    it("klDivergence of 2^12 cells does not wait for a poll", async ({ expect }) => { expect(await engine.callMs?.()).toBeLessThan(50); });
  }
});
