import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import puppeteer from "puppeteer";
import { build } from "vite";
import { CHROMIUM_FLAGS } from "../../scripts/engines.js";

const root = join(import.meta.dirname, "../..");

/** The page's code in one file, bundled as a user's bundler would. */
async function bundle(): Promise<string> {
  const output = await build({
    root,
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      minify: false,
      target: "esnext",
      lib: { entry: join(root, "test/engines/page.ts"), formats: ["es"], fileName: "page" },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const [result] = Array.isArray(output) ? output : [output];
  if (!("output" in result)) throw new Error("vite is watching instead of building");
  const [chunk] = result.output;
  return chunk.code;
}

/** Serves the page and the example data on this machine's loopback address. */
async function serve(code: string) {
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
  await new Promise<void>((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  return server;
}

/** A page with the library and the cases in it; `close` ends browser and server. */
export async function openChromium(executablePath: string) {
  const server = await serve(await bundle());
  const browser = await puppeteer.launch({ executablePath, args: CHROMIUM_FLAGS, protocolTimeout: 900_000 });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction("typeof runConformance === 'function'");
  return {
    page,
    version: await browser.version(),
    async close() {
      await browser.close();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}
