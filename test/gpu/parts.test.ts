import { describe, expect, it } from "vitest";
import { partsOf, rowsOf, spanOf, wholeOf, type Part, type Room } from "../../src/gpu/parts";
import { layout, offsetOf, type Layout, type Stride } from "../../src/grid";

const STRIDES = ["strideP", "strideQ", "strideW"] as const satisfies readonly Stride[];

/** Which cells of which rows the parts have, each with its place in every grid. */
function cellsIn(parts: Iterable<Part>): string[] {
  const found: string[] = [];
  for (const { kept, reduced, rows, cells, firstRow, starts } of parts) {
    for (let row = 0; row < rows; row++) {
      for (let cell = 0; cell < cells; cell++) {
        const places = STRIDES.map((of) => starts[of] + offsetOf(kept, row, of) + offsetOf(reduced, cell, of));
        found.push(`${firstRow + row}: ${places}`);
      }
    }
  }
  return found;
}

const LAYOUTS: readonly (readonly [string, Layout])[] = [
  ["one row", layout("test", [1000], [0], [1000])],
  ["rows", layout("test", [30, 50], [1], [30, 50])],
  ["rows against one reference", layout("test", [30, 50], [1], [50])],
  ["slices", layout("test", [30, 50], [0], [30, 50])],
  ["slices against one of each", layout("test", [30, 50], [0], [30, 1])],
  ["a middle axis and weights", layout("test", [7, 11, 13], [1], [7, 11, 13], [11, 1])],
  ["outer axes", layout("test", [7, 11, 13], [0, 2], [7, 11, 13])],
  ["axes that alternate", layout("test", [3, 5, 4, 6], [0, 2], [3, 5, 4, 6], [4, 6])],
  ["nothing kept of many axes", layout("test", [3, 5, 4, 6], [0, 1, 2, 3], [5, 1, 6])],
];
const free = { strideP: Infinity, strideQ: Infinity, strideW: Infinity, rows: Infinity, cells: Infinity };

describe.each(LAYOUTS)("of %s", (_, whole) => {
  const rooms: readonly Partial<Room>[] = [
    ...[1, 7, 64, 333].flatMap((most) => [{ strideP: most }, { strideQ: most }, { strideW: most }, { rows: most }, { cells: most }]),
    { strideP: 64, strideQ: 16, rows: 5 }, { strideP: 100, strideQ: 100, strideW: 10, cells: 50 },
  ];

  it("partsOf(part, room) has every cell once, rows in order, and as much as there is room for", () => {
    const expected = cellsIn([wholeOf(whole)]).sort();
    for (const some of rooms) {
      const room = { ...free, ...some };
      const parts = [...partsOf(wholeOf(whole), room)];
      expect(cellsIn(parts).sort()).toEqual(expected);
      for (const part of parts) {
        expect(part.rows).toBeLessThanOrEqual(room.rows);
        expect(part.rows * part.cells).toBeLessThanOrEqual(room.cells);
        for (const of of STRIDES) expect(spanOf(part, of)).toBeLessThanOrEqual(room[of]);
      }
    }
    expect([...partsOf(wholeOf(whole), free)]).toEqual([wholeOf(whole)]);
  });

  it("partsOf(part, room) leaves no hole between the cells of p", () => {
    for (const part of partsOf(wholeOf(whole), { ...free, strideP: 40 })) expect(spanOf(part, "strideP")).toBe(part.rows * part.cells);
  });

  it("rowsOf(part, first, end) has these rows alone", () => {
    const { rows } = whole;
    for (const [first, end] of [[0, rows], [0, 1], [rows - 1, rows], [rows >> 2, rows - (rows >> 2)], [rows >> 1, rows]]) {
      const expected = cellsIn([wholeOf(whole)]).filter((cell) => first <= parseInt(cell, 10) && parseInt(cell, 10) < end);
      expect(cellsIn(rowsOf(wholeOf(whole), first, end)).sort()).toEqual(expected.sort());
    }
  });
});

it("partsOf(part, room) cuts long rows at multiples of 16384 cells", () => {
  const starts = [...partsOf(wholeOf(layout("test", [100_000], [0], [100_000])), { ...free, strideP: 40_000 })].map(({ starts }) => starts.strideP);
  expect(starts).toEqual([0, 32768, 65536, 98304]);
});

it("partsOf(part, room) counts elements beyond 2^32", () => {
  const cells = 5 * 2 ** 32;
  const parts = [...partsOf(wholeOf(layout("test", [cells], [0], [cells])), { ...free, strideP: 2 ** 30 })];
  expect([parts.length, parts.at(-1)?.starts.strideQ]).toEqual([20, 19 * 2 ** 30]);
});
