import type { Plugin } from "vite";

export function nativeArrays(): Plugin;
