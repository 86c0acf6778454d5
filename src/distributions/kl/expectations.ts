import { lnRatioNear } from "../../terms/log.js";
import type { DistributionOf, ParametersOf } from "../distribution.js";
import { erf, lnGamma, trigamma } from "../special.js";
import { lnOnePlusSquare } from "../squares.js";
import { lnMinusDigamma } from "../stirling.js";
import type { Feature } from "./log-densities.js";

/** The expectation of a feature with this `at` and `scale`: Infinity where it diverges, `undefined` where there is no closed form. */
type Expectation<Name extends keyof DistributionOf> = (p: ParametersOf[Name], at: number, scale: number) => number | undefined;

/** Of `linear` and `square` there is no need to speak: they come of mean and variance, but where the table has them. */
type Expectations<Name extends keyof DistributionOf> = { readonly [Key in Feature]?: Expectation<Name> };

const diverges = () => Infinity;
const noForm = () => undefined;

/** E ((y − at)/scale)² of a variable with this mean and variance. */
const squareOf = (mean: number, variance: number, at: number, scale: number) => variance / scale / scale + ((mean - at) / scale) ** 2;

/** Outside an interval |x − at| is one of x − at and at − x. */
const beside = (mean: number, low: number, high: number, at: number, scale: number) => (at <= low || at >= high ? Math.abs(mean - at) / scale : undefined);

/** Mean of ln x over an interval of positive numbers. */
function uniformLn(low: number, high: number): number {
  const width = high - low;
  return Math.log(high) - 1 + (low === 0 ? 0 : (low / width) * lnRatioNear(high, low, width));
}

/** Mean of ln((1 − share)) or of ln(share) of a beta distribution with `own` of `total`. */
const betaLn = (own: number, other: number) => lnMinusDigamma(own + other) - lnMinusDigamma(own) - Math.log1p(other / own);

/** x·(ln²x − 2·ln x + 2) with ln x less `at`: what has (ln x − at)² for its slope. */
function lnSquareIntegral(x: number, at: number): number {
  if (x === 0) return 0;
  const y = Math.log(x) - at;
  return x * (y * y - 2 * y + 2);
}

const arctanIntegral = (z: number) => z * lnOnePlusSquare(z) - 2 * z + 2 * Math.atan(z);

/** Expectations of features under each family of densities: what stands on the left of D(a ‖ b). */
export const EXPECTATIONS: { readonly [Name in keyof DistributionOf]?: Expectations<Name> } = {
  normal: {
    absolute: ({ mean, sd }, at, scale) => {
      const z = (mean - at) / sd;
      return (sd / scale) * (Math.sqrt(2 / Math.PI) * Math.exp(-0.5 * z * z) + z * (erf(z * Math.SQRT1_2)));
    },
    exponential: ({ mean, sd }, at, scale) => Math.exp((at - mean) / scale + 0.5 * (sd / scale) ** 2),
  },
  logNormal: {
    ln: ({ mu }) => mu,
    lnSquare: ({ mu, sigma }, at, scale) => squareOf(mu, sigma * sigma, at, scale),
    absolute: ({ mu, sigma }, at, scale) => {
      const mean = Math.exp(mu + 0.5 * sigma * sigma);
      if (at <= 0) return (mean - at) / scale;
      const z = (Math.log(at) - mu) / sigma;
      return (at * erf(z * Math.SQRT1_2) - mean * erf((z - sigma) * Math.SQRT1_2)) / scale;
    },
    exponential: noForm,
  },
  beta: {
    ln: ({ a, b }) => betaLn(a, b),
    lnComplement: ({ a, b }) => betaLn(b, a),
    lnSquare: ({ a, b }, at, scale) => squareOf(betaLn(a, b), trigamma(a) - trigamma(a + b), at, scale),
    absolute: ({ a, b }, at, scale) => beside(a / (a + b), 0, 1, at, scale),
  },
  gamma: {
    ln: ({ shape, rate }) => Math.log(shape / rate) - lnMinusDigamma(shape),
    lnSquare: ({ shape, rate }, at, scale) => squareOf(Math.log(shape / rate) - lnMinusDigamma(shape), trigamma(shape), at, scale),
    absolute: ({ shape, rate }, at, scale) => beside(shape / rate, 0, Infinity, at, scale),
    exponential: ({ shape, rate }, at, scale) => Math.exp(at / scale - shape * Math.log1p(1 / (rate * scale))),
  },
  exponential: {
    ln: ({ rate }) => -lnMinusDigamma(1) - Math.log(rate),
    lnSquare: ({ rate }, at, scale) => squareOf(-lnMinusDigamma(1) - Math.log(rate), Math.PI ** 2 / 6, at, scale),
    absolute: ({ rate }, at, scale) => (at <= 0 ? (1 / rate - at) / scale : (at - 1 / rate + (2 * Math.exp(-rate * at)) / rate) / scale),
    exponential: ({ rate }, at, scale) => Math.exp(at / scale) / (1 + 1 / (rate * scale)),
  },
  laplace: {
    absolute: (p, at, scale) => {
      const far = Math.abs(p.location - at);
      return (far + p.scale * Math.exp(-far / p.scale)) / scale;
    },
    exponential: (p, at, scale) => {
      const ratio = p.scale / scale;
      return ratio < 1 ? Math.exp((at - p.location) / scale) / ((1 - ratio) * (1 + ratio)) : Infinity;
    },
  },
  gumbel: {
    exponential: (p, at, scale) => Math.exp((at - p.location) / scale + lnGamma(1 + p.scale / scale)),
  },
  cauchy: {
    linear: diverges,
    square: diverges,
    absolute: diverges,
    exponential: diverges,
    lnOnePlusSquare: (p, at, scale) => 2 * Math.log1p(p.scale / scale) + lnOnePlusSquare((p.location - at) / (p.scale + scale)),
  },
  studentT: {
    linear: ({ degrees, location }, at, scale) => (degrees > 1 ? (location - at) / scale : undefined),
    square: ({ degrees, location, scale: own }, at, scale) => (degrees > 2 ? squareOf(location, (own * own * degrees) / (degrees - 2), at, scale) : Infinity),
    absolute: ({ degrees }) => (degrees > 1 ? undefined : Infinity),
    exponential: diverges,
  },
  uniform: {
    absolute: ({ low, high }, at, scale) => beside(low + (high - low) / 2, low, high, at, scale) ?? ((at - low) ** 2 + (high - at) ** 2) / (2 * (high - low) * scale),
    exponential: ({ low, high }, at, scale) => {
      const width = (high - low) / scale;
      return (-Math.exp((at - low) / scale) * Math.expm1(-width)) / width;
    },
    ln: ({ low, high }) => uniformLn(low, high),
    lnComplement: ({ low, high }) => uniformLn(1 - high, 1 - low),
    lnSquare: ({ low, high }, at, scale) => (lnSquareIntegral(high, at) - lnSquareIntegral(low, at)) / (high - low) / scale / scale,
    lnOnePlusSquare: ({ low, high }, at, scale) => (arctanIntegral((high - at) / scale) - arctanIntegral((low - at) / scale)) / ((high - low) / scale),
    versine: ({ low, high }, at) => {
      const half = (high - low) / 2;
      return 1 - (Math.cos(low + half - at) * Math.sin(half)) / half;
    },
  },
  vonMises: { linear: noForm, square: noForm },
};
