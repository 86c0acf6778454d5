import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { klDivergence } from "../../src/index";
import * as oracle from "../support/oracle";
import { near, positive, random } from "../support/seeded";
import type { Site } from "./site";

const root = join(import.meta.dirname, "../..");
const CELLS = 4096;

interface Line {
  readonly value: number;
  readonly error: number;
  readonly bound: number;
  readonly sign: string;
}

/** The pair of cells of a type, as docs/scripts/closeness.js makes it. */
function pairOf(power: number, seed: number, cells: typeof Float32Array | typeof Float64Array) {
  const rng = random(seed);
  const p = cells.from(positive(rng, CELLS));
  return [p, cells.from(near(rng, p, 10 ** power))] as const;
}

/** The page of what rounding does to a divergence. */
export function precisionPage(site: Site): void {
  /** The table, once it is about this value. */
  async function linesOf(exact: number): Promise<Record<string, Line>> {
    await site.page.waitForFunction((wanted) => Number(document.querySelector("tr[data-method=exact-wide] td:nth-of-type(2)")?.textContent?.replaceAll("−", "-")) === wanted, { timeout: 20_000 }, Number(exact.toExponential(9)));
    const rows = await site.page.$$eval("tr[data-method]", (all) => all.map((row) => [(row as HTMLElement).dataset.method ?? "", ...Array.from(row.querySelectorAll("td"), ({ textContent }) => textContent.replaceAll("−", "-"))]));
    return Object.fromEntries(rows.map(([method, , value, error, bound, sign]) => [method, { value: Number(value), error: Number(error), bound: Number(bound), sign }]));
  }

  /** Waits until the figure stands: all of the sweep is done. */
  const swept = () => site.page.waitForFunction(() => document.querySelector("figure svg[role=img]") && !document.querySelector(".busy progress"), { timeout: 60_000 });

  it("shows what each method makes of nearly equal distributions", async () => {
    await site.go("#precision");
    for (const [power, pair] of [[-6, 1], [-3, 1], [-8.25, 4]] as const) {
      if (power !== -6) await site.set("closeness", power);
      if (pair !== 1) await site.set("pair", pair);
      const [wide, narrow] = [pairOf(power, pair - 1, Float64Array), pairOf(power, pair - 1, Float32Array)];
      const lines = await linesOf(oracle.toNumber(oracle.klDivergence(...wide)));
      for (const [size, cells] of [["wide", wide], ["narrow", narrow]] as const) {
        const truth = oracle.toNumber(oracle.klDivergence(...cells));
        const fast = await klDivergence(...cells, { detail: true });
        expect(lines[`exact-${size}`].value).toBeCloseTo(truth, 9 - Math.floor(Math.log10(truth || 1)));
        expect(lines[`fast-${size}`].error).toBeLessThanOrEqual(lines[`fast-${size}`].bound);
        expect(lines[`fast-${size}`].bound).toBeCloseTo(truth === 0 ? fast.errorBound : fast.errorBound / truth, 7);
        expect(lines[`fast-${size}`].sign).toBe("no");
      }
      if (power === -6) expect(lines.naive.error > 1e-3 || lines.naive.sign === "negative").toBe(true);
      expect(lines.naive.sign === "negative").toBe(lines.naive.value < 0);
      expect(lines.scipy.error).toBeGreaterThan(lines["fast-wide"].error);
    }
    // the address follows after a moment
    await site.page.waitForFunction(() => location.hash === "#precision?power=-8.25&pair=4&unit=nats");
  });

  it("draws the errors at every closeness", async () => {
    await swept();
    const dots = await site.page.$$eval("figure svg[role=img] path[transform][stroke]", (all) => all.length);
    // four methods at 49 closenesses, but for binary32 where p and q are the same
    expect(dots).toBeGreaterThan(2 * 49 + 2 * 28);
  });

  it("gives code that makes the pair, in any unit", async () => {
    await site.go("#precision?power=-4.5&pair=3&unit=bits");
    const exact = await klDivergence(...pairOf(-4.5, 2, Float64Array), { base: 2, precision: "exact" });
    const lines = await linesOf(exact);
    const code = await site.page.$eval("section[aria-label='Take along'] pre", ({ textContent }) => textContent);
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { cwd: root, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(Number(stdout.split(" ")[0])).toBe(exact);
    expect(lines["fast-wide"].value).toBe(Number(Number(stdout.split(" ")[1]).toExponential(9)));
    await site.go("#precision?power=2&pair=99");
    await linesOf(await klDivergence(...pairOf(-6, 0, Float64Array), { precision: "exact" }));
  });

  it("reproduces every known digest, and can be called off", async () => {
    await swept();
    await site.press("Reproduce");
    await site.says(/digests came out as known|came out otherwise/, 120_000);
    const rows = await site.page.$$eval("section[aria-label=Reproduce] tbody tr", (all) => all.map((row) => Array.from(row.querySelectorAll("td"), ({ textContent }) => textContent)));
    expect(rows.length).toBeGreaterThan(10);
    const onGpu = rows[0][2] !== "not here";
    expect(rows).toEqual(rows.map(([digest]) => [digest, "✓", onGpu ? "✓" : "not here"]));
    for (const [digest] of rows) expect(digest).toMatch(/^[0-9a-f]{16}$/);
    if (site.name === "chromium") expect(onGpu).toBe(true);
    await site.press("Reproduce");
    await site.page.waitForSelector("section[aria-label=Reproduce] progress");
    await site.press("cancel");
    await site.says("called off");
    expect(await site.page.$$eval("section[aria-label=Reproduce] tbody td", (all) => all.filter(({ textContent }) => textContent === "…").length)).toBeGreaterThan(0);
  }, 180_000);
}
