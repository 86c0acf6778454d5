import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer, { type Browser, type ElementHandle, type LaunchOptions, type Page } from "puppeteer";
import { type PreviewServer, build, preview } from "vite";
import { LAUNCH } from "../../scripts/engines.js";

const root = join(import.meta.dirname, "../..");
const config = join(root, "site/vite.config.ts");
const WIDTHS = [1100, 380];
/** What a browser without a graphics card says of any WebGL. */
const OF_SOFTWARE = /software WebGL|GL Driver Message|WebGL warning|GLContext/;

export interface Server {
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** Builds the package and the site, and serves it on this machine's loopback address. */
export async function serve(): Promise<Server> {
  await build({ root, configFile: join(root, "vite.config.ts"), logLevel: "error" });
  const outDir = await mkdtemp(join(tmpdir(), "kullback-site-"));
  const options = { root: join(root, "site"), configFile: config, logLevel: "error" } as const;
  await build({ ...options, build: { outDir } });
  const server: PreviewServer = await preview({ ...options, build: { outDir }, preview: { port: 0, host: "127.0.0.1" } });
  const close = async () => {
    await server.close();
    await rm(outDir, { recursive: true, force: true });
  };
  return { address: server.resolvedUrls!.local[0], close };
}

/** The site in a browser, with all that it complains of. */
export class Site {
  page!: Page;
  private browser?: Browser;
  private complaints: string[] = [];
  private folder = "";

  constructor(readonly name: "chromium" | "firefox") {}

  async open(executablePath: string, { address }: Server, otherwise: Partial<LaunchOptions> = {}): Promise<void> {
    this.browser = await puppeteer.launch({ executablePath, ...LAUNCH[this.name], ...otherwise });
    this.folder = await mkdtemp(join(tmpdir(), "kullback-site-"));
    this.page = await this.browser.newPage();
    await this.page.setViewport({ width: WIDTHS[0], height: 900 });
    this.page.on("console", (message) => { if ((message.type() === "error" || message.type() === "warn") && !OF_SOFTWARE.test(message.text())) this.complaints.push(message.text()); });
    this.page.on("pageerror", (error) => this.complaints.push(String(error)));
    this.page.on("request", (request) => { if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(address)) this.complaints.push(`asked ${request.url()}`); });
    await this.page.goto(address);
  }

  async close(): Promise<void> {
    await this.browser?.close();
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }

  /** What the page complained of since the last look: errors, warnings, requests to anybody else. */
  takeComplaints(): string[] {
    return this.complaints.splice(0);
  }

  /** Goes to a view, and waits until the page stands. */
  async go(hash: string): Promise<void> {
    await this.page.evaluate((to) => { location.hash = to; }, hash);
    await this.page.waitForFunction((id) => document.querySelector("nav a[aria-current]")?.getAttribute("href")?.startsWith(id) && document.querySelector("main section"), { timeout: 30_000 }, hash.split("?")[0]);
  }

  /** Waits for a text somewhere in the page. */
  async says(text: string | RegExp, timeout = 30_000): Promise<void> {
    const { source, flags } = typeof text === "string" ? new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")) : text;
    await this.page.waitForFunction((pattern, how) => new RegExp(pattern, how).test(document.body.innerText), { timeout }, source, flags);
  }

  /** Sets a control as a visitor would: a slider, a list, a field of text. */
  async set(label: string, value: string | number): Promise<void> {
    await this.page.$eval(`[aria-label="${label}"]`, (field, to) => {
      (field as HTMLInputElement).value = to;
      for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }));
    }, String(value));
  }

  async press(text: string): Promise<void> {
    const found = await this.page.evaluateHandle((wanted) => [...document.querySelectorAll("button")].find(({ textContent }) => textContent === wanted), text);
    await (found as ElementHandle<HTMLButtonElement>).click();
  }

  /** Writes a file that can be handed to a field; gives its path. */
  async keep(name: string, content: Uint8Array | string): Promise<string> {
    await writeFile(join(this.folder, name), content);
    return join(this.folder, name);
  }

  /** What a button saves: the file's name, type and bytes. */
  async saved(button: string): Promise<{ readonly name: string; readonly type: string; readonly bytes: Uint8Array }> {
    await this.page.evaluate(() => {
      const kept: { file?: { name: string; type: string; bytes: number[] } } = {};
      Object.assign(globalThis, { kept });
      let last: Blob | undefined;
      URL.createObjectURL = (blob) => { last = blob as Blob; return "data:,"; };
      HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
        const [name, blob] = [this.download, last];
        void blob?.arrayBuffer().then((buffer) => { kept.file = { name, type: blob.type, bytes: [...new Uint8Array(buffer)] }; });
      };
    });
    await this.press(button);
    const found = await (await this.page.waitForFunction(() => (globalThis as unknown as { kept: { file?: { name: string; type: string; bytes: number[] } } }).kept.file)).jsonValue();
    if (!found) throw new Error(`"${button}" saves nothing`);
    return { ...found, bytes: Uint8Array.from(found.bytes) };
  }

  /** Hands a file to a field. */
  async give(label: string, path: string): Promise<void> {
    const field = await this.page.$(`input[type=file][aria-label="${label}"]`) as ElementHandle<HTMLInputElement> | null;
    if (!field) throw new Error(`no field "${label}"`);
    await field.uploadFile(path);
  }

  /** Serious and critical faults of accessibility, as axe finds them. */
  async faults(): Promise<string[]> {
    const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    const found: string[] = [];
    await this.page.evaluate(axe);
    for (const width of WIDTHS.toReversed()) {
      await this.page.setViewport({ width, height: 900 });
      for (const scheme of this.name === "chromium" ? ["light", "dark"] : ["light"]) {
        if (this.name === "chromium") await this.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        const all = await this.page.evaluate("axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))") as string[];
        found.push(...all.map((fault) => `${width} ${scheme} ${fault}`));
      }
    }
    return found;
  }
}
