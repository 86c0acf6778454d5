// Draws docs/images/playground.png: the page of volumes as Chromium shows it. `npm run docs:playground` builds and runs it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer";
import { build, preview } from "vite";
import { LAUNCH, ensureBrowser } from "../../scripts/engines.js";

const inRepository = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const executablePath = ensureBrowser("chromium", console.log);
if (!executablePath) throw new Error("no Chromium");

const outDir = await mkdtemp(join(tmpdir(), "kullback-site-"));
const options = { root: inRepository("site"), configFile: inRepository("site/vite.config.ts"), logLevel: "error", build: { outDir } };
await build(options);
const server = await preview({ ...options, preview: { port: 0, host: "127.0.0.1" } });
const browser = await puppeteer.launch({ executablePath, ...LAUNCH.chromium });
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1000, height: 1060 });
  await page.goto(`${server.resolvedUrls.local[0]}#volumes?of=colin27&map=jensen-shannon&at=80,120,90&unit=bits`);
  await page.waitForFunction(() => document.querySelector("pre") && !document.querySelector("progress"), { timeout: 120_000 });
  await page.screenshot({ path: inRepository("docs/images/playground.png") });
} finally {
  await browser.close();
  await server.close();
  await rm(outDir, { recursive: true, force: true });
}
