import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureChromium, versionOf } from "../scripts/engines.js";
import { openPage } from "../scripts/page.js";
import { printer } from "./report.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Runs cases in a page of Chromium with the built package; rows are printed as they come. */
export async function runInChromium(options) {
  const executable = ensureChromium(console.log);
  if (!executable) throw new Error("bench: no Chromium found; name one in KULLBACK_CHROMIUM.");
  const print = printer(console.log);
  const { page, close } = await openPage(executable, "bench/page.js", "runBench", { kullback: join(root, "dist/index.js") });
  page.on("console", (message) => { if (message.text().startsWith("{")) print(JSON.parse(message.text())); });
  try {
    return { ...await page.evaluate(`runBench(${JSON.stringify(options)})`), runtime: versionOf(executable) };
  } finally {
    await close();
  }
}
