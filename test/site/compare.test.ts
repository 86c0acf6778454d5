import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PreviewServer, build, preview } from "vite";
import { LAUNCH, findBrowser } from "../../scripts/engines.js";
import { crossEntropy, entropy, hellinger, jensenShannon, klDivergence, totalVariation } from "../../src/index";
import { klBetween, normal } from "../../src/distributions/index";

const root = join(import.meta.dirname, "../..");
const config = join(root, "site/vite.config.ts");
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let server: PreviewServer;
beforeAll(async () => {
  await build({ root, configFile: join(root, "vite.config.ts"), logLevel: "error" });
  await build({ root: join(root, "site"), configFile: config, logLevel: "error" });
  server = await preview({ root: join(root, "site"), configFile: config, preview: { port: 0, host: "127.0.0.1" }, logLevel: "error" });
});
afterAll(() => server?.close());

/** Values of the table of measures, in its order. */
const valuesOf = async (page: Page) => (await page.$$eval("section[aria-label=Numbers] tbody tr", (rows) => rows.map((row) => row.querySelector("td")?.textContent ?? ""))).map((text) => (text === "∞" ? Infinity : Number(text)));

describe.each([["Chromium", "chromium"], ["Firefox", "firefox"]] as const)("the page that compares, in %s", (_, name) => {
  const executablePath = findBrowser(name);
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    if (!executablePath) return;
    browser = await puppeteer.launch({ executablePath, ...LAUNCH[name] });
    page = await browser.newPage();
    page.on("console", (message) => { if (message.type() === "error" || message.type() === "warn") complaints.push(message.text()); });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => { if (!request.url().startsWith(server.resolvedUrls!.local[0]) && !request.url().startsWith("data:")) complaints.push(`asked ${request.url()}`); });
    await page.goto(server.resolvedUrls!.local[0]);
  });
  afterAll(() => browser?.close());

  /** Waits until the first number of the table is about this. */
  const first = (value: number) => page.waitForFunction((expected) => {
    const shown = document.querySelector("section[aria-label=Numbers] td")?.textContent ?? "";
    return shown === "∞" ? expected === null : expected !== null && shown !== "" && Math.abs(Number(shown) - expected) < 1e-5;
  }, { timeout: 20_000 }, Number.isFinite(value) ? value : null);

  it("is tried where the browser is, and must be there in CI", () => expect(executablePath !== undefined || process.env.REQUIRE_ENGINES !== "all").toBe(true));

  it.runIf(executablePath)("begins with two normals, and their divergence in closed form", async () => {
    const [p, q] = [normal(0, 1), normal(1, 1.5)];
    await first(klBetween(p, q));
    const [forward, reverse] = await valuesOf(page);
    // Q reaches beyond the axis a little
    expect(forward).toBeCloseTo(klBetween(p, q), 8);
    expect(reverse).toBeCloseTo(klBetween(q, p), 7);
  });

  it.runIf(executablePath)("follows a slider, and the address holds it", async () => {
    await page.$eval("input[aria-label='mean of Q']", (input) => {
      input.value = "2";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await first(klBetween(normal(0, 1), normal(2, 1.5)));
    expect(await page.evaluate(() => location.hash)).toBe("#compare?p=normal:0,1&q=normal:2,1.5&unit=nats");
  });

  it.runIf(executablePath)("shows a coin term by term, as an address says, in any unit", async () => {
    const [p, q] = [[0.5, 0.5], [0.7, 0.3]];
    for (const [unit, base] of [["nats", Math.E], ["bits", 2], ["dits", 10]] as const) {
      await page.evaluate((hash) => { location.hash = hash; }, `#compare?p=counts:5,5&q=counts:7,3&unit=${unit}`);
      await first(await klDivergence(p, q, { base }));
      const expected = [await klDivergence(p, q, { base }), await klDivergence(q, p, { base }), await jensenShannon(p, q, { base }), await hellinger(p, q), await totalVariation(p, q), await crossEntropy(p, q, { base }), await entropy(p, { base }), await entropy(q, { base })];
      (await valuesOf(page)).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 11));
      if (unit === "nats") expect(await page.$eval(".sum", ({ textContent }) => textContent)).toBe("− 0.168 + 0.255 = 0.087 nats");
    }
  });

  it.runIf(executablePath)("says what happens where Q is 0", async () => {
    await page.evaluate(() => { location.hash = "#compare?p=counts:3,4,2,1&q=counts:4,4,2,0&unit=nats"; });
    await first(Infinity);
    expect(await page.$$eval(".note", (notes) => notes.map(({ textContent }) => textContent).join())).toMatch(/In 1 outcome Q is 0 and P is not/);
  });

  it.runIf(executablePath)("tells of counts that do not fit, and lives", async () => {
    await page.evaluate(() => { location.hash = "#compare?p=counts:3,4&q=counts:4,4,2&unit=nats"; });
    await page.waitForFunction(() => document.querySelector("[role=alert]")?.textContent?.includes("P has 2 outcomes and Q 3"));
    await page.evaluate(() => { location.hash = "#nonsense?p=%&unit=furlongs"; });
    await first(klBetween(normal(0, 1), normal(1, 1.5)));
  });

  it.runIf(executablePath)("gives code that says what the page says", async () => {
    for (const hash of ["#compare?p=normal:0,1&q=laplace:1,1.5&unit=bits", "#compare?p=mixture:-2,0.8,2,0.8,0.3&q=uniform:-8,8&unit=nats", "#compare?p=counts:1,2,3&q=counts:3,2,1&unit=dits"]) {
      const before = await page.$eval("pre", ({ textContent }) => textContent);
      await page.evaluate((to) => { location.hash = to; }, hash);
      await page.waitForFunction((old) => document.querySelector("pre")?.textContent !== old && document.querySelector("main")?.getAttribute("aria-busy") !== "true", {}, before);
      const code = (await page.$eval("pre", ({ textContent }) => textContent))!;
      const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { cwd: root, encoding: "utf8" });
      expect(stderr).toBe("");
      const value = Number(stdout.split(" ")[0]);
      await first(value);
      const [shown] = await valuesOf(page);
      if (Number.isFinite(value)) expect(shown).toBeCloseTo(value, 11);
      else expect(shown).toBe(value);
    }
  });

  it.runIf(executablePath)("has no serious fault of accessibility, light or dark", async () => {
    for (const scheme of ["light", "dark"]) {
      if (name === "chromium") await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.evaluate(axe);
      const found = await page.evaluate("axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))");
      expect(found, scheme).toEqual([]);
    }
  });

  it.runIf(executablePath)("asks nobody else and complains of nothing", () => expect(complaints).toEqual([]));
});
