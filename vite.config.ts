import { defineConfig } from "vite";
import { assembly } from "./scripts/assembly.js";
import { nativeArrays } from "./scripts/native-arrays.js";
import { script } from "./scripts/script.js";

/** The library: one ES module an entry, nothing bundled that a user could install. */
export default defineConfig({
  plugins: [nativeArrays(), assembly(), script()],
  build: {
    target: "es2022",
    minify: false,
    lib: {
      entry: { index: "src/index.ts", calibration: "src/calibration/index.ts", distributions: "src/distributions/index.ts", fit: "src/fit/index.ts", io: "src/io/index.ts", cli: "src/cli/main.ts" },
      formats: ["es"],
    },
    rolldownOptions: {
      external: [/^node:/, "webgpu", "commander", "d3-random", "ml-matrix", "nifti-reader-js", /^pure-rand/],
      // the declarations have them; annotations are what a bundler goes by
      // V8 takes what is declared by `const` for constant: loops that look up tables take a fifth less
      output: { comments: { jsdoc: false }, topLevelVar: false },
    },
  },
});
