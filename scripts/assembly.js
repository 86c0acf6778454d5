import { readFile } from "node:fs/promises";
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
      this.addWatchFile(file);
      return `export default "${(await compile(file)).toString("base64")}";`;
    },
  };
}

/** The WebAssembly of one AssemblyScript file that imports nothing. */
export async function compile(file) {
  const text = await readFile(file, "utf8");
  let binary;
  const { error, stderr } = await asc.main(["kernel.ts", "--outFile", "kernel.wasm", "-O3", "--runtime", "stub", "--noAssert", "--use", "abort="], {
    readFile: (name) => (name === "kernel.ts" ? text : null),
    writeFile: (_, contents) => { binary = contents; },
    listFiles: () => [],
  });
  if (error) throw new Error(`${file}: ${stderr.toString()}`, { cause: error });
  return Buffer.from(binary);
}
