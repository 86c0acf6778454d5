import { UNITS } from "../state";
import type { State } from "../state";
import { axisOf } from "./axis";
import type { Side } from "./evaluate";

/** How each family is made, by its sliders' values. */
const MADE: Readonly<Record<string, (values: readonly number[]) => string>> = {
  mixture: ([mean1, sd1, mean2, sd2, share]) => `mixture([normal(${mean1}, ${sd1}), normal(${mean2}, ${sd2})], [${share}, ${1 - share}])`,
  uniform: ([from, width]) => `uniform(${from}, ${from + width})`,
};

const make = (side: Exclude<Side, { readonly weights: readonly number[] }>) => MADE[side.family]?.(side.values) ?? `${side.family}(${side.values.join(", ")})`;

/** Names that an expression imports from kullback/distributions. */
const namesIn = (text: string) => [...text.matchAll(/[a-z]\w*(?=\()/gi)].map(([name]) => name);

/** The few lines that say what the page shows first. */
export function codeOf({ p, q, unit }: State): string {
  const options = unit === "nats" ? "{ detail: true }" : `{ base: ${UNITS[unit]}, detail: true }`;
  if ("weights" in p || "weights" in q) {
    const list = (side: Side) => ("weights" in side ? `[${side.weights.join(", ")}]` : "");
    return ['import { klDivergence } from "kullback";', "", `const forward = await klDivergence(${list(p)}, ${list(q)}, ${options});`, "console.log(forward.value, forward.errorBound);"].join("\n");
  }
  const { first, last, cells } = axisOf(p.family, q.family);
  const [madeP, madeQ] = [make(p), make(q)];
  return [
    'import { klDivergence, linspace } from "kullback";',
    `import { ${[...new Set([...namesIn(madeP), ...namesIn(madeQ)])].sort().join(", ")} } from "kullback/distributions";`,
    "",
    `const x = linspace(${first}, ${last}, ${cells});`,
    `const forward = await klDivergence(${madeP}.onGrid(x), ${madeQ}.onGrid(x), ${options});`,
    "console.log(forward.value, forward.errorBound);",
  ].join("\n");
}
