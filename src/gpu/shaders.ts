import type { Term } from "../backend.js";
import cell from "../shaders/cell.wgsl?raw";
import map from "../shaders/map.wgsl?raw";
import record from "../shaders/record.wgsl?raw";
import reduceRow from "../shaders/reduce-row.wgsl?raw";
import reduceTile from "../shaders/reduce-tile.wgsl?raw";

/** The kernels, each with the fragments it stands on; WGSL allows any order. */
const KERNELS = {
  "reduce-tile": [cell, record, reduceTile],
  "reduce-row": [cell, record, reduceRow],
  map: [cell, map],
} as const;

export type Kernel = keyof typeof KERNELS;

export const kernels = Object.keys(KERNELS) as readonly Kernel[];

/** A kernel's text with a term in it. */
export function assemble(kernel: Kernel, term: Pick<Term, "wgsl">): string {
  return [...KERNELS[kernel], term.wgsl].join("\n");
}
