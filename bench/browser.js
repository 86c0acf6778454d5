import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBrowser, versionOf } from "../scripts/engines.js";
import { openPage } from "../scripts/page.js";
import { printer } from "./report.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Runs cases in a page of "chromium" or "firefox" with the built package; rows are printed as they come. */
export async function runInBrowser(browser, options) {
  const executable = ensureBrowser(browser, console.log);
  if (!executable) throw new Error(`bench: no ${browser} found; name one in KULLBACK_${browser.toUpperCase()}.`);
  const print = printer(console.log);
  const { page, close } = await openPage(browser, executable, { entry: "bench/page.js", ready: "runBench", alias: { kullback: join(root, "dist/index.js") } });
  page.on("console", (message) => { if (message.text().startsWith("{")) print(JSON.parse(message.text())); });
  try {
    return { ...await page.evaluate(`runBench(${JSON.stringify(options)})`), runtime: versionOf(executable) };
  } finally {
    await close();
  }
}
