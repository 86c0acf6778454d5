import type { Distribution, DistributionOf, Family } from "../distribution.js";
import { DEFINITIONS, isDefined, isOf } from "../families.js";
import type { Of } from "../families.js";
import { klDiv } from "../../terms/log.js";
import { EXPECTATIONS } from "./expectations.js";
import { LOG_DENSITIES } from "./log-densities.js";
import type { Feature } from "./log-densities.js";
import { SAME_FAMILY } from "./same-family.js";
import { isWithin, supportOf } from "./support.js";

/**
 * D(a ‖ b) in nats, `undefined` where there is no closed form. Both of one kind and of as many variables. Within a family by its own formula; across
 * families −H(a) − E_a[ln b], where b's log density is a sum of features whose expectations under a are closed.
 */
export function closedForm(a: Of, b: Of): number | undefined {
  if (a.family === b.family) {
    if (!isWithin(a, b)) return Infinity;
    const value = withinFamily(a, b);
    // rounding may end below 0
    if (value !== undefined) return Math.max(0, value);
  }
  const [plainA, plainB] = alike(plain(a), plain(b));
  return plainA === a && plainB === b ? acrossFamilies(a, b) : closedForm(plainA, plainB);
}

function withinFamily<Name extends Family>(a: Of<Name>, b: Of<Name>): number | undefined {
  return SAME_FAMILY[a.family](a.parameters, b.parameters);
}

/** A distribution that is also one of a simpler family, as that. */
function plain(of: Of): Of {
  if (isOf(of, "mixture")) {
    const { components, weights } = of.parameters;
    const counted: readonly Distribution[] = components.filter((_, k) => weights[k] > 0);
    return counted.length === 1 ? plain(counted[0]) : of;
  }
  if (isOf(of, "multivariateNormal") && of.parameters.mean.length === 1) {
    return { family: "normal", parameters: { mean: of.parameters.mean[0], sd: Math.sqrt(of.parameters.covariance[0]) } };
  }
  if (isOf(of, "studentT") && of.parameters.degrees === 1) return { family: "cauchy", parameters: of.parameters };
  if (isOf(of, "binomial") && of.parameters.trials === 1) return { family: "bernoulli", parameters: of.parameters };
  return of;
}

/** Two families of which one is a case of the other, as that other. */
function alike(a: Of, b: Of): readonly [Of, Of] {
  const wider = (of: Of, other: Of): Of => {
    if (isOf(of, "exponential") && isOf(other, "gamma")) return { family: "gamma", parameters: { shape: 1, rate: of.parameters.rate } };
    if (isOf(of, "uniform") && isOf(other, "beta") && of.parameters.low === 0 && of.parameters.high === 1) return { family: "beta", parameters: { a: 1, b: 1 } };
    return of;
  };
  return [wider(a, b), wider(b, a)];
}

function acrossFamilies(a: Of, b: Of): number | undefined {
  if (areEqual(a, b)) return 0;
  if (!isWithin(a, b)) return Infinity;
  if (!isDefined(a) || !isDefined(b)) return undefined;
  const value = DEFINITIONS[a.family].kind === "discrete" ? listed(a, b) : expected(a, b);
  return value === undefined ? undefined : Math.max(0, value);
}

/** Of outcomes that can be listed: one alone, or those of a Bernoulli or a categorical distribution. */
function listed<A extends keyof DistributionOf, B extends keyof DistributionOf>(a: Of<A>, b: Of<B>): number | undefined {
  const lnB = DEFINITIONS[b.family].logPdf(b.parameters);
  const [{ low, high }, ...others] = supportOf(a);
  if (low === high && others.length === 0) return -lnB(low);
  const p = isOf(a, "bernoulli") ? [1 - a.parameters.probability, a.parameters.probability] : isOf(a, "categorical") ? a.parameters.probabilities : undefined;
  if (!p) return undefined;
  let [sum, outside] = [0, 1];
  for (let k = 0; k < p.length; k++) {
    const ln = lnB(k);
    const q = Math.exp(ln);
    sum += p[k] === 0 ? q : q === 0 ? p[k] * (Math.log(p[k]) - ln - 1) : klDiv(p[k], q, p[k] - q);
    outside -= q;
  }
  // b's other outcomes, where a has none
  return sum + Math.max(0, outside);
}

/** Of densities, by expectations of the features. */
function expected<A extends keyof DistributionOf, B extends keyof DistributionOf>(a: Of<A>, b: Of<B>): number | undefined {
  const entropy = DEFINITIONS[a.family].entropy(a.parameters);
  const density = LOG_DENSITIES[b.family]?.(b.parameters);
  if (entropy === undefined || density === undefined) return undefined;
  let sum: number | undefined = -entropy - density.constant;
  for (const { feature, coefficient, at, scale } of density.terms) {
    if (coefficient === 0) continue;
    const value = expectation(a, feature, at, scale);
    if (value === Infinity && coefficient < 0) return Infinity;
    sum = sum === undefined || value === undefined ? undefined : sum - coefficient * value;
  }
  return sum;
}

function expectation<Name extends keyof DistributionOf>({ family, parameters }: Of<Name>, feature: Feature, at: number, scale: number): number | undefined {
  const own = EXPECTATIONS[family]?.[feature];
  if (own) return own(parameters, at, scale);
  const { mean, variance } = DEFINITIONS[family];
  const center = (mean(parameters) - at) / scale;
  if (feature === "linear") return center;
  return feature === "square" ? variance(parameters) / scale / scale + center * center : undefined;
}

/** The same family with the same parameters, through all components. */
function areEqual(a: Of, b: Of): boolean {
  return a.family === b.family && Object.keys(a.parameters).every((key) => areSame((a.parameters as Values)[key], (b.parameters as Values)[key]));
}

type Value = number | Float64Array | readonly Distribution[];
type Values = Readonly<Record<string, Value>>;

function areSame(x: Value, y: Value): boolean {
  if (typeof x === "number" || typeof y === "number") return x === y;
  return x.length === y.length && x.every((entry, i) => (typeof entry === "number" ? entry === y[i] : areEqual(entry, y[i] as Distribution)));
}
