// npm run bench -- [--engine node|chromium|firefox] and the options of options.js
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runInBrowser } from "./browser.js";
import { vulkanForNode } from "./node-vulkan.js";
import { ALONE, runAloneInNode, runInNode } from "./node.js";
import { optionsOf } from "./options.js";
import { commitOf, fileNameOf, writeRecord } from "./record.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { engine, out, only, run, ...flags } = optionsOf(process.argv.slice(2), { engine: { type: "string", default: "node" } });
if (!["node", "chromium", "firefox"].includes(engine)) throw new RangeError(`bench: --engine ${engine} must be node, chromium or firefox.`);

/** A program finds the browser's software adapter only if it starts with its variables. */
function startAgainWithSoftwareVulkan() {
  const variables = vulkanForNode();
  if (!variables) return;
  const { status } = spawnSync(process.execPath, process.argv.slice(1), { stdio: "inherit", env: { ...process.env, ...variables } });
  process.exit(status ?? 1);
}

const alone = Object.keys(ALONE).find((name) => flags[name]);
if (engine === "node" && alone !== "processors" && run.backend !== "cpu") startAgainWithSoftwareVulkan();
const commit = commitOf(root);
const ran = alone ? await runAloneInNode(alone, { backend: run.backend, only }) : engine === "node" ? await runInNode(run) : await runInBrowser(engine, run);
const kind = alone ?? ["transfers", "growth"].find((name) => run[name]);
const file = out ?? join(root, "bench/results", fileNameOf([kind, engine].filter(Boolean).join("-"), ran.adapter));
writeRecord(file, { engine, commit, ran });
console.log(`\nwritten: ${file}`);
