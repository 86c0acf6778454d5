import type { Slider } from "../families";

const slider = (name: string, least: number, most: number, start: number, step = 0.05): Slider => ({ name, least, most, step, start });

/** What the sliders of the second normal set. */
export const NORMALS = [
  slider("mean x", -3, 3, 1), slider("mean y", -3, 3, 0.5), slider("mean z", -3, 3, 0),
  slider("sd x", 0.4, 2, 1.2), slider("sd y", 0.4, 2, 0.8), slider("sd z", 0.4, 2, 1), slider("correlation of x and y", -0.9, 0.9, 0.4),
] as const;

export const startValues: readonly number[] = NORMALS.map(({ start }) => start);
