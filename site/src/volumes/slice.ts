import { contours } from "d3-contour";
import type { Answer } from "./measure";

/** A cell of a volume: of the slowest axis first (z, y, x). */
export type Cell = readonly [z: number, y: number, x: number];

/** What a slice across an axis shows along its rows and columns: the two other axes. */
export const ACROSS = [[1, 2], [0, 2], [0, 1]] as const satisfies readonly (readonly [rows: number, columns: number])[];

export interface Look {
  /** Draw the map of contributions over the volume? */
  readonly map: boolean;
  /** Draw contours, at this share of the largest value; 0: none. */
  readonly level: number;
}

/** Colours as the page has them, as numbers from 0 to 255. */
type Colour = readonly [red: number, green: number, blue: number];

/** A colour of the page's style, whatever way it is written. */
function colourOf(name: string): Colour {
  const context = new OffscreenCanvas(1, 1).getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** Cells of a slice, row by row from the top: rows of a grid rise, those of a picture fall. */
function planeOf(data: Float32Array, shape: readonly number[], axis: number, at: number): { readonly values: Float32Array; readonly width: number; readonly height: number } {
  const [rows, columns] = ACROSS[axis];
  const strides = [shape[1] * shape[2], shape[2], 1];
  const [height, width] = [shape[rows], shape[columns]];
  const values = new Float32Array(width * height);
  for (let i = 0; i < height; i++) {
    const from = at * strides[axis] + (height - 1 - i) * strides[rows];
    for (let j = 0; j < width; j++) values[i * width + j] = data[from + j * strides[columns]];
  }
  return { values, width, height };
}

/** Draws a slice at the size of its cells: both volumes' mean in grey, what adds and what takes off over it. */
export function drawSlice(context: CanvasRenderingContext2D, { shape, p, q, terms, strong, largest }: Answer, axis: number, at: number, { map, level }: Look): void {
  const [ofP, ofQ, ofTerms] = [p, q, terms].map((data) => planeOf(data, shape, axis, at));
  const { width, height } = ofP;
  const [more, less] = [colourOf("--more"), colourOf("--less")];
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const grey = 127 * (ofP.values[i] / (largest[0] || 1) + ofQ.values[i] / (largest[1] || 1));
    const term = map ? ofTerms.values[i] : 0;
    const share = Math.min(Math.abs(term) / strong, 1) ** 0.7;
    const [red, green, blue] = term < 0 ? less : more;
    image.data.set([grey + (red - grey) * share, grey + (green - grey) * share, grey + (blue - grey) * share, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
  if (level === 0) return;
  for (const [plane, most, name] of [[ofP, largest[0], "--p"], [ofQ, largest[1], "--q"]] as const) {
    context.strokeStyle = `rgb(${colourOf(name).join()})`;
    const path = new Path2D();
    for (const polygon of contours().size([width, height]).contour(Array.from(plane.values), level * most).coordinates) {
      for (const ring of polygon) ring.forEach(([x, y], i) => (i === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
    }
    context.stroke(path);
  }
}
