import { families } from "../families";
import { isBins } from "./sides";
import type { BinsSide, FamilySide } from "./sides";

/** Cells that densities are put into, about. */
const CELLS = 4000;

/** The cells that two densities are shown in: where the first and the last have their middles, and how long they are. */
export interface Axis {
  readonly first: number;
  readonly last: number;
  readonly cells: number;
  readonly width: number;
}

type LineSide = FamilySide | BinsSide;

export const areSameBins = (p: LineSide, q: LineSide): boolean => isBins(p) && isBins(q) && p.from === q.from && p.to === q.to && p.heights.length === q.heights.length;

/** Standard deviations, or scales, that an axis reaches to either side of what was typed. */
const REACH = 8;

/** Where a side lies: what is typed beyond the sliders has an axis of its own. */
function endsOf(side: LineSide): readonly [number, number] {
  if (isBins(side)) return [side.from, side.to];
  const { axis, sliders } = families[side.family];
  const isBeyond = sliders.some(({ least, most }, i) => side.values[i] < least || side.values[i] > most);
  const [location, scale] = side.values;
  return isBeyond && (side.family === "normal" || side.family === "laplace") ? [location - REACH * scale, location + REACH * scale] : axis;
}

/** The middles of so many cells: a density may be infinite at an end. */
const middles = (from: number, to: number, cells: number): Axis => {
  const width = (to - from) / cells;
  return { first: from + width / 2, last: to - width / 2, cells, width };
};

export function axisOf(p: LineSide, q: LineSide): Axis {
  const ends = [p, q].map(endsOf);
  const [from, to] = [Math.min(...ends.map(([least]) => least)), Math.max(...ends.map(([, most]) => most))];
  const bins = [p, q].find(isBins);
  if (!bins) return middles(from, to, CELLS);
  if (areSameBins(p, q)) return middles(from, to, bins.heights.length);
  // cells that divide the bins, and go on beyond them
  const length = (bins.to - bins.from) / bins.heights.length;
  const width = length / Math.max(Math.ceil((CELLS * length) / (to - from)), 1);
  const [before, after] = [Math.ceil((bins.from - from) / width - 1e-9), Math.ceil((to - bins.from) / width - 1e-9)];
  return middles(bins.from - before * width, bins.from + after * width, before + after);
}

/** What bins hold at a place, as a density: their heights over the length of all. */
export function heightAt({ from, to, heights }: BinsSide, at: number): number {
  const bin = Math.floor(((at - from) / (to - from)) * heights.length);
  return heights[bin] ?? 0;
}
