import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const bin = (name: string) => join(root, "node_modules/.bin", name);
let project = "";


/** Standard output of a command in the consumer's folder; a failure carries everything it printed. */
function run(command: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: project, encoding: "utf8", timeout: 300_000 });
  if (status !== 0) throw new Error(`${command} ${words.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}
const write = (name: string, text: string) => writeFileSync(join(project, name), text);

/** What a bundler makes of an entry, all chunks together. */
function bundled(entry: string): string {
  const outDir = `out-${entry.replace(/\W/g, "-")}`;
  write("vite.config.js", `export default { logLevel: "error", build: { outDir: "${outDir}", lib: { entry: "${entry}", formats: ["es"] } } };`);
  run(bin("vite"), "build");
  const folder = join(project, outDir);
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js")).map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
}

/** An entry of the installed package with what it imports at once; WebGPU and exact precision are fetched when first used. */
function withStaticImports(file: string, seen = new Set<string>()): string {
  if (seen.has(file)) return "";
  seen.add(file);
  const text = readFileSync(file, "utf8");
  const imports = [...text.matchAll(/^(?:import|export)[^;(]*?from "(\.[^"]+)"/gm)].map(([, path]) => join(file, "..", path));
  return [text, ...imports.map((path) => withStaticImports(path, seen))].join("\n");
}

describe("the packed package in an empty project", () => {
  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), "kullback-package-"));
    const [{ filename }] = JSON.parse(execFileSync("npm", ["pack", "--json", "--pack-destination", project], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    write("package.json", JSON.stringify({ name: "consumer", private: true, type: "module" }));
    run("npm", "install", join(project, filename),
      ...["5.9", "7"].map((version) => `typescript-${version}@npm:typescript@${version}`));
    write("main.ts", `import { klDivergence } from "kullback";\nimport type { Detail } from "kullback";\nimport { openGrid } from "kullback/io";\n`
      + "const detail: Detail = await klDivergence([0.5, 0.5], new Float32Array([0.25, 0.75]), { detail: true });\n"
      + "export const open: typeof openGrid = openGrid;\nexport const bits: number = detail.value / Math.LN2;\n");
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it.each(["5.9", "7"].flatMap((version) => [
    [version, "bundler", "es2022,dom", []],
    [version, "nodenext", "es2022,dom", []],
    [version, "nodenext", "es2022", ["node"]],
  ] as const))("has types for TypeScript %s, module %s, lib %s, types %j, without those of WebGPU", (version, module, lib, types) => {
    const compilerOptions = { noEmit: true, strict: true, target: "es2022", lib: lib.split(","), types,
      module: module === "bundler" ? "esnext" : module, moduleResolution: module, typeRoots: [join(root, "node_modules/@types")] };
    write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["main.ts"] }));
    run(process.execPath, `node_modules/typescript-${version}/bin/tsc`, "-p", "tsconfig.json");
  });

  it("takes a device of @webgpu/types for openBackend and gives its buffers back", () => {
    write("device.ts", `import { fromGPUBuffer, openBackend } from "kullback";\n`
      + "export const open = (device: GPUDevice) => openBackend({ device });\n"
      + "export const buffer = (mine: GPUBuffer): GPUBuffer | null => fromGPUBuffer(mine).buffer;\n");
    const compilerOptions = { noEmit: true, strict: true, target: "es2022", module: "esnext", moduleResolution: "bundler",
      typeRoots: [join(root, "node_modules")], types: ["@webgpu/types"] };
    write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["device.ts"] }));
    run(bin("tsc"), "-p", "tsconfig.json");
  });

  it("has entries that Node and bundlers find: publint", () => { run(bin("publint"), "--strict", root); });

  it("runs in Node without webgpu", () => {
    expect(existsSync(join(project, "node_modules/webgpu"))).toBe(false);
    write("main.mjs", 'import { klDivergence } from "kullback"; console.log(await klDivergence([0.5, 0.5], [0.25, 0.75]));');
    expect(Number(run(process.execPath, "main.mjs"))).toBeCloseTo(0.14384103622589045, 15);
  });

  it("builds with Vite without webgpu, and a bundle of klDivergence lacks the other measures", () => {
    write("one.js", 'import { klDivergence } from "kullback"; console.log(await klDivergence([1, 2], [2, 1]));');
    write("all.js", 'import * as kullback from "kullback"; console.log(kullback);');
    const [one, all] = [bundled("one.js"), bundled("all.js")];
    for (const name of ["jensenShannonDistance", "generalizedKl", "crossEntropy"]) {
      expect(all).toContain(`"${name}"`);
      expect(one).not.toContain(`"${name}"`);
    }
  });

  it("has a main entry of at most 40 kB, compressed", () => {
    const text = withStaticImports(join(project, "node_modules/kullback/dist/index.js"));
    expect(text).toContain("klDivergence");
    expect(text).not.toMatch(/@compute|[\w+/]{1000}/);
    expect(gzipSync(text).length).toBeLessThanOrEqual(40_000);
  });
});
