// npm run test:long: a hundred thousand random pairs in exact precision on WebGPU in Node, how often intervals cover the true value, and rows of a whole vocabulary of logits against
// 256-bit arithmetic, which is too long for npm test.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBrowser, softwareVulkan } from "./engines.js";

const chromium = findBrowser("chromium");
const vulkan = chromium && softwareVulkan(chromium);
if (!vulkan) {
  console.log("long: NOT RUN: the software adapter beside Chromium is missing (npm test installs it)");
  process.exit(1);
}
const words = ["vitest", "run", "--reporter=verbose", "--disable-console-intercept", ...process.argv.slice(2)];
const env = { ...process.env, ...vulkan, KULLBACK_LONG: "1" };
const { status } = spawnSync("npx", words, { cwd: join(dirname(fileURLToPath(import.meta.url)), ".."), stdio: "inherit", env });
process.exit(status ?? 1);
