import { build } from "vite";

/** These files are bundled, with what they import, when something imports them so. */
const SUFFIX = ".ts?script";

/** A Vite plugin: `import code from "./worker.ts?script"` gives the text of a script that needs no other file. */
export function script() {
  return {
    name: "script",
    enforce: "pre",
    async load(id) {
      if (!id.endsWith(SUFFIX)) return null;
      return `export default ${JSON.stringify(await bundle(id.slice(0, -"?script".length)))};`;
    },
  };
}

async function bundle(entry) {
  const output = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, minify: true, target: "es2022", lib: { entry, formats: ["es"], fileName: "script" } },
  });
  const [{ output: [{ code }] }] = Array.isArray(output) ? output : [output];
  return code;
}
