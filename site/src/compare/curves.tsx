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

/** Points that a figure this wide can show, and bars. */
const [POINTS, BARS] = [800, 100];

/** The cells that are shown: all of few; of each group of many the one that adds most, either way. */
function shown({ x, terms }: Answer): number[] {
  const step = Math.max(Math.ceil(x.length / POINTS), 1);
  return Array.from({ length: Math.ceil(x.length / step) }, (_, group) => {
    let most = group * step;
    for (let i = most + 1; i < Math.min((group + 1) * step, x.length); i++) if (Math.abs(terms[i]) > Math.abs(terms[most])) most = i;
    return most;
  });
}

const hasBars = ({ isDensity, x }: Answer) => !isDensity && x.length <= BARS;

function overlay(answer: Answer, width: number): Element {
  const { x, p, q, isDensity } = answer;
  const cells = shown(answer).map((i) => ({ x: x[i], p: p[i], q: q[i] }));
  const common = { ...plain(width), y: { label: isDensity ? "density" : "probability", grid: true } };
  if (hasBars(answer)) {
    const bars = cells.flatMap((cell) => [{ outcome: cell.x, of: "P", share: cell.p }, { outcome: cell.x, of: "Q", share: cell.q }]);
    return Plot.plot({ ...common, fx: { label: "outcome" }, x: { axis: null }, color: { domain: ["P", "Q"], range: [COLOURS.p, COLOURS.q], legend: true }, marks: [Plot.barY(bars, { fx: "outcome", x: "of", y: "share", fill: "of" }), Plot.ruleY([0])] });
  }
  return Plot.plot({
    ...common, x: { label: isDensity ? "x" : "outcome" }, color: { domain: ["P", "Q"], range: [COLOURS.p, COLOURS.q], legend: true },
    marks: [
      Plot.differenceY(cells, { x: "x", y1: "q", y2: "p", positiveFill: COLOURS.p, negativeFill: COLOURS.q, fillOpacity: 0.25, stroke: "none" }),
      Plot.lineY(cells, { x: "x", y: "p", stroke: () => "P" }), Plot.lineY(cells, { x: "x", y: "q", stroke: () => "Q" }), Plot.ruleY([0]),
    ],
  });
}

function contributions(answer: Answer, width: number): Element {
  const { x, terms, width: length, isDensity } = answer;
  let sum = 0;
  const sums = terms.map((term) => (sum += term));
  const cells = shown(answer).map((i) => ({ x: x[i], term: terms[i] / length, sum: sums[i] }));
  // what is infinite leaves a gap
  const finite = cells.map((cell) => ({ ...cell, term: Number.isFinite(cell.term) ? cell.term : NaN, sum: Number.isFinite(cell.sum) ? cell.sum : NaN }));
  const common = { ...plain(width), y: { label: "p·log(p/q)", grid: true } };
  const infinite = cells.filter(({ term }) => term === Infinity);
  if (hasBars(answer)) {
    return Plot.plot({
      ...common, x: { label: "outcome", type: "band", domain: cells.map((cell) => cell.x) },
      marks: [
        Plot.barY(finite, { x: "x", y: "term", fill: ({ term }: { term: number }) => (term < 0 ? COLOURS.less : COLOURS.more) }), Plot.lineY(finite, { x: "x", y: "sum", marker: "dot" }), Plot.ruleY([0]),
        Plot.text(infinite, { x: "x", y: 0, text: () => "∞", dy: -12, fontSize: 22, fill: COLOURS.more }),
      ],
    });
  }
  return Plot.plot({
    ...common, x: { label: isDensity ? "x" : "outcome", domain: [x[0], x[x.length - 1]] },
    marks: [
      Plot.areaY(finite, { x: "x", y: ({ term }: { term: number }) => Math.max(term, 0), fill: COLOURS.more, fillOpacity: 0.5 }),
      Plot.areaY(finite, { x: "x", y: ({ term }: { term: number }) => Math.min(term, 0), fill: COLOURS.less, fillOpacity: 0.5 }),
      Plot.lineY(finite, { x: "x", y: "sum" }), Plot.ruleY([0]),
      // where Q is 0 and P is not
      Plot.ruleX(infinite, { x: "x", stroke: COLOURS.more, strokeOpacity: 0.25 }),
      Plot.text(infinite.slice(0, 1), { x: "x", frameAnchor: "top", text: () => "∞", fontSize: 22, fill: COLOURS.more }),
    ],
  });
}
