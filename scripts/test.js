// npm test: finds or installs the engines, builds, checks types, runs every test on every engine.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureChromium, softwareVulkan, versionOf } from "./engines.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const requireAll = process.env.REQUIRE_ENGINES === "all";
const say = (text) => console.log(`test: ${text}`);

const chromium = ensureChromium(say);
const vulkan = chromium && softwareVulkan(chromium);
const missing = [...(chromium ? [] : ["Chromium"]), ...(vulkan ? [] : ["WebGPU in Node (needs the software adapter beside Chromium)"])];
say(`engines: Node ${process.version} CPU`);
if (vulkan) say(`engines: Node ${process.version} WebGPU (Dawn), driver ${vulkan.VK_ICD_FILENAMES}`);
if (chromium) say(`engines: ${versionOf(chromium)}, ${chromium}`);
for (const engine of missing) say(`engines: ${engine}: NOT RUN`);
if (missing.length > 0 && requireAll) {
  say("REQUIRE_ENGINES=all: an engine is missing");
  process.exit(1);
}

const engines = { ...vulkan, KULLBACK_NODE_WEBGPU: vulkan ? "1" : "", KULLBACK_CHROMIUM: chromium ?? "" };
const steps = [
  ["build", "npx", ["vite", "build", "--logLevel", "warn"], {}],
  ["declarations", "npx", ["tsc", "-p", "tsconfig.build.json"], {}],
  ["types", "npx", ["tsc", "-p", "tsconfig.json"], {}],
  ["tests", "npx", ["vitest", "run", ...process.argv.slice(2)], engines],
];
for (const [name, command, words, variables] of steps) {
  say(name);
  const { status } = spawnSync(command, words, { cwd: root, stdio: "inherit", env: { ...process.env, ...variables } });
  if (status !== 0) process.exit(status ?? 1);
}
for (const engine of missing) say(`${engine} was NOT RUN`);
