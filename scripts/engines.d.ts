import type { LaunchOptions } from "puppeteer";

export type Browser = "chromium" | "firefox";
type Variables = Readonly<Record<string, string>>;

export function versionOf(executable: string): string | undefined;
export function findBrowser(browser: Browser): string | undefined;
export function ensureBrowser(browser: Browser, say: (text: string) => void): string | undefined;
export function findDeno(): string | undefined;
export function lavapipe(): Variables | undefined;
export function ensureLavapipe(say: (text: string) => void): Variables | undefined;
export function softwareVulkan(chromium: string): Variables | undefined;
export const LAUNCH: Readonly<Record<Browser, LaunchOptions>>;
