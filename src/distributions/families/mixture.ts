import { ShapeError } from "../../errors.js";
import { besselRatio } from "../bessel.js";
import { normalized } from "../check.js";
import { componentsOf } from "../components.js";
import type { ContinuousDistribution, DiscreteDistribution, DiscreteMixture, Distribution, Mixture, VectorDistribution, VectorMixture } from "../distribution.js";
import { isOfShares } from "../families.js";
import { onGridOf } from "../on-grid.js";
import type { Fill } from "../on-grid.js";
import { checkDraw, indexSampler, randomFrom, seedOf } from "../random.js";

/**
 * Mixture: density Σ weight·density of the components. Mean and variance are those of the whole; the entropy has no closed form.
 *
 * @param components - One distribution or more, of one number of variables, all continuous or all discrete; mixtures among them may be.
 * @param weights - As many as components, each finite and not negative, not all 0; divided by their sum. Default: all equal.
 * @returns The distribution. One component alone (of weight above 0) has closed forms as itself.
 * @throws ShapeError for no components, other numbers of weights, and components of different numbers of variables; RangeError for other weights, continuous with
 *   discrete components, and a Dirichlet distribution with one that is none.
 * @see McLachlan & Peel, Finite Mixture Models (2000), ch. 1.
 */
export function mixture(components: readonly ContinuousDistribution[], weights?: ArrayLike<number>): Mixture;
export function mixture(components: readonly DiscreteDistribution[], weights?: ArrayLike<number>): DiscreteMixture;
export function mixture(components: readonly VectorDistribution[], weights?: ArrayLike<number>): VectorMixture;
export function mixture(components: readonly Distribution[], given?: ArrayLike<number>): Mixture | DiscreteMixture | VectorMixture {
  if (!Array.isArray(components)) throw new TypeError("mixture: components must be a list of distributions: mixture([normal(0, 1), normal(3, 1)], [0.7, 0.3]).");
  const weights = given ?? components.map(() => 1);
  checkComponents(components, weights);
  const parameters = { components: [...components], weights: normalized("mixture", "weights", weights) };
  const { dimensions, kind } = components[0];
  const logPdf = lnSum(parameters.components as readonly Mixture[], parameters.weights);
  const density = (x: number) => Math.exp(logPdf(x));
  const axes = axesOf(components[0]);
  const made = {
    family: "mixture", kind, dimensions, parameters, logPdf,
    ...(kind === "continuous" ? { pdf: density } : { pmf: density }),
    ...momentsOf(parameters.components, parameters.weights),
    entropy: undefined,
    onGrid: onGridOf({ family: "mixture", kind, axes, fill: fillOf(parameters.components, parameters.weights), components: () => componentsOf({ family: "mixture", parameters }) }),
    sample: (count: number, { seed }: { readonly seed: number }) => sample(parameters.components, parameters.weights, count, seed),
  };
  return made as unknown as Mixture | DiscreteMixture | VectorMixture;
}

const axesOf = (of: Distribution) => (isOfShares(of) ? of.dimensions - 1 : of.dimensions);

function checkComponents(components: readonly Distribution[], weights: ArrayLike<number>): void {
  if (components.length === 0) throw new ShapeError("mixture: there are no components, expected one or more.", 1, 0);
  if (weights.length !== components.length) {
    throw new ShapeError(`mixture: weights has ${weights.length} elements, expected ${components.length} to match the components.`, components.length, weights.length);
  }
  const [first] = components;
  components.forEach((of, i) => {
    if (of.kind !== first.kind) throw new RangeError(`mixture: component ${i}, ${of.family}, is ${of.kind}, the first, ${first.family}, ${first.kind}: all must be one of both.`);
    if (of.dimensions !== first.dimensions) {
      throw new ShapeError(`mixture: component ${i} has ${of.dimensions} variables, expected ${first.dimensions} to match the first.`, first.dimensions, of.dimensions);
    }
    if (isOfShares(of) !== isOfShares(first)) throw new RangeError(`mixture: component ${i}, ${of.family}, and the first, ${first.family}, are not both of shares that sum to 1.`);
  });
}

