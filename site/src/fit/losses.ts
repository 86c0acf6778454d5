import * as Plot from "@observablehq/plot";
import { COLOURS, plain } from "../figure";
import { UNITS } from "../settings";
import type { Unit } from "../settings";
import type { Answer } from "./answer";

/** Colours of the two directions. */
export const INK = { forward: COLOURS.p, reverse: COLOURS.q } as const;

/** What was minimised, by step: of the shown minima thick, of the others thin; and which step is shown. */
export function drawLosses({ fits }: Answer, shown: readonly number[], at: number, unit: Unit, width: number): Element {
  const rows = fits.flatMap(({ direction, minima }, side) => minima.flatMap(({ path }, k) => path.map(({ loss }, step) => ({ direction, step, loss: Math.max(loss, 0) / Math.log(UNITS[unit]), way: `${direction} ${k}`, isShown: shown[side] === k }))));
  const [thick, thin] = [rows.filter(({ isShown }) => isShown), rows.filter(({ isShown }) => !isShown)];
  const highest = rows.reduce((most, { loss }) => Math.max(most, loss), 1e-12);
  const last = rows.reduce((most, { step }) => Math.max(most, step), 1);
  return Plot.plot({
    ...plain(width, 200), x: { label: "step", domain: [0, last], tickFormat: "d", ticks: Math.min(last, 10) }, y: { label: `loss, ${unit}`, grid: true, type: "sqrt", domain: [0, highest], ticks: 4 },
    color: { domain: ["forward", "reverse"], range: [INK.forward, INK.reverse], legend: true },
    marks: [
      Plot.ruleY([0]), Plot.ruleX([Math.min(at, last)], { stroke: COLOURS.quiet, strokeDasharray: "2,2" }),
      Plot.lineY(thin, { x: "step", y: "loss", z: "way", stroke: "direction", strokeWidth: 1, strokeOpacity: 0.5 }),
      Plot.lineY(thick, { x: "step", y: "loss", z: "way", stroke: "direction", strokeWidth: 2 }),
      // a path without a step is a dot; the two directions differ by more than their colour
      Plot.dot(thick.filter(({ direction, step }) => direction === "forward" && step === 0), { x: "step", y: "loss", stroke: "direction", symbol: "circle", r: 4 }),
      Plot.dot(thick.filter(({ direction, step }) => direction === "reverse" && step === 0), { x: "step", y: "loss", stroke: "direction", symbol: "square", r: 4 }),
    ],
  });
}
