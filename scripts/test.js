// npm test: finds or installs the engines, builds, checks types, runs every test on every engine.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBrowser, ensureLavapipe, findDeno, softwareVulkan, versionOf } from "./engines.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const requireAll = process.env.REQUIRE_ENGINES === "all";
const say = (text) => console.log(`test: ${text}`);

const chromium = ensureBrowser("chromium", say);
const swiftshader = chromium && softwareVulkan(chromium);
const driver = ensureLavapipe(say) ?? swiftshader;
const firefox = ensureBrowser("firefox", say);
const deno = findDeno();

/** Each engine with what it lacks, if anything. */
const engines = [
  { name: `Node ${process.version} CPU` },
  { name: `Node ${process.version} WebGPU (Dawn)`, file: swiftshader?.VK_ICD_FILENAMES, lacks: !swiftshader && "the software adapter beside Chromium" },
  { name: chromium ? `${versionOf(chromium)} (Dawn)` : "Chromium", file: chromium, lacks: !chromium && "the browser" },
  { name: firefox ? `${versionOf(firefox)} (wgpu, without subgroups)` : "Firefox", file: firefox, driver, lacks: (!firefox && "the browser") || (!driver && "a Vulkan software driver") },
  { name: deno ? `${versionOf(deno)} (wgpu, without subgroups)` : "Deno", file: deno, driver, lacks: (!deno && "the package: npm ci --include=optional") || (!driver && "a Vulkan software driver") },
];
const missing = engines.filter(({ lacks }) => lacks);
for (const { name, file, driver, lacks } of engines) {
  say(`engines: ${name}${lacks ? `: NOT RUN, lacks ${lacks}` : [file, driver?.VK_ICD_FILENAMES].filter(Boolean).map((part) => `, ${part}`).join("")}`);
}
if (missing.length > 0 && requireAll) {
  say("REQUIRE_ENGINES=all: an engine is missing");
  process.exit(1);
}

const digests = join(mkdtempSync(join(tmpdir(), "kullback-test-")), "digests");
process.on("exit", () => rmSync(dirname(digests), { recursive: true, force: true }));

/** The known digests of exact precision, each with how many engines made it. */
function sayDigests() {
  const lines = existsSync(digests) ? readFileSync(digests, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line)) : [];
  if (lines.length === 0) return;
  const all = [...new Set(lines.map(({ engine }) => engine))];
  say(`digests of exact precision, the same bits on ${all.join("; ")}`);
  for (const what of new Set(lines.map((line) => line.what))) {
    const those = lines.filter((line) => line.what === what);
    const missing = all.filter((engine) => !those.some((line) => line.engine === engine));
    console.log(`  ${those[0].digest}  ${those.length} of ${all.length}  ${what}${missing.length > 0 ? `: not on ${missing.join(", ")}` : ""}`);
  }
}

const variables = {
  KULLBACK_DIGESTS: digests,
  ...swiftshader,
  KULLBACK_NODE_WEBGPU: swiftshader ? "1" : "",
  KULLBACK_CHROMIUM: chromium ?? "",
  KULLBACK_FIREFOX: (driver && firefox) ?? "",
  KULLBACK_DENO: (driver && deno) ?? "",
};
const steps = [
  ["build", "npx", ["vite", "build", "--logLevel", "warn"], {}],
  ["declarations", "npx", ["tsc", "-p", "tsconfig.build.json"], {}],
  ["types", "npx", ["tsc", "-p", "tsconfig.json"], {}],
  ["tests", "npx", ["vitest", "run", ...process.argv.slice(2)], variables],
];
for (const [name, command, words, more] of steps) {
  say(name);
  const { status } = spawnSync(command, words, { cwd: root, stdio: "inherit", env: { ...process.env, ...more } });
  if (name === "tests") sayDigests();
  if (status !== 0) process.exit(status ?? 1);
}
for (const { name } of missing) say(`${name} was NOT RUN`);
