import * as Plot from "@observablehq/plot";
import { COLOURS } from "../figure";
import type { MethodId } from "./choices";

/** How a method is drawn: no two share both colour and dash. */
export interface Look {
  readonly colour: string;
  readonly dash: string;
}

export const LOOKS: Readonly<Record<MethodId | "yours", Look>> = {
  kullback: { colour: COLOURS.p, dash: "none" },
  nvidia: { colour: COLOURS.q, dash: "7,3" },
  onnxruntime: { colour: COLOURS.more, dash: "2,3" },
  mxnet: { colour: COLOURS.less, dash: "9,3,2,3" },
  ncnn: { colour: COLOURS.quiet, dash: "4,2" },
  mse: { colour: COLOURS.more, dash: "12,4" },
  percentile: { colour: COLOURS.p, dash: "3,4" },
  minmax: { colour: COLOURS.q, dash: "1,3" },
  yours: { colour: COLOURS.text, dash: "none" },
};

/** A place on the axis with a name. */
export interface Mark {
  readonly at: number;
  readonly text: string;
  readonly look: Look;
  /** Another place that belongs to it, and has no name of its own. */
  readonly other?: number | undefined;
}

/** Where the name of a mark stands, left of its rule, in pixels. */
interface Placed {
  readonly x: number;
  readonly from: number;
  /** Rows are counted upwards from the plot. */
  readonly row: number;
}

/** Pixels of a letter of a name, of a row of names, and between a name and its rule. */
const [LETTER, ROW, GAP] = [6.4, 15, 3];

/** Names in rows above the plot, so that none covers another, nor a rule that goes up to one: each is above those whose rules it would cross. */
export function placed(marks: readonly { readonly x: number; readonly text: string }[]): readonly Placed[] {
  const rows = new Map<object, Placed>();
  for (const mark of marks.toSorted((a, b) => a.x - b.x)) {
    const from = mark.x - GAP - LETTER * mark.text.length;
    const crossed = [...rows.values()].filter(({ x }) => x > from - GAP);
    rows.set(mark, { x: mark.x, from, row: Math.max(...crossed.map(({ row }) => row + 1), 0) });
  }
  return marks.flatMap((mark) => rows.get(mark) ?? []);
}

const SVG = "http://www.w3.org/2000/svg";

function elementOf(name: string, given: Readonly<Record<string, string | number>>, text = ""): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(given)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}

/** The margins of a plot with named rules; `x` is the axis, whose ends are `from` and `to`. */
interface Frame {
  readonly width: number;
  readonly from: number;
  readonly to: number;
  readonly marginLeft: number;
  readonly marginRight: number;
  readonly isLog?: boolean;
}

/** Rules with their names above the plot: a mark for Plot, and the margin that the names need. */
export function rules(marks: readonly Mark[], { width, from, to, marginLeft, marginRight, isLog = false }: Frame) {
  const scale = (value: number) => (isLog ? Math.log(value) : value);
  const pixel = (at: number) => marginLeft + ((scale(at) - scale(from)) / (scale(to) - scale(from))) * (width - marginLeft - marginRight);
  const places = placed(marks.map(({ at, text }) => ({ x: pixel(at), text })));
  const marginTop = 8 + ROW * (1 + Math.max(...places.map(({ row }) => row), 0));
  const draw: Plot.RenderFunction = (_, __, ___, { height, marginBottom }) => {
    const group = elementOf("g", { "font-size": 11, fill: "none", "stroke-width": 1.5 });
    marks.forEach(({ look: { colour, dash }, text, other }, i) => {
      const { x, row } = places[i];
      const top = marginTop - ROW * row - 6;
      const line = { stroke: colour, "stroke-dasharray": dash, y2: height - marginBottom };
      group.append(elementOf("line", { ...line, x1: x, x2: x, y1: top - 8 }), elementOf("text", { x: x - GAP, y: top, "text-anchor": "end", fill: colour, stroke: "none" }, text));
      if (other !== undefined) group.append(elementOf("line", { ...line, x1: pixel(other), x2: pixel(other), y1: marginTop }));
    });
    return group;
  };
  return { mark: draw, marginTop };
}
