import { ShapeError, checkOptions } from "../errors.js";
import { mixture } from "../distributions/index.js";
import type { Beta, Distribution, Mixture, MultivariateNormal, Normal, VectorMixture } from "../distributions/index.js";
import { holdAgainst, mindsZeros, targetOf, termsOf } from "../operations/hold-against.js";
import type { Held } from "../operations/hold-against.js";
import type { Input } from "../index.js";
import { divergenceOf } from "./divergence.js";
import { fitBetas } from "./fit-betas.js";
import { fitNormals } from "./fit-normals.js";
import type { FamilyName, FitOptions, FitResult, Fitted, MixtureOf } from "./options.js";
import type { Asked, Found } from "./search.js";
import { spaceOf } from "./space.js";

const NAMES: readonly string[] = ["normal", "multivariateNormal", "beta"] satisfies readonly FamilyName[];
const MOST_COMPONENTS = 16;
const KNOWN: readonly string[] = ["direction", "axes", "covariance", "starts", "zeros", "maxSteps", "onStep", "backend", "signal"] satisfies readonly (keyof FitOptions)[];

/**
 * Mixtures of so many components of a family, for `fit`.
 *
 * @param of - `"normal"`, `"multivariateNormal"` or `"beta"`.
 * @param count - From 1 to 16.
 * @throws RangeError for another family or count.
 */
export function mixtureOf<Name extends FamilyName>(of: Name, count: number): MixtureOf<Name> {
  if (!NAMES.includes(of)) throw new RangeError(`mixtureOf: family ${JSON.stringify(of)} must be one of ${NAMES.join(", ")}.`);
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST_COMPONENTS)) throw new RangeError(`mixtureOf: count ${count} must be an integer from 1 to ${MOST_COMPONENTS}.`);
  return { of, count };
}

/**
 * The distribution of a family that is nearest to a density on a grid, or to a histogram: by forward KL divergence, which covers all of the target, by
 * reverse, which seeks its modes, or by another measure.
 *
 * ```ts
 * const { parameters } = await fit(histogram, "normal", { axes: binCentres });           // maximum likelihood
 * const { minima } = await fit(density, "normal", { axes: x, direction: "reverse" });    // the modes, one by one
 * await fit(volume, mixtureOf("multivariateNormal", 3), { axes: [z, y, x] });
 * ```
 *
 * Forward KL to one normal is answered by the mean and the covariance (1/n) of the cells, to one beta by E[ln x] and E[ln(1 − x)]: both are the most likely
 * parameters, of the whole distribution, whatever part of it the grid shows. All else is searched from several starts by L-BFGS, with loss and gradient
 * from one read of the target (two for other measures): the loss is that of the model's mass on the grid, which for all directions but `"forward"` is normalised there.
 *
 * @param target - Masses, or with a spacing densities, of one to three axes, each finite and ≥ 0: typed array, `number[]` (one axis), grid or device grid.
 * @param family - `"normal"` (one axis), `"multivariateNormal"`, `"beta"` (one axis, in [0, 1]), or `mixtureOf` one of these.
 * @param options - See {@link FitOptions}.
 * @returns The nearest distribution, its parameters, how far it is, and all minima that were found.
 * @throws ShapeError where axes and target disagree, or the family is of another number of variables; DomainError for a target that is no distribution, has
 *   no extent along an axis, or where all of it is along a line or a plane (full covariance), that has mass where a beta has none, or cells of 0 that make the direction infinite;
 *   RangeError for wrong options; DeviceError as the measures.
 * @see Bishop, Pattern Recognition and Machine Learning (2006), §10.1.2; Minka 2005, Divergence measures and message passing.
 */
