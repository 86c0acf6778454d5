/** A number that a slider sets. */
export interface Slider {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly start: number;
}

/** A family of densities on a line: what the page shows of it. densities.ts makes them. */
export interface Family {
  readonly name: string;
  readonly sliders: readonly Slider[];
  /** The axis on which it is shown. */
  readonly axis: readonly [number, number];
}

const slider = (name: string, least: number, most: number, start: number, step = 0.05): Slider => ({ name, least, most, step, start });
const LINE = [-10, 10] as const;
const POSITIVE = [0, 10] as const;

export const families = {
  normal: { name: "normal", axis: LINE, sliders: [slider("mean", -5, 5, 0), slider("standard deviation", 0.1, 4, 1)] },
  mixture: { name: "mixture of two normals", axis: LINE, sliders: [slider("mean 1", -5, 5, -2), slider("sd 1", 0.1, 4, 0.8), slider("mean 2", -5, 5, 2), slider("sd 2", 0.1, 4, 0.8), slider("share of 1", 0.01, 0.99, 0.5, 0.01)] },
  laplace: { name: "Laplace", axis: LINE, sliders: [slider("location", -5, 5, 0), slider("scale", 0.1, 4, 1)] },
  studentT: { name: "Student t", axis: LINE, sliders: [slider("degrees of freedom", 1, 30, 3, 0.5), slider("location", -5, 5, 0), slider("scale", 0.1, 4, 1)] },
  uniform: { name: "uniform", axis: LINE, sliders: [slider("from", -8, 4, -2), slider("width", 0.1, 8, 4)] },
  beta: { name: "beta", axis: [0, 1], sliders: [slider("a", 0.5, 10, 2), slider("b", 0.5, 10, 5)] },
  gamma: { name: "gamma", axis: POSITIVE, sliders: [slider("shape", 0.5, 10, 2), slider("rate", 0.1, 5, 1)] },
  exponential: { name: "exponential", axis: POSITIVE, sliders: [slider("rate", 0.1, 5, 1)] },
} as const satisfies Readonly<Record<string, Family>>;

export type FamilyId = keyof typeof families;

export const isFamily = (id: string): id is FamilyId => Object.hasOwn(families, id);

export const startOf = (id: FamilyId): number[] => families[id].sliders.map(({ start }) => start);
