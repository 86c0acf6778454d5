/** Most threads that gain: one of them hands out the cells of all. */
const MOST = 8;

/** How many threads are to work where the caller leaves it open: one a core, as far as they gain. */
export function threadsOf(): number {
  const node = globalThis.process as Partial<typeof process> | undefined;
  // never `import`: bundlers would look for it
  const cores = node?.getBuiltinModule?.("node:os").availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
  return Math.min(MOST, cores);
}
