// Writes the tables of docs/calibration.md: npm run build, then node docs/scripts/calibration.js
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { calibrate } from "kullback/calibration";
import { HEAD, compareConventions, rowOf } from "../../examples/digits/calibrate.js";

const inRepository = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PAGE = inRepository("docs/calibration.md");
const { sets } = JSON.parse(readFileSync(inRepository("test/cases/calibration.json"), "utf8"));

const isSymmetric = (method) => method === "onnxruntime" || method === "mxnet";
const lines = ["| counts | method | threshold for int8 | divergence, nats | clipped |", "|---|---|--:|--:|--:|"];
for (const { name, amax, positive, symmetric } of sets) {
  for (const method of ["kullback", "nvidia", "onnxruntime", "mxnet", "ncnn", "mse", "minmax"]) {
    const from = isSymmetric(method) ? { counts: symmetric, range: [-amax, amax] } : { counts: positive, range: [0, amax] };
    const { threshold, divergence, report } = await calibrate(from, { method });
    lines.push(`| ${name} to ${amax}, ${from.counts.length} bins | \`"${method}"\` | ${threshold.toFixed(4)} | ${method === "mse" || method === "minmax" ? "" : divergence.toExponential(3)} | ${(100 * report.clipped).toPrecision(2)} % |`);
  }
}

const digits = [...HEAD];
for await (const row of compareConventions()) digits.push(rowOf(row));

let page = readFileSync(PAGE, "utf8");
for (const [name, table] of [["thresholds", lines], ["digits", digits]]) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  page = `${page.split(start)[0]}${start}\n${table.join("\n")}\n${end}${page.split(end)[1]}`;
}
writeFileSync(PAGE, page);
