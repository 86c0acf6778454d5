import * as Plot from "@observablehq/plot";
import { COLOURS, Figure, plain } from "../figure";
import type { Judged } from "./judge";
import { DRAWN } from "./methods";
import { LEAST_POWER, PAIRS } from "./pairs";
import type { Point } from "./sweep";

/** Where an error of 0 is drawn, which has no place on a logarithmic axis: the foot of the figure. */
const FOOT = 1e-17;
const TOP = 1e10;
/** Pixels below which axes have room for half of the ticks. */
const NARROW = 500;

interface ErrorsFigureProps {
  readonly points: readonly Point[];
  /** The pair of the table. */
  readonly judged: readonly Judged[];
  readonly epsilon: number;
}

/** Relative errors against closeness, of all methods, with the pair of the table marked. */
export function ErrorsFigure({ points, judged, epsilon }: ErrorsFigureProps) {
  return (
    <Figure
      title="Relative error of D(p ‖ q) as q approaches p" make={(width) => draw({ points, judged, epsilon }, width)} from={[points, judged, epsilon]}
      caption={`The largest of ${PAIRS} pairs at each closeness ε; hollow: at least one of the results is below 0, which no divergence is. Dashed, in the colour of its line: the bound that kullback returns with its fast answers. Grey: how far the truth may itself be off, by the bound that it comes with. The upright line is the ε that is chosen, its large marks the pair of the table. An error of 0 is drawn at the foot. In binary32 there is nothing to draw where p and q have become the same.`}
    />
  );
}

const decades = (from: number, to: number, step: number) => Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => 10 ** (from + step * i));
const power = (x: number) => `10${String(Math.round(Math.log10(x))).replace(/./g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] ?? "⁻")}`;
const labelled = (method: string) => DRAWN.find(({ id }) => id === method)?.label;
const placed = (error: number) => Math.max(error, FOOT);

function draw({ points, judged, epsilon }: ErrorsFigureProps, width: number): Element {
  const drawn = points.flatMap((point) => {
    const label = labelled(point.method);
    return label ? [{ ...point, label, error: placed(point.error) }] : [];
  });
  const chosen = judged.flatMap(({ method, error, truth, value }) => {
    const label = labelled(method);
    return label && truth > 0 ? [{ label, epsilon, error: placed(error / truth), negative: Number(value < 0) }] : [];
  });
  const isNegative = ({ negative }: { readonly negative: number }) => negative > 0;
  // a hollow mark lies on a disc in the page's colour: with a fill of its own the legend would be hollow, too
  const disc = (of: readonly (typeof chosen)[number][], r: number) => Plot.dot(of.filter(isNegative), { x: "epsilon", y: "error", r, fill: "var(--page)" });
  const dots = (of: readonly (typeof chosen)[number][], r: number) => [disc(of, r), ...[of.filter(isNegative), of.filter((dot) => !isNegative(dot))].map((some, i) => Plot.dot(some, { x: "epsilon", y: "error", stroke: "label", fill: "label", symbol: "label", r, strokeWidth: 1.5, fillOpacity: i }))];
  const step = width < NARROW ? 4 : 2;
  return Plot.plot({
    ...plain(width, 420), marginLeft: 46, marginBottom: 36,
    x: { type: "log", domain: [10 ** LEAST_POWER, 1], ticks: decades(LEAST_POWER, 0, step), tickFormat: power, label: "closeness ε" },
    y: { type: "log", domain: [FOOT, TOP], ticks: decades(-16, 10, step), tickFormat: power, label: "|computed − D| / D", grid: true },
    color: { domain: DRAWN.map(({ label }) => label), range: DRAWN.map(({ colour }) => colour) },
    symbol: { domain: DRAWN.map(({ label }) => label), range: DRAWN.map(({ symbol }) => symbol), legend: true },
    marks: [
      Plot.ruleX([epsilon], { stroke: COLOURS.text }), Plot.ruleY([1], { stroke: COLOURS.quiet }),
      Plot.text(["above: no digit is right"], { frameAnchor: "left", y: 1, textAnchor: "start", dx: 4, dy: -8, fill: COLOURS.quiet }),
      Plot.line(points.filter(({ method }) => method === "exact-wide"), { x: "epsilon", y: "errorBound", stroke: COLOURS.quiet, strokeWidth: 3, strokeOpacity: 0.6 }),
      Plot.line(drawn.filter(({ errorBound }) => errorBound > 0), { x: "epsilon", y: "errorBound", stroke: "label", strokeDasharray: "5 4" }),
      Plot.line(drawn, { x: "epsilon", y: "error", stroke: "label" }),
      ...dots(drawn, 2.5), ...dots(chosen, 6),
    ],
  });
}
