import { stepsFrom } from "../grid.js";
import type { Axis, Layout, Stride } from "../grid.js";

/** Neighbouring rows of a layout and neighbouring cells of each, with where the first of them lies in each grid, in elements. */
export interface Part extends Pick<Layout, "kept" | "reduced" | "rows" | "cells"> {
  readonly firstRow: number;
  readonly starts: Readonly<Record<Stride, number>>;
}

/** What a part may have at most: elements from the first to the last of each grid, rows, and cells of all rows together. */
export interface Room extends Readonly<Record<Stride, number>> {
  readonly rows: number;
  readonly cells: number;
}

const STRIDES = ["strideP", "strideQ", "strideW"] as const satisfies readonly Stride[];
/** Cuts are at multiples of this where they can be: tiles, fours and the offsets of bindings then lie as in the whole. */
const UNIT = 16384;

/** A layout as its only part. */
export function wholeOf({ kept, reduced, rows, cells }: Layout): Part {
  return { kept, reduced, rows, cells, firstRow: 0, starts: { strideP: 0, strideQ: 0, strideW: 0 } };
}

/** Elements of a grid from a part's first to its last, both counted. */
export function spanOf({ kept, reduced }: Pick<Part, "kept" | "reduced">, of: Stride): number {
  return [...kept, ...reduced].reduce((span, axis) => span + (axis.size - 1) * axis[of], 1);
}

/** Cuts a part into parts that there is room for, along the slowest axes: what is dense stays so. */
export function* partsOf(part: Part, room: Room): Generator<Part> {
  const axis = slowestOf(part);
  if (!axis || fits(part, room)) {
    yield part;
    return;
  }
  for (let from = 0; from < axis.size;) {
    const steps = Math.min(stepsOf(part, axis, room), axis.size - from);
    yield* partsOf(pieceOf(part, axis, from, steps), room);
    from += steps;
  }
}

/** The parts that have the rows from `first` to before `end`. */
export function* rowsOf(part: Part, first: number, end: number): Generator<Part> {
  if (first === 0 && end === part.rows) {
    yield part;
    return;
  }
  const [axis] = part.kept;
  const inner = part.rows / axis.size;
  for (let row = first; row < end;) {
    const step = Math.floor(row / inner);
    const steps = row % inner === 0 ? Math.floor((end - row) / inner) : 0;
    const next = steps > 0 ? row + steps * inner : Math.min(end, (step + 1) * inner);
    if (steps > 0) yield pieceOf(part, axis, step, steps);
    else yield* rowsOf(pieceOf(part, axis, step, 1), row - step * inner, next - step * inner);
    row = next;
  }
}

function fits(part: Part, room: Room): boolean {
  return part.rows <= room.rows && part.rows * part.cells <= room.cells && STRIDES.every((of) => spanOf(part, of) <= room[of]);
}

const largestStride = (axis: Axis) => Math.max(...STRIDES.map((of) => axis[of]));

/** The first axis of the rows or of their cells: the one whose steps are longer. */
function slowestOf({ kept: [kept], reduced: [reduced] }: Part): Axis | undefined {
  return !reduced || (kept && largestStride(kept) >= largestStride(reduced)) ? kept : reduced;
}

/** How many steps along an axis there is room for; one where not even that. */
function stepsOf(part: Part, axis: Axis, room: Room): number {
  const limits = STRIDES.map((of) => {
    const spare = room[of] - (spanOf(part, of) - (axis.size - 1) * axis[of]);
    return spare < 0 ? 0 : axis[of] === 0 ? Infinity : spare / axis[of] + 1;
  });
  const rows = axis === part.kept[0] ? (room.rows * axis.size) / part.rows : part.rows <= room.rows ? Infinity : 0;
  const most = Math.floor(Math.min(...limits, rows, (room.cells * axis.size) / (part.rows * part.cells)));
  return most >= UNIT ? most - (most % UNIT) : Math.max(most, 1);
}

/** The part of a part with only some steps along its first kept or first reduced axis. */
function pieceOf(part: Part, axis: Axis, from: number, steps: number): Part {
  const { kept, reduced, rows, cells, firstRow, starts } = part;
  const isKept = axis === kept[0];
  const cut = ([, ...rest]: readonly Axis[]) => (steps > 1 || axis.nodes ? [stepsFrom(axis, from, steps), ...rest] : rest);
  const start = (of: Stride) => starts[of] + from * axis[of];
  return {
    kept: isKept ? cut(kept) : kept,
    reduced: isKept ? reduced : cut(reduced),
    rows: isKept ? (rows / axis.size) * steps : rows,
    cells: isKept ? cells : (cells / axis.size) * steps,
    firstRow: isKept ? firstRow + from * (rows / axis.size) : firstRow,
    starts: { strideP: start("strideP"), strideQ: start("strideQ"), strideW: start("strideW") },
  };
}
