import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { klBetween, normal } from "../../src/distributions/index";
import type { Site } from "./site";

/** Bytes of script, compressed, that the first view may load. */
const MOST = 200_000;

/** What is true of the site as it is first seen. */
export function firstView(site: Site): void {
  // puppeteer cannot reach into Firefox's workers
  it.skipIf(site.name === "firefox")("loads less than 200 kB of script, the worker's included", async () => {
    await site.page.reload();
    await site.says("where it was computed");
    const loaded = () => performance.getEntriesByType("resource").map(({ name }) => name);
    const names = [...await site.page.evaluate(loaded), ...(await Promise.all(site.page.workers().map((worker) => worker.evaluate(loaded)))).flat(), ...site.page.workers().map((worker) => worker.url())];
    const scripts = [...new Set(names)].filter((name) => /\.js$/.test(name));
    let bytes = 0;
    for (const script of scripts) bytes += gzipSync(Buffer.from(await (await fetch(script)).arrayBuffer())).length;
    expect(scripts.length).toBeGreaterThan(3);
    expect(bytes, scripts.map((name) => name.split("/").pop()).join()).toBeLessThan(MOST);
    expect(scripts.filter((name) => /niivue/.test(name))).toEqual([]);
  });

  it("says what it computes on", async () => {
    await site.says(/only the software adapter|WebGPU finds no GPU/);
  });

  it("takes an address that says nothing for the first page", async () => {
    await site.page.evaluate(() => { location.hash = "#no-such-page?p=%E0%A4%A&q=&unit=&on=moon"; });
    await site.says("where it was computed");
  });
}

/** A browser without WebGPU. */
export function withoutWebGpu(site: Site): void {
  it("computes on the CPU, and says so", async () => {
    await site.says("This browser has no WebGPU: everything is computed on the CPU.");
    await site.says(klBetween(normal(0, 1), normal(1, 1.5)).toPrecision(12));
    await site.set("compute", "webgpu");
    await site.page.waitForFunction(() => /WebGPU/.test(document.querySelector("[role=alert]")?.textContent ?? ""));
    await site.set("compute", "cpu");
    await site.says("the CPU was asked for");
  });
}
