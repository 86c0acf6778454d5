import { entropyMeasure } from "./entropy.js";
import { HOST } from "./finish.js";
import { lnRatio } from "./log.js";
import { areMasses } from "./measure.js";
import type { Finish, Finished, Limits, Measure, Scaling, Sums } from "./measure.js";
import { guarded, literal } from "./order.js";
import { exponentOf } from "./scaling.js";

/*
 * Entropies of an order α, β = α − 1, from two sums: T = −Σ p·E of E = (e^(βx) − 1)/β and x = ln p, near α = 1 the entropy's, and
 * P = Σ p^α = Σp − β·T, which has the digits where it is small. The largest p lies below 1: no power overflows, and all of T is positive.
 */

type EntropyKind = "renyi" | "tsallis";

/** Powers below are lost beside those of the largest p, in binary64 and in binary32. */
const isTiny = (power: number, { largestExponent }: Limits, cells: number) => !(power > cells * 2 ** (36 - largestExponent));

/** How much larger than a term's the errors are: they grow with the logarithm that is multiplied, of powers with its mean. */
function growthOf(order: number, { largestP, smallestQ, p, other = 0 }: Sums): { readonly term: number; readonly power: number } {
  if (order > 1) {
    const above = (order - 1) * Math.max(Math.log(largestP), 0);
    return { term: 1 + above, power: 1 + Math.max(Math.log(p / other) + 2 * above, 0) };
  }
  const growth = 1 + (1 - order) * Math.max(Math.log(largestP / smallestQ), -Math.log(smallestQ), 0);
  return { term: growth, power: growth };
}

/** ln(P/Sp), from that of the two sums which has it surer. */
function logPowerOf(order: number, sums: Sums): Finished {
  const { term, p, other = 0, largestP, errors, cells } = sums;
  const beta = order - 1;
  const growth = growthOf(order, sums);
  // of numbers above 1 terms are negative
  const above = largestP > 1 ? Math.max(Math.expm1(beta * Math.log(largestP)) / beta, 0) * p : 0;
  const error = (growth.term * errors.term + errors.sum) * 1.01 * (Math.abs(term) + 2 * above) + cells * errors.floor;
  const part = (beta * term) / p;
  const partError = (Math.abs(beta) * error) / p + Math.abs(part) * (errors.sum + HOST);
  const fromTerm = { value: Math.log1p(-part), errorBound: part + partError < 1 ? partError / (1 - part - partError) : Infinity };
  const relative = (growth.power * errors.term + errors.sum) * 1.01 + (cells * errors.floor) / other + errors.sum + HOST;
  const fromPower = { value: Math.log(other / p), errorBound: other > 0 ? relative + HOST * Math.abs(Math.log(other / p)) : Infinity };
  return fromPower.errorBound < fromTerm.errorBound ? fromPower : fromTerm;
}

function finishOrderEntropy(kind: EntropyKind, order: number, sums: Sums, how: Finish): Finished {
  const { term, p, errors, scale } = sums;
  const beta = order - 1;
  const power = logPowerOf(order, sums);
  if (!how.normalize) {
    if (kind === "renyi") return { value: -power.value / beta, errorBound: power.errorBound / Math.abs(beta) };
    const errorBound = (p / Math.abs(beta)) * Math.exp(power.value) * power.errorBound + Math.abs(term) * errors.sum;
    return { value: term * how.cellVolume, errorBound: errorBound * how.cellVolume };
  }
  const logTotal = Math.log(p) + Math.log(how.cellVolume);
  const value = logTotal - power.value / beta;
  const errorBound = power.errorBound / Math.abs(beta) + errors.sum + HOST * (Math.abs(Math.log(p)) + Math.abs(logTotal) + Math.abs(value) + Math.abs(scale.p) * 2 ** -50);
  const least = (x: number) => (areMasses(how) ? Math.max(x, 0) : x);
  if (kind === "renyi") return { value: least(value), errorBound };
  return { value: least(-Math.expm1(-beta * value) / beta), errorBound: Math.exp(-beta * value) * (errorBound + HOST) };
}

