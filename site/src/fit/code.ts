import { UNITS } from "../settings";
import type { Unit } from "../settings";
import type { Answer } from "./answer";
import { familyCode, models } from "./models";
import { startsCode } from "./starts";
import { ON_CELLS, axisOf, targets } from "./targets";

/** Names that an expression takes from kullback/distributions. */
const namesIn = (text: string) => [...new Set([...text.matchAll(/\b(gamma|mixture|multivariateNormal|normal|studentT)\(/g)].map(([, name]) => name))].sort();

/** The few lines that fit what the page shows. */
export function codeOf({ question: { of, heights, model, starts, from, epsilon }, dimensions, empty }: Answer, unit: Unit): string {
  const target = of === "drawn" ? `[${heights.join(", ")}]` : targets[of].code;
  const byFormula = target.startsWith("onCells") && dimensions > 1;
  const family = familyCode(model, dimensions);
  const random = from === "random" ? startsCode(starts, axisOf(of), dimensions, models[model].components) : [];
  const names = namesIn([target, ...random].join("\n"));
  const axes = dimensions === 1 ? "x" : `[${Array(dimensions).fill("x").join(", ")}]`;
  const options = [
    `axes: ${axes}`, "direction", from === "random" ? "starts" : `starts: ${starts}`,
    ...(models[model].isDiagonal ? ['covariance: "diagonal"'] : []),
    ...(empty > 0 ? [`...(direction === "reverse" && { zeros: { policy: "epsilon", value: ${epsilon} } })`] : []),
  ];
  return [
    `import { ${byFormula ? "grid, " : ""}linspace } from "kullback";`,
    ...(names.length > 0 ? [`import { ${names.join(", ")} } from "kullback/distributions";`] : []),
    `import { fit${family.startsWith("mixtureOf") ? ", mixtureOf" : ""} } from "kullback/fit";`,
    "",
    `const x = linspace(${axisOf(of).join(", ")});`,
    ...(byFormula ? [ON_CELLS[dimensions as 2 | 3]] : []),
    `const target = ${target};`,
    ...random,
    'for (const direction of ["forward", "reverse"]) {',
    `  const options = { ${options.join(", ")} };`,
    `  const { minima } = await fit(target, ${family}, options);`,
    `  for (const { divergence, distribution } of minima) console.log(direction, divergence${unit === "nats" ? "" : ` / Math.log(${UNITS[unit]})`}, distribution.mean);`,
    "}",
  ].join("\n");
}
