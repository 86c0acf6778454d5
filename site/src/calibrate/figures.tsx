import * as Plot from "@observablehq/plot";
import { COLOURS, plain } from "../figure";
import { UNITS } from "../settings";
import type { Unit } from "../settings";
import type { EntropyMethod } from "./choices";
import { LOOKS, rules } from "./marks";
import type { Mark } from "./marks";
import { isAffine, levelsOf, quantiserOf } from "./quantise";
import type { Answer } from "./run";

const MARGINS = { marginLeft: 60, marginRight: 14, marginBottom: 34 } as const;
const HEIGHT = 230;
/** What an empty bin is drawn as where the axis is logarithmic. */
const FLOOR = 0.5;

/** Thresholds of all methods as marks; with a zero point what is kept below 0 too. */
function marksOf({ rows, target }: Answer): Mark[] {
  return rows.flatMap(({ method, found }) => (found && Number.isFinite(found.threshold) ? [{ at: found.threshold, text: method, look: LOOKS[method], other: isAffine(target) && found.range[0] < 0 ? found.range[0] : undefined }] : []));
}

/** How the samples are spread, each threshold, and below the axis what values codes stand for at the visitor's. */
export function drawHistogram(answer: Answer, own: number, isLog: boolean, width: number): Element {
  const { bins: { from, to, counts }, target, facts: { ends } } = answer;
  const quantiser = quantiserOf(target, own, ends);
  const yours = { at: own, text: "yours", look: LOOKS.yours, other: quantiser.range[0] < 0 && from < 0 ? quantiser.range[0] : undefined };
  // a threshold may lie in the middle of the bin after the last; one of |x| beyond the largest x
  const inside = (mark: Mark): Mark => ({ ...mark, at: Math.min(mark.at, to) });
  const { mark, marginTop } = rules([...marksOf(answer), yours].map(inside), { width, from, to, ...MARGINS });
  const step = (to - from) / counts.length;
  const bars = Array.from(counts, (count, i) => ({ x1: from + i * step, x2: from + (i + 1) * step, count })).filter(({ count }) => count > 0);
  const levels = levelsOf(target, quantiser).filter((level) => level >= from && level <= to);
  return Plot.plot({
    ...plain(width, HEIGHT + marginTop), ...MARGINS, marginTop,
    x: { label: isAffine(target) ? "x" : "|x|", domain: [from, to] },
    y: { label: "samples in a bin", labelAnchor: "center", grid: true, tickFormat: "~s", ...(isLog && { type: "log", domain: [FLOOR, counts.reduce((a, b) => Math.max(a, b), 1)] }) },
    marks: [
      Plot.rectY(bars, { x1: "x1", x2: "x2", y1: isLog ? FLOOR : 0, y2: "count", fill: COLOURS.quiet, fillOpacity: 0.45, inset: 0 }),
      Plot.ruleX(levels, { stroke: COLOURS.text, strokeWidth: 0.5, insetTop: HEIGHT - MARGINS.marginBottom - 8 }),
      mark,
    ],
  });
}

/** The divergence of every candidate by the methods that are chosen. */
export function drawCurves({ rows }: Answer, chosen: readonly EntropyMethod[], unit: Unit, width: number): Element {
  const per = Math.log(UNITS[unit]);
  const all = rows.flatMap(({ method, found }) => (found && Number.isFinite(found.threshold) && (chosen as readonly string[]).includes(method) ? [{ method, ...found }] : []));
  const to = Math.max(...all.map(({ curve: { thresholds } }) => thresholds[thresholds.length - 1]));
  const { mark, marginTop } = rules(all.map(({ method, threshold }) => ({ at: threshold, text: method, look: LOOKS[method] })), { width, from: 0, to, ...MARGINS });
  // one candidate makes no curve
  const scanned = all.filter(({ curve: { thresholds } }) => thresholds.length > 1);
  const lines = scanned.map(({ method, curve: { thresholds, divergences } }) => {
    const points = Array.from(thresholds, (threshold, i) => ({ threshold, divergence: divergences[i] / per })).filter(({ divergence }) => divergence > 0 && divergence < Infinity);
    const { colour, dash } = LOOKS[method];
    return Plot.line(points, { x: "threshold", y: "divergence", stroke: colour, strokeDasharray: dash, strokeWidth: 1.5 });
  });
  const least = scanned.filter(({ divergence }) => divergence > 0 && divergence < Infinity);
  return Plot.plot({
    ...plain(width, HEIGHT + marginTop), ...MARGINS, marginTop,
    x: { label: "threshold", domain: [0, to] }, y: { type: "log", label: `divergence, ${unit}`, labelAnchor: "center", grid: true, tickFormat: ".0e", ticks: 5 },
    marks: [...lines, mark, Plot.dot(least, { x: "threshold", y: ({ divergence }: { divergence: number }) => divergence / per, r: 4, fill: ({ method }: { method: EntropyMethod }) => LOOKS[method].colour })],
  });
}

/** What thresholds cost in clipping, in rounding and together. */
export function drawCosts({ costs: { points }, facts: { amax } }: Answer, own: number, width: number): Element {
  const [from, to] = [points[0].threshold, amax];
  const { mark, marginTop } = rules([{ at: Math.max(own, from), text: "yours", look: LOOKS.yours }], { width, from, to, ...MARGINS, isLog: true });
  const most = Math.max(...points.map(({ clipping, rounding }) => clipping + rounding));
  const least = Math.min(...points.map(({ clipping, rounding }) => clipping + rounding)) / 30;
  const [bottom, top] = [least > 0 ? least : most / 1e6, most];
  const seen = (share: number) => share >= bottom;
  const clipped = points.filter(({ clipping }) => seen(clipping));
  const rounded = points.filter(({ rounding }) => seen(rounding));
  const common = { x: "threshold", clip: true } as const;
  const name = { lineWidth: 10, fontSize: 11, stroke: "var(--page)", strokeWidth: 4 } as const;
  return Plot.plot({
    ...plain(width, HEIGHT + marginTop), ...MARGINS, marginTop,
    x: { type: "log", label: "threshold", domain: [from, to], tickFormat: "~g", ticks: 5 },
    y: { type: "log", label: "share of Σx² lost", labelAnchor: "center", grid: true, domain: [bottom, top], tickFormat: ".0e", ticks: 5 },
    marks: [
      mark,
      Plot.line(points, { ...common, y: ({ clipping, rounding }: { clipping: number; rounding: number }) => clipping + rounding, stroke: COLOURS.text, strokeWidth: 2.5 }),
      Plot.line(clipped, { ...common, y: "clipping", stroke: COLOURS.q, strokeDasharray: "7,3", strokeWidth: 1.5 }),
      Plot.line(rounded, { ...common, y: "rounding", stroke: COLOURS.p, strokeDasharray: "2,3", strokeWidth: 1.5 }),
      Plot.text(clipped.slice(-1), { x: "threshold", y: "clipping", text: () => "clipping", fill: COLOURS.q, textAnchor: "end", dx: -6, ...name }),
      Plot.text(rounded.slice(0, 1), { x: "threshold", y: "rounding", text: () => "rounding", fill: COLOURS.p, textAnchor: "end", dx: -4, dy: -8, ...name }),
      Plot.text(points.slice(0, 1), { x: "threshold", y: ({ clipping, rounding }: { clipping: number; rounding: number }) => clipping + rounding, text: () => "both", fill: COLOURS.text, textAnchor: "start", dx: 4, dy: 12, ...name }),
    ],
  });
}
