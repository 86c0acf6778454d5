/**
 * Grids from files.
 *
 * ```ts
 * import { klDivergence } from "kullback";
 * import { openGrid } from "kullback/io";
 *
 * await klDivergence(await openGrid("p.nii.gz"), await openGrid("q.npy"));
 * ```
 *
 * @module kullback/io
 */
export { openGrid } from "./open-grid.js";
export { openBlocks } from "./open-blocks.js";
export type { BlockReading } from "./open-blocks.js";
export { encodeNpy } from "./npy.js";
export type { GridFile } from "./bytes.js";
