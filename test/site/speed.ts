import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Site } from "./site";

const root = join(import.meta.dirname, "../..");

interface Report {
  readonly adapter: string | null;
  readonly software: boolean;
  readonly noGpu: string;
  readonly userAgent: string;
  readonly hardwareConcurrency: number;
  readonly date: string;
  readonly rows: readonly { readonly cells: number; readonly way: string; readonly medianMs: number; readonly minMs: number; readonly turns: number; readonly nsPerCell: number; readonly gbPerS: number; readonly readGbPerS: number }[];
}

/** The page that measures how fast it is here. */
export function speedPage(site: Site): void {
  const table = () => site.page.$$eval("section[aria-label=Numbers] tbody tr", (rows) => rows.map((row) => Array.from(row.children, ({ textContent }) => textContent)));

  it("measures nothing until it is told to, then every way there is", async () => {
    await site.go("#speed?largest=12&figure=ns-per-cell");
    expect(await site.page.$("section[aria-label=Numbers]")).toBeNull();
    await site.press("Measure");
    await site.says("copy as JSON", 90_000);
    const report = JSON.parse(await site.page.$eval("pre[aria-label=JSON]", ({ textContent }) => textContent)) as Report;
    if (site.name === "chromium") expect(report.adapter).toMatch(/swiftshader/);
    expect(report.adapter === null).toBe(report.noGpu !== "");
    const ways = ["cpu-read", "cpu", "auto", ...(report.adapter === null ? [] : ["gpu-read", "resident", "uploaded"])];
    expect(report.rows.map(({ cells, way }) => [cells, way])).toEqual([1024, 4096].flatMap((cells) => ways.map((way) => [cells, way])));
    for (const { cells, medianMs, minMs, turns, nsPerCell, gbPerS, readGbPerS } of report.rows) {
      expect(minMs).toBeGreaterThan(0);
      expect(medianMs).toBeGreaterThanOrEqual(minMs);
      expect(turns).toBeGreaterThanOrEqual(5);
      expect(gbPerS).toBeCloseTo(8 / nsPerCell, 9);
      expect(nsPerCell).toBeCloseTo((medianMs * 1e6) / cells, 6);
      expect(readGbPerS).toBeGreaterThan(0);
    }
    expect(report.userAgent).toBe(await site.page.evaluate(() => navigator.userAgent));
    expect(report.hardwareConcurrency).toBeGreaterThan(0);
    expect(Math.abs(Date.now() - Date.parse(report.date))).toBeLessThan(120_000);
    expect((await table()).map(([, way]) => way)).toEqual([1, 2].flatMap(() => ["CPU", "auto: CPU", ...(report.adapter === null ? [] : ["GPU, resident", "GPU, with upload"])]));
    if (report.software) await site.says("The adapter is a software one");
    expect(await site.page.$$eval("figure svg[role=img] path[transform][stroke]", (all) => all.length)).toBe(report.rows.length);
    expect(await site.faults()).toEqual([]);
  }, 120_000);

  it("can be called off, and keeps what it has", async () => {
    await site.set("largest arrays", 20);
    await site.page.waitForFunction(() => location.hash === "#speed?largest=20&figure=ns-per-cell&unit=nats");
    expect(await table()).not.toEqual([]);
    await site.press("Measure");
    await site.says("4,096 cells: ", 60_000);
    await site.press("cancel");
    await site.says("called off");
    const rows = await table();
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map(([cells]) => cells))).toEqual(new Set(["1,024"]));
  }, 90_000);

  it("gives code that measures, and lives with any address", async () => {
    await site.go("#speed?largest=13&figure=furlongs");
    expect(await site.page.$eval("[aria-label='largest arrays']", (list) => (list as HTMLSelectElement).value)).toBe("20");
    await site.set("largest arrays", 14);
    await site.says("2 ** 14");
    const code = await site.page.$eval("section[aria-label='Take along'] pre", ({ textContent }) => textContent);
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { cwd: root, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(Number(/([\d.e-]+) GB\/s/.exec(stdout)?.[1])).toBeGreaterThan(0);
  });
}
