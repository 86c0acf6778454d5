import type { FitAxis } from "../backend.js";
import type { Axes } from "../distributions/index.js";
import { listOf, stepOf } from "../distributions/on-grid.js";
import { ShapeError } from "../errors.js";
import type { Spacing } from "../grid.js";
import { riemann } from "../operations/quadrature.js";

/** A target's axes. */
export interface Space {
  /** Coordinates along each. */
  readonly axes: readonly Float64Array[];
  /** How long each cell is: one number where all are. */
  readonly lengths: readonly (number | Float64Array)[];
}

/** Coordinates in units in which a distribution has mean 0 and deviation 1. */
export interface Units {
  readonly center: readonly number[];
  readonly scale: readonly number[];
}

/** Of one axis, as it is. */
export const AS_IT_IS: Units = { center: [0], scale: [1] };

/** Axes as they were given, else as the target's spacing says, which begins at 0. */
export function spaceOf(shape: readonly number[], spacing: Spacing | undefined, given: Axes | undefined): Space {
  const listed = given && listOf(given);
  if (listed && listed.length !== shape.length) throw new ShapeError(`fit: ${listed.length} axes for a target of shape [${shape}], expected ${shape.length}.`, shape.length, listed.length);
  const axes = shape.map((size, axis) => {
    const own = spacing?.[axis];
    const at = listed ? Float64Array.from(listed[axis]) : typeof own === "object" ? Float64Array.from(own) : Float64Array.from({ length: size }, (_, i) => i * (own ?? 1));
    if (at.length !== size) throw new ShapeError(`fit: axis ${axis} has ${at.length} coordinates for ${size} cells.`, size, at.length);
    if (size < 2) throw new ShapeError(`fit: axis ${axis} has one cell, expected at least 2.`, 2, size);
    const wrong = at.findIndex((x, i) => !(Math.abs(x) < Infinity) || (i > 0 && !(x > at[i - 1])));
    if (wrong >= 0) throw new RangeError(`fit: coordinate ${wrong} of axis ${axis} is ${at[wrong]}: coordinates must be finite and rise.`);
    return at;
  });
  const lengths = axes.map((at, axis) => {
    const step = stepOf(at, axis);
    return typeof step === "number" ? step : riemann(at);
  });
  return { axes, lengths };
}

/** The axes in other units, and the logarithm of what is left of a cell's volume: that of the axes that are even. */
export function inUnits({ axes, lengths }: Space, { center, scale }: Units): { readonly axes: readonly FitAxis[]; readonly logVolume: number } {
  let logVolume = 0;
  const of = axes.map((at, axis): FitAxis => {
    const length = lengths[axis];
    const scaled = { at: at.map((x) => (x - center[axis]) / scale[axis]) };
    if (typeof length !== "number") return { ...scaled, logLengths: length.map((edge) => Math.log(edge / scale[axis])) };
    logVolume += Math.log(length / scale[axis]);
    return scaled;
  });
  return { axes: of, logVolume };
}

/** The shortest cell along each axis, in those units. */
export function shortestCells({ lengths }: Space, { scale }: Units): readonly number[] {
  return lengths.map((length, axis) => (typeof length === "number" ? length : length.reduce((least, edge) => Math.min(least, edge))) / scale[axis]);
}
