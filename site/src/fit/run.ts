import { linspace, marginal } from "kullback";
import type { Grid } from "kullback";
import type { Distribution } from "kullback/distributions";
import { fit } from "kullback/fit";
import type { FitStep, Fitted } from "kullback/fit";
import type { Tools } from "../jobs";
import type { Answer, Direction, Fits, Moment, Part, Picture, Progress, Question } from "./answer";
import { familyOf, models } from "./models";
import { randomStarts } from "./starts";
import { axisOf, targets } from "./targets";

/** Milliseconds between two words of how far it is. */
const BETWEEN = 100;

function partOf(distribution: Distribution, weight: number): Part {
  if (distribution.family === "normal") return { weight, mean: [distribution.parameters.mean], covariance: [distribution.parameters.sd ** 2] };
  if (distribution.family === "multivariateNormal") return { weight, mean: Array.from(distribution.parameters.mean), covariance: Array.from(distribution.parameters.covariance) };
  throw new TypeError(`a ${distribution.family} is no part of these models.`);
}

function partsOf(distribution: Distribution): readonly Part[] {
  if (distribution.family !== "mixture") return [partOf(distribution, 1)];
  const { components, weights } = distribution.parameters;
  return components.map((component, k) => partOf(component, weights[k]));
}

/** The path that ended in a minimum. */
function pathTo({ loss, distribution }: Fitted, paths: readonly (readonly Moment[])[]): readonly Moment[] {
  const parts = partsOf(distribution);
  const end = JSON.stringify(parts);
  return paths.find((path) => JSON.stringify(path.at(-1)?.parts) === end) ?? [{ loss, parts }];
}

async function fitOne(direction: Direction, target: Grid | number[], axes: Float64Array[], { of, model, starts, from, epsilon }: Question, hasEmpty: boolean, { backend, signal, step }: Tools<Progress>): Promise<Fits> {
  const paths: Moment[][] = [];
  let next = 0;
  const onStep = (told: FitStep) => {
    (paths[told.start] ??= []).push({ loss: told.loss, parts: partsOf(told.distribution) });
    if (performance.now() < next) return;
    next = performance.now() + BETWEEN;
    step({ direction, start: told.start, step: told.step });
  };
  const { minima, reason, elapsedMs } = await fit(target, familyOf(model, axes.length), {
    axes, direction, onStep, signal,
    starts: from === "random" ? randomStarts(starts, axisOf(of), axes.length, models[model].components) : starts,
    ...(models[model].isDiagonal && { covariance: "diagonal" as const }),
    ...(direction === "reverse" && hasEmpty && { zeros: { policy: "epsilon" as const, value: epsilon } }),
    ...(backend && { backend }),
  });
  const begun = paths.filter(Boolean);
  return {
    direction, ranOn: reason, elapsedMs, starts: begun.length,
    minima: minima.map((one) => ({ divergence: one.divergence, errorBound: one.errorBound, loss: one.loss, steps: one.steps, converged: one.converged, path: pathTo(one, begun) })),
  };
}

/** What of three axes lies behind each two; a plane as it is. */
async function picturesOf(target: Grid, dimensions: number, signal: AbortSignal): Promise<readonly Picture[]> {
  if (dimensions === 2) return [{ rows: 0, columns: 1, cells: Float64Array.from(target.data as Float64Array) }];
  const pairs = [[1, 2], [0, 2], [0, 1]] as const;
  return Promise.all(pairs.map(async ([rows, columns]) => ({ rows, columns, cells: (await marginal(target, [rows, columns], { signal })).data })));
}

/** Fits a model to a target twice: forward, and in reverse. */
export async function fitBoth(question: Question, tools: Tools<Progress>): Promise<Answer> {
  const { of, heights } = question;
  const x = linspace(...axisOf(of));
  const dimensions = of === "drawn" ? 1 : targets[of].dimensions;
  const axes = Array.from({ length: dimensions }, () => x);
  const target = of === "drawn" ? Array.from(heights) : targets[of].make(x);
  const cells = Array.isArray(target) ? Float64Array.from(target) : (target.data as Float64Array);
  const empty = cells.reduce((count, cell) => count + Number(cell === 0), 0);
  const mass = cells.reduce((sum, cell) => sum + cell, 0) * (x[1] - x[0]);
  const fitted = async (direction: Direction) => fitOne(direction, target, axes, question, empty > 0, tools);
  return {
    question, dimensions, x, cells: cells.length, empty,
    density: dimensions === 1 ? cells.map((cell) => cell / mass) : new Float64Array(0),
    pictures: Array.isArray(target) || dimensions === 1 ? [] : await picturesOf(target, dimensions, tools.signal),
    fits: [await fitted("forward"), await fitted("reverse")],
  };
}
