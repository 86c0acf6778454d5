import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer";
import { build } from "vite";
import { assembly } from "./assembly.js";
import { LAUNCH } from "./engines.js";
import { script } from "./script.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** An entry's code in one file, bundled as a user's bundler would. */
export async function bundle(entry, alias) {
  const output = await build({
    root,
    configFile: false,
    plugins: [assembly(), script()],
    logLevel: "error",
    resolve: { alias },
    build: {
      write: false,
      minify: false,
      target: "esnext",
      lib: { entry: join(root, entry), formats: ["es"], fileName: "page" },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const [result] = Array.isArray(output) ? output : [output];
  return result.output[0].code;
}

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
/** What lets a page share memory with its workers. */
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** Serves the page, the example data and other folders on this machine's loopback address. */
async function serve(code, { folders, isolated }) {
  const served = Object.entries({ "/data/": join(root, "examples/data"), ...folders });
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const [prefix, folder] = served.find(([start]) => pathname.startsWith(start)) ?? [];
    if (isolated) for (const [name, value] of Object.entries(ISOLATED)) response.setHeader(name, value);
    try {
      if (pathname === "/") response.setHeader("content-type", "text/html").end('<!doctype html><script type="module" src="/page.js"></script>');
      else if (pathname === "/page.js") response.setHeader("content-type", "text/javascript").end(code);
      else if (folder && /^[\w./@-]+$/.test(pathname) && !pathname.includes("..")) {
        const file = await readFile(join(folder, pathname.slice(prefix.length)));
        response.setHeader("content-type", TYPES[extname(pathname)] ?? "application/octet-stream").end(file);
      } else response.writeHead(404).end();
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  return server;
}

/**
 * A page in "chromium" or "firefox" that runs `entry` and has the global function `ready`; `close` ends browser and server.
 * It can fetch the files of `folders`, named by the start of their address ("/data/"); `isolated` lets it use threads.
 */
export async function openPage(browser, executablePath, { entry, ready, alias = {}, folders = {}, isolated = false }) {
  const server = await serve(await bundle(entry, alias), { folders, isolated });
  const running = await puppeteer.launch({ ...LAUNCH[browser], executablePath, protocolTimeout: 1_800_000 });
  const page = await running.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(`typeof ${ready} === 'function'`);
  return {
    page,
    async close() {
      await running.close();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}
