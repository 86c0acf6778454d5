import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Page } from "puppeteer";
import { expect, it } from "vitest";
import { beta, klBetween, normal } from "../../src/distributions/index";
import { confidenceInterval, crossEntropy, entropy, grid, hellinger, histogram, jensenShannon, klDivergence, linspace, totalVariation } from "../../src/index";
import { encodeNpy } from "../../src/io/index";
import type { Site } from "./site";

const root = join(import.meta.dirname, "../..");

/** Values of the table of measures, in its order. */
const valuesOf = async (page: Page) => (await page.$$eval("section[aria-label=Numbers] tbody tr", (rows) => rows.map((row) => row.querySelector("td")?.textContent ?? ""))).map((text) => (text === "∞" ? Infinity : Number(text)));

/** A grey picture so many pixels wide, as a bitmap of 24 bits a pixel. */
function bitmapOf(width: number, greys: readonly number[]): Uint8Array {
  const [start, bytes] = [54, Buffer.alloc(54 + 3 * greys.length)];
  bytes.write("BM");
  for (const [at, value] of [[2, bytes.length], [10, start], [14, 40], [18, width], [22, greys.length / width]] as const) bytes.writeUInt32LE(value, at);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  greys.forEach((grey, i) => bytes.fill(grey, start + 3 * i, start + 3 * i + 3));
  return bytes;
}

