import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const INSTALL_BROWSER = ["npx", ["puppeteer", "browsers", "install", "chrome"]];

/** The environment's browser, one on the PATH, or one in the project's cache. */
export function findChromium() {
  const named = [process.env.KULLBACK_CHROMIUM, process.env.PUPPETEER_EXECUTABLE_PATH].filter(Boolean);
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...named, ...onPath, ...cached()].find((file) => existsSync(file));
}

function cached() {
  const listed = spawnSync("npx", ["puppeteer", "browsers", "list"], { cwd: root, encoding: "utf8" });
  return [...(listed.stdout ?? "").matchAll(/(\/\S*(?:chrome|chromium))\s*$/gm)].map(([, file]) => file);
}

const isRoot = () => process.getuid?.() === 0;
const isDebian = () => existsSync("/etc/os-release") && /ID(_LIKE)?=.*(debian|ubuntu)/.test(readFileSync("/etc/os-release", "utf8"));

/** Finds a Chromium or, after saying so, fetches one: puppeteer's own into the project's cache, else Debian's package. */
export function ensureChromium(say) {
  const found = findChromium();
  if (found) return found;
  const commands = [INSTALL_BROWSER];
  if (isDebian() && isRoot()) commands.push(["apt-get", ["update", "-qq"]], ["apt-get", ["install", "-y", "-qq", "chromium"]]);
  if (process.env.KULLBACK_NO_INSTALL === "1") {
    say(`no Chromium found. To install one: ${commands.map(([command, words]) => [command, ...words].join(" ")).join(", or ")}`);
    return undefined;
  }
  say("no Chromium found; downloading one into .cache/puppeteer (npx puppeteer browsers install chrome)");
  if (spawnSync(...INSTALL_BROWSER, { cwd: root, stdio: ["ignore", "ignore", "ignore"], timeout: 600_000 }).status === 0) return findChromium();
  if (!isDebian() || !isRoot()) {
    say("the download failed. Install Chromium and name it in KULLBACK_CHROMIUM.");
    return undefined;
  }
  say("the download failed; installing Debian's package instead (apt-get install chromium)");
  for (const [command, words] of commands.slice(1)) {
    spawnSync(command, words, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  }
  return findChromium();
}

/** `chromium --version`. */
export function versionOf(chromium) {
  return execFileSync(chromium, ["--version", "--no-sandbox"], { encoding: "utf8" }).trim();
}

/**
 * What Dawn in Node needs to find the software adapter that ships beside a browser: its driver manifest, and a Vulkan
 * loader where the system has none.
 */
export function softwareVulkan(chromium) {
  const folders = [dirname(realpathSync(chromium)), "/usr/lib/chromium", "/usr/lib/chromium-browser"];
  const folder = folders.find((candidate) => existsSync(join(candidate, "vk_swiftshader_icd.json")));
  if (!folder) return undefined;
  const variables = { VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json") };
  const loader = join(folder, "libvulkan.so.1");
  if (!existsSync(loader)) return variables;
  // a folder with the loader alone: the browser's other libraries must not shadow the system's
  const loaders = join(root, ".cache", "vulkan");
  mkdirSync(loaders, { recursive: true });
  rmSync(join(loaders, "libvulkan.so.1"), { force: true });
  symlinkSync(loader, join(loaders, "libvulkan.so.1"));
  const libraries = [process.env.LD_LIBRARY_PATH, loaders].filter(Boolean).join(":");
  return { ...variables, LD_LIBRARY_PATH: libraries };
}

/** Flags under which Chromium offers WebGPU on its software adapter, and talks to nobody. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
