// npm run bench:bundle: one archive that runs conformance and bench on a bare x86-64 Linux host with a GPU driver.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { findChromium } from "../scripts/engines.js";

const LARGEST_MIB = 55;
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "dist-bench");
const folder = join(out, "kullback-bench");
if (process.platform !== "linux" || process.arch !== "x64") throw new Error("bench:bundle packs this machine's Node: run it on x86-64 Linux.");

const RUN = `#!/bin/sh
# Conformance, then the bench. Options: --only TEXT (cases whose name has it), --out FILE.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
export LD_LIBRARY_PATH="$here/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
# a driver without a manifest is named here; one that is registered is found by the loader itself
if [ -z "\${VK_ICD_FILENAMES:-}\${VK_DRIVER_FILES:-}" ] && ! ls /etc/vulkan/icd.d/*.json /usr/share/vulkan/icd.d/*.json >/dev/null 2>&1; then
  export VK_ICD_FILENAMES="$here/lib/nvidia_icd.json"
fi
exec "$here/node" "$here/bare.js" "$@"
`;

/** NVIDIA's driver as its own installer registers it. */
const NVIDIA = { file_format_version: "1.0.0", ICD: { library_path: "libGLX_nvidia.so.0", api_version: "1.3.0" } };

/** The system's Vulkan loader, else the one beside a Chromium. */
function vulkanLoader() {
  const listed = spawnSync("/sbin/ldconfig", ["-p"], { encoding: "utf8" }).stdout ?? "";
  const chromium = findChromium();
  const beside = chromium ? [dirname(realpathSync(chromium)), "/usr/lib/chromium"].map((path) => join(path, "libvulkan.so.1")) : [];
  const found = [/libvulkan\.so\.1 .*x86-64.*=> (\S+)/.exec(listed)?.[1], ...beside].find((path) => path && existsSync(path));
  if (!found) throw new Error("bench:bundle found no libvulkan.so.1: install a Vulkan loader or Chromium.");
  return realpathSync(found);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(join(folder, "lib"), { recursive: true });
await build({
  root,
  configFile: false,
  logLevel: "error",
  resolve: { alias: { kullback: join(root, "src/index.ts") } },
  build: {
    outDir: folder,
    emptyOutDir: false,
    minify: false,
    target: "node20",
    lib: { entry: { bare: join(root, "bench/bare.js") }, formats: ["es"] },
    rolldownOptions: { external: [/^node:/, "webgpu"], output: { entryFileNames: "[name].js" } },
  },
});
const git = (...words) => execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim();
writeFileSync(join(folder, "built.json"), JSON.stringify({ commit: `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain", "src") ? "+changes" : ""}` }));
writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
cpSync(join(root, "examples/data"), join(folder, "data"), { recursive: true });
const dawn = join(root, "node_modules/webgpu");
for (const path of ["index.js", "package.json", "LICENSE.md", "dist/linux-x64"]) cpSync(join(dawn, path), join(folder, "node_modules/webgpu", path), { recursive: true });
cpSync(process.execPath, join(folder, "node"));
chmodSync(join(folder, "node"), 0o755);
spawnSync("strip", [join(folder, "node")]); // a third smaller where there is binutils
cpSync(vulkanLoader(), join(folder, "lib/libvulkan.so.1"));
writeFileSync(join(folder, "lib/nvidia_icd.json"), JSON.stringify(NVIDIA));
writeFileSync(join(folder, "run.sh"), RUN, { mode: 0o755 });

const archive = join(out, "kullback-bench.tar.xz");
execFileSync("tar", ["-C", out, "-cJf", archive, "kullback-bench"], { env: { ...process.env, XZ_OPT: "-6 -T0" } });
const mib = statSync(archive).size / 2 ** 20;
if (mib > LARGEST_MIB) throw new Error(`bench:bundle: ${archive} takes ${mib.toFixed(1)} MiB, at most ${LARGEST_MIB} were promised.`);
console.log(`${archive}: ${mib.toFixed(1)} MiB, Vulkan loader ${vulkanLoader()}`);
