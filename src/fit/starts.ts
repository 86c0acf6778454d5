import type { FitAxis, FitLoop, Moments, NormalComponent } from "../backend.js";
import { multivariateNormal } from "../distributions/index.js";
import { cholesky } from "../distributions/cholesky.js";
import { spreadOf } from "./matrices.js";
import type { NormalPart } from "./normals.js";
import type { Parametrisation } from "./parametrisation.js";

/** Mean and covariance of what moments about a component's mean are of. */
export function partOf(weight: number, moments: Moments, mean: ArrayLike<number>): NormalPart {
  const n = mean.length;
  const [w] = moments;
  const shift = Float64Array.from({ length: n }, (_, i) => moments[1 + i] / w);
  return {
    weight,
    mean: shift.map((d, i) => mean[i] + d),
    covariance: Float64Array.from({ length: n * n }, (_, at) => moments[1 + n + at] / w - shift[Math.floor(at / n)] * shift[at % n]),
  };
}

/** Several narrower normals in place of one: along its longest axis, or, for all but the first attempt, where its samples fall. */
export function spread({ mean, covariance }: NormalPart, count: number, attempt: number): readonly NormalPart[] {
  const n = mean.length;
  const weight = 1 / count;
  const { most, direction } = spreadOf(covariance, n);
  const narrower = covariance.map((value) => value / count);
  if (attempt > 0) {
    const samples = multivariateNormal(mean, covariance).sample(count, { seed: attempt });
    return Array.from({ length: count }, (_, k) => ({ weight, mean: samples.slice(k * n, (k + 1) * n), covariance: narrower }));
  }
  return Array.from({ length: count }, (_, k) => {
    const along = Math.sqrt(most) * (count > 1 ? -1.2 + (2.4 * k) / (count - 1) : 0);
    return { weight, mean: mean.map((x, i) => x + along * direction[i]), covariance: narrower };
  });
}

const MOST_STEPS = 30;
/** Shares below which a component is of nothing. */
const NEXT_TO_NOTHING = 1e-9;

/** Some steps of expectation and maximisation towards forward KL's minimum (Dempster, Laird & Rubin 1977): sure, if slow. */
export async function maximise(loop: FitLoop, model: Parametrisation<NormalPart>, parts: readonly NormalPart[], axes: readonly FitAxis[], signal?: AbortSignal): Promise<readonly NormalPart[]> {
  let [now, before] = [parts, Infinity];
  for (let step = 0; step < MOST_STEPS; step++) {
    signal?.throwIfAborted();
    const components = model.componentsOf(model.parametersOf(now));
    if (!components) return now;
    const { term, d, slope, slopes } = await loop.sum(components, axes);
    const loss = term + d;
    if (before - loss < 1e-3 * Math.abs(loss)) return now;
    before = loss;
    const next = slopes.map((moments, k) => partOf(moments[0] / slope, moments, (components[k] as NormalComponent).mean));
    if (next.some(({ weight, covariance, mean: { length: n } }) => !(weight > NEXT_TO_NOTHING) || !cholesky(covariance, n))) return now;
    // what the grid cannot tell is left as it was
    if (!model.componentsOf(model.parametersOf(next))) return now;
    now = next;
  }
  return now;
}
