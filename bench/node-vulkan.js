import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBrowser, softwareVulkan } from "../scripts/engines.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Asked of another process, so that this one measures the CPU before it loads a driver. */
function hasAdapter() {
  const ask = 'const { create } = await import("webgpu"); const gpu = create([]); process.exit(await gpu.requestAdapter() ? 0 : 1);';
  return spawnSync(process.execPath, ["--input-type=module", "-e", ask], { cwd: root, stdio: "ignore", timeout: 60_000 }).status === 0;
}

/** The variables with which another Node finds a browser's software adapter; none where it finds an adapter without, or there is no such browser. */
export function vulkanForNode() {
  if (process.env.VK_ICD_FILENAMES || hasAdapter()) return undefined;
  const chromium = findBrowser("chromium");
  return (chromium && softwareVulkan(chromium)) || undefined;
}
