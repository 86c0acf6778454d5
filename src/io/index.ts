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
export { openGrid } from "./open-grid";
export { encodeNpy } from "./npy";
export type { GridFile } from "./bytes";
