import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Page } from "puppeteer";
import { expect, it } from "vitest";
import { klBetween, normal } from "../../src/distributions/index";
import { crossEntropy, entropy, hellinger, jensenShannon, klDivergence, totalVariation } from "../../src/index";
import type { Site } from "./site";

const root = join(import.meta.dirname, "../..");

/** Values of the table of measures, in its order. */
const valuesOf = async (page: Page) => (await page.$$eval("section[aria-label=Numbers] tbody tr", (rows) => rows.map((row) => row.querySelector("td")?.textContent ?? ""))).map((text) => (text === "∞" ? Infinity : Number(text)));

/** The page that compares two distributions. */
export function comparePage(site: Site): void {
  /** Waits until the first number of the table is about this. */
  const first = (value: number) => site.page.waitForFunction((expected) => {
    const shown = document.querySelector("section[aria-label=Numbers] td")?.textContent ?? "";
    return shown === "∞" ? expected === null : expected !== null && shown !== "" && Math.abs(Number(shown) - expected) < 1e-5;
  }, { timeout: 20_000 }, Number.isFinite(value) ? value : null);

  it("begins with two normals, and their divergence in closed form", async () => {
    const [p, q] = [normal(0, 1), normal(1, 1.5)];
    await first(klBetween(p, q));
    const [forward, reverse] = await valuesOf(site.page);
    // Q reaches beyond the axis a little
    expect(forward).toBeCloseTo(klBetween(p, q), 8);
    expect(reverse).toBeCloseTo(klBetween(q, p), 7);
  });

  it("follows a slider, and the address holds it", async () => {
    await site.page.$eval("input[aria-label='mean of Q']", (input) => {
      input.value = "2";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await first(klBetween(normal(0, 1), normal(2, 1.5)));
    expect(await site.page.evaluate(() => location.hash)).toBe("#compare?p=normal:0,1&q=normal:2,1.5&unit=nats");
  });

  it("shows a coin term by term, as an address says, in any unit", async () => {
    const [p, q] = [[0.5, 0.5], [0.7, 0.3]];
    for (const [unit, base] of [["nats", Math.E], ["bits", 2], ["dits", 10]] as const) {
      await site.page.evaluate((hash) => { location.hash = hash; }, `#compare?p=counts:5,5&q=counts:7,3&unit=${unit}`);
      await first(await klDivergence(p, q, { base }));
      const expected = [await klDivergence(p, q, { base }), await klDivergence(q, p, { base }), await jensenShannon(p, q, { base }), await hellinger(p, q), await totalVariation(p, q), await crossEntropy(p, q, { base }), await entropy(p, { base }), await entropy(q, { base })];
      (await valuesOf(site.page)).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 11));
      if (unit === "nats") expect(await site.page.$eval(".sum", ({ textContent }) => textContent)).toBe("− 0.168 + 0.255 = 0.087 nats");
    }
  });

  it("says what happens where Q is 0", async () => {
    await site.page.evaluate(() => { location.hash = "#compare?p=counts:3,4,2,1&q=counts:4,4,2,0&unit=nats"; });
    await first(Infinity);
    expect(await site.page.$$eval(".note", (notes) => notes.map(({ textContent }) => textContent).join())).toMatch(/In 1 outcome Q is 0 and P is not/);
  });

  it("tells of counts that do not fit, and lives", async () => {
    await site.page.evaluate(() => { location.hash = "#compare?p=counts:3,4&q=counts:4,4,2&unit=nats"; });
    await site.page.waitForFunction(() => document.querySelector("[role=alert]")?.textContent?.includes("P has 2 outcomes and Q 3"));
    await site.page.evaluate(() => { location.hash = "#nonsense?p=%&unit=furlongs"; });
    await first(klBetween(normal(0, 1), normal(1, 1.5)));
  });

  it("gives code that says what the page says", async () => {
    for (const hash of ["#compare?p=normal:0,1&q=laplace:1,1.5&unit=bits", "#compare?p=mixture:-2,0.8,2,0.8,0.3&q=uniform:-8,8&unit=nats", "#compare?p=counts:1,2,3&q=counts:3,2,1&unit=dits"]) {
      const before = await site.page.$eval("pre", ({ textContent }) => textContent);
      await site.page.evaluate((to) => { location.hash = to; }, hash);
      await site.page.waitForFunction((old) => document.querySelector("pre")?.textContent !== old && document.querySelector("main")?.getAttribute("aria-busy") !== "true", {}, before);
      const code = (await site.page.$eval("pre", ({ textContent }) => textContent))!;
      const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { cwd: root, encoding: "utf8" });
      expect(stderr).toBe("");
      const value = Number(stdout.split(" ")[0]);
      await first(value);
      const [shown] = await valuesOf(site.page);
      if (Number.isFinite(value)) expect(shown).toBeCloseTo(value, 11);
      else expect(shown).toBe(value);
    }
  });

}
