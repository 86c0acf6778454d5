import { families } from "../families";
import type { FamilyId } from "../families";

/** Cells that densities are put into. */
const CELLS = 4000;

/** The cells that two densities are shown in: where the first and the last have their middles, and how long they are. */
export interface Axis {
  readonly first: number;
  readonly last: number;
  readonly cells: number;
  readonly width: number;
}

export function axisOf(p: FamilyId, q: FamilyId): Axis {
  const axes = [families[p].axis, families[q].axis];
  const [least, most] = [Math.min(...axes.map(([from]) => from)), Math.max(...axes.map(([, to]) => to))];
  const width = (most - least) / CELLS;
  // the middles of cells: a density may be infinite at an end
  return { first: least + width / 2, last: most - width / 2, cells: CELLS, width };
}
