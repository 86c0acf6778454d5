declare module "*.as.ts?base64" {
  /** A WebAssembly module, compiled when the library is built: scripts/assembly.js. */
  const base64: string;
  export default base64;
}

declare module "*.as.ts?base64&relaxed" {
  /** The same with multiplications and additions fused, where the processor has such. */
  const base64: string;
  export default base64;
}
