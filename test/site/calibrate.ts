import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Calibration, type Method, type Target, calibrate } from "../../src/calibration/index";
import { laplace, mixture, normal } from "../../src/distributions/index";
import { grid } from "../../src/index";
import { encodeNpy } from "../../src/io/index";
import type { Site } from "./site";

const root = join(import.meta.dirname, "../..");
const METHODS = ["kullback", "nvidia", "onnxruntime", "mxnet", "ncnn", "mse", "percentile", "minmax"] as const satisfies readonly Method[];
const COUNT = 200_000;
const FILE = "or activations of yours: .npy, .nii, .csv";
const MANTISSA = 3;

/** What an integer of these codes, or e4m3, is read as again: the nearest of all values by search. */
function restored(x: number, { scale, zeroPoint }: Pick<Calibration, "scale" | "zeroPoint">, codes: readonly [number, number] | null): number {
  if (codes) return scale * (Math.min(Math.max(Math.round(x / scale) + zeroPoint, codes[0]), codes[1]) - zeroPoint);
  const y = Math.min(Math.abs(x / scale), 448);
  const exponent = y < 2 ** -6 ? -6 : Math.floor(Math.log2(y));
  const step = 2 ** (exponent - MANTISSA);
  return Math.sign(x) * scale * step * Math.round(y / step);
}

/** The share of samples outside what is kept, and the signal over the noise in decibels. */
function costs(x: Float64Array, found: Pick<Calibration, "scale" | "zeroPoint" | "range">, codes: readonly [number, number] | null): readonly [clipped: number, sqnr: number] {
  const [low, high] = found.range;
  const clipped = x.reduce((count, value) => count + Number(value < low || value > high), 0);
  const signal = x.reduce((sum, value) => sum + value * value, 0);
  const noise = x.reduce((sum, value) => sum + (value - restored(value, found, codes)) ** 2, 0);
  return [clipped / x.length, 10 * Math.log10(signal / noise)];
}

