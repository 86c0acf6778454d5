declare module "*.as.ts?base64" {
  /** A WebAssembly module, compiled when the library is built: scripts/assembly.js. */
  const base64: string;
  export default base64;
}
