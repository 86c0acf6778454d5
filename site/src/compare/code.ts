import { UNITS } from "../settings";
import type { Unit } from "../settings";
import { axisOf } from "./axis";
import { isBins, isOutcomes } from "./sides";
import type { BinsSide, FamilySide, Side } from "./sides";

/** How each family is made, by its sliders' values. */
const MADE: Readonly<Record<string, (values: readonly number[]) => string>> = {
  mixture: ([mean1, sd1, mean2, sd2, share]) => `mixture([normal(${mean1}, ${sd1}), normal(${mean2}, ${sd2})], [${share}, ${1 - share}])`,
  uniform: ([from, width]) => `uniform(${from}, ${from + width})`,
};

const make = (side: FamilySide) => MADE[side.family]?.(side.values) ?? `${side.family}(${side.values.join(", ")})`;

/** Names that an expression imports from kullback/distributions. */
const namesIn = (text: string) => [...text.matchAll(/[a-z]\w*(?=\()/gi)].map(([name]) => name);

/** Most counts that are written out; more are read from the CSV that the page saves. */
const MOST_WRITTEN = 200;
const READ_CSV = ['import { readFileSync } from "node:fs";', 'import { klDivergence } from "kullback";', "", "// the places as CSV, saved from this page", 'const rows = readFileSync("kullback.csv", "utf8").split("\\n").slice(1).map((row) => row.split(",").map(Number));'];

/** The few lines that say what the page shows first. */
export function codeOf(p: Side, q: Side, unit: Unit): string {
  const options = unit === "nats" ? "{ detail: true }" : `{ base: ${UNITS[unit]}, detail: true }`;
  const print = "console.log(forward.value, forward.errorBound);";
  if (isOutcomes(p) || isOutcomes(q)) {
    if (isOutcomes(p) && p.weights.length > MOST_WRITTEN) return [...READ_CSV, `const forward = await klDivergence(rows.map((row) => row[1]), rows.map((row) => row[2]), ${options});`, print].join("\n");
    const list = (side: Side) => (isOutcomes(side) ? `[${side.weights.join(", ")}]` : "");
    return ['import { klDivergence } from "kullback";', "", `const forward = await klDivergence(${list(p)}, ${list(q)}, ${options});`, print].join("\n");
  }
  const { first, last, cells, width } = axisOf(p, q);
  const made = [p, q].flatMap((side) => (isBins(side) ? [] : [make(side)]));
  const binned = isBins(p) || isBins(q);
  const say = (side: FamilySide | BinsSide) => (isBins(side) ? `binned(${side.from}, ${side.to}, [${side.heights.join(", ")}])` : `${make(side)}.onGrid(x)`);
  return [
    `import { ${binned ? "grid, " : ""}klDivergence, linspace } from "kullback";`,
    ...(made.length > 0 ? [`import { ${[...new Set(made.flatMap(namesIn))].sort().join(", ")} } from "kullback/distributions";`] : []),
    "",
    `const x = linspace(${first}, ${last}, ${cells});`,
    ...(binned ? [`const heightAt = (from, to, heights, at) => heights[Math.floor(((at - from) / (to - from)) * heights.length)] ?? 0;`,
      `const binned = (from, to, heights) => grid(Float64Array.from(x, (at) => heightAt(from, to, heights, at)), { spacing: ${width} });`] : []),
    `const forward = await klDivergence(${say(p)}, ${say(q)}, ${options});`,
    print,
  ].join("\n");
}
