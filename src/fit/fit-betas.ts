import type { FitAxis, FitLoop } from "../backend.js";
import { DomainError } from "../errors.js";
import type { Distribution } from "../distributions/index.js";
import type { Held } from "../operations/hold-against.js";
import { betaOfLogs, betasOf, gradientAt } from "./betas.js";
import type { BetaPart } from "./betas.js";
import { componentsIn } from "./parametrisation.js";
import { searchFrom, withTarget } from "./search.js";
import type { Asked, Found } from "./search.js";
import { AS_IT_IS, inUnits } from "./space.js";

/** Betas, or mixtures of them. */
export async function fitBetas(asked: Asked, held: Held): Promise<readonly Found[]> {
  const { direction, count, space, starts, maxSteps, options: { onStep } } = asked;
  const { axes, logVolume } = inUnits(space, AS_IT_IS);
  return withTarget(held, asked, async (forward, turn) => {
    const { ofLog, ofRest, ofUniform } = await logsOf(forward, axes, logVolume);
    const model = betasOf(count, logVolume);
    const isClosed = direction === "forward" && count === 1;
    const closed = betaOfLogs(ofLog, ofRest, maxSteps, isClosed && onStep ? (step, a, b, loss) => {
      onStep({ start: 0, step, loss: ofUniform + loss, gradient: gradientAt(a, b, ofLog, ofRest), distribution: model.distributionOf([{ weight: 1, a, b }], AS_IT_IS) });
    } : undefined);
    if (isClosed) return [{ distribution: model.distributionOf([{ weight: 1, ...closed }], AS_IT_IS), loss: ofUniform + closed.loss, steps: closed.steps, converged: closed.converged }];
    const from = typeof starts !== "number" ? starts.map((distribution) => partsOf(distribution, count)) : startsOf(starts, count, closed);
    return searchFrom(held, asked, await turn(), { model, axes, units: AS_IT_IS }, from);
  });
}

/** E[ln x] and E[ln(1 − x)] of the target, and D of it from the uniform distribution; DomainError where it has mass at 0 or 1, or all of it in one cell. */
async function logsOf(forward: FitLoop, axes: readonly FitAxis[], logVolume: number): Promise<{ readonly ofLog: number; readonly ofRest: number; readonly ofUniform: number }> {
  const { term, d, slopes: [[w, ofLog, ofRest]] } = await forward.sum([{ log: logVolume, powers: [0, 0] }], axes);
  if (w < 1 - 1e-6) throw new DomainError(`fit: the target has ${(1 - w).toPrecision(2)} of its mass at 0 or 1, where a beta has none: give its cells' middles.`, "target", 0, -1);
  const [g, h] = [Math.exp(ofLog / w), Math.exp(ofRest / w)];
  // equal only where all is at one x
  if (!(1 - g - h > 1e-12)) throw new DomainError("fit: all of the target is in one cell: it has no extent, and a beta is degenerate.", "target", 0, -1);
  return { ofLog: ofLog / w, ofRest: ofRest / w, ofUniform: term + d };
}

/** Betas of other means than the whole and as much narrower as there are, or for one in other places. */
function startsOf(starts: number, count: number, whole: { readonly a: number; readonly b: number }): readonly (readonly BetaPart[])[] {
  const size = whole.a + whole.b;
  const at = (place: number, narrower: number): { readonly a: number; readonly b: number } => {
    const mean = Math.min(Math.max(whole.a / size + (place - 0.5) * 2 * Math.sqrt((whole.a * whole.b) / (size * size * (size + 1))), 0.02), 0.98);
    const total = Math.max(size, 1) * narrower;
    return { a: mean * total, b: (1 - mean) * total };
  };
  if (count === 1) return [[{ weight: 1, ...whole }], ...Array.from({ length: starts - 1 }, (_, i) => [{ weight: 1, ...at(starts > 2 ? -0.5 + (2 * i) / (starts - 2) : 0.5, 4) }])];
  return Array.from({ length: starts }, (_, attempt) => Array.from({ length: count }, (_unused, k) => ({ weight: 1 / count, ...at(-0.25 + (1.5 * (k + 0.5)) / count, 2 * count * (1 + attempt)) })));
}

function partsOf(distribution: Distribution, count: number): readonly BetaPart[] {
  const all = componentsIn(distribution);
  return all.map(({ of, weight }) => {
    if (all.length !== count || of.family !== "beta") throw new RangeError(`fit: a start must be ${count === 1 ? "a beta" : `a mixture of ${count} of beta`}.`);
    return { weight, ...of.parameters };
  });
}
