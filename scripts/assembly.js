import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import asc from "assemblyscript/asc";

/** AssemblyScript's own types stand in these files: they are compiled when something imports them. */
const SUFFIX = ".as.ts?base64";

/** A Vite plugin: `import code from "./kernel.as.ts?base64"` gives the compiled WebAssembly module, in base64. */
export function assembly() {
  return {
    name: "assembly",
    enforce: "pre",
    async load(id) {
      if (!id.endsWith(SUFFIX)) return null;
      const file = id.slice(0, -"?base64".length);
      return `export default "${(await compile(file)).toString("base64")}";`;
    },
  };
}

/** The WebAssembly of an AssemblyScript file and those it imports. */
export async function compile(file) {
  const folder = dirname(file);
  let binary;
  const { error, stderr } = await asc.main([basename(file), "--outFile", "kernel.wasm", "-O3", "--runtime", "stub", "--enable", "simd", "--noAssert", "--use", "abort="], {
    readFile: (name) => readFile(join(folder, name), "utf8").catch(() => null),
    writeFile: (_, contents) => { binary = contents; },
    listFiles: () => [],
  });
  if (error) throw new Error(`${file}: ${stderr.toString()}`, { cause: error });
  return Buffer.from(binary);
}
