import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { klBetween, multivariateNormal } from "../../src/distributions/index";
import { blockContributions, grid, jensenShannon, klDivergence } from "../../src/index";
import { encodeNpy, openGrid } from "../../src/io/index";
import type { Site } from "./site";

const root = join(import.meta.dirname, "../..");
const colin27 = (name: string) => openGrid(join(root, "examples/data/colin27", name));

/** The page of volumes. */
export function volumesPage(site: Site): void {

  const values = () => site.page.$$eval("section[aria-label=Numbers] tbody tr", (rows) => rows.map((row) => row.querySelector("td")?.textContent ?? ""));
  /** Waits until all of the view is there: the code comes last. */
  const whole = (text: string) => site.page.waitForFunction((wanted) => document.querySelector("pre")?.textContent?.includes(wanted) && !document.querySelector(".busy progress"), { timeout: 60_000 }, text);
  const code = async () => spawnSync(process.execPath, ["--input-type=module", "-e", await site.page.$eval("pre", ({ textContent }) => textContent ?? "")], { cwd: root, encoding: "utf8" });

  it("says of Colin27 what the library says, and where it differs most", async () => {
    await site.go("#volumes");
    await whole("ch2bet.nii.gz");
    const [p, q] = [await colin27("ch2bet.nii.gz"), await colin27("ch2.nii.gz")];
    const shown = await values();
    const { value, errorBound } = await klDivergence(p, q, { detail: true });
    expect(Math.abs(Number(shown[0]) - value)).toBeLessThan(2 * errorBound + 1e-5);
    expect(shown[1]).toBe("∞");
    expect(Number(shown[2])).toBeCloseTo(await jensenShannon(p, q), 9);
    const { data, shape } = await blockContributions(jensenShannon, p, q, { size: 19, form: "nonnegative" });
    const most = data.indexOf(Math.max(...data));
    const at = [Math.floor(most / (shape[1] * shape[2])), Math.floor(most / shape[2]) % shape[1], most % shape[2]].map((i) => 19 * i);
    const [first, adds] = await site.page.$$eval("section[aria-label='Largest blocks'] tbody tr:first-child > *", (cells) => cells.map(({ textContent }) => textContent));
    expect(first).toBe(at.join(", "));
    expect(Number(adds)).toBeCloseTo(data[most], 7);
    const { stdout, stderr } = await code();
    expect(stderr).toBe("");
    expect(Number(stdout.split(" ")[0])).toBeCloseTo(value, 6);
  });

  it("draws slices, and goes where a block is largest", async () => {
    await site.set("slice across z", 40);
    await site.says("At z, y, x = 40, 108, 90");
    await site.page.waitForFunction(() => location.hash.includes("at=40,108,90"));
    const drawn = await site.page.$$eval(".slice canvas", (all) => all.map((canvas) => {
      const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, (canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height);
      const colours = new Set<number>();
      for (let i = 0; i < data.length; i += 4) colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      return colours.size;
    }));
    for (const colours of drawn) expect(colours).toBeGreaterThan(500);
    await site.page.click("section[aria-label='Largest blocks'] tbody tr:first-child button");
    await site.says("At z, y, x = 9, 123, 9");
  });

  it("draws a volume, or says why it cannot", async () => {
    await site.press("draw the map as a volume");
    await site.says(/Drawn by NiiVue|cannot be drawn here/, 60_000);
  });

  it("holds two normals on a grid against their closed form", async () => {
    await site.go("#volumes?of=normals&map=forward&q=1,-0.5,0.25,1.2,0.8,1,0.3&unit=bits");
    await whole("multivariateNormal");
    const shared = 0.3 * 1.2 * 0.8;
    const closed = klBetween(multivariateNormal([0, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0, 1]), multivariateNormal([0.25, -0.5, 1], [1, 0, 0, 0, 0.64, shared, 0, shared, 1.44]), { base: 2 });
    await site.says(closed.toPrecision(10));
    const { stdout, stderr } = await code();
    expect(stderr).toBe("");
    const [shown] = await values();
    expect(Number(shown)).toBeCloseTo(Number(stdout.split(" ")[0]), 11);
    expect(Number(shown)).toBeCloseTo(closed, 4);
    await site.set("mean x of Q", 2);
    await site.says(klBetween(multivariateNormal([0, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0, 1]), multivariateNormal([0.25, -0.5, 2], [1, 0, 0, 0, 0.64, shared, 0, shared, 1.44]), { base: 2 }).toPrecision(10));
  });

  it("takes files, and tells of those it cannot take", async () => {
    const p = Float32Array.from({ length: 6 * 7 * 8 }, (_, i) => 1 + (i % 5));
    const q = p.map((x, i) => x + (i % 3));
    const shape = [6, 7, 8];
    const save = (name: string, bytes: Uint8Array) => site.keep(name, bytes);
    const [good, other, small] = [await save("p.npy", encodeNpy(grid(p, { shape }))), await save("q.npy", encodeNpy(grid(q, { shape }))), await save("small.npy", encodeNpy(grid(p.slice(0, 42), { shape: [6, 7, 1] })))];
    // a header of four petabytes, one of eight terabytes before a few megabytes of zeros that are next to nothing compressed, no gzip at all
    const header = Buffer.from("\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (100000, 100000, 100000), }".padEnd(127, " ") + "\n", "latin1");
    const huge = await save("huge.npy", header);
    const garbage = await save("garbage.nii.gz", Uint8Array.from({ length: 5000 }, (_, i) => (i === 0 ? 0x1f : i === 1 ? 0x8b : (i * 37) % 256)));
    const nifti = Buffer.alloc(2 ** 24);
    nifti.writeInt32LE(348, 0);
    [3, 20000, 20000, 20000, 1, 1, 1, 1].forEach((length, i) => nifti.writeInt16LE(length, 40 + 2 * i));
    [[2, 70], [8, 72]].forEach(([value, at]) => nifti.writeInt16LE(value, at));
    nifti.writeFloatLE(352, 108);
    nifti.write("n+1\0", 344);
    const bomb = await save("bomb.nii.gz", gzipSync(nifti));
    const nan = await save("nan.npy", encodeNpy(grid(p.map((x, i) => (i === 9 ? NaN : x)), { shape })));
    const [toP, toQ] = ["P", "Q"].map((name) => `a volume for ${name}: .nii, .nii.gz, .npy`);
    await site.go("#volumes?of=files");
    await site.give(toP, good);
    await site.give(toQ, other);
    await whole('openGrid("p.npy")');
    expect(Number((await values())[0])).toBeCloseTo(await klDivergence(p, q), 6);
    for (const [bad, text] of [[small, /same grid/], [huge, /huge\.npy/], [bomb, /bomb\.nii\.gz/], [garbage, /garbage\.nii\.gz/], [nan, /NaN|not finite/]] as const) {
      await site.give(toQ, bad);
      await site.page.waitForFunction((pattern) => new RegExp(pattern).test(document.querySelector("[role=alert]")?.textContent ?? ""), { timeout: 30_000 }, text.source);
    }
    await site.give(toQ, other);
    await whole('openGrid("q.npy")');
    expect(Number((await values())[0])).toBeCloseTo(await klDivergence(p, q), 6);
  });
}
