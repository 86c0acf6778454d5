import type { Plugin } from "vite";

export function assembly(): Plugin;
export function compile(file: string): Promise<Buffer>;
