import * as Plot from "@observablehq/plot";
import { COLOURS, Figure, plain } from "../figure";
import type { Unit } from "../settings";
import type { Answer } from "./evaluate";

/** Both distributions over each other, and what each cell adds to the divergence, with its running sum. */
export function Curves({ answer, unit }: { readonly answer: Answer; readonly unit: Unit }) {
  return (
    <section class="figures" aria-label="Figures">
      <Figure title="P and Q" caption={answer.isDensity ? "the area between them is shaded" : "probabilities of each outcome"} make={(width) => overlay(answer, width)} from={[answer]} />
      <Figure title={`What each place adds to D(P ‖ Q), in ${unit}`} caption="green adds, red takes off; the line is the sum so far" make={(width) => contributions(answer, width)} from={[answer]} />
    </section>
  );
}

/** Points that a figure this wide can show. */
const POINTS = 800;

/** Some of the cells of densities, all outcomes. */
function shown({ x, isDensity }: Answer): number[] {
  const step = isDensity ? Math.max(Math.ceil(x.length / POINTS), 1) : 1;
  return Array.from({ length: Math.ceil(x.length / step) }, (_, i) => i * step);
}

function overlay(answer: Answer, width: number): Element {
  const { x, p, q, isDensity } = answer;
  const cells = shown(answer).map((i) => ({ x: x[i], p: p[i], q: q[i] }));
  const common = { ...plain(width), y: { label: isDensity ? "density" : "probability", grid: true } };
  if (!isDensity) {
    const bars = cells.flatMap((cell) => [{ outcome: cell.x, of: "P", share: cell.p }, { outcome: cell.x, of: "Q", share: cell.q }]);
    return Plot.plot({ ...common, fx: { label: "outcome" }, x: { axis: null }, color: { domain: ["P", "Q"], range: [COLOURS.p, COLOURS.q], legend: true }, marks: [Plot.barY(bars, { fx: "outcome", x: "of", y: "share", fill: "of" }), Plot.ruleY([0])] });
  }
  return Plot.plot({
    ...common, x: { label: "x" }, color: { domain: ["P", "Q"], range: [COLOURS.p, COLOURS.q], legend: true },
    marks: [
      Plot.differenceY(cells, { x: "x", y1: "q", y2: "p", positiveFill: COLOURS.p, negativeFill: COLOURS.q, fillOpacity: 0.25, stroke: "none" }),
      Plot.lineY(cells, { x: "x", y: "p", stroke: () => "P" }), Plot.lineY(cells, { x: "x", y: "q", stroke: () => "Q" }), Plot.ruleY([0]),
    ],
  });
}

function contributions(answer: Answer, width: number): Element {
  const { x, terms, width: length, isDensity } = answer;
  let sum = 0;
  const sums = Float64Array.from(terms, (term) => (sum += term));
  const cells = shown(answer).map((i) => ({ x: x[i], term: terms[i] / length, sum: sums[i] }));
  const finite = cells.filter(({ term, sum: so }) => Number.isFinite(term) && Number.isFinite(so));
  const common = { ...plain(width), y: { label: "p·log(p/q)", grid: true } };
  if (!isDensity) {
    const infinite = cells.filter(({ term }) => term === Infinity);
    return Plot.plot({
      ...common, x: { label: "outcome", type: "band", domain: cells.map((cell) => cell.x) },
      marks: [
        Plot.barY(finite, { x: "x", y: "term", fill: ({ term }: { term: number }) => (term < 0 ? COLOURS.less : COLOURS.more) }), Plot.lineY(finite, { x: "x", y: "sum", marker: "dot" }), Plot.ruleY([0]),
        Plot.text(infinite, { x: "x", y: 0, text: () => "∞", dy: -12, fontSize: 22, fill: COLOURS.more }),
      ],
    });
  }
  return Plot.plot({
    ...common, x: { label: "x" },
    marks: [
      Plot.areaY(finite, { x: "x", y: ({ term }: { term: number }) => Math.max(term, 0), fill: COLOURS.more, fillOpacity: 0.5 }),
      Plot.areaY(finite, { x: "x", y: ({ term }: { term: number }) => Math.min(term, 0), fill: COLOURS.less, fillOpacity: 0.5 }),
      Plot.lineY(finite, { x: "x", y: "sum" }), Plot.ruleY([0]),
    ],
  });
}
