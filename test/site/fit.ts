import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { mixture, normal, studentT } from "../../src/distributions/index";
import { fit } from "../../src/fit/index";
import { linspace } from "../../src/index";
import type { Site } from "./site";

const root = join(import.meta.dirname, "../..");

/** The page of fits. */
export function fitPage(site: Site): void {
  /** Rows of the table of minima, by their heads. */
  const rows = () => site.page.$$eval("section[aria-label=Numbers] tbody tr", (all) => all.map((row) => Array.from(row.children, ({ textContent }) => textContent ?? "")));
  const numbersIn = (text: string) => [...text.matchAll(/-?\d+(\.\d+)?/g)].map(([number]) => Number(number));
  /** Waits until the code, and with it all numbers, are of this view. */
  const whole = (...texts: readonly string[]) => site.page.waitForFunction((wanted) => wanted.every((text) => document.querySelector("pre")?.textContent?.includes(text)), { timeout: 60_000 }, texts);
  const lineOf = "section[aria-label=Figures] g[stroke='var(--q)'] path";
  /** The line of the model in reverse: it is drawn a little after the step is said. */
  const curve = (is: "is" | "is not", line: string | null) => site.page.waitForFunction((at, how, other) => {
    const now = document.querySelector(at)?.getAttribute("d");
    return now && (now === other) === (how === "is") && now;
  }, {}, lineOf, is, line).then((found) => found.jsonValue() as Promise<string>);

  /** What the code prints: a direction, a divergence and a mean each line. */
  async function printed(): Promise<readonly (readonly [string, number])[]> {
    const code = await site.page.$eval("pre", ({ textContent }) => textContent ?? "");
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { cwd: root, encoding: "utf8" });
    expect(stderr).toBe("");
    return stdout.split("\n").filter((line) => /^(forward|reverse) /.test(line)).map((line) => [line.split(" ")[0], Number(line.split(" ")[1])]);
  }

  /** The code says of every minimum what the table says. */
  async function agrees(): Promise<void> {
    const [shown, said] = [await rows(), await printed()];
    expect(shown.map(([name]) => name.split(" ")[0])).toEqual(said.map(([direction]) => direction));
    // minima that are mirror images may change places by a rounding
    said.forEach(([, value], i) => expect(Number(shown[i][1])).toBeCloseTo(value, 7));
  }

  it("covers two humps forward, and seeks one in reverse", async () => {
    await site.go("#fit");
    await whole("mixture([normal(-4, 1), normal(4, 1)])");
    const x = linspace(-16, 16, 2001);
    const bumps = mixture([normal(-4, 1), normal(4, 1)]).onGrid(x);
    const [forward, reverse] = [await fit(bumps, "normal", { axes: x }), await fit(bumps, "normal", { axes: x, direction: "reverse" })];
    const [first, second, ...others] = await rows();
    const [mean, sd] = numbersIn(first[3]);
    expect(mean).toBeCloseTo(forward.parameters.mean, 4);
    expect(sd).toBeCloseTo(4.1231, 4);
    expect(sd).toBeCloseTo(forward.parameters.sd, 4);
    expect(Number(first[1])).toBeCloseTo(forward.divergence, 8);
    const [one, width] = numbersIn(second[3]);
    expect(Math.abs(one)).toBeCloseTo(Math.abs(reverse.parameters.mean), 4);
    expect(width).toBeCloseTo(reverse.parameters.sd, 4);
    expect(Number(second[1])).toBeCloseTo(reverse.divergence, 8);
    // the other hump is a minimum, too
    expect(others.some((row) => Math.abs(numbersIn(row[3])[0] + one) < 1e-3)).toBe(true);
    await site.says(/reverse, \d different minima from 4 starts/);
    await agrees();
  });

  it("shows the step that is chosen, and another minimum; the address restores it", async () => {
    await site.says(/step (\d+) of \1\b/);
    const end = await curve("is not", null);
    await site.set("step", 0);
    await site.says(/step 0 of \d+/);
    const start = await curve("is not", end);
    const last = await site.page.$eval("input[aria-label=step]", ({ max }) => Number(max));
    expect(last).toBeGreaterThan(3);
    await site.set("step", 3);
    await site.says("step 3 of");
    const middle = await curve("is not", start);
    await site.page.waitForFunction(() => location.hash.includes("step=3"));
    const address = await site.page.evaluate(() => location.hash);
    await site.page.click("button[aria-label='show reverse 2']");
    await site.page.waitForFunction(() => location.hash.includes("shown=0,1"));
    await site.go("#words");
    await site.go(address);
    await site.says("step 3 of");
    await curve("is", middle);
  });

  it("moves by itself, but not for who wants little motion", async () => {
    await site.go("#fit?of=tails&model=two");
    await whole("studentT(3, 0, 1)", "mixtureOf");
    await site.says(/step (\d+) of \1\b/);
    await site.page.click("button[aria-label='play the steps']");
    await site.page.waitForSelector("button[aria-label='pause the steps']");
    if (site.name === "firefox") return;
    await site.page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
    await site.go("#fit?of=tails&model=three");
    await whole("studentT(3, 0, 1)", 'mixtureOf("normal", 3)');
    expect(await site.page.$eval(".steps output", ({ textContent }) => textContent)).toMatch(/^step (\d+) of \1$/);
    expect(await site.page.$("button[aria-label='pause the steps']")).toBeNull();
    await site.page.emulateMediaFeatures([]);
  });

  it("says what heavy tails do, in any unit and from the library's own starts", async () => {
    const x = linspace(-16, 16, 2001);
    const target = studentT(3, 0, 1).onGrid(x);
    for (const [unit, per] of [["bits", Math.LN2], ["dits", Math.LN10]] as const) {
      await site.go(`#fit?of=tails&model=one&from=target&unit=${unit}`);
      await whole("studentT", "starts: 4", `Math.log(${unit === "bits" ? 2 : 10})`);
      const shown = await rows();
      for (const [i, direction] of (["forward", "reverse"] as const).entries()) {
        const { divergence, parameters } = await fit(target, "normal", { axes: x, direction });
        expect(Number(shown[i][1])).toBeCloseTo(divergence / per, 8);
        expect(numbersIn(shown[i][3])[1]).toBeCloseTo(parameters.sd, 4);
      }
    }
    await agrees();
    await site.go("#fit?of=skewed&model=three&unit=nats");
    await whole("gamma(2, 0.5)", "places.sample(3");
    await agrees();
  });

  it("takes a drawing, by the keys too, and says what its empty cells do", async () => {
    await site.go("#fit?of=drawn&model=two");
    await whole("const target = [0");
    await site.says(/In \d+ of 60 cells the target is 0/);
    await agrees();
    const [before] = await rows();
    await site.page.$eval("svg.draw", (field) => (field as SVGElement).focus());
    for (let i = 0; i < 10; i++) await site.page.keyboard.press("ArrowUp");
    await site.page.waitForFunction((old) => document.querySelector("section[aria-label=Numbers] td")?.textContent !== old, { timeout: 20_000 }, before[1]);
    // ten times up from where the middle bin was
    await site.page.waitForFunction(() => Number(/heights=([\d,]+)/.exec(location.hash)?.[1].split(",")[30]) >= 50);
    const heights = (await site.page.evaluate(() => location.hash)).match(/heights=([\d,]+)/)?.[1].split(",").map(Number) ?? [];
    expect(heights).toHaveLength(60);
    await whole(`[${heights.join(", ")}]`);
    const axes = linspace(-8 + 2 / 15, 8 - 2 / 15, 60);
    const [{ mean, variance }] = [(await fit(heights, "normal", { axes })).distribution];
    await site.set("model", "one");
    await whole('fit(target, "normal"');
    const [forward, reverse] = await rows();
    expect(numbersIn(forward[3])).toEqual([mean, Math.sqrt(variance)].map((value) => Number(value.toFixed(4))));
    await site.set("share of an empty cell", "0.001");
    await site.page.waitForFunction((old) => document.querySelectorAll("section[aria-label=Numbers] tbody tr")[1].children[1].textContent !== old, {}, reverse[1]);
    expect((await rows())[0][1]).toBe(forward[1]);
    await agrees();
  });

  it("fits planes and spaces, and its code does the same", async () => {
    for (const [of, model, says] of [["blobs", "one", "0.6, 0.2, 0.2, 0.6"], ["banana", "diagonal", 'covariance: "diagonal"'], ["ring", "two", "- 3) ** 2"], ["pair", "one", "[-1.5, -1.5, -1.5]"], ["shell", "diagonal", "-3 * (Math.hypot"]]) {
      await site.go(`#fit?of=${of}&model=${model}&on=cpu&step=400`);
      await whole(says, model === "two" ? "mixtureOf" : '"multivariateNormal"');
      const drawn = await site.page.$$eval("section[aria-label=Figures] figure svg[role=img]", (all) => all.map((svg) => svg.querySelectorAll("image").length));
      expect(drawn, of).toEqual(of === "pair" || of === "shell" ? [3, 3, 0] : [1, 1, 0]);
      await agrees();
    }
    // one normal of a mixture's own shape: the larger blob
    await site.go("#fit?of=pair&model=one");
    await whole("[-1.5, -1.5, -1.5]");
    const [, reverse] = await rows();
    expect(numbersIn(reverse[3]).slice(0, 6).map((value) => Math.round(100 * value) / 100)).toEqual([-1.5, -1.5, -1.5, 0.71, 0.71, 0.71]);
  });

  it("tells of a drawing that has no width, and lives through nonsense", async () => {
    await site.go(`#fit?of=drawn&heights=${Array.from({ length: 60 }, (_, i) => (i === 30 ? 50 : 0)).join()}`);
    await site.says(/all of the target is in one cell/);
    await site.go("#fit?of=constructor&model=three&heights=1,2,x&starts=-4&empty=NaN&shown=9,-1&step=1e99");
    await whole("mixture([normal(-4, 1), normal(4, 1)])", 'mixtureOf("normal", 3)');
  });
}
