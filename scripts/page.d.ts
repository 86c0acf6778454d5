import type { Page } from "puppeteer";

export function openPage(executablePath: string, entry: string, ready: string, alias?: Record<string, string>): Promise<{ readonly page: Page; close(): Promise<void> }>;
