import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const src = join(import.meta.dirname, "../src");

/** Which room may import from which: DESIGN section 5, as a table. Every room may import its own files. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  index: ["operations", "terms", "open-backend", "grid", "errors", "options", "validate", "backend"],
  operations: ["open-backend", "backend", "grid", "validate", "options", "terms", "errors"],
  "open-backend": ["gpu", "cpu-fallback", "backend", "errors"],
  gpu: ["shaders", "backend", "grid", "terms", "errors"],
  "cpu-fallback": ["backend", "grid", "terms", "errors"],
  terms: [],
  backend: ["grid", "terms"],
  grid: ["errors"],
  options: ["errors", "backend", "grid"],
  validate: ["errors", "grid", "options"],
  errors: [],
  shaders: [],
  distributions: ["index", "operations", "backend", "open-backend", "grid", "validate", "terms", "errors"],
  // vendors' loops in WebAssembly share its logarithm and what opens modules
  calibration: ["index", "operations", "backend", "open-backend", "cpu-fallback", "grid", "terms", "errors"],
  fit: ["index", "operations", "backend", "open-backend", "grid", "errors", "distributions"],
  io: ["index", "grid", "errors"],
  cli: ["index", "io", "distributions", "fit", "calibration"],
};

const roomOf = (file: string) => file.split("/")[0].replace(/\.[jt]s$/, "");

/** The imports of a source text, with the place each leads to. */
function importsOf(file: string, text: string): string[] {
  const folder = file.split("/").slice(0, -1);
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, specifier]) => specifier);
  return specifiers.map((specifier) => {
    const path = [...folder];
    for (const part of specifier.split("/")) {
      if (part === "..") path.pop();
      else if (part !== ".") path.push(part);
    }
    return path.join("/");
  });
}

/** Arrows that the table does not have. */
function forbidden(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const [file, text] of files) {
    for (const target of importsOf(file, text)) {
      const [from, to] = [roomOf(file), roomOf(target)];
      if (from !== to && !MAY_IMPORT[from]?.includes(to) && to !== "package.json") found.push(`${file} → ${target}`);
    }
  }
  return found;
}

function sources(): Map<string, string> {
  const names = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return new Map(names.map((name) => [name, readFileSync(join(src, name), "utf8")]));
}

describe("imports", () => {
  it("follow the table", () => expect(forbidden(sources())).toEqual([]));

  it("would be found out: a GPU file that imports the CPU path", () => {
    expect(forbidden(new Map([["gpu/run.ts", 'import { reduce } from "../cpu-fallback/reduce";']]))).toHaveLength(1);
    expect(forbidden(new Map([["terms/kl.ts", 'const x = await import("../grid");']]))).toHaveLength(1);
  });

  it("of terms by the GPU folder are types only, but for the unscaled scales and what a component is", () => {
    for (const [file, text] of sources()) {
      if (!file.startsWith("gpu/")) continue;
      for (const [, names] of text.matchAll(/import (?!type)([^;]+) from "\.\.\/terms/g)) expect(["{ UNSCALED }", "{ EXACT_UNSCALED }", "{ isNormal, isWithin }", "{ isNormal }"]).toContain(names);
    }
  });

  it("leave the console to the command line", () => {
    for (const [file, text] of sources()) if (!file.startsWith("cli/")) expect(text, file).not.toMatch(/\bconsole\./);
  });
});
