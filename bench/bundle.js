// npm run bench:bundle: one archive that runs conformance and bench on a bare x86-64 Linux host with a GPU driver.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { assembly } from "../scripts/assembly.js";
import { findBrowser } from "../scripts/engines.js";
import { script } from "../scripts/script.js";
import { commitOf } from "./record.js";

const LARGEST_MB = 55;
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "dist-bundle");
const folder = join(out, "kullback-bench");

/** NVIDIA's driver as its own installer registers it. */
const NVIDIA = { file_format_version: "1.0.0", ICD: { library_path: "libGLX_nvidia.so.0", api_version: "1.3.0" } };

/** The system's own library of that name. */
function systemLibrary(name) {
  const listed = spawnSync("/sbin/ldconfig", ["-p"], { encoding: "utf8" }).stdout ?? "";
  const line = listed.split("\n").find((entry) => entry.trim().startsWith(`${name} `) && entry.includes("x86-64"));
  return line?.split("=> ")[1]?.trim();
}

/** The system's Vulkan loader, else the one beside a Chromium. */
function vulkanLoader() {
  const system = systemLibrary("libvulkan.so.1");
  if (system) return { file: system, whose: "the system's" };
  const chromium = findBrowser("chromium");
  const folders = chromium ? [dirname(realpathSync(chromium)), "/usr/lib/chromium", "/usr/lib/chromium-browser"] : [];
  const file = folders.map((path) => join(path, "libvulkan.so.1")).find((path) => existsSync(path));
  if (!file) throw new Error("bench:bundle found no libvulkan.so.1: install a Vulkan loader or Chromium.");
  return { file, whose: "Chromium's" };
}

/** Conformance and bench with all they import, except Dawn. */
async function bundleCode() {
  await build({
    root,
    configFile: false,
    plugins: [assembly(), script()],
    logLevel: "error",
    // one copy of the library: the cases import it by its files, the bench by its name
    resolve: { alias: { kullback: join(root, "src/index.ts") } },
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      target: "node20",
      lib: { entry: { conformance: join(root, "bench/bare-conformance.js"), bench: join(root, "bench/bare-bench.js") }, formats: ["es"] },
      rolldownOptions: { external: [/^node:/, "webgpu"], output: { entryFileNames: "[name].js" } },
    },
  });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "built.json"), JSON.stringify({ commit: commitOf(root) }));
  cpSync(join(root, "examples/data"), join(folder, "data"), { recursive: true });
}

/** This Node, without its symbols where there is a `strip` that leaves it running. */
function copyNode() {
  const node = join(folder, "node");
  const runs = () => spawnSync(node, ["-e", "0"]).status === 0;
  cpSync(realpathSync(process.execPath), node);
  chmodSync(node, 0o755);
  if (spawnSync("strip", [node]).status === 0 && !runs()) cpSync(realpathSync(process.execPath), node);
  if (!runs()) throw new Error("bench:bundle: the copied Node does not run.");
}

function copyLibraries() {
  const dawn = join(root, "node_modules/webgpu");
  for (const path of ["index.js", "package.json", "LICENSE.md", "dist/linux-x64"]) {
    cpSync(join(dawn, path), join(folder, "node_modules/webgpu", path), { recursive: true });
  }
  const loader = vulkanLoader();
  mkdirSync(join(folder, "lib/runtime"), { recursive: true });
  cpSync(realpathSync(loader.file), join(folder, "lib/libvulkan.so.1"));
  for (const name of ["libstdc++.so.6", "libgcc_s.so.1"]) {
    const file = systemLibrary(name);
    if (file) cpSync(realpathSync(file), join(folder, "lib/runtime", name));
  }
  writeFileSync(join(folder, "lib/nvidia_icd.json"), JSON.stringify(NVIDIA));
  cpSync(join(root, "bench/run.sh"), join(folder, "run.sh"));
  chmodSync(join(folder, "run.sh"), 0o755);
  return loader;
}

if (process.platform !== "linux" || process.arch !== "x64") throw new Error("bench:bundle packs this machine's Node: run it on x86-64 Linux.");
rmSync(out, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await bundleCode();
copyNode();
const loader = copyLibraries();
const archive = join(out, "kullback-bench.tar.xz");
execFileSync("tar", ["-C", out, "-cJf", archive, "kullback-bench"], { env: { ...process.env, XZ_OPT: "-6 -T0" } });
const mb = statSync(archive).size / 1e6;
if (mb > LARGEST_MB) throw new Error(`bench:bundle: ${archive} takes ${mb.toFixed(1)} MB, expected at most ${LARGEST_MB}.`);
console.log(`${archive}: ${mb.toFixed(1)} MB, Vulkan loader: ${loader.whose} (${loader.file})`);