/** The largest p in [½, 1), where it matters. */
function belowOne(order: number): Scaling {
  return {
    wanted(sums, how, limits) {
      if (!how.normalize || !(sums.p > 0)) return false;
      const { largestP, other = 0, cells } = sums;
      if (largestP >= 0.5 && largestP < 1) return false;
      const { value } = logPowerOf(order, sums);
      const mean = Math.abs(value / (order - 1));
      return largestP >= 1 || isTiny(other, limits, cells) || !(mean <= 4 * Math.max(1, Math.log(sums.p) - value / (order - 1)));
    },
    choose(sums, how) {
      if (!how.normalize) return sums.scale;
      const p = sums.scale.p - exponentOf(sums.largestP) - 1;
      return { p, q: p, multiplier: 1 };
    },
  };
}

function ofOrder(kind: EntropyKind, order: number): Measure {
  const beta = order - 1;
  const y = `let y = ${literal(beta)} * ln_ratio(p, 1.0);`;
  return {
    id: `${kind}-entropy:${order}`,
    name: `${kind}Entropy(${order})`,
    arity: "single",
    totals: "after",
    normalizes: true,
    hasExact: false,
    wgsl: /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 {
  ${y}
  return -(${guarded(`p * (expm1_of(y) / ${literal(beta)})`)});
}
`,
    cpu: (p) => -(p * (Math.expm1(beta * lnRatio(p, 1)) / beta)),
    ...(order > 0 && { ofOrder: { sum: "divergence", arity: "single", order } }),
    edges: { pZero: 0, qZero: 0 },
    other: {
      id: `powers:${order}`,
      wgsl: /* wgsl */ `
fn term(p: f32, q: f32, d: f32) -> f32 {
  ${y}
  return select(${guarded("p * exp_of(y)")}, 0.0, p < 1.17549435e-38);
}
`,
      cpu: (p) => p * Math.exp(beta * lnRatio(p, 1)),
      ...(order > 0 && { ofOrder: { sum: "powers", arity: "single", order } }),
      edges: { pZero: 0, qZero: 0 },
    },
    unitExponent: kind === "renyi" ? 1 : 0,
    isNoSum: true,
    // of orders below 1 the smallest p may be most of the sum
    overflows: (sums, limits) => isTiny(sums.other ?? 0, limits, sums.cells) || !(Math.abs(sums.term) < 2 ** (limits.largestExponent - 18)) || (order < 1 && sums.smallestQ < limits.smallest),
    finish: (sums, how) => finishOrderEntropy(kind, order, sums, how),
    scaling: belowOne(order),
  };
}

/** −ln max p̂. */
const leastEntropy: Measure = {
  ...entropyMeasure,
  // the totals are all that it needs
  id: "totals",
  name: "renyiEntropy(Infinity)",
  hasExact: false,
  wgsl: "fn term(p: f32, q: f32, d: f32) -> f32 { return 0.0; }",
  cpu: () => 0,
  isNoSum: true,
  finish: ({ p, largestP, errors, scale }, how) => {
    const value = how.normalize ? Math.log(p / largestP) + Math.log(how.cellVolume) : scale.p * Math.LN2 - Math.log(largestP);
    return { value, errorBound: (how.normalize ? errors.sum : 0) + HOST * (1 + Math.abs(value) + Math.abs(scale.p)) };
  },
  scaling: { wanted: () => false, choose: ({ scale, largestP }) => ({ ...scale, p: scale.p - exponentOf(largestP), q: scale.p - exponentOf(largestP) }) },
};

/** ln(Σ p̂^α)/(1 − α): Rényi 1961, Proc. 4th Berkeley Symp. I, p. 547. */
export function renyiEntropyMeasure(order: number): Measure {
  if (order === 1) return { ...entropyMeasure, name: "renyiEntropy(1)" };
  return order === Infinity ? leastEntropy : ofOrder("renyi", order);
}

/** (1 − Σ p̂^α)/(α − 1): Havrda & Charvát 1967, Kybernetika 3, p. 30; Tsallis 1988, doi:10.1007/BF01016429. */
export function tsallisEntropyMeasure(order: number): Measure {
  return order === 1 ? { ...entropyMeasure, name: "tsallisEntropy(1)" } : ofOrder("tsallis", order);
}
