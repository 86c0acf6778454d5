import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The browsers: how a PATH, puppeteer and Debian call them. */
const BROWSERS = {
  chromium: { title: "Chromium", names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"], puppeteer: "chrome", debian: "chromium" },
  firefox: { title: "Firefox", names: ["firefox", "firefox-esr"], puppeteer: "firefox", debian: "firefox-esr" },
};

const onPath = (names) => (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));

/** The first line that a program says to `--version`; undefined where it does not run. */
export function versionOf(executable) {
  const { status, stdout } = spawnSync(executable, ["--version"], { encoding: "utf8", timeout: 60_000 });
  return status === 0 ? stdout.split("\n", 1)[0].trim() : undefined;
}

/** The environment's browser, one on the PATH, or one in the project's cache; the first that runs. */
export function findBrowser(browser) {
  const { names, puppeteer } = BROWSERS[browser];
  const named = [process.env[`KULLBACK_${browser.toUpperCase()}`], browser === "chromium" && process.env.PUPPETEER_EXECUTABLE_PATH].filter(Boolean);
  const runs = (file) => existsSync(file) && versionOf(file);
  return [...named, ...onPath(names)].find(runs) ?? cached(puppeteer).find(runs);
}

function cached(name) {
  const { stdout } = spawnSync("npx", ["puppeteer", "browsers", "list"], { cwd: root, encoding: "utf8" });
  return [...(stdout ?? "").matchAll(/^(\w+)@.*?(\/\S*)\s*$/gm)].filter(([, known]) => known === name).map(([, , file]) => file);
}

const isRoot = () => process.getuid?.() === 0;
const isDebian = () => existsSync("/etc/os-release") && /ID(_LIKE)?=.*(debian|ubuntu)/.test(readFileSync("/etc/os-release", "utf8"));

const textOf = (commands) => commands.map(([command, words]) => [command, ...words].join(" ")).join(" && ");
const aptInstall = (name) => [["apt-get", ["update", "-qq"]], ["apt-get", ["install", "-y", "-qq", name]]];

/** Whether something is there after Debian's package of it was installed, if that may be; says so before. */
function installFromDebian(title, name, say, find) {
  if (!isDebian() || !isRoot()) {
    say(`install ${title} and run this again: ${textOf(aptInstall(name))} does it on Debian`);
    return undefined;
  }
  say(`installing Debian's package of ${title} (${textOf(aptInstall(name))})`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const [command, words] of aptInstall(name)) spawnSync(command, words, { stdio: ["ignore", "ignore", "inherit"], env });
  return find();
}

/** Finds a browser or, after saying so, fetches one: puppeteer's own into the project's cache, else Debian's package. */
export function ensureBrowser(browser, say) {
  const { title, puppeteer, debian } = BROWSERS[browser];
  const found = findBrowser(browser);
  if (found) return found;
  const words = ["puppeteer", "browsers", "install", puppeteer];
  if (process.env.KULLBACK_NO_INSTALL === "1") {
    say(`no ${title} found. To install one: ${textOf([["npx", words]])}, or ${textOf(aptInstall(debian))}`);
    return undefined;
  }
  say(`no ${title} found; downloading one into .cache/puppeteer (${textOf([["npx", words]])})`);
  if (spawnSync("npx", words, { cwd: root, stdio: "ignore", timeout: 600_000 }).status === 0) return findBrowser(browser);
  say("the download failed");
  return installFromDebian(title, debian, say, () => findBrowser(browser));
}

/** The Deno that the environment names, that `npm ci` installed for this platform, or that is on the PATH. */
export function findDeno() {
  const platform = `${process.platform}-${process.arch}${process.platform === "linux" ? "-glibc" : ""}`;
  const installed = [];
  try {
    installed.push(join(dirname(createRequire(import.meta.url).resolve(`@deno/${platform}/package.json`)), "deno"));
  } catch {
    // npm has no Deno for this platform, or was told to leave optional packages out
  }
  return [process.env.KULLBACK_DENO, ...installed, ...onPath(["deno"])].find((file) => file && existsSync(file) && versionOf(file));
}

/** Keeps Mesa's layer that chooses among devices away: where there is no desktop it complains on every program's stderr. */
const QUIET = { NODEVICE_SELECT: "1" };

const DRIVERS = ["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/** What Firefox and Deno need to find Mesa's software adapter: its driver manifest. */
export function lavapipe() {
  const files = DRIVERS.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const manifest = files.find((file) => /\/lvp_icd\.[^/]*json$/.test(file));
  return manifest && { ...QUIET, VK_ICD_FILENAMES: manifest };
}

/** Finds Mesa's software adapter or, after saying so, installs it from Debian. */
export function ensureLavapipe(say) {
  const found = lavapipe();
  if (found) return found;
  const [title, name] = ["Vulkan's software driver lavapipe", "mesa-vulkan-drivers"];
  if (process.env.KULLBACK_NO_INSTALL !== "1") return installFromDebian(title, name, say, lavapipe);
  say(`no ${title} found. To install it: ${textOf(aptInstall(name))}`);
  return undefined;
}

/**
 * What Dawn in Node needs to find the software adapter that ships beside a browser: its driver manifest, and a Vulkan
 * loader where the system has none.
 */
export function softwareVulkan(chromium) {
  const folders = [dirname(realpathSync(chromium)), "/usr/lib/chromium", "/usr/lib/chromium-browser"];
  const folder = folders.find((candidate) => existsSync(join(candidate, "vk_swiftshader_icd.json")));
  if (!folder) return undefined;
  const variables = { ...QUIET, VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json") };
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

/** How puppeteer starts a browser that offers WebGPU on a software adapter and talks to nobody. */
export const LAUNCH = {
  chromium: {
    args: [
      "--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  },
  firefox: {
    browser: "firefox",
    extraPrefsFirefox: { "dom.webgpu.enabled": true, "dom.webgpu.workers.enabled": true, "gfx.webgpu.ignore-blocklist": true },
    env: { ...process.env, ...lavapipe() },
  },
};
