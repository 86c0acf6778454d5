import * as Plot from "@observablehq/plot";
import { plain } from "../figure";
import type { Answer, Part, Picture } from "./answer";
import type { Look } from "./line";

/** Axes by what they are called, the last the fastest. */
export const AXES: Readonly<Record<number, readonly string[]>> = { 1: ["x"], 2: ["y", "x"], 3: ["z", "y", "x"] };

/** Points of an ellipse. */
const POINTS = 60;
/** Below this many pixels planes of a space stand below each other. */
const NARROW = 480;
const [WIDEST_PLANE, WIDEST_STACKED] = [420, 260];
const SVG = "http://www.w3.org/2000/svg";

const pictures = new WeakMap<Picture, string>();

/** A picture of densities, the darker the denser: grey that shows on light and dark. Made once. */
function imageOf(picture: Picture): string {
  const known = pictures.get(picture);
  if (known) return known;
  const n = Math.round(Math.sqrt(picture.cells.length));
  const canvas = Object.assign(document.createElement("canvas"), { width: n, height: n });
  const context = canvas.getContext("2d");
  const image = new ImageData(n, n);
  const most = picture.cells.reduce((a, b) => Math.max(a, b), 0);
  picture.cells.forEach((cell, i) => {
    // rows go upwards
    const at = 4 * ((n - 1 - Math.floor(i / n)) * n + (i % n));
    image.data.set([128, 128, 128, Math.round(255 * Math.sqrt(cell / most))], at);
  });
  context?.putImageData(image, 0, 0);
  const address = canvas.toDataURL();
  pictures.set(picture, address);
  return address;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly part: number;
}

/** Where a normal, seen along all axes but these, is so many standard deviations from its mean. */
function ellipse({ mean, covariance }: Part, part: number, { rows, columns }: Picture, deviations: number): Point[] {
  const n = mean.length;
  const [xx, xy, yy] = [covariance[columns * n + columns], covariance[rows * n + columns], covariance[rows * n + rows]];
  // the Cholesky root takes a circle to the ellipse
  const root = Math.sqrt(xx);
  const rest = Math.sqrt(Math.max(yy - (xy * xy) / xx, 0));
  return Array.from({ length: POINTS + 1 }, (_, i) => {
    const [c, s] = [deviations * Math.cos((2 * Math.PI * i) / POINTS), deviations * Math.sin((2 * Math.PI * i) / POINTS)];
    return { x: mean[columns] + root * c, y: mean[rows] + (xy / root) * c + rest * s, part };
  });
}

function drawPlane({ answer, colour, parts, width }: Look, picture: Picture): SVGSVGElement {
  const { x, dimensions } = answer;
  const half = (x[1] - x[0]) / 2;
  const domain = [x[0] - half, x[x.length - 1] + half];
  const names = AXES[dimensions];
  const image = (_: unknown, scales: { readonly x?: (value: number) => number; readonly y?: (value: number) => number }) => {
    const [left, right] = domain.map((at) => scales.x?.(at) ?? 0);
    const [bottom, top] = domain.map((at) => scales.y?.(at) ?? 0);
    const element = document.createElementNS(SVG, "image");
    const given = { href: imageOf(picture), x: left, y: top, width: right - left, height: bottom - top, preserveAspectRatio: "none", style: "image-rendering: pixelated" };
    for (const [name, value] of Object.entries(given)) element.setAttribute(name, String(value));
    return element;
  };
  const rings = (deviations: number) => parts.flatMap((part, k) => ellipse(part, k, picture, deviations));
  const line = { x: "x", y: "y", z: "part", stroke: colour, clip: true } as const;
  return Plot.plot({
    ...plain(width, width), marginLeft: 32, marginRight: 6, marginTop: 20, marginBottom: 34,
    x: { label: names[picture.columns], domain, ticks: 5 }, y: { label: names[picture.rows], domain, ticks: 5 },
    marks: [
      image, Plot.line(rings(1), { ...line, strokeWidth: 2 }), Plot.line(rings(2), { ...line, strokeWidth: 1.5, strokeDasharray: "4,3" }),
      Plot.dot(parts, { x: ({ mean }: Part) => mean[picture.columns], y: ({ mean }: Part) => mean[picture.rows], fill: colour, r: 3, clip: true }),
    ],
  }) as SVGSVGElement;
}

/** A target of two variables, or of three from three sides, as pictures with the model's ellipses over them. */
export function drawPlanes(look: Look): Element {
  const all: Answer["pictures"] = look.answer.pictures;
  const isNarrow = look.width < NARROW;
  const width = all.length === 1 ? Math.min(look.width, WIDEST_PLANE) : isNarrow ? Math.min(look.width, WIDEST_STACKED) : Math.floor(look.width / all.length);
  const planes = all.map((picture) => drawPlane({ ...look, width }, picture));
  if (planes.length === 1) return planes[0];
  const [columns, rows] = isNarrow ? [1, planes.length] : [planes.length, 1];
  const whole = document.createElementNS(SVG, "svg");
  const given = { width: width * columns, height: width * rows, viewBox: `0 0 ${width * columns} ${width * rows}` };
  for (const [name, value] of Object.entries(given)) whole.setAttribute(name, String(value));
  planes.forEach((plane, i) => {
    plane.setAttribute("x", String(isNarrow ? 0 : i * width));
    plane.setAttribute("y", String(isNarrow ? i * width : 0));
    whole.append(plane);
  });
  return whole;
}
