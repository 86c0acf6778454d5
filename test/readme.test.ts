import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as distributions from "../src/distributions/index";
import { fit } from "../src/fit/index";
import { klDivergence, linspace } from "../src/index";

const page = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const rows = [...page.matchAll(/^\| `(?<p>[^`]+)` \| `(?<q>[^`]+)` \| `(?<axis>[^`]+)` \| (?<grid>[\d.]+) \| (?<closed>[\d.]+) \|$/gm)].map(({ groups }) => groups as Record<"p" | "q" | "axis" | "grid" | "closed", string>);
const names = { ...distributions, linspace, I: [1, 0, 0, 0, 1, 0, 0, 0, 1] };
const valueOf = (text: string) => new Function(...Object.keys(names), `return (${text});`)(...Object.values(names));

it("README's table of densities on grids has its rows read", () => expect(rows.length).toBe(7));

it.each(rows)("D($p ‖ $q) on $axis is $grid, in closed form $closed", async ({ p, q, axis, grid, closed }) => {
  const [a, b] = [valueOf(p), valueOf(q)] as distributions.Normal[];
  const axes = Array.from({ length: a.dimensions }, () => valueOf(axis) as Float64Array);
  expect((await klDivergence(a.onGrid(axes), b.onGrid(axes))).toFixed(5)).toBe(grid);
  expect(distributions.klBetween(a, b).toFixed(5)).toBe(closed);
});

it("README's two bumps are covered forward, and found one by one in reverse", async () => {
  const x = linspace(-16, 16, 2001);
  const bumps = distributions.mixture([distributions.normal(-4, 1), distributions.normal(4, 1)]).onGrid(x);
  const forward = await fit(bumps, "normal", { axes: x });
  expect([forward.parameters.mean.toFixed(4).replace("-", ""), forward.parameters.sd.toFixed(4)]).toEqual(["0.0000", "4.1231"]);
  const { minima } = await fit(bumps, "normal", { axes: x, direction: "reverse" });
  expect(minima.slice(0, 2).map(({ parameters: { mean, sd } }) => `${mean.toFixed(4)} ${sd.toFixed(4)}`).toSorted()).toEqual(["-3.9996 1.0008", "3.9996 1.0008"]);
  for (const text of ["mean 0, sd 4.1231", "means -3.9996 and 3.9996, sd 1.0008"]) expect(page).toContain(text);
});
