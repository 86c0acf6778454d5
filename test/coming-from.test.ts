import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as kullback from "../src/index";

/** The lines of the tables: what is called there, the call here, and its numbers. */
const page = readFileSync(join(import.meta.dirname, "../docs/coming-from.md"), "utf8");
const rows = [...page.matchAll(/^\| (?<there>.+?) \| `(?<here>.+?)`[^|`]* \| \*?(?<gives>[^*|]+?)\*? \|$/gm)].map(({ groups }) => groups as Record<"there" | "here" | "gives", string>);

/** Half a unit in the last digit that is printed, and what rounding adds. */
function toleranceOf(text: string): number {
  const digits = text.includes(".") ? text.split(".")[1].length : 15;
  return 0.6 * 10 ** -digits + Math.abs(Number(text)) * 4e-15 + 2e-16;
}

const names = Object.keys(kullback) as (keyof typeof kullback)[];

async function run(call: string): Promise<readonly number[]> {
  const result: unknown = await new Function(...names, `return (${call});`)(...names.map((name) => kullback[name]));
  if (typeof result === "number") return [result];
  return Array.from("data" in (result as object) ? (result as { data: ArrayLike<number> }).data : (result as ArrayLike<number>));
}

describe("docs/coming-from.md", () => {
  it("has all its lines read", () => {
    const lines = page.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| there"));
    expect(rows.length).toBe(lines.length);
    expect(rows.length).toBeGreaterThan(50);
  });

  it.each(rows)("$there: $here", async ({ here, gives }) => {
    const expected = gives.split(", ");
    const values = await run(here);
    expect(values.length).toBe(expected.length);
    expected.forEach((text, i) => {
      const truth = Number(text);
      if (truth === Infinity) expect(values[i]).toBe(Infinity);
      else expect(Math.abs(values[i] - truth), `${values[i]} against ${text}`).toBeLessThanOrEqual(toleranceOf(text));
    });
  });
});