/** The page that compares two distributions. */
export function comparePage(site: Site): void {
  const save = (name: string, content: Uint8Array | string) => site.keep(name, content);
  const fileOf = (side: "P" | "Q") => `or a file for ${side}: .npy, .csv, an image`;

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
    await site.page.waitForFunction(() => location.hash === "#compare?p=normal:0,1&q=normal:2,1.5&unit=nats");
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

  it("shows many outcomes: those that add most, and code that reads them from the page's own file", async () => {
    const counts = (factor: number) => Array.from({ length: 5000 }, (_, i) => 1 + ((i * factor) % 97));
    await site.go(`#compare?p=counts:${counts(7).join()}&q=counts:${counts(11).join()}&unit=nats`);
    await first(await klDivergence(counts(7), counts(11)));
    await site.says("the 60 of 5,000 that add most");
    expect(await site.page.$eval("pre", ({ textContent }) => textContent)).toContain("kullback.csv");
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


  it("says what the closed form says, and what lies beyond the axis", async () => {
    await site.go("#compare?p=studentT:2,0,1&q=normal:0,1&unit=nats");
    await site.says(/% of P lies beyond this axis/);
    await site.go("#compare?p=beta:2,5&q=beta:3,3&unit=bits");
    await site.says(klBetween(beta(2, 5), beta(3, 3), { base: 2 }).toPrecision(12));
  });

  it("draws by the arrow keys, and holds what is drawn against a family", async () => {
    const heights = Array.from({ length: 10 }, (_, i) => 10 * i);
    await site.go(`#compare?p=bins:-5,5:${heights.join()}&q=normal:0,2&unit=nats`);
    await site.page.$eval("svg[aria-label^='heights of P']", (field) => (field as SVGElement).focus());
    // the sixth of ten bins is chosen first
    for (const key of ["ArrowRight", "ArrowUp", "ArrowUp"] as const) await site.page.keyboard.press(key);
    await site.page.waitForFunction(() => location.hash.includes("bins:-5,5:0,10,20,30,40,50,70,70,80,90"));
    const x = linspace(-9.9975, 9.9975, 4000);
    const drawn = [0, 10, 20, 30, 40, 50, 70, 70, 80, 90];
    const p = grid(Float64Array.from(x, (at) => drawn[Math.floor(at + 5)] ?? 0), { spacing: 0.005 });
    await first(await klDivergence(p, normal(0, 2).onGrid(x)));
  });

  it("draws with a pointer", async () => {
    await site.go("#compare?p=bins:0,1:1,1,1,1,1,1,1,1,1,1&q=beta:2,2&unit=nats");
    const box = (await (await site.page.waitForSelector("svg[aria-label^='heights of P']"))!.boundingBox())!;
    await site.page.mouse.move(box.x + 0.05 * box.width, box.y + 0.5 * box.height);
    await site.page.mouse.down();
    await site.page.mouse.move(box.x + 0.95 * box.width, box.y + 0.5 * box.height, { steps: 3 });
    await site.page.mouse.up();
    await site.page.waitForFunction(() => /bins:0,1:(5[0-2]|49|48),/.test(location.hash) && !/:1,|,1,|,1&/.test(location.hash.split(":")[2].split("&")[0]));
  });

  it("counts samples of two files in the same bins, and says how sure that is", async () => {
    const [a, b] = [normal(0, 1).sample(3000, { seed: 1 }), normal(0.5, 1).sample(3000, { seed: 2 })];
    const csv = ["name,height,weight", ...Array.from(b, (value, i) => `n${i},${value},${i}`)].join("\n");
    await site.go("#compare");
    await site.give(fileOf("P"), await save("a.npy", encodeNpy(grid(a))));
    await site.says("P is a.npy");
    await site.give(fileOf("Q"), await save("b.csv", csv));
    await site.says("Q is b.csv");
    expect(await site.page.$eval("[aria-label='column of Q']", ({ textContent }) => textContent)).toBe("heightweight");
    const range = [Math.min(...a, ...b), Math.max(...a, ...b)] as const;
    const [p, q] = [await histogram(a, { bins: 29, range }), await histogram(b, { bins: 29, range })];
    const expected = await klDivergence(p, q);
    await first(expected);
    if (Number.isFinite(expected)) await site.says((await confidenceInterval(klDivergence, p, q)).low.toPrecision(3));
    // the other column, which counts up; and both as counts, which the first file cannot be
    await site.set("column of Q", 1);
    await site.page.waitForFunction(() => /&q=bins:[-\d.]+,2999:/.test(location.hash));
    await site.set("meaning of Q", "counts");
    await site.says("a.npy: counts are at least two finite numbers");
    await site.says("P is a.npy");
  });

  it("takes whole numbers for samples and unsigned ones for counts, and leaves the other side alone", async () => {
    await site.go("#compare?p=normal:0,1&q=normal:40,12&unit=nats");
    const ages = Array.from({ length: 200 }, (_, i) => 20 + ((i * 37) % 45));
    await site.give(fileOf("P"), await save("ages.csv", ["id,age", ...ages.map((age, i) => `${i},${age}`)].join("\n")));
    await site.page.waitForFunction(() => /p=bins:20,64:[\d,]+&q=normal:40,12/.test(location.hash));
    await site.press("take the other's mean and standard deviation");
    await site.page.waitForFunction(() => /&q=normal:4[12][\d.]*,1[23]/.test(location.hash));
    await site.give(fileOf("Q"), await save("counts.npy", encodeNpy(grid(Uint16Array.of(3, 4, 5)))));
    await site.page.waitForFunction(() => /&q=bins:3,64:/.test(location.hash));
    await site.go("#compare");
    await site.press("two normals");
    await site.give(fileOf("Q"), await save("counts.npy", encodeNpy(grid(Uint16Array.of(3, 4, 5)))));
    await site.page.waitForFunction(() => location.hash.includes("p=counts:1,1,1&q=counts:3,4,5"));
    await first(await klDivergence([1, 1, 1], [3, 4, 5]));
  });

  it("counts the intensities of images", async () => {
    const grey = (values: readonly number[]) => bitmapOf(16, values);
    const [a, b] = [Array.from({ length: 256 }, (_, i) => i), Array.from({ length: 256 }, (_, i) => 255 - Math.floor(i / 2))];
    await site.go("#compare");
    await site.give(fileOf("P"), await save("a.bmp", grey(b)));
    await site.says("P is a.bmp");
    await site.give(fileOf("Q"), await save("b.bmp", grey(a)));
    await site.says("Q is b.bmp");
    await first(Math.LN2);
  });

  it("tells of files that hold nothing of use, and lives", async () => {
    await site.go("#compare");
    const header = Buffer.from("\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': (9000000000000,), }".padEnd(127, " ") + "\n", "latin1");
    for (const [name, bytes, text] of [
      ["words.csv", "one,two\nthree,four", "no column of it holds numbers"], ["huge.npy", header, "huge.npy"], ["empty.txt", "", "empty.txt"],
      ["nan.npy", encodeNpy(grid(new Float64Array(9).fill(NaN))), "no finite numbers"], ["not.png", "no image", "cannot read it as an image"],
    ] as const) {
      await site.give(fileOf("P"), await save(name, bytes));
      await site.page.waitForFunction((wanted) => document.querySelector("[role=alert]")?.textContent?.includes(wanted), { timeout: 20_000 }, text);
    }
    await site.press("two betas");
    await first(klBetween(beta(2, 5), beta(3, 3)));
    expect(await site.page.$("[role=alert]")).toBeNull();
  });

  it("gives its numbers and its figures as files", async () => {
    await site.go("#compare?p=counts:5,5&q=counts:7,3&unit=bits");
    await first(await klDivergence([5, 5], [7, 3], { base: 2 }));
    const text = async (button: string) => new TextDecoder().decode((await site.saved(button)).bytes);
    const rows = (await text("places as CSV")).split("\n");
    expect(rows[0]).toBe("x,p,q,term");
    expect(rows.slice(1).reduce((sum, row) => sum + Number(row.split(",")[3]), 0)).toBeCloseTo(await klDivergence([5, 5], [7, 3], { base: 2 }), 12);
    const { measured, p } = JSON.parse(await text("measures as JSON")) as { readonly measured: readonly { readonly value: number }[]; readonly p: string };
    expect([p, measured[0].value]).toEqual(["counts:5,5", await klDivergence([0.5, 0.5], [0.7, 0.3], { base: 2 })]);
    const svg = await text("figures as SVG");
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+" height="\d+"/);
    expect(svg).not.toContain("var(--");
    const { name, type, bytes } = await site.saved("figures as PNG");
    expect([name, type, ...bytes.slice(1, 4)]).toEqual(["kullback.png", "image/png", 80, 78, 71]);
    // twice as many pixels as the page's, and more than a blank sheet compresses to
    expect(new DataView(bytes.buffer).getUint32(16)).toBe(2 * Number(/width="(\d+)"/.exec(svg)?.[1]));
    expect(bytes.length).toBeGreaterThan(10_000);
  });

  // puppeteer cannot reach into Firefox's workers
  it.skipIf(site.name === "firefox")("goes on where the GPU is lost, and says so", async () => {
    await site.go("#compare?p=normal:0,1&q=normal:1,1.5&unit=nats&on=cpu");
    await site.says("the CPU was asked for");
    const worker = site.page.workers()[0];
    await worker.evaluate(() => {
      const all: GPUDevice[] = [];
      const open = GPUAdapter.prototype.requestDevice;
      GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, ...given) {
        const device = await open.apply(this, given);
        all.push(device);
        return device;
      };
      Object.assign(globalThis, { devices: all });
    });
    await site.set("compute", "webgpu");
    await site.page.waitForFunction(() => location.hash.includes("on=webgpu") && !document.body.innerText.includes("the CPU was asked for"), { timeout: 60_000 });
    await worker.evaluate(() => { for (const device of (globalThis as unknown as { devices: GPUDevice[] }).devices) device.destroy(); });
    await site.set("mean of Q", 2);
    await site.says("The GPU was lost and opened again", 60_000);
    await first(klBetween(normal(0, 1), normal(2, 1.5)));
  });
}
