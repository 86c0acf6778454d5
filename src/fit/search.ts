import type { Component, FitAxis, FitLoop } from "../backend.js";
import type { Distribution } from "../distributions/index.js";
import type { Direction, Held } from "../operations/hold-against.js";
import { minimize } from "./minimize.js";
import { objectiveOf } from "./objective.js";
import type { FamilyName, FitOptions } from "./options.js";
import type { Parametrisation, Part } from "./parametrisation.js";
import type { Space, Units } from "./space.js";

/** A fit as it was asked for, checked. */
export interface Asked {
  readonly family: FamilyName;
  readonly kind: "normal" | "beta";
  readonly count: number;
  readonly isDiagonal: boolean;
  readonly direction: Direction;
  readonly starts: number | readonly Distribution[];
  readonly maxSteps: number;
  readonly space: Space;
  /** Are the target's values densities, and not masses? */
  readonly areDensities: boolean;
  readonly options: FitOptions;
}

/** A minimum. */
export interface Found {
  readonly distribution: Distribution;
  readonly loss: number;
  readonly steps: number;
  readonly converged: boolean;
}

/** By which models are searched, and in which units. */
export interface Searched<Own extends Part> {
  readonly model: Parametrisation<Own>;
  readonly axes: readonly FitAxis[];
  readonly units: Units;
}

/** What gradients come down to, and by how much of themselves losses may be off: sums of the GPU are of binary32. */
const LIMITS = { cpu: { tolerance: 1e-9, rounding: 1e-14 }, webgpu: { tolerance: 1e-7, rounding: 1e-8 } } as const;
/** Losses below which a GPU's come from what p and q differ by, and which are off by no more than that; of `"forward"` the totals are in them. */
const SMALL = 1e-3;
/** Minima whose parameters, in the target's deviations, differ by less are one. */
const SAME = 1e-3;

/** Runs `use` with the target open forward, and `turn`, which ends that for the direction that is asked for: each takes memory of the target's size. */
export async function withTarget<T>(held: Held, { direction }: Asked, use: (forward: FitLoop, turn: () => Promise<FitLoop>) => Promise<T>): Promise<T> {
  let loop = await held.open("forward");
  try {
    return await use(loop, async () => {
      if (direction === "forward") return loop;
      loop.end();
      return (loop = await held.open(direction));
    });
  } finally {
    loop.end();
  }
}

/** The minima that are reached from these starts, those of the same place once. */
export async function searchFrom<Own extends Part>(held: Held, asked: Asked, loop: FitLoop, { model, axes, units }: Searched<Own>, starts: readonly (readonly Own[])[]): Promise<readonly Found[]> {
  const { direction, maxSteps, options: { onStep, signal } } = asked;
  const { tolerance, rounding } = LIMITS[held.backend.info.kind];
  const least = held.backend.info.kind === "cpu" || direction === "forward" ? 1 : SMALL;
  const found: (Found & { readonly place: Float64Array })[] = [];
  const evaluate = async (theta: Float64Array) => {
    const components = model.componentsOf(theta);
    if (!components) return { value: Infinity, gradient: new Float64Array(theta.length) };
    const { value, moments } = await objectiveOf(loop, direction, components, axes);
    return { value, gradient: model.gradientOf(theta, components as readonly Component[], moments) };
  };
  for (const [start, parts] of starts.entries()) {
    const theta = model.parametersOf(parts);
    if (!model.componentsOf(theta)) continue;
    const minimum = await minimize(evaluate, theta, {
      tolerance, noise: (value: number) => rounding * Math.max(Math.abs(value), least), maxSteps, ...(signal && { signal }),
      ...(onStep && {
        onStep: (step: number, x: Float64Array, { value, gradient }: { readonly value: number; readonly gradient: Float64Array }) => {
          onStep({ start, step, loss: value, gradient: gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0), distribution: model.distributionOf(model.partsOf(x), units) });
        },
      }),
    });
    const parted = model.partsOf(minimum.x);
    const place = placeOf(parted);
    const known = found.findIndex((other) => other.place.every((value, i) => Math.abs(value - place[i]) < SAME));
    const one = { distribution: model.distributionOf(parted, units), loss: minimum.value, steps: minimum.steps, converged: minimum.converged, place };
    if (known < 0) found.push(one);
    else if (one.loss < found[known].loss) found[known] = one;
  }
  return found;
}

/** The numbers of components in an order that does not depend on which came first. */
function placeOf(parts: readonly Part[]): Float64Array {
  const rows = parts.map((part) => Object.values(part).flatMap((value: number | Float64Array) => (typeof value === "number" ? [value] : [...value])));
  const first = (row: readonly number[]) => row.slice(1);
  rows.sort((a, b) => {
    const at = first(a).findIndex((value, i) => Math.abs(value - first(b)[i]) > SAME);
    return at < 0 ? 0 : first(a)[at] - first(b)[at];
  });
  return Float64Array.from(rows.flat());
}