/** The page that calibrates a quantiser. */
export function calibratePage(site: Site): void {
  const save = (name: string, content: Uint8Array | string) => site.keep(name, content);

  /** The rows of the table by method, once it is about this. */
  async function rowsOf(...texts: readonly string[]): Promise<Record<string, readonly string[]>> {
    await site.page.waitForFunction((wanted) => {
      const about = document.querySelector(".about")?.textContent ?? "";
      return wanted.every((text) => about.includes(text)) && document.querySelector("tr[data-method=yours]");
    }, { timeout: 30_000 }, texts);
    const rows = await site.page.$$eval("tr[data-method]", (all) => all.map((row) => [(row as HTMLElement).dataset.method ?? "", ...Array.from(row.querySelectorAll("td"), ({ textContent }) => textContent.replaceAll("−", "-"))]));
    return Object.fromEntries(rows.map(([method, ...cells]) => [method, cells]));
  }

  /** Every method's threshold, scale and zero point are the library's, and so are the costs that follow from them. */
  async function holds(rows: Record<string, readonly string[]>, x: Float64Array, target: Target, codes: readonly [number, number] | null, methods: readonly Method[] = METHODS): Promise<void> {
    for (const method of methods) {
      const found = await calibrate(x, { method, target });
      const [clipped, sqnr] = costs(x, found, codes);
      const [threshold, scale, zeroPoint, , clippedShown, sqnrShown] = rows[method];
      expect([threshold, scale, zeroPoint], method).toEqual([found.threshold.toPrecision(6), found.scale.toPrecision(6), String(found.zeroPoint)]);
      expect(Number(clippedShown.replace(" %", "")), method).toBeCloseTo(100 * clipped, 3);
      expect(Math.abs(Number(sqnrShown) - sqnr), method).toBeLessThan(0.0051);
      for (const note of found.report.notes) expect(rows[method].at(-1)).toContain(note);
    }
  }

  /** The lines that the page's code prints. */
  async function printed(...replaced: readonly (readonly [string, string])[]): Promise<string[]> {
    const code = await site.page.$eval("section[aria-label='Take along'] pre", ({ textContent }) => textContent);
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", replaced.reduce((text, [from, to]) => text.replaceAll(from, to), code)], { cwd: root, encoding: "utf8" });
    expect(stderr).toBe("");
    return stdout.trim().split("\n");
  }

  /** The code finds what the table shows. */
  const agrees = (lines: readonly string[], rows: Record<string, readonly string[]>) => {
    expect(lines.length).toBe(Object.values(rows).filter(([first]) => !first.startsWith("left out")).length - 1);
    for (const line of lines) {
      const [method, threshold, scale, zeroPoint] = line.split(" ");
      expect([Number(threshold).toPrecision(6), Number(scale).toPrecision(6), zeroPoint]).toEqual(rows[method].slice(0, 3));
    }
  };

  it("finds the library's thresholds for normal samples", async () => {
    await site.go("#calibrate");
    const rows = await rowsOf("normal: 200,000 samples, seed 1,", "Stored as int8");
    await holds(rows, normal(0, 1).sample(COUNT, { seed: 1 }), "int8", [-127, 127]);
    agrees(await printed(), rows);
    expect(await site.page.$$eval("section[aria-label=Figures] figure svg[role=img]", (all) => all.length)).toBe(3);
    expect(await site.faults()).toEqual([]);
  });

  it("names every threshold above the samples, and covers no name with another", async () => {
    await site.go("#calibrate?of=outliers&target=uint8&seed=7&curves=kullback,nvidia,onnxruntime,mxnet,ncnn");
    const rows = await rowsOf("seed 7,", "Stored as uint8");
    await holds(rows, mixture([normal(0, 1), normal(40, 1)], [0.9999, 0.0001]).sample(COUNT, { seed: 7 }), "uint8", [0, 255]);
    agrees(await printed(), rows);
    for (const width of [380, 1100]) {
      await site.page.setViewport({ width, height: 900 });
      await site.page.waitForFunction((most) => [...document.querySelectorAll("figure svg[role=img]")].every((picture) => Number(picture.getAttribute("width")) <= most), {}, width);
      const boxes = await site.page.$$eval("section[aria-label=Figures] figure:first-of-type svg[role=img] > g:last-of-type text", (all) => all.map((text) => {
        const { left, right, top, bottom } = text.getBoundingClientRect();
        return { text: text.textContent, left, right, top: top + 1, bottom: bottom - 1 };
      }));
      expect(boxes.map(({ text }) => text).toSorted()).toEqual([...METHODS, "yours"].toSorted());
      for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top, `${a.text} ${b.text}`).toBe(true);
    }
  });

  it("leaves vendors' methods out for floats, and says why", async () => {
    await site.set("target", "fp8-e4m3");
    await site.press("Laplace");
    const rows = await rowsOf("Laplace", "seed 7,", "fp8 e4m3");
    await holds(rows, laplace(0, 1).sample(COUNT, { seed: 7 }), "fp8-e4m3", null, ["kullback", "mse", "percentile", "minmax"]);
    for (const method of ["nvidia", "onnxruntime", "mxnet", "ncnn"]) expect(rows[method]).toEqual([`left out: "${method}" is for integers: take "kullback", "mse", "percentile" or "minmax" for floats.`]);
    agrees(await printed(), rows);
    await site.page.waitForFunction(() => location.hash.startsWith("#calibrate?of=laplace&seed=7&target=fp8-e4m3&own=540&counts=log&curves=kullback,nvidia,onnxruntime,mxnet,ncnn"));
  });

  it("judges a threshold of one's own, and the address holds it", async () => {
    await site.go("#calibrate?of=relu&seed=3&target=int4&own=400&counts=linear&curves=mxnet&unit=bits");
    await rowsOf("ReLU", "seed 3,", "Stored as int4");
    const x = normal(0, 1).sample(COUNT, { seed: 3 }).map((value) => Math.max(value, 0));
    expect(await site.page.$$eval("input[type=checkbox]", (all) => all.filter(({ checked }) => checked).map((box) => box.getAttribute("aria-label")))).toEqual(["curve of mxnet"]);
    const amax = x.reduce((a, b) => Math.max(a, b));
    for (const position of [400, 560]) {
      if (position !== 400) await site.set("your own threshold", position);
      const threshold = amax * 10 ** ((position - 600) / 200);
      await site.page.waitForFunction((shown) => document.querySelector("tr[data-method=yours] td")?.textContent === shown, {}, threshold.toPrecision(6));
      const rows = await rowsOf();
      const [clipped, sqnr] = costs(x, { range: [-threshold, threshold], scale: threshold / 7, zeroPoint: 0 }, [-7, 7]);
      expect(Math.abs(Number(rows.yours[5]) - sqnr)).toBeLessThan(0.0051);
      expect(Number(rows.yours[4].replace(" %", ""))).toBeCloseTo(100 * clipped, 1);
      await site.says(`${Number((100 * clipped).toPrecision(3))} % of the samples are clipped`);
    }
    await site.page.waitForFunction(() => location.hash === "#calibrate?of=relu&seed=3&target=int4&own=560&counts=linear&curves=mxnet&unit=bits");
    const mxnet = await calibrate(x, { method: "mxnet", target: "int4" });
    expect((await rowsOf()).mxnet[3]).toBe(`${(mxnet.divergence / Math.LN2).toPrecision(4)} bits`);
  });

  it("takes files of activations", async () => {
    await site.go("#calibrate?of=file&target=int8");
    await site.says("The address does not hold a file");
    const x = Float32Array.from(laplace(0, 1).sample(40_000, { seed: 5 }));
    const path = await save("layer.npy", encodeNpy(grid(x, { shape: [40, 1000] })));
    await site.give(FILE, path);
    const rows = await rowsOf("layer.npy: 40,000 samples");
    await holds(rows, Float64Array.from(x), "int8", [-127, 127]);
    agrees(await printed(['"layer.npy"', JSON.stringify(path)]), rows);
    // half floats, of which one is infinite
    const halves = Uint16Array.from({ length: 30_000 }, (_, i) => (i === 7 ? 0x7c00 : ((i * 7919) % 2 ** 14) | ((i & 1) << 15)));
    await site.give(FILE, await save("half.npy", encodeNpy(grid(halves, { dtype: "float16" }))));
    const ofHalves = await rowsOf("half.npy: 29,999 samples", "0 NaN and 1 infinite values are left out");
    for (const method of ["kullback", "mxnet"] as const) expect(ofHalves[method][0]).toBe((await calibrate(grid(halves.filter((_, i) => i !== 7), { dtype: "float16" }), { method })).threshold.toPrecision(6));
    // two columns, of which the second has what is no number
    const y = normal(0, 1).sample(5000, { seed: 6 });
    const table = await save("columns.csv", `a,b\n${Array.from(y, (value, i) => `${i},${i % 1000 === 3 ? "nan" : value}`).join("\n")}\n`);
    await site.give(FILE, table);
    await rowsOf("columns.csv", "5,000 samples");
    await site.set("column", "1");
    const ofColumn = await rowsOf("columns.csv", "4,995 samples", "5 NaN and 0 infinite values are left out");
    await holds(ofColumn, y.filter((_, i) => i % 1000 !== 3), "int8", [-127, 127]);
    agrees(await printed(['"columns.csv"', JSON.stringify(table)]), ofColumn);
  });

  it("tells of files that it cannot take, and lives", async () => {
    const header = Buffer.from("\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (100000, 100000, 100000), }".padEnd(127, " ") + "\n", "latin1");
    const files = [
      ["garbage.npy", Uint8Array.from({ length: 5000 }, (_, i) => (i * 37) % 256), "its content is something else"],
      ["huge.npy", header, "truncated: 0 of 1000000000000000 cells"],
      ["nan.npy", encodeNpy(grid(new Float64Array(100).fill(NaN))), "none of its 100 numbers is finite: 100 are NaN"],
      ["zeros.npy", encodeNpy(grid(new Float64Array(100))), "all samples are 0"],
      ["empty.npy", new Uint8Array(0), "empty.npy"],
      ["words.csv", "one,two\nthree,four\n", "no column of it holds numbers"],
    ] as const;
    for (const [name, content, text] of files) {
      await site.give(FILE, await save(name, content));
      await site.page.waitForFunction((...wanted) => wanted.every((one) => document.querySelector("[role=alert]")?.textContent?.includes(one)), { timeout: 20_000 }, name, text);
    }
    await site.press("two humps");
    await holds(await rowsOf("two humps", "Stored as int8"), mixture([normal(-1, 0.4), normal(2.5, 0.7)], [0.7, 0.3]).sample(COUNT, { seed: 1 }), "int8", [-127, 127], ["kullback"]);
    // one number, and numbers at the ends of what there is
    for (const [name, text] of [["one.csv", "0.25"], ["ends.csv", "1e308\n-1e308\n3\n5e-324\n"]] as const) {
      await site.give(FILE, await save(name, text));
      await rowsOf(name);
    }
    await site.go("#calibrate?of=cake&seed=-1&target=int3&own=1e9&counts=roman&curves=none,&unit=ells");
    await rowsOf("normal: 200,000 samples, seed 1,", "Stored as int8");
  });

  it("can be called off, and goes on with what is asked instead", async () => {
    const large = await save("large.npy", encodeNpy(grid(Float32Array.from({ length: 6_000_000 }, (_, i) => Math.sin(i)))));
    await site.give(FILE, large);
    await site.press("ReLU of normals");
    await rowsOf("ReLU of normals: 200,000 samples, seed 1,");
    expect(await site.page.$("[role=alert]")).toBeNull();
    await site.give(FILE, large);
    await site.page.waitForFunction(() => /method \d of 8/.test(document.querySelector(".busy [role=status]")?.textContent ?? ""), { timeout: 20_000 });
    await site.press("cancel");
    await site.says("called off");
    await site.press("normal");
    await rowsOf("normal: 200,000 samples, seed 1,");
  });
}
