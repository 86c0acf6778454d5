// Writes the table of docs/calibration.md: npm run build, then node docs/scripts/calibration.js
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { calibrate } from "kullback/calibration";

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

const [start, end] = ["<!-- thresholds -->", "<!-- end of thresholds -->"];
const page = readFileSync(PAGE, "utf8");
writeFileSync(PAGE, `${page.split(start)[0]}${start}\n${lines.join("\n")}\n${end}${page.split(end)[1]}`);