/** ln Σ weight·e^ln, by the largest. */
function lnSum(components: readonly Mixture[], weights: Float64Array): (x: number) => number {
  const lns = new Float64Array(components.length);
  return (x) => {
    let largest = -Infinity;
    for (let k = 0; k < lns.length; k++) {
      lns[k] = weights[k] === 0 ? -Infinity : components[k].logPdf(x) + Math.log(weights[k]);
      if (!(lns[k] <= largest)) largest = lns[k];
    }
    if (!Number.isFinite(largest)) return largest;
    let sum = 0;
    for (let k = 0; k < lns.length; k++) sum += Math.exp(lns[k] - largest);
    return largest + Math.log(sum);
  };
}

/** Mean and variance of the whole, of each variable; on the circle its own. */
function momentsOf(components: readonly Distribution[], weights: Float64Array): { readonly mean: number | Float64Array; readonly variance: number | Float64Array } {
  if (components.some(({ family }) => family === "vonMises")) return circular(components, weights);
  const { dimensions } = components[0];
  const isVector = typeof components[0].mean === "object";
  const [mean, variance] = [new Float64Array(dimensions), new Float64Array(dimensions)];
  const entry = (moment: number | Float64Array, i: number) => (typeof moment === "number" ? moment : moment[i]);
  for (let i = 0; i < dimensions; i++) {
    components.forEach((of, k) => { if (weights[k] > 0) mean[i] += weights[k] * entry(of.mean, i); });
    components.forEach((of, k) => { if (weights[k] > 0) variance[i] += weights[k] * (entry(of.variance, i) + (entry(of.mean, i) - mean[i]) ** 2); });
  }
  return isVector ? { mean, variance } : { mean: mean[0], variance: variance[0] };
}

/** Of angles: direction and 1 − length of the mean resultant. NaN where other families are among them, which know of no circle. */
function circular(components: readonly Distribution[], weights: Float64Array): { readonly mean: number; readonly variance: number } {
  let [x, y] = [0, 0];
  components.forEach(({ family, parameters }, k) => {
    const length = family === "vonMises" ? weights[k] * besselRatio(parameters.concentration) : NaN;
    x += length * Math.cos(family === "vonMises" ? parameters.mean : NaN);
    y += length * Math.sin(family === "vonMises" ? parameters.mean : NaN);
  });
  return { mean: Math.atan2(y, x), variance: 1 - Math.hypot(x, y) };
}

function fillOf(components: readonly Distribution[], weights: Float64Array): Fill {
  return (axes, cells) => {
    const sums = cells instanceof Float64Array ? cells : new Float64Array(cells.length);
    components.forEach((of, k) => {
      const weight = weights[k];
      if (weight === 0) return;
      const { data } = of.onGrid(axes);
      for (let i = 0; i < sums.length; i++) sums[i] += weight * data[i];
    });
    if (sums !== cells) cells.set(sums);
  };
}

/** Which component each sample is from, then as many of each as that makes. */
function sample(components: readonly Distribution[], weights: Float64Array, count: number, seed: number): Float64Array {
  checkDraw("sample", count, seed);
  const random = randomFrom(seed);
  const draw = indexSampler(weights, random);
  const from = Uint32Array.from({ length: count }, draw);
  const counts = new Uint32Array(components.length);
  for (const k of from) counts[k] += 1;
  const drawn = components.map((of, k) => of.sample(counts[k], { seed: seedOf(random) }));
  const width = components[0].dimensions;
  const samples = new Float64Array(count * width);
  const next = new Uint32Array(components.length);
  from.forEach((k, i) => {
    const at = width * next[k]++;
    for (let j = 0; j < width; j++) samples[i * width + j] = drawn[k][at + j];
  });
  return samples;
}
