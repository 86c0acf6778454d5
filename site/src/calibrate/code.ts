import { EXAMPLES } from "./choices";
import type { ExampleId } from "./choices";
import type { Answer } from "./run";

/** Names that an expression takes from kullback/distributions. */
const namesIn = (text: string) => [...new Set([...text.matchAll(/\b(laplace|mixture|normal)\(/g)].map(([, name]) => name))].sort();

function ofExample(of: ExampleId, seed: number): string[] {
  const { code } = EXAMPLES[of];
  return [`import { ${namesIn(code).join(", ")} } from "kullback/distributions";`, "", `const x = ${code.replace("{ seed }", `{ seed: ${seed} }`)};`];
}

function ofGrid(name: string, dtype: string, infinite: number): string[] {
  const from = ['import { openGrid } from "kullback/io";', ""];
  if (infinite === 0) return [...from, `const x = await openGrid(${name});`];
  const numbers = dtype === "float16" ? "Float64Array.from(new Float16Array(data.buffer, data.byteOffset, data.length))" : "Float64Array.from(data, Number)";
  return [...from, `const { data } = await openGrid(${name});`, `const x = ${numbers}.filter(Number.isFinite);${dtype === "float16" ? " // Node 24" : ""}`];
}

function ofText(name: string, column: number, columns: number): string[] {
  const read = `readFileSync(${name}, "utf8").trim()`;
  const cells = columns === 1 ? `${read}.split(/[\\s,;]+/)` : `${read}.split("\\n").map((row) => row.split(/[,;\\t]| +/)[${column}] ?? "")`;
  return ['import { readFileSync } from "node:fs";', "", `const cells = ${cells};`, 'const x = Float64Array.from(cells, (cell) => (cell.trim() === "" ? NaN : Number(cell))).filter(Number.isFinite);'];
}

function samplesIn({ facts: { name, columns, column, dtype, infinite }, seed }: Answer): string[] {
  if (seed !== null) return ofExample(name as ExampleId, seed);
  const quoted = JSON.stringify(name);
  return dtype === undefined ? ofText(quoted, column, columns.length) : ofGrid(quoted, dtype, infinite);
}

/** The few lines that find all thresholds of the page. */
export function codeOf(answer: Answer): string {
  const methods = answer.rows.flatMap(({ method, found }) => (found ? [`"${method}"`] : []));
  return [
    'import { calibrate } from "kullback/calibration";',
    ...samplesIn(answer),
    `for (const method of [${methods.join(", ")}]) {`,
    `  const { threshold, scale, zeroPoint, divergence } = await calibrate(x, { method, target: "${answer.target}" });`,
    "  console.log(method, threshold, scale, zeroPoint, divergence);",
    "}",
  ].join("\n");
}
