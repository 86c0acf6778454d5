import * as Plot from "@observablehq/plot";
import { mixture, normal } from "kullback/distributions";
import { COLOURS, plain } from "../figure";
import type { Answer, Part } from "./answer";

/** Points that a curve is drawn by. */
const POINTS = 400;
/** How much higher than the highest curve a figure is. */
const ROOM = 1.08;

export interface Look {
  readonly answer: Answer;
  readonly colour: string;
  /** The model that is shown. */
  readonly parts: readonly Part[];
  readonly width: number;
}

const normalOf = ({ mean, covariance }: Part) => normal(mean[0], Math.sqrt(covariance[0]));
const densityOf = (parts: readonly Part[]) => mixture(parts.map(normalOf), parts.map(({ weight }) => weight));

/** The highest of the target and of all models that were found. */
function highest({ density, x, fits }: Answer): number {
  const ends = fits.flatMap(({ minima }) => minima.map(({ path }) => densityOf(path[path.length - 1].parts)));
  let most = density.reduce((a, b) => Math.max(a, b), 0);
  for (const end of ends) for (let i = 0; i < x.length; i += 4) most = Math.max(most, end.pdf(x[i]));
  return most;
}

/** A target of one variable as an area, the model as a line over it. */
export function drawLine({ answer, colour, parts, width }: Look): Element {
  const { x, density } = answer;
  const every = Math.max(Math.floor(x.length / POINTS), 1);
  const target = Array.from({ length: Math.ceil(x.length / every) }, (_, i) => ({ x: x[i * every], y: density[i * every] }));
  const half = (x[1] - x[0]) / 2;
  const [from, to] = [x[0] - half, x[x.length - 1] + half];
  const along = Array.from({ length: POINTS + 1 }, (_, i) => from + ((to - from) * i) / POINTS);
  const curve = (of: readonly Part[], share: number) => {
    const model = densityOf(of);
    return along.map((at) => ({ x: at, y: share * model.pdf(at) }));
  };
  return Plot.plot({
    ...plain(width, 240), x: { label: "x", domain: [from, to] }, y: { label: "density", domain: [0, ROOM * highest(answer)], grid: true, clamp: false },
    marks: [
      Plot.areaY(target, { x: "x", y: "y", fill: COLOURS.quiet, fillOpacity: 0.35, ...(every === 1 && { curve: "step" as const }) }),
      ...(parts.length > 1 ? parts.map((part) => Plot.lineY(curve([{ ...part, weight: 1 }], part.weight), { x: "x", y: "y", stroke: colour, strokeDasharray: "4,3", strokeWidth: 1, clip: true })) : []),
      Plot.lineY(curve(parts, 1), { x: "x", y: "y", stroke: colour, strokeWidth: 2, clip: true }),
      Plot.ruleY([0]),
    ],
  });
}
