import { grid, linspace } from "kullback";
import type { Grid } from "kullback";
import { gamma, mixture, multivariateNormal, normal, studentT } from "kullback/distributions";

/** What a model is fitted to. */
export interface Target {
  readonly name: string;
  readonly says: string;
  readonly dimensions: 1 | 2 | 3;
  /** The first and the last place along each axis, and how many. */
  readonly axis: readonly [first: number, last: number, cells: number];
  /** Its densities at the places of an axis, the same along every dimension. */
  readonly make: (axis: Float64Array) => Grid;
  /** The same as an expression; what stands for the axis in it is `x`. */
  readonly code: string;
}

const LINE = [-16, 16, 2001] as const;
const PLANE = [-6, 6, 97] as const;
const SPACE = [-5, 5, 41] as const;

/** A density by its formula, in cells of one length; the first axis is the slowest. */
function onCells(x: Float64Array, dimensions: number, density: (...at: number[]) => number): Grid {
  const n = x.length;
  const cells = Float64Array.from({ length: n ** dimensions }, (_, i) => density(...Array.from({ length: dimensions }, (_, k) => x[Math.floor(i / n ** (dimensions - 1 - k)) % n])));
  return grid(cells, { shape: Array<number>(dimensions).fill(n), spacing: Array<number>(dimensions).fill(x[1] - x[0]) });
}

/** The same function as code, for two and three dimensions. */
export const ON_CELLS = {
  2: "const onCells = (density) => grid(Float64Array.from({ length: x.length ** 2 }, (_, i) => density(x[Math.floor(i / x.length)], x[i % x.length])), { shape: [x.length, x.length], spacing: [x[1] - x[0], x[1] - x[0]] });",
  3: "const onCells = (density) => grid(Float64Array.from({ length: x.length ** 3 }, (_, i) => density(x[Math.floor(i / x.length ** 2)], x[Math.floor(i / x.length) % x.length], x[i % x.length])), { shape: [x.length, x.length, x.length], spacing: Array(3).fill(x[1] - x[0]) });",
} as const;

/** Targets that can be chosen; a drawn one is the visitor's. */
export const targets = {
  humps: {
    name: "two humps", says: "Two normals of standard deviation 1 at −4 and 4, half of the probability each.", dimensions: 1, axis: LINE,
    make: (x) => mixture([normal(-4, 1), normal(4, 1)]).onGrid(x), code: "mixture([normal(-4, 1), normal(4, 1)]).onGrid(x)",
  },
  skewed: {
    name: "skewed", says: "A gamma distribution of shape 2 and rate 0.5: its mean is 4, and it is 0 up to x = 0.", dimensions: 1, axis: [-8, 24, 2001],
    make: (x) => gamma(2, 0.5).onGrid(x), code: "gamma(2, 0.5).onGrid(x)",
  },
  tails: {
    name: "heavy tails", says: "Student's t of 3 degrees of freedom; its tails go on beyond the axis, where neither fit sees them.", dimensions: 1, axis: LINE,
    make: (x) => studentT(3, 0, 1).onGrid(x), code: "studentT(3, 0, 1).onGrid(x)",
  },
  blobs: {
    name: "two blobs", says: "Two normals of two variables that lean different ways; 60 % of the probability is in the lower one.", dimensions: 2, axis: PLANE,
    make: (x) => mixture([multivariateNormal([-2, -2], [0.6, 0.2, 0.2, 0.6]), multivariateNormal([2, 2], [0.8, -0.4, -0.4, 1.2])], [0.6, 0.4]).onGrid([x, x]),
    code: "mixture([multivariateNormal([-2, -2], [0.6, 0.2, 0.2, 0.6]), multivariateNormal([2, 2], [0.8, -0.4, -0.4, 1.2])], [0.6, 0.4]).onGrid([x, x])",
  },
  banana: {
    name: "a banana", says: "A normal bent along a parabola: no ellipse has its shape.", dimensions: 2, axis: PLANE,
    make: (x) => onCells(x, 2, (b, a) => Math.exp(-(a ** 2) / 8 - 2 * (b + 2 - a ** 2 / 4) ** 2)),
    code: "onCells((b, a) => Math.exp(-(a ** 2) / 8 - 2 * (b + 2 - a ** 2 / 4) ** 2))",
  },
  ring: {
    name: "a ring", says: "A ring of radius 3, half a unit wide: there is next to nothing at its mean.", dimensions: 2, axis: PLANE,
    make: (x) => onCells(x, 2, (b, a) => Math.exp(-2 * (Math.hypot(a, b) - 3) ** 2)), code: "onCells((b, a) => Math.exp(-2 * (Math.hypot(a, b) - 3) ** 2))",
  },
  pair: {
    name: "two blobs in space", says: "Two normals of three variables; 60 % of the probability is in the lower one.", dimensions: 3, axis: SPACE,
    make: (x) => mixture([multivariateNormal([-1.5, -1.5, -1.5], [0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5]), multivariateNormal([1.5, 1.5, 1.5], [0.6, 0.2, 0, 0.2, 0.8, 0.2, 0, 0.2, 0.6])], [0.6, 0.4]).onGrid([x, x, x]),
    code: "mixture([multivariateNormal([-1.5, -1.5, -1.5], [0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5]), multivariateNormal([1.5, 1.5, 1.5], [0.6, 0.2, 0, 0.2, 0.8, 0.2, 0, 0.2, 0.6])], [0.6, 0.4]).onGrid([x, x, x])",
  },
  shell: {
    name: "a shell", says: "A hollow ball of radius 3. Seen from a side it is a disc, denser towards its edge.", dimensions: 3, axis: SPACE,
    make: (x) => onCells(x, 3, (c, b, a) => Math.exp(-3 * (Math.hypot(a, b, c) - 3) ** 2)), code: "onCells((c, b, a) => Math.exp(-3 * (Math.hypot(a, b, c) - 3) ** 2))",
  },
} as const satisfies Readonly<Record<string, Target>>;

export type TargetId = keyof typeof targets | "drawn";

/** The bins that a visitor draws in. */
const BINS = 60;
const [FROM, TO] = [-8, 8];
const HALF = (TO - FROM) / BINS / 2;
export const DRAWN_AXIS = [FROM + HALF, TO - HALF, BINS] as const;
/** What a drawing begins with: a high narrow hump, a low wide one, and nothing beyond them. */
export const DRAWING: readonly number[] = Array.from(linspace(...DRAWN_AXIS), (x) => Math.round(85 * Math.exp(-(((x + 3) / 1.1) ** 2)) + 45 * Math.exp(-(((x - 3) / 1.9) ** 2))));

export const isTarget = (id: string | null): id is TargetId => id !== null && (id === "drawn" || Object.hasOwn(targets, id));
export const dimensionsOf = (id: TargetId): 1 | 2 | 3 => (id === "drawn" ? 1 : targets[id].dimensions);
export const axisOf = (id: TargetId): Target["axis"] => (id === "drawn" ? DRAWN_AXIS : targets[id].axis);
