import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/engines.js";
import { calibratePage } from "./calibrate";
import { comparePage } from "./compare";
import { firstView, withoutWebGpu } from "./first-view";
import { fitPage } from "./fit";
import { precisionPage } from "./precision";
import { speedPage } from "./speed";
import { volumesPage } from "./volumes";
import { type Server, Site, serve } from "./site";

let server: Server;
beforeAll(async () => { server = await serve(); });
afterAll(() => server?.close());

describe.each([["Chromium", "chromium"], ["Firefox", "firefox"]] as const)("the site, in %s", (_, name) => {
  const executable = findBrowser(name);
  const site = new Site(name);
  beforeAll(() => (executable ? site.open(executable, server) : undefined));
  afterAll(() => site.close());

  it("is tried where the browser is, and must be there in CI", () => expect(executable !== undefined || process.env.REQUIRE_ENGINES !== "all").toBe(true));

  describe.runIf(executable).each([["is seen first", firstView], ["compares two distributions", comparePage], ["compares volumes", volumesPage], ["shows precision", precisionPage], ["measures speed", speedPage], ["calibrates a quantiser", calibratePage], ["fits families to a target", fitPage]])("%s", (_, cases) => {
    cases(site);
    it("without asking anybody else, and without a complaint", () => expect(site.takeComplaints()).toEqual([]));
  });

  it.runIf(executable)("has no serious fault of accessibility on any page, light or dark, on a phone or wide", async () => {
    for (const hash of ["#compare", "#compare?p=counts:5,5&q=counts:7,3", "#volumes?of=normals", "#precision", "#speed", "#calibrate", "#fit", "#fit?of=ring&model=two", "#fit?of=drawn", "#words"]) {
      await site.go(hash);
      expect(await site.faults(), hash).toEqual([]);
    }
  });
});

describe.runIf(findBrowser("firefox"))("the site, in a browser without WebGPU", () => {
  const site = new Site("firefox");
  beforeAll(() => site.open(findBrowser("firefox")!, server, { extraPrefsFirefox: { "dom.webgpu.enabled": false } }));
  afterAll(() => site.close());
  withoutWebGpu(site);
});
