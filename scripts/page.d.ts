import type { Page } from "puppeteer";
import type { Browser } from "./engines.js";

interface Code {
  readonly entry: string;
  readonly ready: string;
  readonly alias?: Readonly<Record<string, string>>;
  readonly folders?: Readonly<Record<string, string>>;
  readonly isolated?: boolean;
}

export function bundle(entry: string, alias?: Readonly<Record<string, string>>): Promise<string>;
export function openPage(browser: Browser, executablePath: string, code: Code): Promise<{ readonly page: Page; close(): Promise<void> }>;
