import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import asc from "assemblyscript/asc";

/** AssemblyScript's own types stand in these files: they are compiled when something imports them. */
const SUFFIX = /\?base64(?<relaxed>&relaxed)?$/;

/**
 * A Vite plugin: `import code from "./kernel.as.ts?base64"` gives the compiled WebAssembly module, in base64; with `&relaxed`
 * `ASC_FEATURE_RELAXED_SIMD` is true in it.
 */
export function assembly() {
  return {
    name: "assembly",
    enforce: "pre",
    async load(id) {
      const suffix = SUFFIX.exec(id);
      if (!suffix || !id.slice(0, suffix.index).endsWith(".as.ts")) return null;
      const binary = await compile(id.slice(0, suffix.index), suffix.groups.relaxed !== undefined);
      return `export default "${binary.toString("base64")}";`;
    },
  };
}

/** What every page loads: compiled for size as well it is a tenth smaller, and at most a fiftieth slower. */
const LOADED_FIRST = join("cpu-fallback", "simd", "kernel.as.ts");

/** The WebAssembly of an AssemblyScript file and those it imports. */
export async function compile(file, relaxed = false) {
  const folder = dirname(file);
  const features = ["--enable", "simd", ...(relaxed ? ["--enable", "relaxed-simd"] : [])];
  let binary;
  const { error, stderr } = await asc.main([basename(file), "--outFile", "kernel.wasm", file.endsWith(LOADED_FIRST) ? "-O3s" : "-O3", "--runtime", "stub", ...features, "--noAssert", "--use", "abort="], {
    readFile: (name) => readFile(join(folder, name), "utf8").catch(() => null),
    writeFile: (_, contents) => { binary = contents; },
    listFiles: () => [],
  });
  if (error) throw new Error(`${file}: ${stderr.toString()}`, { cause: error });
  return Buffer.from(binary);
}
