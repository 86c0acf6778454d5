import * as Plot from "@observablehq/plot";
import { Figure, plain } from "../figure";
import { WAYS } from "./ways";
import type { Row, WayId } from "./ways";

/** What the figure shows of a row. */
export const SHOWN = { "gb-per-s": { name: "GB/s", of: (row: Row) => row.gbPerS }, "ns-per-cell": { name: "ns a cell", of: (row: Row) => row.nsPerCell } } as const;
export type Shown = keyof typeof SHOWN;

/** Pixels below which every other size has a tick. */
const NARROW = 500;

/** Every way against the number of cells; plain reads are dashed. */
export function SpeedFigure({ rows, shown }: { readonly rows: readonly Row[]; readonly shown: Shown }) {
  return (
    <Figure
      title={`klDivergence of two Float32Arrays, ${SHOWN[shown].name}`} make={(width) => draw(rows, shown, width)} from={[rows, shown]}
      caption="Dashed: a plain read of both arrays on the same device, which adds them up, brings the sum back and does no more. On the GPU that is the best of five ways to read, and about as fast as any sum can be; on the CPU it is a loop in JavaScript, which kullback’s WebAssembly may outdo. Medians; both axes are logarithmic."
    />
  );
}

/** The powers of ten that lie among the values. */
function decadesOf(values: readonly number[]): number[] {
  const [least, most] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  return Array.from({ length: most - least + 1 }, (_, i) => Number(`1e${least + i}`));
}

const power = (cells: number) => `2${String(Math.round(Math.log2(cells))).replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])}`;

function draw(rows: readonly Row[], shown: Shown, width: number): Element {
  const there = (Object.keys(WAYS) as WayId[]).filter((id) => rows.some(({ way }) => way === id));
  const points = rows.map((row) => ({ way: WAYS[row.way].name, id: row.way, cells: row.cells, y: SHOWN[shown].of(row) }));
  const sizes = [...new Set(rows.map(({ cells }) => cells))];
  const decades = decadesOf(points.map(({ y }) => y));
  const names = there.map((id) => WAYS[id].name);
  return Plot.plot({
    ...plain(width, 340), marginLeft: 50,
    x: { type: "log", base: 2, domain: [Math.min(...sizes), Math.max(...sizes, 2 * Math.min(...sizes))], ticks: sizes.filter((_, i) => width >= NARROW || i % 2 === 0), tickFormat: power, label: "cells of each array" },
    y: { type: "log", label: SHOWN[shown].name, grid: true, domain: [decades[0], decades[decades.length - 1]], ticks: decades, tickFormat: (y: number) => y.toLocaleString("en") },
    color: { domain: names, range: there.map((id) => WAYS[id].colour) },
    symbol: { domain: names, range: there.map((id) => WAYS[id].symbol), legend: true },
    marks: there.flatMap((id) => {
      const own = points.filter((point) => point.id === id);
      return [
        Plot.line(own, { x: "cells", y: "y", stroke: "way", strokeDasharray: WAYS[id].dash }),
        Plot.dot(own, { x: "cells", y: "y", stroke: "way", fill: "way", symbol: "way", r: 3.5 }),
      ];
    }),
  });
}