export function fit(target: Input, family: "normal", options?: FitOptions): Promise<FitResult<Normal>>;
export function fit(target: Input, family: "multivariateNormal", options?: FitOptions): Promise<FitResult<MultivariateNormal>>;
export function fit(target: Input, family: "beta", options?: FitOptions): Promise<FitResult<Beta>>;
export function fit(target: Input, family: MixtureOf<"multivariateNormal">, options?: FitOptions): Promise<FitResult<VectorMixture>>;
export function fit(target: Input, family: MixtureOf<"normal" | "beta">, options?: FitOptions): Promise<FitResult<Mixture>>;
export function fit(target: Input, family: FamilyName | MixtureOf, options?: FitOptions): Promise<FitResult>;
export async function fit(target: Input, family: FamilyName | MixtureOf, options: FitOptions = {}): Promise<FitResult> {
  const began = performance.now();
  const asked = askedOf(target, family, options);
  const { space, direction, options: { zeros, backend, signal } } = asked;
  signal?.throwIfAborted();
  const held = {
    name: "fit", kind: asked.kind, axes: space.axes,
    lengths: space.lengths.map((length) => (typeof length === "number" ? undefined : length)),
    areDensities: asked.areDensities, mindsZeros: mindsZeros(direction), takesZeros: direction === "reverse",
    ...(zeros && { zeros }), ...(backend && { backend }), ...(signal && { signal }),
  };
  return holdAgainst(target, held, async (at) => {
    const found = asked.kind === "beta" ? await fitBetas(asked, at) : await fitNormals(asked, at);
    const minima = await finished(found, asked, at);
    return { ...minima[0], minima, backend: at.backend.info.kind, reason: at.reason, elapsedMs: performance.now() - began };
  });
}

function askedOf(target: Input, family: FamilyName | MixtureOf, options: FitOptions): Asked {
  const { shape, spacing } = targetOf("fit", target);
  checkOptions("fit", options, KNOWN);
  const { of, count } = typeof family === "object" && family !== null ? mixtureOf(family.of, family.count) : { of: family, count: 1 };
  if (!NAMES.includes(of)) throw new RangeError(`fit: family ${JSON.stringify(of)} must be one of ${NAMES.join(", ")}, or mixtureOf one of them.`);
  const { direction = "forward", covariance = "full", starts = 4, maxSteps = 500, zeros } = options;
  termsOf("fit", direction);
  const most = of === "multivariateNormal" ? 3 : 1;
  if (shape.length > most) {
    const instead = of === "normal" && shape.length <= 3 ? ': "multivariateNormal" takes up to 3' : "";
    throw new ShapeError(`fit: a target of ${shape.length} axes for ${of}, expected ${most === 1 ? "1" : "1 to 3"}${instead}.`, most, shape.length);
  }
  if (covariance !== "full" && covariance !== "diagonal") throw new RangeError(`fit: covariance ${JSON.stringify(covariance)} must be "full" or "diagonal".`);
  if (typeof starts !== "number" && !(Array.isArray(starts) && starts.length > 0)) throw new TypeError("fit: starts must be a number, or a list of one distribution or more.");
  if (typeof starts === "number" && !(Number.isInteger(starts) && starts >= 1)) throw new RangeError(`fit: starts ${starts} must be an integer of at least 1, or a list of distributions.`);
  if (!(Number.isInteger(maxSteps) && maxSteps >= 1)) throw new RangeError(`fit: maxSteps ${maxSteps} must be an integer of at least 1.`);
  if (zeros && direction !== "reverse") throw new RangeError('fit: zeros are for direction "reverse".');
  if (zeros && zeros.policy !== "omit" && !(zeros.policy === "epsilon" && zeros.value > 0 && zeros.value < Infinity)) throw new RangeError('fit: zeros must be { policy: "omit" } or { policy: "epsilon", value } with a value above 0.');
  const space = spaceOf(shape, spacing, options.axes);
  if (of === "beta" && !(space.axes[0][0] >= 0 && (space.axes[0].at(-1) as number) <= 1)) throw new RangeError(`fit: coordinates from ${space.axes[0][0]} to ${space.axes[0].at(-1)} for a beta, expected some within [0, 1].`);
  return {
    family: of, kind: of === "beta" ? "beta" : "normal", count, isMixture: typeof family === "object", isDiagonal: covariance === "diagonal", direction, starts, maxSteps, space,
    areDensities: spacing !== undefined, options,
  };
}

/** Minima with what the measure says of them. */
async function finished(found: readonly Found[], asked: Asked, held: Held): Promise<readonly Fitted[]> {
  const minima: Fitted[] = [];
  for (const { distribution: one, loss, steps, converged } of found) {
    // of mixtures of one, too
    const distribution: Distribution = asked.isMixture && one.family !== "mixture" ? mixture([one as Normal]) : one;
    const { value, errorBound } = await divergenceOf(distribution, asked, held);
    minima.push({ distribution, parameters: distribution.parameters, loss, divergence: value, errorBound, steps, converged });
  }
  return minima;
}
