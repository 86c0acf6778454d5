import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
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

/** Serves the page and the example data on this machine's loopback address. */
async function serve(code) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    try {
      if (pathname === "/") response.setHeader("content-type", "text/html").end('<!doctype html><script type="module" src="/page.js"></script>');
      else if (pathname === "/page.js") response.setHeader("content-type", "text/javascript").end(code);
      else if (/^\/data\/[\w./-]+$/.test(pathname) && !pathname.includes("..")) {
        response.end(await readFile(join(root, "examples", pathname)));
      } else response.writeHead(404).end();
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  return server;
}

/** A page in "chromium" or "firefox" that runs `entry` and has the global function `ready`; `close` ends browser and server. */
export async function openPage(browser, executablePath, { entry, ready, alias = {} }) {
  const server = await serve(await bundle(entry, alias));
  const running = await puppeteer.launch({ ...LAUNCH[browser], executablePath, protocolTimeout: 900_000 });
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
