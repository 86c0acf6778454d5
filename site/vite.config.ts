import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const built = (name: string) => fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url));

/** The playground: static files that use the package by its public names, as built by `npm run build`. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  resolve: {
    alias: [
      { find: /^kullback$/, replacement: built("index") },
      // its entry is one CommonJS module, of which no bundler can leave anything out
      { find: /^ml-matrix$/, replacement: fileURLToPath(new URL("../node_modules/ml-matrix/src/index.js", import.meta.url)) },
      { find: /^kullback\/(calibration|distributions|fit|io)$/, replacement: built("$1") },
    ],
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: { outDir: "../site-dist", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
