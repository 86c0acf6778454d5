import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBrowser, versionOf } from "../../scripts/engines.js";
import { openPage } from "../../scripts/page.js";
import { vulkanForNode } from "../node-vulkan.js";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const SIDES = ["cpu", "gpu"];
/** Milliseconds that a process may take for one case. */
const PATIENCE = 1_200_000;

/*
 * An engine runs a case: `run(item)` gives its rows, one that fails as a row of its own. `runtime` names the engine,
 * `versions` its peers, `adapter` what WebGPU finds there.
 */

/** A process's lines that are JSON; why it failed is a last row. */
function rowsOf(command, words, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, words, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    const timer = setTimeout(() => child.kill(), PATIENCE);
    const text = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (part) => { text[name] += part; });
    child.on("error", (error) => { text.stderr += error.message; });
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      const rows = text.stdout.split("\n").filter((line) => /^\{.*\}$/.test(line)).map((line) => JSON.parse(line));
      const last = text.stderr.trim().split("\n").at(-1);
      resolve(status === 0 ? rows : [...rows, { peer: command, notRun: `${signal ?? `exit status ${status}`}: ${last}`.slice(0, 200) }]);
    });
  });
}

/** The versions of the installed peers in JavaScript. */
function packageVersions() {
  const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  return Object.fromEntries(Object.keys(dependencies).map((name) => {
    try {
      return [name, JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version];
    } catch {
      return [name, null];
    }
  }));
}

function openNode({ folder, peers }) {
  const variables = { cpu: {}, gpu: vulkanForNode() };
  const ran = (item, side) => rowsOf(process.execPath, [join(here, "node.js"), JSON.stringify({ item, side, peers, folder })], variables[side]);
  return {
    runtime: `Node ${process.version}`,
    versions: packageVersions(),
    async run(item) {
      const rows = [];
      for (const side of SIDES) rows.push(...(await ran(item, side)).map((row) => ({ side, ...row })));
      return rows;
    },
  };
}

async function openChromium({ folder, peers }) {
  const executable = ensureBrowser("chromium", console.log);
  if (!executable) throw new Error("no Chromium found; name one in KULLBACK_CHROMIUM");
  const { page, close } = await openPage("chromium", executable, {
    entry: "bench/peers/page.js", ready: "measureCase", isolated: true, folders: { "/modules/": modules, "/pair/": folder },
  });
  async function ran(item, side) {
    // a page anew: the CPU is measured before a GPU is open, and each case finds empty memories
    await page.reload();
    await page.waitForFunction("typeof measureCase === 'function'");
    return page.evaluate(`measureCase(${JSON.stringify({ item, side, peers })})`);
  }
  return {
    runtime: versionOf(executable),
    versions: packageVersions(),
    adapter: await page.evaluate("adapterOf()"),
    close,
    async run(item) {
      const rows = [];
      for (const side of SIDES) {
        try {
          rows.push(...(await ran(item, side)).map((row) => ({ side, ...row })));
        } catch (error) {
          rows.push({ side, peer: "page", notRun: error.message.split("\n", 1)[0] });
        }
      }
      return rows;
    },
  };
}

/** What one interpreter has. */
function pythonVersions(command) {
  const { status, stdout } = spawnSync(command, [join(here, "python.py"), "versions"], { encoding: "utf8", timeout: 120_000 });
  return status === 0 ? { command, versions: JSON.parse(stdout) } : undefined;
}

/** The interpreter that the environment names, or of the PATH's and the system's the one with more of the peers. */
function findPython() {
  const named = process.env.KULLBACK_PYTHON;
  const found = (named ? [named] : ["python3", "/usr/bin/python3"]).map(pythonVersions).filter((one) => one?.versions.numpy);
  const [best] = found.sort((a, b) => Object.keys(b.versions).length - Object.keys(a.versions).length);
  if (!best) throw new Error("no Python with NumPy found; name one in KULLBACK_PYTHON");
  return best;
}

function openPython({ folder, peers }) {
  const { command, versions } = findPython();
  const found = Object.keys(versions);
  const many = availableParallelism();
  const kinds = [1, ...(many > 1 ? [many] : []), ...(versions.cuda ? ["cuda"] : [])];
  return {
    runtime: `Python ${versions.python}`,
    versions,
    async run(item) {
      const rows = [];
      for (const threads of kinds) {
        const count = String(threads === "cuda" ? many : threads);
        const names = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"];
        const env = Object.fromEntries(names.map((name) => [name, count]));
        const side = threads === "cuda" ? "gpu" : "cpu";
        const job = JSON.stringify({ item, folder, threads, peers, found });
        rows.push(...(await rowsOf(command, ["-W", "ignore", join(here, "python.py"), job], env)).map((row) => ({ side, ...row })));
      }
      return rows;
    },
  };
}

/** How each engine is opened: with the `folder` where a case's arrays p and q lie, and the `peers` asked for. */
export const ENGINES = { node: openNode, chromium: openChromium, python: openPython };
