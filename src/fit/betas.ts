import type { Component } from "../backend.js";
import { beta, mixture } from "../distributions/index.js";
import { digamma, trigamma } from "../distributions/special.js";
import { lnBeta } from "../distributions/stirling.js";
import { weightsOf } from "./normals.js";
import type { Parametrisation, Part } from "./parametrisation.js";

/** A beta of a mixture. */
export interface BetaPart extends Part {
  readonly a: number;
  readonly b: number;
}

const PER_PART = 3;
/** The logarithm of a parameter beyond which there is no telling. */
const FARTHEST = 30;

/** Betas by the logarithms of their parameters, and of their weights up to a constant. */
export function betasOf(count: number, logVolume: number): Parametrisation<BetaPart> {
  return {
    kind: "beta",
    parametersOf: (parts) => Float64Array.from(parts.flatMap(({ weight, a, b }) => [Math.log(weight), Math.log(a), Math.log(b)])),
    componentsOf(theta) {
      const weights = weightsOf(theta, count, PER_PART);
      if (theta.some((value) => !(Math.abs(value) < FARTHEST))) return null;
      return partsOf(theta, weights).map(({ weight, a, b }): Component => ({ log: Math.log(weight) + logVolume - lnBeta(a, b), powers: [a - 1, b - 1] }));
    },
    gradientOf(theta, _components, moments) {
      const weights = weightsOf(theta, count, PER_PART);
      const all = moments.reduce((sum, [w]) => sum + w, 0);
      const gradient = new Float64Array(theta.length);
      partsOf(theta, weights).forEach(({ a, b }, k) => {
        const [w, ofLog, ofRest] = moments[k];
        const both = digamma(a + b);
        if (count > 1) gradient[PER_PART * k] = w - weights[k] * all;
        gradient[PER_PART * k + 1] = a * (ofLog - w * (digamma(a) - both));
        gradient[PER_PART * k + 2] = b * (ofRest - w * (digamma(b) - both));
      });
      return gradient;
    },
    partsOf: (theta) => partsOf(theta, weightsOf(theta, count, PER_PART)),
    placeOf: ({ weight, a, b }) => [weight, Math.log(a), Math.log(b)],
    distributionOf(parts) {
      const each = parts.map(({ a, b }) => beta(a, b));
      return each.length === 1 ? each[0] : mixture(each, parts.map(({ weight }) => weight));
    },
  };
}

function partsOf(theta: Float64Array, weights: Float64Array): readonly BetaPart[] {
  return Array.from(weights, (weight, k) => ({ weight, a: Math.exp(theta[PER_PART * k + 1]), b: Math.exp(theta[PER_PART * k + 2]) }));
}

/** Largest entry of the cross entropy's gradient, by the logarithms of the parameters. */
export function gradientAt(a: number, b: number, ofLog: number, ofRest: number): number {
  const both = digamma(a + b);
  return Math.max(Math.abs(a * (digamma(a) - both - ofLog)), Math.abs(b * (digamma(b) - both - ofRest)));
}

const [LAST_STEP, SHORTEST] = [1e-6, 1e-10];

/**
 * The beta with given E[ln x] and E[ln(1 − x)], which is the most likely one, by Newton's method on both equations; what is most likely has no other optimum.
 * Losses are cross entropies, D but for what the target alone makes of it.
 * Begins with the approximation of Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, vol. 2, 2nd ed., §25.4.
 */
export function betaOfLogs(ofLog: number, ofRest: number, maxSteps: number, onStep?: (step: number, a: number, b: number, loss: number) => void): { readonly a: number; readonly b: number; readonly loss: number; readonly steps: number; readonly converged: boolean } {
  const [g, h] = [Math.exp(ofLog), Math.exp(ofRest)];
  const room = Math.max(2 * (1 - g - h), 1e-12);
  let [a, b] = [0.5 + g / room, 0.5 + h / room];
  const lossOf = (x: number, y: number) => lnBeta(x, y) - (x - 1) * ofLog - (y - 1) * ofRest;
  let loss = lossOf(a, b);
  for (let step = 0; step < maxSteps; step++) {
    const both = digamma(a + b);
    const [da, db] = [digamma(a) - both - ofLog, digamma(b) - both - ofRest];
    const shared = trigamma(a + b);
    const [aa, bb] = [trigamma(a) - shared, trigamma(b) - shared];
    const determinant = aa * bb - shared * shared;
    const [stepA, stepB] = [(bb * da + shared * db) / determinant, (shared * da + aa * db) / determinant];
    const size = Math.max(Math.abs(stepA) / a, Math.abs(stepB) / b);
    // so short a step changes a loss by less than its rounding; what it leaves is its square
    const isLast = size <= LAST_STEP;
    let part = 1;
    const next = () => [a - part * stepA, b - part * stepB] as const;
    for (; !isLast && part > SHORTEST; part /= 2) {
      const [x, y] = next();
      if (x > 0 && y > 0 && lossOf(x, y) <= loss) break;
    }
    if (part <= SHORTEST) return { a, b, loss, steps: step, converged: false };
    [a, b] = next();
    loss = isLast ? Math.min(loss, lossOf(a, b)) : lossOf(a, b);
    onStep?.(step + 1, a, b, loss);
    if (isLast) return { a, b, loss, steps: step + 1, converged: true };
  }
  return { a, b, loss, steps: maxSteps, converged: false };
}
