export function findChromium(): string | undefined;
export function ensureChromium(say: (text: string) => void): string | undefined;
export function versionOf(chromium: string): string;
export function softwareVulkan(chromium: string): Readonly<Record<string, string>> | undefined;
export const CHROMIUM_FLAGS: string[];
