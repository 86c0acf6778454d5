import type { Distribution } from "../distributions/index.js";
import { fit, mixtureOf } from "../fit/index.js";
import type { Direction, FamilyName, FitOptions, Fitted, MixtureOf } from "../fit/index.js";
import type { Grid, MeasureOptions } from "../index.js";
import { jsonNumber } from "./print.js";
import { measureOf, numbersIn, onBackend, open, spacingOf, writeWhole } from "./run.js";
import { encodeNpy } from "../io/index.js";
import type { Flags } from "./run.js";

interface FitFlags extends Pick<Flags, "shape" | "spacing" | "backend"> {
  readonly family: string;
  readonly direction: string;
  readonly axes?: string;
  readonly covariance?: "full" | "diagonal";
  readonly starts?: number;
  readonly zeros?: FitOptions["zeros"];
  readonly output?: string;
}

/** `kullback fit TARGET --family normal`. */
export async function fitFile(file: string, flags: FitFlags): Promise<void> {
  const { shape, covariance, starts, zeros, output } = flags;
  const read = await open(file);
  const spacing = flags.spacing === undefined ? read.spacing : await spacingOf(flags.spacing);
  const grid: Grid = { ...read, ...(shape && { shape }), ...(spacing !== undefined && { spacing: perAxis(spacing, (shape ?? read.shape).length) }) };
  const axes = flags.axes === undefined ? undefined : await axesOf(flags.axes, grid.shape);
  await onBackend(flags.backend, async (backend) => {
    const options = { direction: directionOf(flags.direction), backend, ...(axes && { axes }), ...(covariance && { covariance }), ...(starts !== undefined && { starts }), ...(zeros && { zeros }) };
    const result = await fit(grid, familyOf(flags.family, grid.shape.length), options);
    if (output !== undefined) await writeWhole(output, encodeNpy(result.distribution.onGrid(axes ?? defaultAxes(grid))));
    const { backend: kind, reason, elapsedMs, minima } = result;
    console.log(JSON.stringify({ family: flags.family, direction: flags.direction, ...plain(result), minima: minima.map(plain), unit: "nat", backend: kind, reason, elapsedMs, ...(output !== undefined && { output }) }));
  });
}

const perAxis = (spacing: NonNullable<MeasureOptions["spacing"]>, axes: number) => (typeof spacing === "number" ? new Array<number>(axes).fill(spacing) : spacing);

/** A minimum in what JSON has. */
function plain({ distribution, loss, divergence, errorBound, steps, converged }: Fitted): object {
  return { parameters: parametersOf(distribution), loss: jsonNumber(loss), divergence: jsonNumber(divergence), errorBound: jsonNumber(errorBound), steps, converged };
}

function parametersOf(distribution: Distribution): object {
  if (distribution.family === "mixture") {
    const { components, weights } = distribution.parameters;
    return { weights: Array.from(weights), components: components.map((of) => ({ family: of.family, ...parametersOf(of) })) };
  }
  return Object.fromEntries(Object.entries(distribution.parameters).map(([name, value]) => [name, ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value]));
}

const FAMILIES: Readonly<Record<string, FamilyName>> = { normal: "normal", mvn: "multivariateNormal", multivariateNormal: "multivariateNormal", beta: "beta" };

/** `normal`, `mvn`, `beta`, `mixture:3` of the normals of so many axes, or `mixture:3:beta`. */
function familyOf(name: string, axes: number): FamilyName | MixtureOf {
  if (Object.hasOwn(FAMILIES, name)) return FAMILIES[name];
  const [mixture, count, of = axes > 1 ? "mvn" : "normal", ...more] = name.split(":");
  if (mixture !== "mixture" || !count || !Object.hasOwn(FAMILIES, of) || more.length > 0) throw new RangeError(`unknown family "${name}"; known are normal, mvn, beta, mixture:COUNT and mixture:COUNT:FAMILY.`);
  return mixtureOf(FAMILIES[of], Number(count));
}

const DIRECTIONS = ["forward", "reverse", "kl", "jeffreys", "psi", "js", "chi-square", "neyman-chi-square"];

function directionOf(name: string): Direction {
  if (!DIRECTIONS.includes(name)) throw new RangeError(`--direction ${name}: known are ${DIRECTIONS.join(", ")}.`);
  return name === "forward" || name === "reverse" ? name : measureOf(name);
}

/** For each axis the coordinates in a file, or FIRST:LAST of even ones. */
async function axesOf(list: string, shape: readonly number[]): Promise<number[][]> {
  const items = list.split(",");
  return Promise.all(items.map(async (item, axis) => {
    if (item.endsWith(".npy")) return numbersIn(item);
    const ends = item.split(":").map((end) => (end.trim() === "" ? NaN : Number(end)));
    const [first, last] = ends;
    if (ends.length !== 2 || !(last > first)) throw new RangeError(`--axes ${list}: "${item}" is neither FIRST:LAST nor a .npy file.`);
    const size = shape[axis] ?? 1;
    return Array.from({ length: size }, (_, i) => (i === size - 1 ? last : first + (i * (last - first)) / (size - 1)));
  }));
}

/** As `fit` takes them from the spacing. */
function defaultAxes({ shape, spacing }: Grid): number[][] {
  return shape.map((size, axis) => {
    const edge = spacing?.[axis] ?? 1;
    return typeof edge === "number" ? Array.from({ length: size }, (_, i) => i * edge) : Array.from(edge);
  });
}
