import type { Component, FitAxis, FitLoop } from "../backend.js";
import { DomainError } from "../errors.js";
import type { Distribution } from "../distributions/index.js";
import type { Direction, Held } from "../operations/hold-against.js";
import { minimize } from "./minimize.js";
import type { Evaluation } from "./minimize.js";
import { objectiveOf } from "./objective.js";
import type { FamilyName, FitOptions } from "./options.js";
import type { Parametrisation, Part } from "./parametrisation.js";
import { Pauses } from "./pause.js";
import type { Space, Units } from "./space.js";

/** A fit as it was asked for, checked. */
export interface Asked {
  readonly family: FamilyName;
  readonly kind: "normal" | "beta";
  readonly count: number;
  /** Was a mixture asked for, if of one component? */
  readonly isMixture: boolean;
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
const LIMITS = { cpu: { tolerance: 1e-9, rounding: 1e-13 }, webgpu: { tolerance: 1e-7, rounding: 5e-8 } } as const;
/** Losses below which a GPU's come from what p and q differ by, and which are off by no more than that; of `"forward"` the totals are in them. */
const SMALL = 1e-3;
/** Minima whose parameters, in the target's deviations, differ by less are one. */
const SAME = 1e-3;

/** Runs `use` with the target open forward, and `turn`, which ends that for the direction that is asked for: each takes memory of the target's size. */
export async function withTarget<T>(held: Held, { direction, options: { signal } }: Asked, use: (forward: FitLoop, turn: () => Promise<FitLoop>) => Promise<T>): Promise<T> {
  const pauses = new Pauses(signal);
  const open = async (way: Direction): Promise<FitLoop> => {
    const { sum, mass, end } = await held.open(way);
    return {
      sum: async (components, axes) => {
        await pauses.due();
        return sum(components, axes);
      },
      mass,
      end,
    };
  };
  let loop = await open("forward");
  try {
    return await use(loop, async () => {
      if (direction === "forward") return loop;
      loop.end();
      return (loop = await open(direction));
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
  const report = (start: number, step: number, x: Float64Array, { value, gradient }: Evaluation) => {
    onStep?.({ start, step, loss: value, gradient: gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0), distribution: model.distributionOf(model.partsOf(x), units) });
  };
  for (const [start, parts] of starts.entries()) {
    const theta = model.parametersOf(parts);
    const first = await evaluate(theta);
    // narrower than the grid can tell, or where the target is nothing
    if (!(first.value < Infinity)) continue;
    report(start, 0, theta, first);
    const minimum = await minimize(evaluate, theta, {
      at: first, tolerance, noise: (value: number) => rounding * Math.max(Math.abs(value), least), maxSteps, ...(signal && { signal }),
      onStep: (step: number, x: Float64Array, at: Evaluation) => report(start, step, x, at),
    });
    const parted = model.partsOf(minimum.x);
    const place = placeOf(parted, model);
    const known = found.findIndex((other) => other.place.every((value, i) => Math.abs(value - place[i]) < SAME));
    const one = { distribution: model.distributionOf(parted, units), loss: minimum.value, steps: minimum.steps, converged: minimum.converged, place };
    if (known < 0) found.push(one);
    else if (one.loss < found[known].loss) found[known] = one;
  }
  if (found.length === 0) {
    const what = typeof asked.starts === "number" ? "the target's own extent is less than a quarter of a cell, or it is 0 where models are not" : "each is narrower than a quarter of a cell, or lies where the target is 0";
    throw new DomainError(`fit: no start has a finite loss: ${what}.`, "target", 0, -1);
  }
  return found.sort((a, b) => a.loss - b.loss);
}

/** The numbers of components in an order that does not depend on which came first. */
function placeOf<Own extends Part>(parts: readonly Own[], model: Parametrisation<Own>): Float64Array {
  const rows = parts.map((part) => model.placeOf(part));
  const first = (row: readonly number[]) => row.slice(1);
  rows.sort((a, b) => {
    const at = first(a).findIndex((value, i) => Math.abs(value - first(b)[i]) > SAME);
    return at < 0 ? 0 : first(a)[at] - first(b)[at];
  });
  return Float64Array.from(rows.flat());
}
