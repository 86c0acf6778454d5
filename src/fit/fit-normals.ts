import type { FitLoop } from "../backend.js";
import { DomainError } from "../errors.js";
import type { Distribution } from "../distributions/index.js";
import type { Held } from "../operations/hold-against.js";
import { cholesky } from "../distributions/cholesky.js";
import { isFlat } from "./matrices.js";
import { normalsOf } from "./normals.js";
import type { NormalPart } from "./normals.js";
import { componentsIn } from "./parametrisation.js";
import type { Parametrisation } from "./parametrisation.js";
import { objectiveOf } from "./objective.js";
import { searchFrom, withTarget } from "./search.js";
import type { Asked, Found } from "./search.js";
import { inUnits, shortestCells } from "./space.js";
import type { Units } from "./space.js";
import { maximise, partOf, spread } from "./starts.js";

/** Of a cell the part that deviations of a searched normal are no less than. */
const NARROWEST = 0.25;

/** Normals, or mixtures of them. */
export async function fitNormals(asked: Asked, held: Held): Promise<readonly Found[]> {
  const { direction, count, isDiagonal, space, starts } = asked;
  const dimensions = space.axes.length;
  return withTarget(held, asked, async (forward, turn) => {
    const { units, whole } = await wholeOf(forward, asked);
    const { axes, logVolume } = inUnits(space, units);
    const least = shortestCells(space, units).map((length) => NARROWEST * length);
    const modelOf = (of: number) => normalsOf({ dimensions, count: of, isDiagonal, isScalar: asked.family === "normal", least, logVolume });
    const model = modelOf(count);
    if (direction === "forward" && count === 1) {
      // however narrow it is
      const closed = normalsOf({ dimensions, count, isDiagonal, isScalar: asked.family === "normal", least: least.map(() => 0), logVolume });
      const components = closed.componentsOf(closed.parametersOf([whole]));
      const { value } = components ? await objectiveOf(forward, direction, components, axes) : { value: NaN };
      const distribution = closed.distributionOf([whole], units);
      asked.options.onStep?.({ start: 0, step: 0, loss: value, gradient: 0, distribution });
      return [{ distribution, loss: value, steps: 0, converged: true }];
    }
    const raised = (of: Parametrisation<NormalPart>, parts: readonly NormalPart[]) => maximise(forward, of, parts, axes, asked.options.signal);
    const from = typeof starts !== "number" ? starts.map((distribution) => partsOf(distribution, asked, units)) : await startsOf(starts, count, whole, modelOf, raised);
    return searchFrom(held, asked, await turn(), { model, axes, units }, from);
  });
}

/** The target's mean and covariance, in the units of its own deviations. */
async function wholeOf(forward: FitLoop, { space, isDiagonal }: Asked): Promise<{ readonly units: Units; readonly whole: NormalPart }> {
  const n = space.axes.length;
  const zero = new Float64Array(n);
  const identity = Float64Array.from({ length: n * n }, (_, at) => Number(at % (n + 1) === 0));
  // first of the grid, then of the target in it, so that nothing cancels
  let units: Units = { center: space.axes.map((at) => 0.5 * (at[0] + at[at.length - 1])), scale: space.axes.map((at) => 0.5 * (at[at.length - 1] - at[0])) };
  let whole: NormalPart = { weight: 1, mean: zero, covariance: identity };
  for (let round = 0; round < 2; round++) {
    const { axes, logVolume } = inUnits(space, units);
    const { slopes: [moments] } = await forward.sum([{ log: logVolume - n, mean: zero, root: identity }], axes);
    whole = partOf(1, moments, zero);
    if (round === 0) units = inDeviations(units, whole, space.axes.map((at) => 1 / at.length));
  }
  if (!isDiagonal && n > 1) {
    const lower = cholesky(whole.covariance, n);
    if (!lower || isFlat(lower, n)) throw new DomainError("fit: the target has no extent but along a line or a plane: a normal of full covariance is degenerate there; covariance: \"diagonal\" has one.", "target", 0, -1);
  }
  return { units, whole };
}

/** The units of a distribution's own deviations; DomainError where it has none, next to so many times the axis. */
function inDeviations({ center, scale }: Units, { mean, covariance }: NormalPart, nothing: readonly number[]): Units {
  const n = mean.length;
  const deviations = Array.from(mean, (_, i) => Math.sqrt(Math.max(covariance[i * n + i], 0)));
  const flat = deviations.findIndex((deviation, i) => !(deviation > 1e-3 * nothing[i]));
  if (flat >= 0) throw new DomainError(`fit: all of the target is in one cell along axis ${flat}: it has no extent there, and a normal is degenerate.`, "target", 0, -1);
  return { center: center.map((c, i) => c + scale[i] * mean[i]), scale: scale.map((s, i) => s * deviations[i]) };
}

/** Where to begin: with several normals in several ways, with one with the whole and with each of several that the target is made of. */
async function startsOf(
  starts: number, count: number, whole: NormalPart, modelOf: (count: number) => Parametrisation<NormalPart>,
  raised: (of: Parametrisation<NormalPart>, parts: readonly NormalPart[]) => Promise<readonly NormalPart[]>,
): Promise<readonly (readonly NormalPart[])[]> {
  if (count > 1) {
    const all: (readonly NormalPart[])[] = [];
    for (let attempt = 0; attempt < starts; attempt++) all.push(await raised(modelOf(count), spread(whole, count, attempt)));
    return all;
  }
  const others = starts > 1 ? await raised(modelOf(starts - 1), spread(whole, starts - 1, 0)) : [];
  return [whole, ...others].map((part) => [{ ...part, weight: 1 }]);
}

/** A distribution of the family as parts in the units of the search. */
function partsOf(distribution: Distribution, { family, count, space }: Asked, { center, scale }: Units): readonly NormalPart[] {
  const all = componentsIn(distribution);
  if (all.length !== count || all.some(({ of }) => of.family !== family || of.dimensions !== space.axes.length)) {
    throw new RangeError(`fit: a start must be ${count === 1 ? `a ${family}` : `a mixture of ${count} of ${family}`} of ${space.axes.length} ${space.axes.length === 1 ? "variable" : "variables"}.`);
  }
  return all.map(({ of, weight }) => {
    const [mean, covariance] = of.family === "normal" ? [[of.parameters.mean], [of.parameters.sd ** 2]] : of.family === "multivariateNormal" ? [of.parameters.mean, of.parameters.covariance] : [[], []];
    const n = mean.length;
    return {
      weight,
      mean: Float64Array.from(mean, (x, i) => (x - center[i]) / scale[i]),
      covariance: Float64Array.from(covariance, (value, at) => value / (scale[Math.floor(at / n)] * scale[at % n])),
    };
  });
}
