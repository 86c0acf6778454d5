// npm run bench -- --engine node|chromium [--only TEXT] [--cpu] [--out FILE]
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ensureChromium, softwareVulkan, versionOf } from "../scripts/engines.js";
import { openPage } from "../scripts/page.js";
import { cases } from "./cases.js";
import { runInNode } from "./node.js";
import { printer } from "./report.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values: { engine, only, cpu, out } } = parseArgs({
  options: {
    engine: { type: "string", default: "node" },
    only: { type: "string", default: "" },
    cpu: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
if (engine !== "node" && engine !== "chromium") throw new RangeError(`bench: --engine ${engine} must be node or chromium.`);
const chosen = cases.filter(({ name }) => name.includes(only));

/** Runs this program again where Dawn finds the software adapter, if there is no other. */
function againWithSoftwareVulkan() {
  const chromium = ensureChromium(console.log);
  const variables = chromium && softwareVulkan(chromium);
  if (!variables) return;
  const { status } = spawnSync(process.execPath, process.argv.slice(1), { stdio: "inherit", env: { ...process.env, ...variables } });
  process.exit(status ?? 1);
}

async function inChromium() {
  const executable = ensureChromium(console.log);
  if (!executable) throw new Error("bench: no Chromium");
  const print = printer(console.log);
  const { page, close } = await openPage(executable, "bench/page.js", "runBench", { kullback: join(root, "dist/index.js") });
  page.on("console", (message) => { if (message.text().startsWith("{")) print(JSON.parse(message.text())); });
  try {
    const result = await page.evaluate(`runBench(${JSON.stringify(chosen.map(({ name }) => name))}, ${!cpu})`);
    return { ...result, runtime: versionOf(executable) };
  } finally {
    await close();
  }
}

const git = (...words) => execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim();
if (engine === "node" && !cpu && !process.env.VK_ICD_FILENAMES) againWithSoftwareVulkan();
const ran = engine === "node" ? await runInNode({ cases: chosen, webgpu: !cpu, report: printer(console.log) }) : await inChromium();
const adapter = ran.adapter ? Object.values(ran.adapter).filter(Boolean).join(" ") : "cpu";
const date = new Date().toISOString().slice(0, 10);
const file = out ?? join(root, "bench/results", `${date}-${engine}-${adapter.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 40)}.json`);
mkdirSync(dirname(file), { recursive: true });
const commit = `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain", "src") ? "+changes" : ""}`;
writeFileSync(file, `${JSON.stringify({ date, commit, engine, runtime: ran.runtime, cpu: `${cpus().length} × ${cpus()[0].model}`, adapter: ran.adapter, rows: ran.rows }, null, 1)}\n`);
console.log(`\nwritten: ${file}`);
